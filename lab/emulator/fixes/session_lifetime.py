"""Credentials of a role session work until they expire, and only with their token.

moto keeps them for ever.

AWS: S3 answers ExpiredToken (400), EC2 RequestExpired (400), the others ExpiredToken (403).
https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

from typing import Any

import moto.iam.access_control as access_control
from flask import request
from moto.core.utils import utcnow
from moto.sts.models import sts_backends
from refusal import Refusal, service_of


def refuse_expired() -> None:
    service = service_of(request.environ)
    if service == "ec2":
        raise Refusal(400, "RequestExpired", "Request has expired.")
    if service == "s3":
        raise Refusal(400, "ExpiredToken", "The provided token has expired.")
    raise Refusal(403, "ExpiredToken", "The security token included in the request is expired")


def apply() -> None:
    create = access_control.AssumedRoleAccessKey.__init__

    def create_current(self: Any, account_id: str, partition: str, access_key_id: str, headers: Any) -> None:
        create(self, account_id, partition, access_key_id, headers)
        session = sts_backends[account_id][partition].get_assumed_role_from_access_key(access_key_id)
        if session and session.expiration < utcnow():
            refuse_expired()

    access_control.AssumedRoleAccessKey.__init__ = create_current
