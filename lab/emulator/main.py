"""The AWS API of the lab: moto with the fixes of `fixes/`, IAM enforced from the first request.

Usage:

    AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... python3 main.py --port 6000
    AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... python3 main.py --socket api.sock --internal-socket internal.sock

Needs a Python that has `moto[server]`. The two variables name the lab's admin: any key id and secret, made up by whoever starts
this. That identity alone passes authorisation unchecked; its signatures are verified like everybody's. Every other key has to come
from the API itself (CreateAccessKey, AssumeRole).

    --port N              listen on 127.0.0.1:N (0: any free port)
    --socket PATH         listen on a unix socket (mode 0600) instead
    --internal-socket P   also serve what only the lab's own process may ask (see internal.py)
    --region-socket P     ask the region at this socket what the machines say (lab/region/control.ts)
    --account N           the account number (123456789012)
    --region NAME         the region that the internal side reports (eu-west-1)
    --with-parent         end when the parent process ends

When it listens it prints one line to standard output: `{"ready": true, "port": N}` (`port` is null on a socket). Then, in another shell
with the same two variables: `AWS_ENDPOINT_URL=http://127.0.0.1:6000 AWS_REGION=eu-west-1 terraform apply`. State is in memory only.
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int)
    where.add_argument("--socket", type=Path)
    parser.add_argument("--internal-socket", type=Path)
    parser.add_argument("--region-socket", type=Path)
    parser.add_argument("--account", default="123456789012")
    parser.add_argument("--region", default="eu-west-1")
    parser.add_argument("--with-parent", action="store_true")
    return parser.parse_args()


def configure_moto(account: str) -> None:
    """Set what moto reads once, while it is imported."""
    os.environ.update(
        MOTO_ACCOUNT_ID=account,
        MOTO_AMIS_PATH=str(Path(__file__).with_name("amis.json")),
        MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION="1",
        MOTO_ENABLE_AMI_VALIDATION="1",
        INITIAL_NO_AUTH_ACTION_COUNT="0",
    )


def main() -> None:
    arguments = parse_arguments()
    # Without these moto would answer in the name of an account that the caller did not choose.
    access_key_id = os.environ.pop("AWS_ACCESS_KEY_ID", "")
    secret_access_key = os.environ.pop("AWS_SECRET_ACCESS_KEY", "")
    if not access_key_id or not secret_access_key:
        sys.exit("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set: they become the lab's admin")
    configure_moto(arguments.account)
    # Ctrl-C of the terminal reaches the whole process group; whoever started this one decides when it ends.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

    import listener

    if arguments.with_parent:
        listener.end_with_parent()

    import actions
    import admin
    import application
    import fixes
    import internal
    from fixes import console_output

    fixes.apply()
    console_output.REGION = arguments.region_socket
    actions.install()
    admin.install(admin.Admin(arguments.account, access_key_id, secret_access_key))
    api = application.Application()
    if arguments.internal_socket:
        inside = internal.Internal(arguments.account, arguments.region, api.serial)
        listener.serve_in_background(listener.on_socket(arguments.internal_socket, inside, listener.SilentHandler))
    server = listener.on_socket(arguments.socket, api) if arguments.socket else listener.on_loopback(arguments.port, api)
    port = None if arguments.socket else server.port
    print(json.dumps({"ready": True, "port": port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
