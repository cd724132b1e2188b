"""The error documents of AWS's dialects: EC2's, S3's, the query protocol's (IAM, STS, Auto Scaling) and the JSON protocols'."""

import json
import re
import uuid
from typing import Any
from xml.sax.saxutils import escape

from flask import request
from moto.core.exceptions import _RESTError

# The codes that the JSON protocols have other names for.
JSON_CODES = {
    "AccessDenied": "AccessDeniedException",
    "ExpiredToken": "ExpiredTokenException",
    "InternalError": "InternalFailure",
    "InvalidAction": "UnknownOperationException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}


def speaks_json(environ: dict[str, Any]) -> bool:
    """Whether a request is one of the JSON protocols (DynamoDB, ECR, CloudWatch Logs, ...)."""
    return "HTTP_X_AMZ_TARGET" in environ


def render_error(environ: dict[str, Any], code: str, message: str) -> str:
    """One error as the service that was asked writes it.

    See https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html,
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
    https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
    """
    if speaks_json(environ):
        return json.dumps({"__type": JSON_CODES.get(code, code), "message": message})
    service = service_of(environ)
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    request_id = str(uuid.uuid4())
    if service == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    elif service == "s3":
        body = f"<Error>{error}<RequestId>{request_id}</RequestId></Error>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'


def content_type(environ: dict[str, Any]) -> tuple[str, str]:
    """The header that goes with an error."""
    return ("Content-Type", "application/x-amz-json-1.1" if speaks_json(environ) else "text/xml")


class Refusal(_RESTError):
    """An error in the dialect of the service that is being asked; `status` is the HTTP status."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(code, message)
        # The JSON protocols have 400 for everything that is the caller's fault.
        self.code = 400 if speaks_json(request.environ) else status
        self.description = render_error(request.environ, code, message)


def service_of(environ: dict[str, Any]) -> str:
    """The service that a request means: by its credential scope, else by its host, else by its form."""
    credential = environ.get("HTTP_AUTHORIZATION", "") + environ.get("QUERY_STRING", "")
    scope = re.search(r"Credential=[^/%,&]+(?:/|%2F)\d{8}(?:/|%2F)[a-z0-9-]+(?:/|%2F)([a-z0-9-]+)", credential)
    if scope:
        return scope.group(1)
    host = re.match(r"(ec2|iam|sts|autoscaling)[.-]", environ.get("HTTP_HOST", ""))
    if host:
        return host.group(1)
    return "sts" if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded") else "s3"
