"""A request without a signature is refused with 403.

moto under enforcement fails with a KeyError on the missing header: HTTP 500, which clients retry.

AWS: S3 answers AccessDenied, the others MissingAuthenticationToken.
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from collections.abc import Callable
from typing import Any

import sigv4
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from refusal import render_error, service_of


def apply() -> None:
    call = DomainDispatcherApplication.__call__

    def call_signed(self: Any, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        headers = {"authorization": environ.get("HTTP_AUTHORIZATION", "")}
        if sigv4.parse_signature(headers, environ.get("QUERY_STRING", "")):
            return call(self, environ, start_response)
        service = service_of(environ)
        code, message = ("MissingAuthenticationToken", "Request is missing Authentication Token")
        if service == "s3":
            code, message = ("AccessDenied", "Access Denied")
        document = render_error(service, code, message).encode()
        start_response("403 Forbidden", [("Content-Type", "text/xml"), ("Content-Length", str(len(document)))])
        return [document]

    DomainDispatcherApplication.__call__ = call_signed
