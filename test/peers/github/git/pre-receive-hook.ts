/** Names of the variables through which the server tells the hook about the push that it is serving. */
export const pushVariables = { mayWriteWorkflows: 'LOCAL_GITHUB_WORKFLOWS', rejection: 'LOCAL_GITHUB_REJECT' } as const;

/**
 * Refuses what GitHub refuses when it has the objects but has not accepted them: workflow files from a token without
 * that right, and whatever a test asked to have refused.
 */
export const preReceiveHook = `#!/bin/sh
if [ -n "$${pushVariables.rejection}" ]; then
  printf '%s\\n' "$${pushVariables.rejection}" >&2
  exit 1
fi
[ "$${pushVariables.mayWriteWorkflows}" = 1 ] && exit 0
while read -r _old new ref; do
  case "$new" in *[!0]*) ;; *) continue ;; esac
  file=$(git log --format= --name-only "$new" --not --all -- .github/workflows | sed '/^$/d' | head -n 1) || exit 1
  if [ -n "$file" ]; then
    printf 'refusing to allow a token to create or update workflow \`%s\` on %s without \`workflows\` permission\\n' "$file" "$ref" >&2
    exit 1
  fi
done
`;
