"""An instance has the groups of its primary network interface, and an interface has its own groups only.

moto keeps groups on both. RunInstances with groups on `NetworkInterface.1` (which Terraform sends whenever it sets an address)
leaves the instance with none: every plan then shows a change. And every interface shows the groups of its instance as its own,
so that a second interface in another group would be open to the rules of both.

AWS: "the security groups are associated with the primary network interface (eth0)".
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/changing-security-group.html
"""

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance


def read_instance(self: Any) -> list[Any]:
    primary = getattr(self, "nics", {}).get(0)
    return list(primary._group_set) if primary else self.__dict__.get("_launch_groups", [])


def write_instance(self: Any, groups: list[Any]) -> None:
    primary = getattr(self, "nics", {}).get(0)
    if primary:
        primary._group_set = list(groups)
    else:
        self.__dict__["_launch_groups"] = groups


def apply() -> None:
    Instance.security_groups = property(read_instance, write_instance)
    NetworkInterface.group_set = property(lambda self: self._group_set)
