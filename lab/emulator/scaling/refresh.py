"""An instance refresh: the members that it is to replace, and how it goes on.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

import math
import uuid
from typing import Any

from moto.core.utils import utcnow

from scaling.activities import at
from scaling.members import age, is_suspended, remove, settle, version_of, wanted

ACTIVE = ("Pending", "InProgress")


class Refresh:
    """A refresh of `old` members; `warmup` in seconds, `former` what the group launched from before."""

    def __init__(self, group: Any, old: list[Any], percentage: int, warmup: int, former: dict[str, Any] | None) -> None:
        self.id = str(uuid.uuid4())
        self.group = group
        self.old = old
        self.count = len(old)
        self.percentage = percentage
        self.warmup = warmup
        self.former = former
        self.waits = True
        self.surplus = 0
        self.preferences: dict[str, Any] = {}
        self.desired: dict[str, Any] = {}
        self.status, self.reason = "Pending", ""
        self.started = utcnow()
        self.ended: Any = None

    def left(self) -> list[Any]:
        """Those of the old members that are members still."""
        return [member for member in self.old if member in self.group.instance_states]

    def ready(self) -> int:
        """How many members are in service, the new ones for as long as it takes."""
        return sum(member.lifecycle_state == "InService" and self.is_ready(member) for member in self.group.instance_states)

    def warming(self) -> int:
        """How many of the desired capacity are not."""
        return max(0, wanted(self.group) - self.ready())

    def staying(self) -> int:
        """How many have to stay in service; where no others may be launched before, one less than are desired at least."""
        fewest = math.ceil(wanted(self.group) * self.percentage / 100)
        return fewest if self.surplus else min(fewest, wanted(self.group) - 1)

    def fill(self) -> None:
        """Launch what is to be there before others go."""
        self.group.lab_surplus = min(self.surplus, len(self.left())) if self.status in ACTIVE else 0
        settle(self.group)

    def is_ready(self, member: Any) -> bool:
        return member in self.old or age(member) >= self.warmup

    def describe(self) -> dict[str, Any]:
        left = min(self.count, len(self.left()) + self.warming()) if self.status in ACTIVE else len(self.left())
        described = {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": self.group.name,
            "Status": self.status,
            "StatusReason": self.reason or None,
            "StartTime": self.started,
            "EndTime": self.ended,
            "PercentageComplete": 100 if not self.count else 100 * (self.count - left) // self.count,
            "InstancesToUpdate": left,
            "Preferences": self.preferences,
            "DesiredConfiguration": self.desired or None,
        }
        return {key: value for key, value in described.items() if value is not None}


def is_current(group: Any, member: Any) -> bool:
    """Whether a member was launched from what the group launches from now."""
    template = group.ec2_launch_template
    return bool(template) and version_of(member) == str(template.get_version(group.launch_template_version).number)


def refreshes(backend: Any) -> list[Refresh]:
    """All of a region's, the last first."""
    if not hasattr(backend, "lab_refreshes"):
        backend.lab_refreshes = []
    return backend.lab_refreshes


def go_on(refresh: Refresh) -> None:
    """Replace the next members, when the last ones are ready."""
    group = refresh.group
    if is_suspended(group, "InstanceRefresh"):
        return
    left, warming = [member for member in refresh.left() if member.lifecycle_state == "InService"], refresh.warming()
    if not refresh.left() and not warming:
        refresh.status, refresh.reason, refresh.ended = "Successful", "", utcnow()
        return refresh.fill()
    refresh.fill()
    may_go = refresh.ready() - refresh.staying()
    free = [member for member in left if not (refresh.waits and member.protected_from_scale_in)]
    if left and not free:
        refresh.status, refresh.reason = "InProgress", "Waiting for instances that are protected from scale in."
        return
    refresh.status, refresh.reason = "InProgress", "Waiting for remaining instances to be available." if warming else ""
    if may_go > 0 and free:
        for member in free[:may_go]:
            remove(group, member, f"{at()} an instance was taken out of service in response to an instance refresh.")
        refresh.fill()


def cancel(refresh: Refresh) -> None:
    """What was replaced stays so; the group launches from what it did before."""
    if refresh.desired and refresh.former:
        former = {"LaunchTemplateId": refresh.former["LaunchTemplateId"], "Version": refresh.former["Version"]}
        refresh.group._set_launch_configuration("", former, None)
    refresh.status, refresh.reason, refresh.ended = "Cancelled", "Cancelled due to user request.", utcnow()
    refresh.fill()
