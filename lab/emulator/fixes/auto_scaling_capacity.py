"""The desired capacity of a group stays between its minimum and its maximum, an unknown group is a client error, and a group with members
is deleted only by force.

moto accepts any number, answers HTTP 500 for a group that does not exist, and takes every deletion for forced.

AWS: ValidationError "New SetDesiredCapacity value 5 is above max value 1 for the AutoScalingGroup."; ResourceInUse.
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
"""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend, make_int
from moto.autoscaling.responses import AutoScalingResponse
from scaling.groups import require_group, require_member


def require_order(minimum: int, maximum: int, desired: int | None) -> None:
    if minimum > maximum:
        raise ValidationError(f"Max bound, {maximum}, must be greater than or equal to min bound, {minimum}")
    if desired is not None and not minimum <= desired <= maximum:
        message = f"Desired capacity:{desired} must be between the specified min size:{minimum} and max size:{maximum}"
        raise ValidationError(message)


def delete(self: Any, group_name: str) -> None:
    """By force: all members are terminated, whatever the group waits for."""
    group = require_group(self, group_name)
    del self.autoscaling_groups[group_name]
    for member in group.instance_states:
        member.instance.terminate()
    group.instance_states = []


def apply() -> None:
    set_desired = AutoScalingResponse.set_desired_capacity
    delete_group = AutoScalingResponse.delete_auto_scaling_group
    update = AutoScalingBackend.update_auto_scaling_group
    create = AutoScalingBackend.create_auto_scaling_group
    terminate = AutoScalingBackend.terminate_instance

    def checked_set(self: Any) -> Any:
        name, desired = self._get_param("AutoScalingGroupName"), self._get_int_param("DesiredCapacity")
        group = self.autoscaling_backend.autoscaling_groups.get(name)
        if not group:
            raise ValidationError("AutoScalingGroup name not found - null")
        if desired > group.max_size:
            raise ValidationError(f"New SetDesiredCapacity value {desired} is above max value {group.max_size} for the AutoScalingGroup.")
        if desired < group.min_size:
            raise ValidationError(f"New SetDesiredCapacity value {desired} is below min value {group.min_size} for the AutoScalingGroup.")
        return set_desired(self)

    def checked_update(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        group = self.autoscaling_groups.get(name)
        if group:
            minimum, maximum = (kwargs.get(key) if kwargs.get(key) is not None else getattr(group, key) for key in ("min_size", "max_size"))
            require_order(minimum, maximum, kwargs.get("desired_capacity"))
        return update(self, name, *args, **kwargs)

    def checked_create(self: Any, **kwargs: Any) -> Any:
        if kwargs["name"] in self.autoscaling_groups:
            raise AutoscalingClientError("AlreadyExists", f"AutoScalingGroup by this name already exists - {kwargs['name']}")
        require_order(make_int(kwargs["min_size"]) or 0, make_int(kwargs["max_size"]) or 0, make_int(kwargs["desired_capacity"]))
        return create(self, **kwargs)

    def checked_terminate(self: Any, instance_id: str, should_decrement: bool) -> Any:
        group, _ = require_member(self, instance_id)
        if should_decrement and group.desired_capacity <= group.min_size:
            raise ValidationError(
                f"Currently, desiredSize equals minSize ({group.min_size}). Terminating instance without replacement will violate"
                " group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size."
            )
        return terminate(self, instance_id, should_decrement)

    def checked_delete(self: Any) -> Any:
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        if group and group.instance_states and not self._get_bool_param("ForceDelete", False):
            message = "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group."
            raise AutoscalingClientError("ResourceInUse", message)
        return delete_group(self)

    AutoScalingResponse.delete_auto_scaling_group = checked_delete
    AutoScalingBackend.delete_auto_scaling_group = delete
    AutoScalingResponse.set_desired_capacity = checked_set
    AutoScalingBackend.update_auto_scaling_group = checked_update
    AutoScalingBackend.create_auto_scaling_group = checked_create
    AutoScalingBackend.terminate_instance = checked_terminate
