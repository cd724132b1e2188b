"""The error documents of AWS's three XML dialects."""

import re
import uuid
from typing import Any
from xml.sax.saxutils import escape

from moto.core.exceptions import _RESTError


def render_error(service: str, code: str, message: str) -> str:
    """One error as the service writes it: EC2, S3, and the query protocol (IAM, STS, Auto Scaling) differ.

    See https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html and
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    request = str(uuid.uuid4())
    if service == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request}</RequestID></Response>"
    elif service == "s3":
        body = f"<Error>{error}<RequestId>{request}</RequestId></Error>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{request}</RequestId></ErrorResponse>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'


class Refusal(_RESTError):
    """An error in the dialect of the service that was asked; `status` is the HTTP status."""

    def __init__(self, service: str, status: int, code: str, message: str):
        super().__init__(code, message)
        self.code = status
        self.description = render_error(service, code, message)


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
