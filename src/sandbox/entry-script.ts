/**
 * What is done on the host, by the process that becomes bubblewrap: it joins the groups that limit it, and, where the
 * worker is root and the agent is not, puts what the cage shows to where the agent's user can reach it, in a mount
 * namespace of its own. Folders on the way to a workspace or a CLI are often closed to others, as `/root` is.
 *
 * Arguments: a directory to mount on or `-`, files of control groups to join, `--`, paths to show, `--`, the command.
 */
export const entryScript = `set -eu
stage=$1
shift
while [ "$1" != -- ]; do
  echo $$ > "$1"
  shift
done
shift
if [ "$stage" != - ]; then
  mount -t tmpfs -o mode=0755,size=1m gh-worker "$stage"
fi
number=0
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir "$stage/$number"; else : > "$stage/$number"; fi
  mount --rbind "$1" "$stage/$number"
  number=$((number + 1))
  shift
done
shift
exec "$@"
`;
