"""Attaching interfaces and assigning addresses stops at the limits of the instance type.

moto attaches any number of interfaces at any index, steals an interface that is in use, and lets the primary one go.

AWS: AttachmentLimitExceeded, PrivateIpAddressLimitExceeded, InvalidNetworkInterface.InUse, InvalidParameterValue for a device index
that is taken, InvalidParameterCombination across zones, OperationNotPermitted for device 0.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance


def limits(instance_type: str) -> tuple[int, int]:
    """Interfaces per instance, IPv4 addresses per interface; what DescribeInstanceTypes says."""
    network = INSTANCE_TYPES[instance_type]["NetworkInfo"]
    return network["MaximumNetworkInterfaces"], network["Ipv4AddressesPerInterface"]


def require_room(instance: Any, addresses: int) -> None:
    """Raise unless an interface of `instance` may have this many addresses."""
    if addresses > limits(instance.instance_type)[1]:
        raise EC2ClientError("PrivateIpAddressLimitExceeded", "Number of private addresses will exceed limit.")


def require_attachable(eni: Any, instance: Any, device_index: int) -> None:
    if eni.instance:
        raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{eni.id}] in use.")
    if instance.state not in ("running", "stopped", "pending"):
        raise EC2ClientError("IncorrectState", f"Instance '{instance.id}' is not in a valid state for this operation.")
    if eni.availability_zone != instance._placement.zone:
        message = "You may not attach a network interface to an instance if they are not in the same availability zone"
        raise EC2ClientError("InvalidParameterCombination", message)
    if device_index in instance.nics:
        message = f"Instance '{instance.id}' already has an interface attached at device index '{device_index}'."
        raise EC2ClientError("InvalidParameterValue", message)
    if len(instance.nics) >= limits(instance.instance_type)[0]:
        message = f"Interface count {len(instance.nics) + 1} exceeds the limit for {instance.instance_type}"
        raise EC2ClientError("AttachmentLimitExceeded", message)
    require_room(instance, len(eni.private_ip_addresses))


def apply() -> None:
    attach = NetworkInterfaceBackend.attach_network_interface
    detach = NetworkInterfaceBackend.detach_network_interface
    delete = NetworkInterfaceBackend.delete_network_interface
    assign = NetworkInterfaceBackend.assign_private_ip_addresses
    prep_nics = Instance.prep_nics

    def checked_attach(self: Any, eni_id: str, instance_id: str, device_index: int) -> Any:
        eni = self.get_network_interface(eni_id)
        require_attachable(eni, self.get_instance(instance_id), int(device_index))
        eni.delete_on_termination = False
        return attach(self, eni_id, instance_id, device_index)

    def checked_detach(self: Any, attachment_id: str) -> None:
        eni = next((eni for eni in self.enis.values() if eni.attachment_id == attachment_id), None)
        if eni and eni.device_index == 0:
            raise EC2ClientError("OperationNotPermitted", "The network interface at device index 0 cannot be detached.")
        detach(self, attachment_id)

    def checked_delete(self: Any, eni_id: str) -> None:
        if self.get_network_interface(eni_id).instance:
            raise EC2ClientError("InvalidParameterValue", f"Network interface '{eni_id}' is currently in use.")
        delete(self, eni_id)

    def checked_assign(self: Any, eni_id: str, private_ip_addresses: Any = None, secondary_ips_count: Any = None) -> Any:
        eni = self.get_network_interface(eni_id)
        if eni.instance:
            held = {entry["PrivateIpAddress"] for entry in eni.private_ip_addresses}
            new = len(set(private_ip_addresses or []) - held) or int(secondary_ips_count or 0)
            require_room(eni.instance, len(held) + new)
        return assign(self, eni_id, private_ip_addresses, secondary_ips_count)

    def checked_prep(self: Any, nic_spec: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        if len(nic_spec) > limits(self.instance_type)[0]:
            message = f"Interface count {len(nic_spec)} exceeds the limit for {self.instance_type}"
            raise EC2ClientError("AttachmentLimitExceeded", message)
        for nic in nic_spec:
            given = nic.get("NetworkInterfaceId")
            if given and self.ec2_backend.get_network_interface(given).instance:
                raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{given}] in use.")
            require_room(self, max(1, len(nic.get("PrivateIpAddresses", []))) + int(nic.get("SecondaryPrivateIpAddressCount") or 0))
        prep_nics(self, nic_spec, *args, **kwargs)

    NetworkInterfaceBackend.attach_network_interface = checked_attach
    NetworkInterfaceBackend.detach_network_interface = checked_detach
    NetworkInterfaceBackend.delete_network_interface = checked_delete
    NetworkInterfaceBackend.assign_private_ip_addresses = checked_assign
    Instance.prep_nics = checked_prep
