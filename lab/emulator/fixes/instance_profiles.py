"""Every instance of a launch gets the profile that the request or the launch template names.

moto associates the profile with the first instance of a request only, ignores the profile and the metadata options of a launch
template, and shows the association's id where the profile's belongs.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestLaunchTemplateData.html
"""

from typing import Any

from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociation
from moto.ec2.models.instances import Instance, InstanceBackend


def template_data(backend: Any, template: Any) -> dict[str, Any]:
    return backend._get_template_from_args(template).data if template else {}


def apply() -> None:
    create = Instance.__init__
    run_instances = InstanceBackend.run_instances
    associated = IamInstanceProfileAssociation.__init__

    def create_with_options(self: Any, backend: Any, *args: Any, **kwargs: Any) -> None:
        options = template_data(backend, kwargs.get("launch_template")).get("MetadataOptions")
        if options and not kwargs.get("metadata_options"):
            kwargs["metadata_options"] = options
        create(self, backend, *args, **kwargs)

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        own = {"name": kwargs.get("iam_instance_profile_name"), "arn": kwargs.get("iam_instance_profile_arn")}
        profile = template_data(self, kwargs.get("launch_template")).get("IamInstanceProfile") or {}
        chosen = own if any(own.values()) else {"name": profile.get("Name"), "arn": profile.get("Arn")}
        reservation = run_instances(self, *args, **kwargs)
        # The caller of this method associates the first instance itself, with the profile of the request.
        for instance in reservation.instances[1 if chosen is own else 0 :] if any(chosen.values()) else []:
            self.associate_iam_instance_profile(
                instance_id=instance.id, iam_instance_profile_name=chosen["name"], iam_instance_profile_arn=chosen["arn"]
            )
        return reservation

    def associated_with_id(self: Any, backend: Any, association_id: str, instance: Any, profile: Any) -> None:
        associated(self, backend, association_id, instance, profile)
        instance.iam_instance_profile = {"Arn": profile.arn, "Id": profile.id}

    Instance.__init__ = create_with_options
    InstanceBackend.run_instances = run
    IamInstanceProfileAssociation.__init__ = associated_with_id
