"""A request without a signature is refused with 403.

moto under enforcement fails with a KeyError on the missing header: HTTP 500, which clients retry.

AWS: S3 answers AccessDenied, the others MissingAuthenticationToken.
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from collections.abc import Callable
from typing import Any

import sigv4
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from refusal import content_type, render_error, service_of


def apply() -> None:
    call = DomainDispatcherApplication.__call__

    def call_signed(self: Any, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        headers = {"authorization": environ.get("HTTP_AUTHORIZATION", "")}
        if sigv4.parse_signature(headers, environ.get("QUERY_STRING", "")):
            return call(self, environ, start_response)
        code, message = ("MissingAuthenticationToken", "Request is missing Authentication Token")
        if service_of(environ) == "s3":
            code, message = ("AccessDenied", "Access Denied")
        document = render_error(environ, code, message).encode()
        start_response("403 Forbidden", [content_type(environ), ("Content-Length", str(len(document)))])
        return [document]

    DomainDispatcherApplication.__call__ = call_signed
