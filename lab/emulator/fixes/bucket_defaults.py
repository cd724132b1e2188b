"""A bucket is private, encrypted and without access control lists unless it is told otherwise.

moto's buckets are those of before 2023: no public access block, no encryption, and lists that anybody's rights can be written into.

AWS: all four settings of the public access block, SSE-S3 (AES256), BucketOwnerEnforced; whoever wants a public bucket has to take these away
first: AccessControlListNotSupported "The bucket does not allow ACLs", AccessDenied.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

import json
from typing import Any

from conditions import as_list
from moto.s3.exceptions import S3AccessDeniedError, S3ClientError
from moto.s3.models import OWNER, FakeBucket, PublicAccessBlock, S3Backend


def encryption() -> dict[str, Any]:
    return {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}}


def grants_others(acl: Any) -> bool:
    """Whether an access control list gives rights to anybody but the owner."""
    return any(grantee.uri or grantee.id != OWNER for grant in acl.grants for grantee in grant.grantees) if acl else False


def is_open(acl: Any) -> bool:
    """Whether it gives rights to everybody, or to everybody with an account."""
    groups = ("/global/AllUsers", "/global/AuthenticatedUsers")
    return any(str(grantee.uri).endswith(groups) for grant in acl.grants for grantee in grant.grantees) if acl else False


def is_public(policy: bytes) -> bool:
    """Whether a policy lets everybody in, on no condition."""
    for statement in as_list(json.loads(policy).get("Statement", [])):
        principal = statement.get("Principal")
        everybody = principal == "*" or isinstance(principal, dict) and "*" in as_list(principal.get("AWS", []))
        if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
            return True
    return False


def apply() -> None:
    create = FakeBucket.__init__
    put_acl = S3Backend.put_bucket_acl
    put_policy = S3Backend.put_bucket_policy

    def create_private(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.public_access_block = PublicAccessBlock(True, True, True, True)
        self.encryption = encryption()
        self.ownership_rule = "BucketOwnerEnforced"

    def put_checked_acl(self: Any, bucket_name: str, acl: Any) -> None:
        bucket = self.get_bucket(bucket_name)
        if bucket.ownership_rule == "BucketOwnerEnforced" and grants_others(acl):
            raise S3ClientError("AccessControlListNotSupported", "The bucket does not allow ACLs")
        if bucket.public_access_block and bucket.public_access_block.block_public_acls and is_open(acl):
            raise S3AccessDeniedError()
        put_acl(self, bucket_name, acl)

    def put_checked_policy(self: Any, bucket_name: str, policy: bytes) -> None:
        block = self.get_bucket(bucket_name).public_access_block
        if block and block.block_public_policy and is_public(policy):
            raise S3AccessDeniedError()
        put_policy(self, bucket_name, policy)

    def delete_encryption(self: Any, bucket_name: str) -> None:
        self.get_bucket(bucket_name).encryption = encryption()

    FakeBucket.__init__ = create_private
    S3Backend.put_bucket_acl = put_checked_acl
    S3Backend.put_bucket_policy = put_checked_policy
    S3Backend.delete_bucket_encryption = delete_encryption
