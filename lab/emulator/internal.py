"""What only the lab's own process may ask, on a socket of its own: no signature, no IAM.

    GET  /health                              204 once the API is served
    GET  /region                              the region's state (lab/region-state.ts)
    POST /instance-credentials/<instance id>  credentials of the role of an instance, as its metadata service gives them
"""

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

from instance_credentials import CredentialsRefused, mint
from region_state import describe_region
from upkeep import tend


class Internal:
    """The WSGI application of the internal socket; `lock` is the one that the API's requests take."""

    def __init__(self, account: str, region: str, lock: threading.Lock) -> None:
        self.account = account
        self.region = region
        self.lock = lock

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.lock:
            status, body = self.route(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        text = json.dumps(body).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]

    def route(self, method: str, path: str) -> tuple[str, Any]:
        first, _, rest = path.strip("/").partition("/")
        if (method, first) == ("GET", "health"):
            return "200 OK", {}
        if (method, first) == ("GET", "region"):
            tend()
            return "200 OK", describe_region(self.account, self.region)
        if (method, first) == ("POST", "instance-credentials"):
            try:
                return "200 OK", mint(self.account, self.region, rest)
            except CredentialsRefused as refused:
                return "403 Forbidden", {"code": refused.code, "message": str(refused)}
        return "404 Not Found", {"code": "NotFound", "message": f"no such path: {method} {path}"}
