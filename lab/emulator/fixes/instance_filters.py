"""DescribeInstances filters by attributes of network interfaces, profile, launch time and reservation.

moto answers HTTP 500 for them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
"""

from typing import Any

import moto.ec2.utils as utils
from moto.ec2.models.instances import Instance


def of_interfaces(read: Any) -> property:
    return property(lambda self: [value for eni in self.nics.values() for value in read(eni)])


FILTERS = {
    "network-interface.vpc-id": ("_filter_interface_vpcs", of_interfaces(lambda eni: [eni.vpc_id])),
    "network-interface.subnet-id": ("_filter_interface_subnets", of_interfaces(lambda eni: [eni.subnet_id])),
    "network-interface.network-interface-id": ("_filter_interface_ids", of_interfaces(lambda eni: [eni.id])),
    "network-interface.group-id": ("_filter_interface_groups", of_interfaces(lambda eni: [group.id for group in eni._group_set])),
    "network-interface.addresses.private-ip-address": (
        "_filter_interface_addresses",
        of_interfaces(lambda eni: [entry["PrivateIpAddress"] for entry in eni.private_ip_addresses]),
    ),
    "instance-state-code": ("_filter_state_code", property(lambda self: str(self.state_code))),
    "iam-instance-profile.arn": ("_filter_profile", property(lambda self: (self.iam_instance_profile or {}).get("Arn"))),
    "instance-lifecycle": ("lifecycle", None),
}


def apply() -> None:
    for name, (attribute, value) in FILTERS.items():
        utils.filter_dict_attribute_mapping[name] = attribute
        if value:
            setattr(Instance, attribute, value)
