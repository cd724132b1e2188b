"""The lab's own admin: the one identity that IAM does not check. It is no IAM user, so nothing in the API can remove or change it."""

from dataclasses import dataclass
from typing import Any

import moto.iam.access_control as access_control
from botocore.credentials import Credentials
from moto.sts.models import STSBackend


@dataclass(frozen=True)
class Admin:
    """Credentials and ARN of the admin."""

    account: str
    access_key_id: str
    secret_access_key: str

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:user/lab-admin"

    def create_credentials(self) -> Credentials:
        return Credentials(self.access_key_id, self.secret_access_key)

    def collect_policies(self) -> list[Any]:
        return []


def install(admin: Admin) -> None:
    """Make moto know the admin: its key, its permissions, its answer to GetCallerIdentity."""
    create_access_key = access_control.create_access_key
    check_action_permitted = access_control.IAMRequestBase.check_action_permitted
    get_caller_identity = STSBackend.get_caller_identity

    def create(account_id: str, partition: str, access_key_id: str, headers: Any) -> Any:
        if access_key_id == admin.access_key_id:
            return admin
        return create_access_key(account_id=account_id, partition=partition, access_key_id=access_key_id, headers=headers)

    def check(self: Any, resource: str) -> None:
        if self._access_key is not admin:
            check_action_permitted(self, resource)

    def identity(self: Any, access_key_id: str, region: str) -> tuple[str, str, str]:
        if access_key_id == admin.access_key_id:
            return "AIDALABADMIN000000000", admin.arn, admin.account
        return get_caller_identity(self, access_key_id, region)

    access_control.create_access_key = create
    access_control.IAMRequestBase.check_action_permitted = check
    STSBackend.get_caller_identity = identity
