"""The state of the region for the lab's data plane, in the shape of lab/region-state.ts, straight from moto's objects."""

from typing import Any

from instance_credentials import role_of
from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from scaling.members import target_state_of


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def tags_of(resource: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def describe_vpc(vpc: Any) -> dict[str, Any]:
    blocks = [vpc.cidr_block, *(entry["cidr_block"] for entry in vpc.get_cidr_block_association_set())]
    return {"id": vpc.id, "cidr": vpc.cidr_block, "cidrs": list(dict.fromkeys(blocks)), "isDefault": vpc.is_default in (True, "true")}


def is_public(backend: Any, subnet: Any) -> bool:
    """Whether the subnet's route table, else the VPC's main one, leads to an internet gateway."""
    tables = [table for table in backend.route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = next((table for table in tables if subnet.id in table._associations.values()), None)
    table = own or next((table for table in tables if table.main_association_id), None)
    routes = table.routes if table else []
    return any(route.destination_cidr_block == "0.0.0.0/0" and str(route.gateway_id or "").startswith("igw-") for route in routes)


def describe_subnet(backend: Any, subnet: Any) -> dict[str, Any]:
    return {
        "id": subnet.id,
        "vpcId": subnet.vpc_id,
        "cidr": subnet.cidr_block,
        "availabilityZone": subnet.availability_zone,
        "isPublic": is_public(backend, subnet),
    }


def describe_rule(rule: Any) -> dict[str, Any] | None:
    """One permission; None where the peer is none that an IPv4 network knows (IPv6, prefix lists)."""
    if rule.ip_range.get("CidrIp"):
        peer = {"cidr": rule.ip_range["CidrIp"]}
    elif rule.source_group.get("GroupId"):
        peer = {"groupId": rule.source_group["GroupId"]}
    else:
        return None
    return without_none({"protocol": rule.ip_protocol, "fromPort": rule.from_port, "toPort": rule.to_port, "peer": peer})


def describe_group(group: Any) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "vpcId": group.vpc_id or "",
        "ingress": [rule for rule in map(describe_rule, group.ingress_rules) if rule],
        "egress": [rule for rule in map(describe_rule, group.egress_rules) if rule],
    }


def describe_interface(eni: Any) -> dict[str, Any]:
    others = [entry["PrivateIpAddress"] for entry in eni.private_ip_addresses]
    attachment = {"id": eni.attachment_id, "instanceId": eni.instance.id, "deviceIndex": int(eni.device_index)} if eni.instance else None
    return {"description": eni.description or ""} | without_none(
        {
            "id": eni.id,
            "subnetId": eni.subnet.id,
            "vpcId": eni.subnet.vpc_id,
            "status": eni.status,
            "macAddress": eni.mac_address,
            "privateAddress": eni.private_ip_address,
            "privateAddresses": list(dict.fromkeys([eni.private_ip_address, *others])),
            "publicAddress": eni.public_ip,
            "groupIds": [group.id for group in eni._group_set],
            "sourceDestCheck": eni.source_dest_check in (True, "true"),
            "attachment": attachment,
            "tags": tags_of(eni),
        }
    )


def root_volume_gib(instance: Any) -> int:
    """The image's size where the launch named none, and where the volume was detached or deleted."""
    root = instance.block_device_mapping.get(instance.root_device_name)
    volume = instance.ec2_backend.volumes.get(root.volume_id) if root else None
    return int(volume.size) if volume else 8


def describe_instance(account: str, backend: Any, reservation: Any, instance: Any) -> dict[str, Any]:
    key = backend.key_pairs.get(instance.key_name)
    profile = instance.iam_instance_profile or {}
    role = role_of(account, profile["Arn"]) if profile.get("Arn") else None
    options = instance.metadata_options
    zone = backend.get_zone_by_name(instance._placement.zone)
    required = {
        "vpcId": instance.vpc_id or "",
        "subnetId": instance.subnet_id or "",
        "privateAddress": instance.private_ip or "",
        "privateDnsName": instance.private_dns_name or "",
    }
    optional = {
        "publicAddress": instance.public_ip,
        "publicDnsName": instance.public_dns_name,
        "keyName": instance.key_name,
        "publicKey": key.public_key.strip() if key else None,
        "userData": str(instance.user_data) if instance.user_data else None,
        "instanceProfileArn": profile.get("Arn"),
        "instanceProfileId": profile.get("Id"),
        "roleName": role.name if role else None,
        "reboots": getattr(instance, "lab_reboots", None),
        "availabilityZoneId": zone.zone_id if zone else None,
        "hypervisor": INSTANCE_TYPES.get(instance.instance_type, {}).get("Hypervisor"),
        "rootDevice": instance.root_device_name,
        "targetLifecycleState": target_state_of(autoscaling_backends[account][backend.region_name], instance.id),
    }
    return {
        "id": instance.id,
        "state": instance.state,
        "imageId": instance.image_id,
        "instanceType": instance.instance_type,
        "architecture": instance.architecture,
        "launchedAt": instance.launch_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reservationId": reservation.id,
        "launchIndex": int(instance.ami_launch_index),
        "volumeGiB": root_volume_gib(instance),
        "availabilityZone": instance._placement.zone,
        "groupIds": [group.id for group in instance.security_groups],
        "tags": tags_of(instance),
        "metadata": {
            "httpTokens": options.http_tokens or "optional",
            "httpEndpoint": options.http_endpoint or "enabled",
            "hopLimit": options.http_put_response_hop_limit,
            "instanceTags": options.instance_metadata_tags == "enabled",
        },
        **required,
        **without_none(optional),
    }


def describe_address(address: Any) -> dict[str, Any]:
    return without_none(
        {
            "allocationId": address.allocation_id or address.public_ip,
            "publicAddress": address.public_ip,
            "networkInterfaceId": address.network_interface_id,
            "instanceId": address.eni.instance.id if address.eni and address.eni.instance else None,
            "privateAddress": address.private_ip_address,
        }
    )


def describe_region(account: str, region: str) -> dict[str, Any]:
    """All of it; see RegionState in lab/region-state.ts."""
    backend = ec2_backends[account][region]
    subnets = [subnet for zone in backend.subnets.values() for subnet in zone.values()]
    groups = [group for by_id in backend.groups.values() for group in by_id.values()]
    return {
        "region": region,
        "account": account,
        "vpcs": [describe_vpc(vpc) for vpc in backend.vpcs.values()],
        "subnets": [describe_subnet(backend, subnet) for subnet in subnets],
        "securityGroups": [describe_group(group) for group in groups],
        "networkInterfaces": [describe_interface(eni) for eni in backend.enis.values()],
        "instances": [
            describe_instance(account, backend, reservation, instance)
            for reservation in backend.reservations.values()
            for instance in reservation.instances
        ],
        "elasticAddresses": [describe_address(address) for address in backend.addresses],
    }
