"""Which Auto Scaling groups there are, the one of a name, and the one of an instance."""

from collections.abc import Iterator
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import autoscaling_backends


def every_backend() -> Iterator[Any]:
    """That of each region and account which was asked for anything."""
    for regions in autoscaling_backends.values():
        yield from regions.values()


def every_group() -> list[Any]:
    """A list, since what is done with a group may delete it."""
    return [group for backend in every_backend() for group in backend.autoscaling_groups.values()]


def require_group(backend: Any, name: str) -> Any:
    group = backend.autoscaling_groups.get(name)
    if not group:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return group


def member_of(backend: Any, instance_id: str) -> tuple[Any, Any] | None:
    """The group and the member that an instance is."""
    members = ((group, member) for group in backend.autoscaling_groups.values() for member in group.instance_states)
    return next(((group, member) for group, member in members if member.instance.id == instance_id), None)


def require_member(backend: Any, instance_id: str) -> tuple[Any, Any]:
    found = member_of(backend, instance_id)
    if not found:
        raise ValidationError(f"Instance Id not found - No managed instance found for instance ID: {instance_id}")
    return found
