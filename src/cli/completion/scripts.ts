/** The shells that completion is made for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * What `ghw __complete` prints, and the scripts read: a line per candidate, its value and, after a tab, what it is; then
 * a line that begins with this mark and says how the shell goes on.
 */
export const DIRECTIVE = ':';

/**
 * No script evaluates anything of the command line: words are split at blanks and handed over as arguments.
 *
 * Bash breaks words at characters such as `=`, `:` and `@`, and replaces only what follows the last of them; so what
 * stands before it is taken off each candidate.
 */
const bash = `# bash completion for ghw
_ghw() {
  local line="\${COMP_LINE:0:COMP_POINT}" word="\${COMP_WORDS[COMP_CWORD]}" current cut value
  local -a words
  read -ra words <<< "$line"
  case "$line" in *[[:blank:]]) words+=('') ;; esac
  current="\${words[\${#words[@]}-1]}"
  [[ \${#word} -eq 1 && "$COMP_WORDBREAKS" == *"$word"* ]] && word=''
  cut="\${current%"$word"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case "$value" in
      :files) compopt -o default 2>/dev/null ;;
      :*) ;;
      *) COMPREPLY+=("\${value#"$cut"}") ;;
    esac
  done < <(ghw __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _ghw ghw
`;

const zsh = `#compdef ghw
_ghw() {
  local -a candidates
  local line value
  local -i files=0
  while IFS= read -r line; do
    value="\${line%%$'\\t'*}"
    case "$value" in
      :files) files=1 ;;
      :*) ;;
      *)
        if [[ "$line" == *$'\\t'?* ]]; then
          candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
        else
          candidates+=("\${value//:/\\\\:}")
        fi
        ;;
    esac
  done < <(ghw __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( files )); then
    _files
  elif (( \${#candidates} )); then
    _describe -V 'ghw' candidates
  fi
}
if [ "\${funcstack[1]}" = "_ghw" ]; then
  _ghw "$@"
else
  compdef _ghw ghw
fi
`;

const fish = `# fish completion for ghw
function __ghw_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l candidates (ghw __complete -- $words[2..-1] "$current" 2>/dev/null)
    if contains -- :files $candidates
        __fish_complete_path "$current"
    else
        string match --invert --regex '^:' -- $candidates
    end
end
complete --command ghw --erase
complete --command ghw --no-files --keep-order --arguments '(__ghw_complete)'
`;

/** The script that a shell reads to complete `ghw`. */
export const completionScripts = { bash, zsh, fish } as const satisfies Record<Shell, string>;
