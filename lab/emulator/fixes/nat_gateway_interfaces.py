"""A NAT gateway has an interface with an address of its subnet, which is in use, nobody's to change, and goes with the gateway.

moto gives it an address of 10.0.0.0/8 whatever the subnet, leaves the interface behind, and shows it as one that is free.

AWS: "a requester-managed network interface ... you can't delete it or detach it"; InterfaceType nat_gateway, no source/destination check,
attached by `amazon-aws`. Deleting a NAT gateway disassociates its elastic address.
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
"""

from typing import Any

import moto.ec2.models.nat_gateways as nat_gateways
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.utils import random_eni_attach_id


def apply() -> None:
    create = nat_gateways.NatGateway.__init__
    delete = nat_gateways.NatGatewayBackend.delete_nat_gateway
    nat_gateways.random_private_ip = lambda: None

    def create_in_subnet(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.private_ip = self._eni.private_ip_address
        self._eni.description = f"Interface for NAT Gateway {self.id}"
        self._eni.interface_type = "nat_gateway"
        self._eni.status = "in-use"
        self._eni.requester_managed = True
        self._eni.source_dest_check = False
        self._eni.lab_attachment = {
            "AttachmentId": random_eni_attach_id(),
            "DeviceIndex": 1,
            "InstanceOwnerId": "amazon-aws",
            "Status": "attached",
            "DeleteOnTermination": False,
        }

    def delete_with_interface(self: Any, nat_gateway_id: str) -> Any:
        gateway = delete(self, nat_gateway_id)
        for address in self.addresses:
            if address.eni is gateway._eni:
                self.disassociate_address(address=address.public_ip)
        gateway._eni.lab_attachment = None
        if gateway._eni.id in self.enis:
            self.delete_network_interface(gateway._eni.id)
        return gateway

    attachment = NetworkInterface.attachment.fget
    delete_interface = NetworkInterfaceBackend.delete_network_interface

    def of_gateway(self: Any) -> Any:
        return getattr(self, "lab_attachment", None)

    def delete_free(self: Any, eni_id: str) -> None:
        if of_gateway(self.get_network_interface(eni_id)):
            raise EC2ClientError("InvalidParameterValue", f"Network interface '{eni_id}' is currently in use.")
        delete_interface(self, eni_id)

    NetworkInterface.attachment = property(lambda self: of_gateway(self) or attachment(self))
    NetworkInterfaceBackend.delete_network_interface = delete_free
    nat_gateways.NatGateway.__init__ = create_in_subnet
    nat_gateways.NatGatewayBackend.delete_nat_gateway = delete_with_interface
