"""GetConsoleOutput gives what the instance's machine said on its console.

moto gives every instance the console of a Linux 2.6.16 of 2006.

AWS: the last 64 KB, base64; nothing where the machine has said nothing yet. What a console shows right now (`Latest`) it tells of types of
the Nitro system only, and refuses to of others.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
"""

import base64
import http.client
import json
import socket
from pathlib import Path
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.responses.general import General

SHOWN_BYTES = 65_536
DEADLINE_SECONDS = 5

# The socket of the region that runs the machines (lab/region/control.ts); None where there are none.
REGION: Path | None = None


class RegionConnection(http.client.HTTPConnection):
    """HTTP over the region's socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("lab", timeout=DEADLINE_SECONDS)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(DEADLINE_SECONDS)
        self.sock.connect(str(self.path))


def read_console(instance_id: str) -> bytes:
    """What a machine said last; nothing where there is no machine, or nobody to ask."""
    if REGION is None:
        return b""
    connection = RegionConnection(REGION)
    try:
        connection.request("GET", f"/logs/{instance_id}")
        answer = connection.getresponse()
        return str(json.loads(answer.read())).encode()[-SHOWN_BYTES:] if answer.status == 200 else b""
    except OSError:
        return b""
    finally:
        connection.close()


def get_console_output(self: Any) -> ActionResult:
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    is_nitro = INSTANCE_TYPES.get(instance.instance_type, {}).get("Hypervisor", "nitro") == "nitro"
    if self._get_bool_param("Latest", False) and not is_nitro:
        raise EC2ClientError("UnsupportedOperation", "This instance type does not support retrieving the latest console logs.")
    said = base64.b64encode(read_console(instance.id)).decode()
    return ActionResult({"InstanceId": instance.id, "Timestamp": utcnow(), **({"Output": said} if said else {})})


def apply() -> None:
    General.get_console_output = get_console_output
