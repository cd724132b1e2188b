"""DescribeSecurityGroups names the first group that it does not know.

moto puts its whole set of unknown groups into the message, in the notation of Python.

AWS: InvalidGroup.NotFound "The security group 'sg-0' does not exist".
"""

from typing import Any

from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError


def apply() -> None:
    create = InvalidSecurityGroupNotFoundError.__init__

    def create_for_one(self: Any, name: Any) -> None:
        create(self, sorted(name)[0] if isinstance(name, set) else name)

    InvalidSecurityGroupNotFoundError.__init__ = create_for_one
