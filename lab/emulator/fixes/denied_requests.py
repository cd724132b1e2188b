"""What is not allowed is refused with the code, the status and the document of the service that was asked.

moto answers AccessDenied for EC2 too, and writes a mix of EC2's and the query protocol's documents, which the Go SDK cannot read.

AWS: EC2 says UnauthorizedOperation, everybody else AccessDenied.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors
"""

from typing import Any

from moto.iam.access_control import IAMRequest
from refusal import Refusal

NOT_VALID = "AWS was not able to validate the provided access credentials"
NO_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
    " Consult the service documentation for details."
)


def apply() -> None:
    def deny(self: Any) -> None:
        if self._service == "ec2":
            raise Refusal("ec2", 403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
        message = f"User: {self._access_key.arn} is not authorized to perform: {self._action}"
        raise Refusal(self._service, 403, "AccessDenied", message)

    def refuse_key(self: Any, _: str) -> None:
        if self._service == "ec2":
            raise Refusal("ec2", 401, "AuthFailure", NOT_VALID)
        raise Refusal(self._service, 403, "InvalidClientTokenId", "The security token included in the request is invalid.")

    def refuse_signature(self: Any) -> None:
        if self._service == "ec2":
            raise Refusal("ec2", 401, "AuthFailure", NOT_VALID)
        raise Refusal(self._service, 403, "SignatureDoesNotMatch", NO_MATCH)

    IAMRequest._raise_access_denied = deny
    IAMRequest._raise_invalid_access_key = refuse_key
    IAMRequest._raise_signature_does_not_match = refuse_signature
