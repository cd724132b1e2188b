"""Members enter standby, leave it, are detached and attached within the limits of their group, and no others do.

moto takes a group below its minimum and above its maximum, and knows no activity but the answer's.

AWS: ValidationError "AutoScalingGroup titus has min-size=1, max-size=1, and desired-size=1. To place into standby 1 instance, please update
the AutoScalingGroup sizes appropriately."
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
"""

from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import ASG_NAME_TAG, AutoScalingBackend
from scaling.activities import at, begin, end
from scaling.groups import require_group
from scaling.members import enter_service, settle


def require_members(backend: Any, group_name: str, instance_ids: list[str], state: str) -> tuple[Any, list[Any]]:
    group = require_group(backend, group_name)
    members = {member.instance.id: member for member in group.instance_states}
    for each in instance_ids:
        if each not in members:
            raise ValidationError(f"The instance {each} is not part of Auto Scaling group {group_name}.")
        if members[each].lifecycle_state != state:
            raise ValidationError(f"The instance {each} is not in {state}.")
    return group, [members[each] for each in dict.fromkeys(instance_ids)]


def require_room(group: Any, desired: int, doing: str, count: int) -> None:
    if not group.min_size <= desired <= group.max_size:
        sizes = f"min-size={group.min_size}, max-size={group.max_size}, and desired-size={group.desired_capacity}"
        what = f"{doing} {count} instance{'' if count == 1 else 's'}"
        raise ValidationError(
            f"AutoScalingGroup {group.name} has {sizes}. To {what}, please update the AutoScalingGroup sizes appropriately."
        )


def leave(group: Any, members: list[Any], should_decrement: bool, doing: str, done: str) -> list[Any]:
    """Take members out of what counts, one activity each; they run on."""
    activities = []
    for member in members:
        had = group.desired_capacity
        group.desired_capacity -= 1 if should_decrement else 0
        shrinking = f", shrinking the capacity from {had} to {group.desired_capacity}" if should_decrement else ""
        cause = f"{at()} instance {member.instance.id} was {done} in response to a user request{shrinking}."
        activities.append(begin(group, member.instance, doing, cause))
    return activities


def answer(activities: list[Any]) -> list[Any]:
    """The activities as a request begins them; by now they have ended."""
    begun = [dict(activity) for activity in activities]
    for activity in activities:
        end(activity)
    return begun


def enter(self: Any, group_name: str, instance_ids: list[str], should_decrement: bool) -> list[Any]:
    group, members = require_members(self, group_name, instance_ids, "InService")
    if should_decrement:
        require_room(group, group.desired_capacity - len(members), "place into standby", len(members))
    activities = leave(group, members, should_decrement, "Moving EC2 instance to Standby", "moved to standby")
    for member in members:
        member.lifecycle_state = "Standby"
    settle(group)
    return answer(activities)


def exit_standby(self: Any, group_name: str, instance_ids: list[str]) -> list[Any]:
    group, members = require_members(self, group_name, instance_ids, "Standby")
    require_room(group, group.desired_capacity + len(members), "exit standby for", len(members))
    activities = []
    for member in members:
        group.desired_capacity += 1
        growing = f"increasing the capacity from {group.desired_capacity - 1} to {group.desired_capacity}"
        cause = f"{at()} instance {member.instance.id} was moved out of standby in response to a user request, {growing}."
        activities.append(begin(group, member.instance, "Moving EC2 instance out of Standby", cause))
        activities[-1].update(StatusCode="PreInService", Progress=30)
        enter_service(member)
    begun = answer(activities)
    settle(group)
    return begun


def detach(self: Any, group_name: str, instance_ids: list[str], should_decrement: bool) -> list[Any]:
    known = {member.instance.id: member.lifecycle_state for group in self.autoscaling_groups.values() for member in group.instance_states}
    on_standby = bool(instance_ids) and all(known.get(each) == "Standby" for each in instance_ids)
    group, members = require_members(self, group_name, instance_ids, "Standby" if on_standby else "InService")
    # What is on standby does not count already.
    should_decrement = should_decrement and not on_standby
    if should_decrement:
        require_room(group, group.desired_capacity - len(members), "detach", len(members))
    activities = leave(group, members, should_decrement, "Detaching EC2 instance", "detached")
    group.instance_states = [member for member in group.instance_states if member not in members]
    for member in members:
        del member.instance.autoscaling_group
        self.ec2_backend.delete_tags([member.instance.id], {ASG_NAME_TAG: group.name})
    settle(group)
    return answer(activities)


def apply() -> None:
    attach = AutoScalingBackend.attach_instances

    def attach_in_service(self: Any, group_name: str, instance_ids: list[str]) -> None:
        group, _ = require_members(self, group_name, [], "InService")
        require_room(group, group.desired_capacity + len(instance_ids), "attach", len(instance_ids))
        desired = group.desired_capacity + len(instance_ids)
        had = set(group.instance_states)
        attach(self, group_name, instance_ids)
        group.desired_capacity = desired
        for member in group.instance_states:
            if member not in had:
                cause = (
                    f"{at()} an instance was attached in response to a user request, increasing the capacity from"
                    f" {desired - len(instance_ids)} to {desired}."
                )
                end(begin(group, member.instance, "Attaching an existing EC2 instance", cause))
                enter_service(member)

    AutoScalingBackend.enter_standby_instances = enter
    AutoScalingBackend.exit_standby_instances = exit_standby
    AutoScalingBackend.detach_instances = detach
    AutoScalingBackend.attach_instances = attach_in_service
