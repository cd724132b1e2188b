# Runs argv on a machine in a clean environment. Started by env -i, so nothing of the log-in leaks in.
# $1: the mark that tells where the command's own output begins
# $2: bytes of `export` lines to read from standard input (values never stand in a process list)
# $3: closed | open: whether the command may read the rest of standard input
# $4 and on: argv
if [ -r /etc/environment ]; then
  while IFS='=' read -r name value; do
    case $name in
      AWS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|SSL_CERT_DIR|SSL_CERT_FILE)
        value=${value#[\"\']}
        export "$name=${value%[\"\']}" ;;
    esac
  done </etc/environment
fi
if [ "$2" -gt 0 ]; then eval "$(head -c "$2")"; fi
# From here on the environment is that of the command: no program is looked up, and no variable is read.
printf '\036%s\036' "$1"
printf '\036%s\036' "$1" >&2
if [ "$3" = closed ]; then exec </dev/null; fi
shift 3
exec "$@"
