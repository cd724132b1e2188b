"""Lifecycle hooks hold members in Pending:Wait and Terminating:Wait until they are completed or their heartbeat fails to come.

moto keeps hooks for show, with a queue and a role of its own making, forgets those that come with the group, and has neither
CompleteLifecycleAction nor RecordLifecycleActionHeartbeat.

AWS: the default result is ABANDON, after an hour; a launch that was abandoned is terminated and another takes its place, a termination
goes on either way. Nothing is sent to a notification's target here.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html
"""

from typing import Any

import upkeep
from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult
from scaling.groups import every_group, require_group
from scaling.hooks import LAUNCHING, TERMINATING, Action, actions_of, complete, end_what_is_late
from scaling.members import settle

FIELDS = {
    "lifecycle_transition": "LifecycleTransition",
    "heartbeat_timeout": "HeartbeatTimeout",
    "default_result": "DefaultResult",
    "notification_target_arn": "NotificationTargetARN",
    "notification_metadata": "NotificationMetadata",
    "role_arn": "RoleARN",
}
LONGEST_SECONDS = 172_800


def put_hook(backend: Any, group_name: str, given: dict[str, Any]) -> None:
    """Make a hook, or change what is named of it."""
    key = f"{group_name}_{given['LifecycleHookName']}"
    hook = backend.lifecycle_hooks.get(key)
    if given.get("LifecycleTransition", hook and hook.lifecycle_transition) not in (LAUNCHING, TERMINATING):
        raise ValidationError(f"Invalid lifecycle transition; it has to be one of {LAUNCHING} and {TERMINATING}.")
    if given.get("DefaultResult", "ABANDON") not in ("ABANDON", "CONTINUE"):
        raise ValidationError("Lifecycle Action Result must be one of ABANDON or CONTINUE.")
    if not hook:
        hook = LifecycleHook(given["LifecycleHookName"], group_name, None, None, None)
        hook.role_arn = hook.notification_target_arn = hook.notification_metadata = None
    for attribute, name in FIELDS.items():
        if given.get(name) is not None:
            setattr(hook, attribute, int(given[name]) if name == "HeartbeatTimeout" else given[name])
    hook.global_timeout = min(LONGEST_SECONDS, 100 * hook.heartbeat_timeout)
    backend.lifecycle_hooks[key] = hook


def require_action(self: Any) -> tuple[Any, Any, Action]:
    backend, group_name = self.autoscaling_backend, self._get_param("AutoScalingGroupName")
    name, instance_id, token = (self._get_param(key) for key in ("LifecycleHookName", "InstanceId", "LifecycleActionToken"))
    group = backend.autoscaling_groups.get(group_name)
    if not group or not backend.describe_lifecycle_hooks(group_name, [name]):
        raise ValidationError(f"No Lifecycle Hook found with name: {name} for Auto Scaling group: {group_name}")
    for member in group.instance_states:
        for action in actions_of(member):
            if action.hook.name == name and (action.token == token if token else member.instance.id == instance_id):
                return group, member, action
    raise ValidationError(f"No active Lifecycle Action found with {f'token {token}' if token else f'instance ID {instance_id}'}")


def complete_action(self: Any) -> EmptyResult:
    result = self._get_param("LifecycleActionResult")
    if result not in ("ABANDON", "CONTINUE"):
        raise ValidationError("Lifecycle Action Result must be one of ABANDON or CONTINUE.")
    group, member, action = require_action(self)
    complete(member, action, result, "Lifecycle Action Completed with ABANDON Result")
    settle(group)
    return EmptyResult()


def record_heartbeat(self: Any) -> EmptyResult:
    require_action(self)[2].beat()
    return EmptyResult()


def put(self: Any) -> EmptyResult:
    name = self._get_param("AutoScalingGroupName")
    require_group(self.autoscaling_backend, name)
    put_hook(self.autoscaling_backend, name, self._get_params())
    return EmptyResult()


def delete(self: Any, as_name: str, name: str) -> None:
    """Whoever waits for it goes on: what was launched is abandoned, what leaves continues."""
    if f"{as_name}_{name}" not in self.lifecycle_hooks:
        raise ValidationError(f"No Lifecycle Hook found with name: {name} for Auto Scaling group: {as_name}")
    hook = self.lifecycle_hooks.pop(f"{as_name}_{name}")
    group = self.autoscaling_groups.get(as_name)
    for member in list(group.instance_states) if group else []:
        for action in actions_of(member):
            if action.hook is hook:
                complete(member, action, "ABANDON" if hook.lifecycle_transition == LAUNCHING else "CONTINUE", "Lifecycle Hook was deleted")


def check_time() -> None:
    for group in every_group():
        end_what_is_late(group)


def apply() -> None:
    create = AutoScalingResponse.create_auto_scaling_group
    delete_group = AutoScalingBackend.delete_auto_scaling_group

    def create_with_hooks(self: Any) -> Any:
        name, backend = self._get_param("AutoScalingGroupName"), self.autoscaling_backend
        if name in backend.autoscaling_groups:
            return create(self)
        for given in self._get_param("LifecycleHookSpecificationList", []):
            put_hook(backend, name, given)
        try:
            return create(self)
        finally:
            if name not in backend.autoscaling_groups:
                forget_hooks(backend, name)

    def forget_hooks(backend: Any, group_name: str) -> None:
        for hook in backend.describe_lifecycle_hooks(group_name):
            backend.lifecycle_hooks.pop(f"{group_name}_{hook.name}")

    def delete_with_hooks(self: Any, group_name: str) -> None:
        delete_group(self, group_name)
        forget_hooks(self, group_name)

    AutoScalingResponse.create_auto_scaling_group = create_with_hooks
    AutoScalingResponse.put_lifecycle_hook = put
    AutoScalingResponse.complete_lifecycle_action = complete_action
    AutoScalingResponse.record_lifecycle_action_heartbeat = record_heartbeat
    AutoScalingBackend.delete_auto_scaling_group = delete_with_hooks
    AutoScalingBackend.delete_lifecycle_hook = delete
    # What is late ends before the group makes up for it.
    upkeep.TASKS.insert(0, check_time)
