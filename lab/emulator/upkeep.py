"""What the region does by itself as time passes: health checks, timeouts.

Nothing here runs on a thread of its own: it is caught up with before each request, and each time that the lab reads the region, which is
every other second.
"""

from collections.abc import Callable

TASKS: list[Callable[[], None]] = []


def tend() -> None:
    """Do what is due."""
    for task in TASKS:
        task()
