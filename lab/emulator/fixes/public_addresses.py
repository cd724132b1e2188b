"""Public addresses are unique, an elastic one is never a loopback address, and one that moves leaves its former interface.

moto draws elastic addresses from 127.0.0.0/8 and automatic ones from a block that belongs to real machines, both at random; an interface
whose address was associated with another goes on to have it.

Here both come from 192.0.2.0/24 (RFC 5737, for documentation): whatever goes astray reaches nobody.
"""

import ipaddress
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface

BLOCK = ipaddress.IPv4Network("192.0.2.0/24")


def choose(backend: Any) -> str:
    """A public address that nothing in this backend has; the search goes on where it ended."""
    taken = {address.public_ip for address in backend.addresses} | {eni.public_ip for eni in backend.enis.values()}
    hosts = [str(host) for host in BLOCK.hosts()]
    cursor = getattr(backend, "_next_public_address", 0)
    for step in range(len(hosts)):
        address = hosts[(cursor + step) % len(hosts)]
        if address not in taken:
            backend._next_public_address = (cursor + step + 1) % len(hosts)
            return address
    raise EC2ClientError("AddressLimitExceeded", "The maximum number of addresses has been reached.")


def apply() -> None:
    allocate = ElasticAddressBackend.allocate_address
    associate = ElasticAddressBackend.associate_address

    def allocate_unique(self: Any, domain: str, address: str | None = None, tags: Any = None) -> Any:
        return allocate(self, domain, address or choose(self), tags)

    def associate_and_clear(self: Any, *arguments: Any, **named: Any) -> Any:
        held = {address.public_ip: address.eni for address in self.addresses}
        address = associate(self, *arguments, **named)
        former = held[address.public_ip]
        if former is not None and former is not address.eni:
            former.public_ip = None
        return address

    def assign_automatic(self: Any) -> None:
        if str(self.public_ip_auto_assign).lower() == "true":
            self.public_ip = choose(self.ec2_backend)

    ElasticAddressBackend.allocate_address = allocate_unique
    ElasticAddressBackend.associate_address = associate_and_clear
    NetworkInterface.check_auto_public_ip = assign_automatic
