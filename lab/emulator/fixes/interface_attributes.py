"""ModifyNetworkInterfaceAttribute changes DeleteOnTermination and rejects unknown groups; filters see every address and the status.

moto ignores the Attachment parameter, stores nothing for a group that does not exist, and filters by the primary address alone.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces


def filter_value(eni: Any, name: str) -> Any:
    """The value of a filter that moto lacks; None for the others."""
    values = {
        "addresses.private-ip-address": [entry["PrivateIpAddress"] for entry in eni.private_ip_addresses],
        "attachment.device-index": str(eni.device_index) if eni.instance else None,
        "attachment.status": "attached" if eni.instance else None,
        "mac-address": eni.mac_address,
        "status": eni.status,
    }
    return values.get(name)


def apply() -> None:
    modify = ElasticNetworkInterfaces.modify_network_interface_attribute
    get_filter_value = NetworkInterface.get_filter_value

    def checked_modify(self: Any) -> Any:
        eni = self.ec2_backend.get_network_interface(self._get_param("NetworkInterfaceId"))
        for group in self._get_param("Groups", []):
            if not self.ec2_backend.get_security_group_from_id(group):
                raise InvalidSecurityGroupNotFoundError(group)
        attachment = self._get_param("Attachment")
        if attachment:
            if attachment.get("AttachmentId") != eni.attachment_id:
                raise EC2ClientError("InvalidAttachmentID.NotFound", f"The attachment '{attachment.get('AttachmentId')}' does not exist")
            eni.delete_on_termination = attachment.get("DeleteOnTermination") in (True, "true")
        return modify(self)

    def value(self: Any, filter_name: str, method_name: str | None = None) -> Any:
        found = filter_value(self, filter_name)
        return get_filter_value(self, filter_name, method_name) if found is None else found

    ElasticNetworkInterfaces.modify_network_interface_attribute = checked_modify
    NetworkInterface.get_filter_value = value
