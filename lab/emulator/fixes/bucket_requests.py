"""S3 asks IAM for the action that AWS names, for every object that is deleted, and for the source of a copy.

moto has names of its own for some actions, takes settings that it does not know for the bucket's creation or deletion, asks for
DeleteObjects on the bucket, and lets everybody who may write copy what he may not read. It judges bucket policies without knowing the
caller; fixes/authorization.py judges them.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from typing import Any
from urllib.parse import unquote

from flask import request
from moto.iam.access_control import IAMRequestBase, PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import ACTION_MAP

from fixes.authorization import refusal

REQUEST = "lab.s3-request"

# Query parameter -> what follows Get or Put in the action's name.
SETTINGS = {
    "encryption": "EncryptionConfiguration",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
}


def object_arn(source: str) -> str:
    """`/bucket/key?versionId=...` as x-amz-copy-source has it -> the object's ARN."""
    return "arn:aws:s3:::" + unquote(source.partition("?")[0]).lstrip("/")


def apply() -> None:
    check = IAMRequestBase.check_action_permitted

    ACTION_MAP["BUCKET"]["HEAD"]["DEFAULT"] = "ListBucket"
    for parameter, name in SETTINGS.items():
        ACTION_MAP["BUCKET"]["GET"][parameter] = f"Get{name}"
        ACTION_MAP["BUCKET"]["PUT"][parameter] = ACTION_MAP["BUCKET"]["DELETE"][parameter] = f"Put{name}"

    def check_objects(self: Any, resource: str) -> None:
        request.environ[REQUEST] = self
        if self._action == "s3:DeleteObject" and "/" not in resource:
            return  # asked for each of them, below
        check(self, resource)
        source = request.headers.get("x-amz-copy-source")
        reason = refusal(self, "s3:GetObject", object_arn(source)) if source else None
        if reason:
            self._raise_access_denied("s3:GetObject", object_arn(source), reason)

    def permission(self: Any, action: str, resource: str) -> PermissionResult:
        asked = request.environ.get(REQUEST)
        denied = asked and action == "s3:DeleteObject" and refusal(asked, action, resource)
        return PermissionResult.DENIED if denied else PermissionResult.NEUTRAL

    IAMRequestBase.check_action_permitted = check_objects
    FakeBucket.get_permission = permission
