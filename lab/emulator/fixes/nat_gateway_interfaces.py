"""A NAT gateway has an interface with an address of its subnet, and deletes it when it goes.

moto gives it an address of 10.0.0.0/8 whatever the subnet, and leaves the interface behind.

AWS: "the NAT gateway network interface ... cannot be detached; deleting a NAT gateway disassociates its elastic address".
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
"""

from typing import Any

import moto.ec2.models.nat_gateways as nat_gateways


def apply() -> None:
    create = nat_gateways.NatGateway.__init__
    delete = nat_gateways.NatGatewayBackend.delete_nat_gateway
    nat_gateways.random_private_ip = lambda: None

    def create_in_subnet(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.private_ip = self._eni.private_ip_address
        self._eni.description = f"Interface for NAT Gateway {self.id}"

    def delete_with_interface(self: Any, nat_gateway_id: str) -> Any:
        gateway = delete(self, nat_gateway_id)
        for address in self.addresses:
            if address.eni is gateway._eni:
                self.disassociate_address(address=address.public_ip)
        if gateway._eni.id in self.enis:
            self.delete_network_interface(gateway._eni.id)
        return gateway

    nat_gateways.NatGateway.__init__ = create_in_subnet
    nat_gateways.NatGatewayBackend.delete_nat_gateway = delete_with_interface
