"""A launch makes the image's root volume, with what the request says of it, and the volume goes with the instance.

moto gives an instance from a launch template 8 GiB at /dev/sda1 beside the volumes of the template, whatever the image's root device is
called, and takes an absent DeleteOnTermination for false.

AWS: "the default value of DeleteOnTermination is true for the root volume and false for the others"; the image says what the request does not.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instances-for-data-preservation.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
"""

from typing import Any

from moto.ec2.models.instances import InstanceBackend

# What the images here have.
ROOT_GIB, ROOT_TYPE = 8, "gp3"


def merge(root_device: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The mappings of a launch from an image with one volume."""
    root = {"VolumeSize": ROOT_GIB, "VolumeType": ROOT_TYPE, "DeleteOnTermination": True}
    others = []
    for mapping in given:
        ebs = {key: value for key, value in (mapping.get("Ebs") or {}).items() if value is not None}
        if "DeleteOnTermination" in ebs:
            ebs["DeleteOnTermination"] = ebs["DeleteOnTermination"] in (True, "true")
        if mapping["DeviceName"] == root_device:
            root |= ebs
        elif ebs:
            others.append({**mapping, "Ebs": {"VolumeType": "gp2", **ebs}})
    return [{"DeviceName": root_device, "Ebs": root}, *others]


def apply() -> None:
    run_instances = InstanceBackend.run_instances

    def run(self: Any, image_id: str, *args: Any, **kwargs: Any) -> Any:
        template = self._get_template_from_args(kwargs["launch_template"]).data if kwargs.get("launch_template") else {}
        given = kwargs.get("block_device_mappings") or template.get("BlockDeviceMappings") or []
        if kwargs.get("launch_config"):
            given = kwargs["launch_config"].block_device_mapping_dict or given
        image = self.amis.get(image_id or template.get("ImageId"))
        kwargs["block_device_mappings"] = merge(image.root_device_name if image else "/dev/sda1", given)
        return run_instances(self, image_id, *args, **kwargs)

    InstanceBackend.run_instances = run
