"""What IAM's conditions can ask about the request that is being served.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import datetime
import ipaddress
from typing import Any

from flask import request
from moto.ec2.models import ec2_backends
from policy import role_arn

# The proxy in front sets both, whatever the client sent.
SOURCE_ADDRESS = "X-Lab-Source-Address"
TRANSPORT = "X-Lab-Transport"

# Keys that no request here ever has: no organisation, no VPC endpoint, no federation, no other service in between.
ABSENT = (
    *("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:federatedprovider", "aws:multifactorauthage"),
    *("aws:principalorgid", "aws:principalorgpaths", "aws:referer", "aws:sourceaccount", "aws:sourcearn", "aws:sourceidentity"),
    *("aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "iam:passedtoservice", "aws:username"),
    *("aws:multifactorauthpresent", "s3:prefix", "s3:delimiter", "s3:max-keys", "sts:externalid", "sts:rolesessionname"),
)


def public_source(account: str, address: str) -> str:
    """The address that AWS sees a machine of a VPC come from: its own public one, else that of its VPC's NAT gateway."""
    interfaces = (eni for backend in ec2_backends[account].values() for eni in backend.enis.values())
    interface = next((eni for eni in interfaces if eni.private_ip_address == address), None)
    if not interface:
        return address
    gateways = (gateway for gateway in interface.ec2_backend.nat_gateways.values() if gateway.vpc_id == interface.subnet.vpc_id)
    return interface.public_ip or next((gateway._eni.public_ip for gateway in gateways if gateway._eni.public_ip), address)


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def describe_request(iam_request: Any) -> dict[str, tuple[str, ...]]:
    """Condition keys in lower case with their values; a key without values is known to be absent."""
    account, region, principal = iam_request.account_id, iam_request._region, iam_request._access_key.arn
    is_session = ":assumed-role/" in principal
    now = datetime.datetime.now(datetime.timezone.utc)
    source = request.headers.get(SOURCE_ADDRESS, "")
    present = {
        "aws:currenttime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:principalaccount": account,
        "aws:principalarn": role_arn(principal),
        "aws:principalisawsservice": "false",
        "aws:principaltype": "AssumedRole" if is_session else "User",
        "aws:requestedregion": region,
        "aws:securetransport": str(request.headers.get(TRANSPORT) != "clear").lower(),
        "aws:useragent": request.headers.get("User-Agent"),
        "aws:viaawsservice": "false",
        "aws:multifactorauthpresent": "false" if is_session else None,
        "aws:username": None if is_session else principal.rpartition("/")[2],
        "aws:sourceip": public_source(account, source) if is_address(source) else None,
        "ec2:region": region,
        "ec2:instancetype": request.values.get("InstanceType"),
        "s3:delimiter": request.args.get("delimiter"),
        "s3:max-keys": request.args.get("max-keys"),
        "s3:prefix": request.args.get("prefix"),
        "sts:externalid": request.values.get("ExternalId"),
        "sts:rolesessionname": request.values.get("RoleSessionName"),
    }
    return {key: () for key in ABSENT} | {key: (value,) for key, value in present.items() if value is not None}


def tags_of_resource(account: str, region: str, resource: str) -> dict[str, tuple[str, ...]] | None:
    """`aws:ResourceTag/...` and `ec2:ResourceTag/...` of an EC2 resource; None where its tags are not looked up."""
    if not resource.startswith("arn:aws:ec2:"):
        return None
    tags = ec2_backends[account][region].tags.get(resource.rpartition("/")[2], {})
    return {f"{service}:resourcetag/{name.lower()}": (value,) for service in ("aws", "ec2") for name, value in tags.items()}
