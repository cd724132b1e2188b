"""An Auto Scaling group launches from the version of its template, with the template's settings and its own tags on top.

moto launches from the default version whatever the group says, ignores groups that stand on the template's network interface, and
lets a tag of the template win over the group's.

AWS: "if there are any duplicate keys ... the tags specified in the Auto Scaling group take precedence".
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
"""

from typing import Any

from moto.autoscaling.models import ASG_NAME_TAG, FakeAutoScalingGroup
from moto.ec2.models.instances import InstanceBackend


def network_settings(data: dict[str, Any]) -> dict[str, Any]:
    """What the primary interface of a template adds to a launch."""
    primary = next((nic for nic in data.get("NetworkInterfaces", []) if int(nic.get("DeviceIndex") or 0) == 0), {})
    settings: dict[str, Any] = {}
    if primary.get("Groups"):
        settings["security_group_ids"] = primary["Groups"]
    if primary.get("AssociatePublicIpAddress") is not None:
        settings["associate_public_ip"] = primary["AssociatePublicIpAddress"] in (True, "true")
    return settings


def apply() -> None:
    replace = FakeAutoScalingGroup.replace_autoscaling_group_instances
    run_instances = InstanceBackend.run_instances

    def replace_with_version(self: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
        self.ec2_backend._launching_group = self
        try:
            replace(self, count_needed, propagated_tags)
        finally:
            self.ec2_backend._launching_group = None

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        group = getattr(self, "_launching_group", None)
        if group and group.ec2_launch_template:
            version = group.ec2_launch_template.get_version(group.launch_template_version)
            kwargs["launch_template"] = {"LaunchTemplateId": group.ec2_launch_template.id, "Version": version.number}
            kwargs["tags"] = {"instance": {**version.instance_tags, **group.get_propagated_tags(), ASG_NAME_TAG: group.name}}
            kwargs.update(network_settings(version.data))
            kwargs["region_name"] = self.region_name
        return run_instances(self, *args, **kwargs)

    FakeAutoScalingGroup.replace_autoscaling_group_instances = replace_with_version
    InstanceBackend.run_instances = run
