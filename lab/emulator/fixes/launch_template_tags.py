"""The tags of a launch template are the template's; its data has the tags for what it launches.

moto copies the request's own TagSpecifications into the data, so that with tags on the template every plan shows a change.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
"""

from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplateBackend


def apply() -> None:
    create = LaunchTemplateBackend.create_launch_template

    def create_with_own_data(self: Any, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, Any]) -> Any:
        specifications = [spec for spec in template_data.get("TagSpecifications", []) if spec.get("ResourceType") != "launch-template"]
        data = {key: value for key, value in template_data.items() if key != "TagSpecifications"}
        if specifications:
            data["TagSpecifications"] = specifications
        return create(self, name, description, data, tag_spec)

    LaunchTemplateBackend.create_launch_template = create_with_own_data
