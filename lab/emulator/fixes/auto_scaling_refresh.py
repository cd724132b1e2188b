"""StartInstanceRefresh replaces the members of a group a few at a time, and the group stays as healthy as was asked.

moto has no instance refresh.

AWS: at least one member is replaced at a time, else so many that MinHealthyPercentage (90) of the desired capacity stay in service; the
next ones go when the new ones are warm: after InstanceWarmup seconds, else the group's health check grace period. Above 100,
MaxHealthyPercentage says how many are launched before others go; where all have to stay in service it is 110.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
"""

import math
from typing import Any

import upkeep
from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from scaling.groups import every_backend, require_group
from scaling.members import wanted
from scaling.refresh import ACTIVE, Refresh, cancel, go_on, is_current, refreshes


def named_group(self: Any) -> Any:
    return require_group(self.autoscaling_backend, self._get_param("AutoScalingGroupName"))


def active(group: Any) -> Refresh | None:
    return next((each for each in refreshes(group.autoscaling_backend) if each.group is group and each.status in ACTIVE), None)


def start(self: Any) -> ActionResult:
    group = named_group(self)
    if active(group):
        message = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
        raise AutoscalingClientError("InstanceRefreshInProgress", message)
    preferences, desired = self._get_param("Preferences", {}), self._get_param("DesiredConfiguration", {})
    percentage = int(preferences.get("MinHealthyPercentage", 90))
    if not 0 <= percentage <= 100:
        raise ValidationError("MinHealthyPercentage must be between 0 and 100.")
    most = int(preferences.get("MaxHealthyPercentage", 110 if percentage == 100 else 100))
    if not 100 <= most <= 200 or most - percentage > 100 or most == percentage:
        raise ValidationError("MaxHealthyPercentage must be between 100 and 200, above MinHealthyPercentage and at most 100 more.")
    former = group.launch_template
    if desired.get("LaunchTemplate"):
        group._set_launch_configuration("", desired["LaunchTemplate"], None)
    skips = preferences.get("SkipMatching") in (True, "true")
    keeps = preferences.get("ScaleInProtectedInstances", "Wait") == "Ignore"
    old = [
        member
        for member in group.instance_states
        if not (skips and is_current(group, member)) and not (keeps and member.protected_from_scale_in)
    ]
    warmup = preferences.get("InstanceWarmup")
    refresh = Refresh(group, old, percentage, int(group.health_check_grace_period or 0) if warmup is None else int(warmup), former)
    refresh.waits = preferences.get("ScaleInProtectedInstances", "Wait") != "Refresh"
    refresh.surplus = math.ceil(wanted(group) * (most - 100) / 100)
    refresh.preferences = {"MinHealthyPercentage": percentage, "MaxHealthyPercentage": most, "SkipMatching": skips, "InstanceWarmup": refresh.warmup}
    refresh.desired = desired
    refreshes(group.autoscaling_backend).insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh.id})


def describe(self: Any) -> ActionResult:
    group, ids = named_group(self), self._get_param("InstanceRefreshIds", [])
    found = [each for each in refreshes(self.autoscaling_backend) if each.group is group and (not ids or each.id in ids)]
    return ActionResult({"InstanceRefreshes": [each.describe() for each in found]})


def cancel_active(self: Any) -> ActionResult:
    refresh = active(named_group(self))
    if not refresh:
        message = "No in progress or pending Instance Refresh found for Auto Scaling group " + self._get_param("AutoScalingGroupName")
        raise AutoscalingClientError("ActiveInstanceRefreshNotFound", message)
    cancel(refresh)
    return ActionResult({"InstanceRefreshId": refresh.id})


def go_on_with_all() -> None:
    for backend in every_backend():
        for refresh in refreshes(backend):
            if refresh.status in ACTIVE:
                go_on(refresh)


def apply() -> None:
    AutoScalingResponse.start_instance_refresh = start
    AutoScalingResponse.describe_instance_refreshes = describe
    AutoScalingResponse.cancel_instance_refresh = cancel_active
    upkeep.TASKS.append(go_on_with_all)
