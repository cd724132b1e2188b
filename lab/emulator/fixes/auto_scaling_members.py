"""A member that is stopped, terminated or set Unhealthy is terminated and replaced, and every change of the group is an activity.

moto replaces members that TerminateInstances ends and no others, ignores the health that it was told and the processes that are
suspended, takes any member away when a group shrinks, one on standby too, and answers DescribeScalingActivities with nothing.

AWS: "if you stop an instance in an Auto Scaling group, it is marked unhealthy and replaced", in the grace period too, which holds for
SetInstanceHealth unless ShouldRespectGracePeriod is false.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
"""

from typing import Any

import upkeep
from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup, InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from scaling.activities import at, history
from scaling.groups import every_group, require_group, require_member
from scaling.members import age, remove, settle, version_of


def check_health() -> None:
    for group in every_group():
        settle(group)


def set_desired(self: Any, new_capacity: int | None) -> None:
    old = getattr(self, "desired_capacity", None)
    self.desired_capacity = self.min_size if new_capacity is None else new_capacity
    request = getattr(self, "lab_request", None) or "explicitly set group desired capacity"
    if old is None:
        request = "created an AutoScalingGroup"
    change = f"changing the desired capacity from {old or 0} to {self.desired_capacity}"
    settle(self, "" if old == self.desired_capacity else f"{at()} a user request {request} {change}.  ")


def terminate(self: Any, instance_id: str, should_decrement: bool) -> Any:
    group, member = require_member(self, instance_id)
    had = group.desired_capacity
    group.desired_capacity -= 1 if should_decrement else 0
    shrinking = f", shrinking the capacity from {had} to {group.desired_capacity}" if should_decrement else ""
    activity = remove(
        group, member, f"{at()} instance {instance_id} was taken out of service in response to a user request{shrinking}."
    )
    settle(group)
    return {**{key: value for key, value in activity.items() if key != "EndTime"}, "StatusCode": "InProgress", "Progress": 0}


def set_health(self: Any) -> Any:
    group, member = require_member(self.autoscaling_backend, self._get_param("InstanceId"))
    status = self._get_param("HealthStatus")
    if status not in ("Healthy", "Unhealthy"):
        raise ValidationError("Valid instance health states are: [Healthy, Unhealthy].")
    is_young = age(member) < (group.health_check_grace_period or 0) and self._get_bool_param("ShouldRespectGracePeriod", True)
    if not (status == "Unhealthy" and is_young):
        member.health_status = status
    settle(group)
    return EmptyResult()


def describe_activities(self: Any) -> ActionResult:
    backend, name, ids = self.autoscaling_backend, self._get_param("AutoScalingGroupName"), self._get_param("ActivityIds", [])
    deleted = self._get_bool_param("IncludeDeletedGroups", False)
    if name and not deleted:
        require_group(backend, name)
    found = [
        each
        for each in history(backend)
        if (not name or each["AutoScalingGroupName"] == name)
        and (not ids or each["ActivityId"] in ids)
        and (deleted or each["AutoScalingGroupName"] in backend.autoscaling_groups)
    ]
    start, size = int(self._get_param("NextToken") or 0), min(self._get_int_param("MaxRecords") or 100, 100)
    more = {"NextToken": str(start + size)} if len(found) > start + size else {}
    return ActionResult({"Activities": found[start : start + size], **more})


def launch_template(self: Any) -> dict[str, Any] | None:
    template = self.auto_scaling_group.ec2_launch_template
    if template is None:
        return None
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": version_of(self)}


def apply() -> None:
    update = FakeAutoScalingGroup.update
    create = AutoScalingBackend.create_auto_scaling_group
    resume = AutoScalingBackend.resume_processes

    def update_with_reason(self: Any, **kwargs: Any) -> None:
        bounds = {key: kwargs.get(f"{key}_size") if kwargs.get(f"{key}_size") is not None else getattr(self, f"{key}_size") for key in ("min", "max")}
        desired = kwargs.get("desired_capacity")
        desired = min(max(self.desired_capacity, bounds["min"]), bounds["max"]) if desired is None else desired
        limits = f"min: {bounds['min']}, max: {bounds['max']}, desired: {desired}"
        self.lab_request = f"update of AutoScalingGroup constraints to {limits}"
        try:
            # moto looks at how many members there are, those that leave too.
            update(self, **{**kwargs, "desired_capacity": desired})
        finally:
            self.lab_request = None

    def create_with_period(self: Any, **kwargs: Any) -> Any:
        group = create(self, **kwargs)
        # Without a request there is no grace period; moto has five minutes.
        group.health_check_grace_period = int(kwargs.get("health_check_period") or 0)
        return group

    def resume_and_settle(self: Any, group_name: str, scaling_processes: list[str]) -> None:
        resume(self, group_name, scaling_processes)
        settle(self.autoscaling_groups[group_name])

    FakeAutoScalingGroup.set_desired_capacity = set_desired
    FakeAutoScalingGroup.update = update_with_reason
    AutoScalingBackend.create_auto_scaling_group = create_with_period
    AutoScalingBackend.resume_processes = resume_and_settle
    AutoScalingBackend.terminate_instance = terminate
    AutoScalingBackend.notify_terminate_instances = lambda self, _: [settle(group) for group in list(self.autoscaling_groups.values())]
    AutoScalingResponse.set_instance_health = set_health
    AutoScalingResponse.describe_scaling_activities = describe_activities
    InstanceState.launch_template = property(launch_template)
    upkeep.TASKS.append(check_health)
