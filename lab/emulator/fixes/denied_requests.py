"""What is not allowed is refused with the code, the status and the document of the service that was asked, and with the reason.

moto answers AccessDenied for EC2 too, and writes a mix of EC2's and the query protocol's documents, which the Go SDK cannot read.

AWS: EC2 says UnauthorizedOperation, and about a change adds an encoded message, which DecodeAuthorizationMessage reads; everybody else
says AccessDenied, S3 without a reason.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html#access-denied-message-format
"""

import base64
import binascii
import json
import zlib
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMRequest, S3IAMRequest
from moto.sts.responses import TokenResponse
from refusal import Refusal

NOT_VALID = "AWS was not able to validate the provided access credentials"
NO_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
    " Consult the service documentation for details."
)


def encode(principal: str, action: str, resource: str, reason: str) -> str:
    """The details of a denial, unreadable in a log. (AWS encrypts them.)"""
    context = {"principal": {"arn": principal}, "action": action, "resource": resource, "conditions": {"items": []}}
    details = {"allowed": False, "explicitDeny": reason.startswith("with an explicit deny"), "context": context}
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(details).encode())).decode()


def decode(message: str) -> str:
    try:
        return zlib.decompress(base64.urlsafe_b64decode(message)).decode()
    except (binascii.Error, zlib.error, ValueError):
        raise Refusal(400, "InvalidAuthorizationMessageException", "The error message is not valid.")


def deny(self: Any, action: str, resource: str, reason: str) -> None:
    where = "" if resource == "*" else f" on resource: {resource}"
    message = f"User: {self._access_key.arn} is not authorized to perform: {action}{where} {reason}"
    if self._service != "ec2":
        raise Refusal(403, "AccessDenied", message)
    message = f"You are not authorized to perform this operation. {message}"
    if resource != "*":
        message += f". Encoded authorization failure message: {encode(self._access_key.arn, action, resource, reason)}"
    raise Refusal(403, "UnauthorizedOperation", message)


def refuse_key(self: Any, _: str) -> None:
    if self._service == "ec2":
        raise Refusal(401, "AuthFailure", NOT_VALID)
    raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")


def refuse_signature(self: Any) -> None:
    if self._service == "ec2":
        raise Refusal(401, "AuthFailure", NOT_VALID)
    raise Refusal(403, "SignatureDoesNotMatch", NO_MATCH)


def apply() -> None:
    deny_s3 = S3IAMRequest._raise_access_denied

    IAMRequest._raise_access_denied = deny
    IAMRequest._raise_invalid_access_key = refuse_key
    IAMRequest._raise_signature_does_not_match = refuse_signature
    S3IAMRequest._raise_access_denied = lambda self, *_: deny_s3(self)
    TokenResponse.decode_authorization_message = lambda self: ActionResult({"DecodedMessage": decode(self._get_param("EncodedMessage"))})
