"""What the region does by itself as time passes: health checks, timeouts.

Nothing here runs on a thread of its own: it is caught up with before each request, and each time that the lab reads the region, which is
every other second.
"""

import sys
import traceback
from collections.abc import Callable

TASKS: list[Callable[[], None]] = []


def tend() -> None:
    """Do what is due. What goes wrong is in the log: the request that comes next has no part in it."""
    for task in TASKS:
        try:
            task()
        except Exception:
            traceback.print_exc(file=sys.stderr)
