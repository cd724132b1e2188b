"""Which resources a request touches, and which role it hands to an instance: IAM is asked for each.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

import re
from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

# Prefix of an identifier -> the type of resource in its ARN, where that is not the prefix.
TYPES = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
}


def touched_resources(action: str, data: dict[str, list[str]], region: str, account: str) -> list[str]:
    """ARNs of what an action of EC2 or Auto Scaling changes; `*` alone for an action on nothing in particular, as every Describe is."""
    service, _, name = action.partition(":")
    values = [value for key, listed in data.items() if key[:1].isupper() for value in listed if isinstance(value, str)]
    if service == "autoscaling" and data.get("AutoScalingGroupName") and not name.startswith("Describe"):
        group = data["AutoScalingGroupName"][0]
        return [f"arn:aws:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/{group}"]
    if service != "ec2" or name.startswith(("Describe", "Get")):
        return ["*"]
    found = [re.fullmatch(r"([a-z]+)-[0-9a-f]+", value) for value in values]
    arn = f"arn:aws:ec2:{region}:{account}"
    known = [f"{arn}:{TYPES[match[1]]}/{match[0]}" for match in found if match and match[1] in TYPES]
    images = [f"arn:aws:ec2:{region}::image/{value}" for value in values if value.startswith("ami-")]
    # What a launch makes has no identifier yet.
    made = [f"{arn}:{kind}/*" for kind in ("instance", "network-interface", "volume")] if name == "RunInstances" else []
    return list(dict.fromkeys([*known, *images, *made])) or ["*"]


def passed_role(action: str, data: dict[str, list[str]], region: str, account: str) -> str | None:
    """ARN of the role that a request puts into or takes with an instance profile; None where there is none."""
    if action == "iam:AddRoleToInstanceProfile":
        return next((role.arn for role in iam_backends[account]["aws"].get_roles() if [role.name] == data.get("RoleName")), None)
    if action not in ("ec2:RunInstances", "ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation"):
        return None
    given = {key: data.get(f"IamInstanceProfile.{key}", [None])[0] for key in ("Name", "Arn")}
    names = ("LaunchTemplateId", "LaunchTemplateName", "Version")
    template = {name: data[f"LaunchTemplate.{name}"][0] for name in names if f"LaunchTemplate.{name}" in data}
    if not any(given.values()) and template:
        given = ec2_backends[account][region]._get_template_from_args(template).data.get("IamInstanceProfile") or {}
    profiles: list[Any] = [
        profile
        for profile in iam_backends[account]["aws"].get_instance_profiles()
        if profile.arn == given.get("Arn") or profile.name == given.get("Name")
    ]
    return profiles[0].roles[0].arn if profiles and profiles[0].roles else None
