"""The members of a group: who counts, who is healthy, and what makes their number the desired one."""

import math
from datetime import timedelta
from typing import Any

from moto.core.exceptions import ServiceException, _RESTError
from moto.core.utils import utcnow

from scaling import hooks
from scaling.activities import at, begin, end
from scaling.groups import member_of

COUNTED = ("Pending", "Pending:Wait", "InService")
STOPPED = "EC2 health check indicating it has been terminated or stopped"
MARKED = "user health-check"
RETRY_SECONDS = 60


def counted(group: Any) -> list[Any]:
    """The members that the desired capacity means: none that leaves, and none on standby."""
    return [member for member in group.instance_states if member.lifecycle_state in COUNTED]


def target_state_of(backend: Any, instance_id: str) -> str | None:
    """What the group of an instance wants it to be, as its metadata says it; None for who is no member.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
    """
    found = member_of(backend, instance_id)
    if not found:
        return None
    state = found[1].lifecycle_state.partition(":")[0]
    return {"Pending": "InService", "InService": "InService", "Standby": "Standby"}.get(state, "Terminated")


def is_suspended(group: Any, process: str) -> bool:
    return any(each["ProcessName"] == process for each in group.suspended_processes)


def enter_service(member: Any) -> None:
    member.lifecycle_state = "InService"
    member.lab_since = utcnow()


def age(member: Any) -> float:
    """Seconds in service."""
    return (utcnow() - getattr(member, "lab_since", utcnow())).total_seconds()


def wanted(group: Any) -> int:
    """How many instances the desired capacity is; a group with several types takes the first, and its weight."""
    policy = group.mixed_instances_policy or {}
    overrides = policy.get("LaunchTemplate", {}).get("Overrides") or [{}]
    weight = str(overrides[0].get("WeightedCapacity") or "1")
    return math.ceil((group.desired_capacity or 0) / (int(weight) or 1 if weight.isdigit() else 1))


def may_try(group: Any) -> bool:
    """Whether it is time to launch, after a launch that failed."""
    retries = getattr(group, "lab_retries", None)
    return retries is None or retries <= utcnow()


def launch(group: Any, count: int, replaced: int, reason: str) -> None:
    """Launch `count` members, the first `replaced` of them for members that were unhealthy."""
    before, had = set(group.instance_states), len(counted(group))
    difference = (
        f"{reason}{at()} an instance was started in response to a difference between desired and actual capacity,"
        f" increasing the capacity from {had + replaced} to {had + count}."
    )
    unhealthy = f"{at()} an instance was launched in response to an unhealthy instance needing to be replaced."
    try:
        group.replace_autoscaling_group_instances(count, group.get_propagated_tags())
    except (_RESTError, ServiceException) as error:
        # What asks for a group that cannot be is refused; a group that is goes on trying.
        if group.name not in group.autoscaling_backend.autoscaling_groups:
            raise
        group.lab_retries = utcnow() + timedelta(seconds=RETRY_SECONDS)
        activity = begin(group, None, "Launching a new EC2 instance", unhealthy if replaced else difference)
        return end(activity, "Failed", f"{error}  Launching EC2 instance failed.")
    for index, member in enumerate(each for each in list(group.instance_states) if each not in before):
        cause = unhealthy if index < replaced else difference
        member.lifecycle_state = "Pending"
        activity = begin(group, member.instance, "Launching a new EC2 instance", cause)

        def proceed(abandoned: str | None, member: Any = member, activity: Any = activity) -> None:
            if abandoned:
                end(activity, "Failed", abandoned)
                return finish(group, member)
            enter_service(member)
            end(activity)

        hooks.wait(group, member, hooks.LAUNCHING, proceed)
        if member.lifecycle_state == "Pending:Wait":
            activity["StatusCode"] = "MidLifecycleAction"


def remove(group: Any, member: Any, cause: str) -> Any:
    """Terminate a member, once its hooks have had their time. @returns the activity"""
    activity = begin(group, member.instance, "Terminating EC2 instance", cause)
    member.lifecycle_state = "Terminating"
    member.lab_wait = None

    def proceed(_: str | None) -> None:
        finish(group, member)
        end(activity)

    hooks.wait(group, member, hooks.TERMINATING, proceed)
    if member.lifecycle_state == "Terminating:Wait":
        activity["StatusCode"] = "MidLifecycleAction"
    return activity


def finish(group: Any, member: Any) -> None:
    group.instance_states = [each for each in group.instance_states if each is not member]
    if member.instance.state != "terminated":
        member.instance.terminate()


def mark_unhealthy(group: Any) -> None:
    """An instance that does not run is unhealthy, whatever the grace period."""
    for member in counted(group):
        if member.instance.state not in ("pending", "running") and not is_suspended(group, "HealthCheck"):
            member.health_status = "Unhealthy"


def replace_unhealthy(group: Any) -> int:
    """@returns how many members go."""
    if is_suspended(group, "ReplaceUnhealthy") or is_suspended(group, "Terminate"):
        return 0
    sick = [member for member in counted(group) if member.health_status == "Unhealthy"]
    for member in sick:
        why = MARKED if member.instance.state in ("pending", "running") else STOPPED
        remove(group, member, f"{at()} an instance was taken out of service in response to {'an' if why is STOPPED else 'a'} {why}.")
    return len(sick)


def shrink(group: Any, count: int, reason: str) -> None:
    """Those of an old template go first, then the oldest; none that is protected."""
    current = str(group.launch_template_version) if group.ec2_launch_template else None
    free = [member for member in counted(group) if not member.protected_from_scale_in]
    had = len(counted(group))
    for member in sorted(free, key=lambda each: (version_of(each) == current, each.instance.launch_time))[:count]:
        shrinking = f"in response to a difference between desired and actual capacity, shrinking the capacity from {had} to {had - count}."
        chosen = f"instance {member.instance.id} was selected for termination."
        remove(group, member, f"{reason}{at()} an instance was taken out of service {shrinking}  {at()} {chosen}")


def version_of(member: Any) -> str | None:
    """The version of the template that a member was launched from."""
    return next((tag["value"] for tag in member.instance.get_tags() if tag["key"] == "aws:ec2launchtemplate:version"), None)


def settle(group: Any, reason: str = "") -> None:
    """Make the members healthy, and as many as are desired. `reason`: why that number changed, a sentence of the activities' causes."""
    mark_unhealthy(group)
    gone = replace_unhealthy(group)
    # An instance refresh may have some more for a while.
    missing = wanted(group) + getattr(group, "lab_surplus", 0) - len(counted(group))
    if missing > 0 and not is_suspended(group, "Launch") and (reason or may_try(group)):
        launch(group, missing, min(gone, missing), reason)
    if missing < 0 and not is_suspended(group, "Terminate"):
        shrink(group, -missing, reason)
    backend = group.autoscaling_backend
    if group.name in backend.autoscaling_groups:
        backend.update_attached_elbs(group.name)
        backend.update_attached_target_groups(group.name)
