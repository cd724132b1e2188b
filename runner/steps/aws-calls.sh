# Makes calls of the AWS CLI in one process, where the CLI is a script of Python: what all of them need is loaded once.
# $1: the program in Python   $2: milliseconds that each call may take   $3: the calls as JSON, each a list of words
# Ends with 1, without a line, where the CLI is of another make or not there: it is for the caller to start it for each call then.
set -f
aws=$(command -v aws) || exit 1
IFS= read -r first <"$aws" || exit 1
case $first in
  '#!'*python*) ;;
  *) exit 1 ;;
esac
# The line names the interpreter and its options, as words.
exec ${first#??} -c "$1" "$aws" "$2" "$3"
