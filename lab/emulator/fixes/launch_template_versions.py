"""A later version of a launch template launches like the first one.

moto keeps the user data of later versions in another form and fails on it (HTTP 500) when a group launches from them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
"""

from typing import Any

from moto.core.types import Base64EncodedString
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data


def apply() -> None:
    create_version = LaunchTemplate.create_version

    def create_parsed(self: Any, data: dict[str, Any], description: str) -> Any:
        user_data = data.get("UserData")
        if user_data is not None and not isinstance(user_data, Base64EncodedString):
            data = {**data, "UserData": parse_user_data(user_data)}
        return create_version(self, data, description)

    LaunchTemplate.create_version = create_parsed
