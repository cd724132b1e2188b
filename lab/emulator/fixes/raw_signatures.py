"""The signature of a request is checked over what was sent: raw path, raw query, raw body.

moto signs the query after decoding it, so that `aws s3 ls s3://bucket/prefix/` (`prefix=a%2F`) is SignatureDoesNotMatch, and the
form after taking it apart. It neither looks at the date of a signature nor knows presigned queries nor the hash of a body, and
knows the caller only by an access key of twenty characters.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import datetime
import hashlib
from typing import Any

import sigv4
from flask import request
from moto.core.responses import BaseResponse
from moto.iam.access_control import IAMRequestBase
from refusal import Refusal
from werkzeug.datastructures import Headers

from application import BODY


def signed_request() -> tuple[sigv4.Signature | None, dict[str, str], str, str]:
    """The signature of the request being served, its headers in lower case, its raw path and raw query."""
    raw = request.environ.get("RAW_URI", request.full_path)
    # An absolute request line ("GET http://host/path") is what a proxy is sent.
    path, _, query = ("/" + raw.partition("://")[2].partition("/")[2] if "://" in raw.partition("?")[0] else raw).partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return sigv4.parse_signature(headers, query), headers, path, query


def check_signature(self: Any) -> None:
    signature, headers, path, query = signed_request()
    secret = self._access_key.create_credentials().secret_key
    body = request.environ[BODY]
    if not signature or not sigv4.is_current(signature, datetime.datetime.now(datetime.timezone.utc)):
        if signature and signature.expires_seconds is not None:
            raise Refusal(403, "AccessDenied", "Request has expired")
        if self._service == "s3":
            raise Refusal(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
        if self._service == "ec2":
            raise Refusal(400, "RequestExpired", "Request has expired.")
        raise Refusal(403, "SignatureDoesNotMatch", "Signature expired: the date of the request is too far away.")
    if not sigv4.matches(signature, secret, request.method, path, query, headers, body):
        self._raise_signature_does_not_match()
    declared = headers.get("x-amz-content-sha256", "")
    if len(declared) == 64 and declared != hashlib.sha256(body).hexdigest():
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise Refusal(400, "XAmzContentSHA256Mismatch", message)


def apply() -> None:
    create = IAMRequestBase.__init__

    def create_from_raw(self: Any, *args: Any, headers: Any, **kwargs: Any) -> None:
        signature = signed_request()[0]
        if signature and signature.expires_seconds is not None:
            claim = f"Credential={signature.access_key_id}/{signature.scope}, Signature={signature.signature}"
            headers = Headers([*headers.items(), ("Authorization", f"{sigv4.ALGORITHM} {claim}")])
            if signature.token:
                headers["X-Amz-Security-Token"] = signature.token
        create(self, *args, headers=headers, **kwargs)

    def access_key_of_signature(self: Any) -> str:
        signature = signed_request()[0]
        return signature.access_key_id if signature else ""

    IAMRequestBase.__init__ = create_from_raw
    IAMRequestBase.check_signature = check_signature
    BaseResponse.get_access_key = access_key_of_signature
