"""The default group of a VPC lets its members reach each other.

moto creates it without any rule for traffic that comes in.

AWS: "allows inbound traffic from all resources that are assigned to the security group".
https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
"""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule


def apply() -> None:
    create = SecurityGroupBackend.create_security_group

    def create_with_self_rule(self: Any, *args: Any, **kwargs: Any) -> Any:
        group = create(self, *args, **kwargs)
        if group.is_default and not group.ingress_rules:
            peer = {"GroupId": group.id, "OwnerId": group.owner_id}
            group.ingress_rules.append(SecurityGroupRule(self, "-1", group.id, None, None, None, source_group=peer, is_egress=False))
        return group

    SecurityGroupBackend.create_security_group = create_with_self_rule
