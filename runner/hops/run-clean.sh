# Runs argv on a machine in a clean environment. Started by env -i, so nothing of the log-in leaks in.
# $1: bytes of `export` lines to read from standard input (values never stand in a process list)
# $2: closed | open: whether the command may read the rest of standard input
# $3 and on: argv
if [ -r /etc/environment ]; then
  while IFS='=' read -r name value; do
    case $name in
      AWS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|SSL_CERT_DIR|SSL_CERT_FILE)
        value=${value#[\"\']}
        export "$name=${value%[\"\']}" ;;
    esac
  done </etc/environment
fi
bytes=$1 input=$2
shift 2
if [ "$bytes" -gt 0 ]; then eval "$(head -c "$bytes")"; fi
if [ "$input" = closed ]; then exec "$@" </dev/null; fi
exec "$@"
