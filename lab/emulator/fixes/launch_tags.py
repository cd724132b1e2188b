"""A launch tags the volumes and the interfaces that it makes, as the request and the launch template say.

moto tags volumes as the request says, and no interfaces.

AWS: the tags of the request are added to those of the template.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateTagSpecificationRequest.html
"""

from typing import Any

from moto.ec2.models.instances import InstanceBackend

INTERFACE = "network-interface"


def tags_for(data: dict[str, Any], kind: str) -> dict[str, str]:
    """The tags that a template has for a type of resource."""
    specifications = [each for each in data.get("TagSpecifications", []) if each.get("ResourceType") == kind]
    return {tag["Key"]: tag["Value"] for each in specifications for tag in each.get("Tags", [])}


def apply() -> None:
    run_instances = InstanceBackend.run_instances

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        template = self._get_template_from_args(kwargs["launch_template"]).data if kwargs.get("launch_template") else {}
        given = kwargs.get("tags") or {}
        tags = {kind: {**tags_for(template, kind), **given.get(kind, {})} for kind in ("volume", INTERFACE)}
        kwargs["tags"] = {**given, "volume": tags["volume"]}
        known = set(self.enis)
        reservation = run_instances(self, *args, **kwargs)
        for instance in reservation.instances:
            for interface in instance.nics.values():
                # One that the request names was there before.
                if interface.id not in known:
                    interface.add_tags(tags[INTERFACE])
        return reservation

    InstanceBackend.run_instances = run
