"""Where the emulator listens: a unix socket that only its owner may open, or loopback."""

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

PR_SET_PDEATHSIG = 1


class RequestHandler(WSGIRequestHandler):
    """Logs method, path and status: no query, because a presigned one is a credential."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        path = getattr(self, "path", "-").partition("?")[0]
        print(f"{self.log_date_time_string()} {getattr(self, 'command', '-')} {path} {int(code)}", file=sys.stderr, flush=True)


def on_loopback(port: int, application: Any) -> BaseWSGIServer:
    """Bind 127.0.0.1:`port` (0: any free port); `.port` of the answer is the real one."""
    return make_server("127.0.0.1", port, application, threaded=True, request_handler=RequestHandler)


class SilentHandler(WSGIRequestHandler):
    """For a peer that asks every other second."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass


def on_socket(path: Path, application: Any, handler: type[WSGIRequestHandler] = RequestHandler) -> BaseWSGIServer:
    """Bind a unix socket with mode 0600, replacing one that an earlier process left."""
    path.unlink(missing_ok=True)
    # A socket's address holds 108 bytes, less than many a path: it is named through its folder's descriptor.
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    mask = os.umask(0o177)
    try:
        return make_server(f"unix:///proc/self/fd/{folder}/{path.name}", 0, application, threaded=True, request_handler=handler)
    finally:
        os.umask(mask)


def serve_in_background(server: BaseWSGIServer) -> None:
    """Serve on a thread of its own until the process ends."""
    threading.Thread(target=server.serve_forever, daemon=True).start()


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends (prctl(2), PR_SET_PDEATHSIG)."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent process is gone")
