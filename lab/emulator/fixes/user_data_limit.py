"""User data is limited to 16 KiB before it is encoded.

moto takes any length; a script that is too long for EC2 would work here and fail there.

AWS: InvalidParameterValue "User data is limited to 16384 bytes".
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
"""

import base64
from typing import Any

import moto.ec2.responses.instances as instances
import moto.ec2.responses.launch_templates as launch_templates
from moto.ec2.exceptions import EC2ClientError

LIMIT_BYTES = 16384


def apply() -> None:
    parse = instances.parse_user_data

    def parse_limited(value: Any) -> Any:
        user_data = parse(value)
        if user_data and len(base64.b64decode(str(user_data))) > LIMIT_BYTES:
            raise EC2ClientError("InvalidParameterValue", f"User data is limited to {LIMIT_BYTES} bytes")
        return user_data

    instances.parse_user_data = parse_limited
    launch_templates.parse_user_data = parse_limited
