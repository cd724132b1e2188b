"""Credentials of an instance: a session of its profile's role, named after the instance, as EC2 makes them."""

import datetime
import json
from typing import Any

from conditions import as_list
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

LIFETIME_SECONDS = 6 * 3600
SERVICE = "ec2.amazonaws.com"


class CredentialsRefused(Exception):
    """Why there are none; `code` is what the metadata service shows in `iam/info`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def trusts_ec2(document: str) -> bool:
    """Whether a trust policy lets EC2 assume the role."""
    for statement in as_list(json.loads(document)["Statement"]):
        principal = statement.get("Principal")
        services = as_list(principal.get("Service", [])) if isinstance(principal, dict) else []
        if statement["Effect"] == "Allow" and (SERVICE in services or principal == "*"):
            return True
    return False


def role_of(account: str, profile_arn: str) -> Any:
    """The role in an instance profile, or None."""
    profiles = iam_backends[account]["aws"].get_instance_profiles()
    profile = next((profile for profile in profiles if profile.arn == profile_arn), None)
    return profile.roles[0] if profile and profile.roles else None


def iso(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def mint(account: str, region: str, instance_id: str) -> dict[str, Any]:
    """New credentials for six hours.

    Raises CredentialsRefused: no such instance, no profile, no role in it, or a role that does not trust EC2.
    """
    instance = ec2_backends[account][region].get_instance_by_id(instance_id)
    if not instance or not instance.iam_instance_profile:
        raise CredentialsRefused("NoInstanceProfile", f"instance {instance_id} has no instance profile")
    role = role_of(account, instance.iam_instance_profile["Arn"])
    if not role:
        raise CredentialsRefused("InstanceProfileNotFound", f"the profile of instance {instance_id} has no role")
    if not trusts_ec2(role.assume_role_policy_document):
        raise CredentialsRefused("AssumeRoleUnauthorizedAccess", f"EC2 cannot assume the role {role.name}.")
    session = sts_backends[account]["aws"].assume_role(
        region_name=region, role_session_name=instance_id, role_arn=role.arn, policy="", duration=LIFETIME_SECONDS, external_id=""
    )
    return {
        "role": role.name,
        "accessKeyId": session.access_key_id,
        "secretAccessKey": session.secret_access_key,
        "token": session.session_token,
        "lastUpdated": iso(session.expiration - datetime.timedelta(seconds=LIFETIME_SECONDS)),
        "expiration": iso(session.expiration),
    }
