"""The WSGI application: moto's dispatcher, one request at a time, with the raw request kept for the signature."""

import io
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from botocore.model import OperationNotFoundError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from refusal import content_type, render_error
from upkeep import tend

BODY = "lab.body"
ACTION = "lab.action"
ACTION_HEADER = "x-lab-action"

# The emulator moto serves its own control and a fake metadata service under these paths of every host; both answer without a signature.
MOTO_PATHS = ("/moto-api", "/latest/meta-data/", "/latest/api/", "/favicon.ico")


class Application(DomainDispatcherApplication):
    """Serves the AWS API. Answers carry `x-lab-action: service:Action`, for the proxy in front."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        # Every request changes or reads the same unguarded objects; two PutObjects at once could answer 500.
        self.serial = threading.Lock()

    def get_application(self, environ: dict[str, Any]) -> Any:
        if environ.get("PATH_INFO", "").startswith(MOTO_PATHS):
            environ = {**environ, "PATH_INFO": "/"}
        return super().get_application(environ)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[BODY] = read_body(environ)
        environ["wsgi.input"] = io.BytesIO(environ[BODY])
        environ["CONTENT_LENGTH"] = str(len(environ[BODY]))
        with self.serial:
            return self.answer(environ, start_response)

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, (ACTION_HEADER, environ.get(ACTION, ""))], exc_info)

        try:
            tend()
            body = super().__call__(environ, start)
            try:
                return [b"".join(body)]
            finally:
                getattr(body, "close", lambda: None)()
        except (NotImplementedError, OperationNotFoundError) as error:
            return self.fail(environ, start, "400 Bad Request", "InvalidAction", f"The action is not valid for this web service: {error}")
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            return self.fail(environ, start, "500 Internal Server Error", "InternalError", f"{type(error).__name__}: {error}")

    @staticmethod
    def fail(environ: dict[str, Any], start: Callable[..., Any], status: str, code: str, message: str) -> Iterable[bytes]:
        document = render_error(environ, code, message).encode()
        start(status, [content_type(environ), ("Content-Length", str(len(document)))])
        return [document]


def read_body(environ: dict[str, Any]) -> bytes:
    """The whole body, whether it came with a length or in chunks."""
    if environ.get("wsgi.input_terminated"):
        return environ["wsgi.input"].read()
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
