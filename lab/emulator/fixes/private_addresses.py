"""A private address belongs to one interface, lies in the subnet's block, and is none of the five that AWS keeps.

moto draws addresses at random without looking (.0, .1 and the broadcast address included), accepts duplicates on interfaces, and
answers HTTP 500 for a bad address at launch, which clients retry for minutes.

AWS: the first four addresses and the last one of a block are reserved; InvalidIPAddress.InUse, InvalidParameterValue and
InsufficientFreeAddressesInSubnet otherwise. AssignPrivateIpAddresses answers with the new addresses only.
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""

import ipaddress
from typing import Any

import moto.ec2.models.instances as instances
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces

RESERVED_AT_START = 4


def holders(subnet: Any) -> dict[str, Any]:
    """Address -> the interface that has it, over the whole VPC subnet."""
    interfaces = [eni for eni in subnet.ec2_backend.enis.values() if eni.subnet.id == subnet.id]
    return {entry["PrivateIpAddress"]: eni for eni in interfaces for entry in eni.private_ip_addresses}


def is_reserved(subnet: Any, address: ipaddress.IPv4Address) -> bool:
    return int(address) - int(subnet.cidr.network_address) < RESERVED_AT_START or address == subnet.cidr.broadcast_address


def require_usable(subnet: Any, text: str) -> None:
    """Raise as AWS does unless `text` is an address that an interface of this subnet may take."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        raise EC2ClientError("InvalidParameterValue", f"Value ({text}) for parameter address is invalid.")
    if address not in subnet.cidr:
        raise EC2ClientError("InvalidParameterValue", f"Address {text} does not fall within the subnet's address range")
    if is_reserved(subnet, address):
        raise EC2ClientError("InvalidParameterValue", f"Address {text} is in subnet's reserved address range")
    if text in holders(subnet):
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {text} is in use.")


def choose(subnet: Any, count: int, but_not: tuple[str, ...] = ()) -> list[str]:
    """`count` free addresses, going round the block so that one that was just freed is not given out at once."""
    taken = {*holders(subnet), *but_not}
    first, size = int(subnet.cidr.network_address) + RESERVED_AT_START, subnet.cidr.num_addresses - RESERVED_AT_START - 1
    cursor = getattr(subnet, "_next_address", 0)
    chosen: list[str] = []
    for step in range(size):
        address = str(ipaddress.IPv4Address(first + (cursor + step) % size))
        if len(chosen) < count and address not in taken:
            chosen.append(address)
            subnet._next_address = (cursor + step + 1) % size
        if len(chosen) == count:
            return chosen
    raise EC2ClientError(
        "InsufficientFreeAddressesInSubnet", "The specified subnet does not have enough free addresses to satisfy the request."
    )


def plan_addresses(subnet: Any, primary: Any, others: list[Any], count: int) -> list[dict[str, Any]]:
    """The address list of a new interface, the primary one first."""
    if isinstance(primary, list):
        primary = primary[0] if primary else None
    entries = [entry if isinstance(entry, dict) else {"PrivateIpAddress": entry} for entry in others]
    if not primary:
        marked = [entry for entry in entries if entry.get("Primary")] or [entry for entry in entries if "Primary" not in entry]
        primary = marked[0]["PrivateIpAddress"] if marked else None
    given = [entry["PrivateIpAddress"] for entry in entries if entry.get("PrivateIpAddress") != primary]
    for address in [*([primary] if primary else []), *given]:
        require_usable(subnet, address)
    primary = primary or choose(subnet, 1, tuple(given))[0]
    given += choose(subnet, count, (primary, *given)) if count else []
    return [{"Primary": address == primary, "PrivateIpAddress": address} for address in [primary, *given]]


def assign(self: Any, eni_id: str, private_ip_addresses: list[str] | None = None, secondary_ips_count: int | None = None) -> Any:
    eni = self.get_network_interface(eni_id)
    held = [entry["PrivateIpAddress"] for entry in eni.private_ip_addresses]
    wanted = [address for address in private_ip_addresses or [] if address not in held]
    for address in wanted:
        require_usable(eni.subnet, address)
    new = wanted or choose(eni.subnet, int(secondary_ips_count or 0))
    eni.private_ip_addresses.extend({"Primary": False, "PrivateIpAddress": address} for address in new)
    eni._newly_assigned = new or [address for address in private_ip_addresses or [] if address in held]
    return eni


def reassign(self: Any, addresses: list[str], eni_id: str) -> None:
    """AllowReassignment: take the addresses from the interfaces that have them as secondary ones."""
    subnet = self.ec2_backend.get_network_interface(eni_id).subnet
    for address in addresses:
        holder = holders(subnet).get(address)
        if holder and holder.id != eni_id and holder.private_ip_address != address:
            holder.private_ip_addresses = [entry for entry in holder.private_ip_addresses if entry["PrivateIpAddress"] != address]


def assign_response(self: Any) -> ActionResult:
    eni_id, addresses = self._get_param("NetworkInterfaceId"), self._get_param("PrivateIpAddresses", [])
    if self._get_param("AllowReassignment"):
        reassign(self, addresses, eni_id)
    eni = self.ec2_backend.assign_private_ip_addresses(eni_id, addresses, self._get_int_param("SecondaryPrivateIpAddressCount", 0))
    assigned = [{"PrivateIpAddress": address} for address in eni._newly_assigned]
    return ActionResult({"NetworkInterfaceId": eni.id, "AssignedPrivateIpAddresses": assigned})


def apply() -> None:
    create = NetworkInterfaceBackend.create_network_interface
    unassign = NetworkInterfaceBackend.unassign_private_ip_addresses

    def create_planned(
        self: Any, subnet: Any, private_ip_address: Any, private_ip_addresses: Any = None, *args: Any, **kwargs: Any
    ) -> NetworkInterface:
        subnet = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        count = int(kwargs.pop("secondary_ips_count", None) or 0)
        planned = plan_addresses(subnet, private_ip_address, private_ip_addresses or [], count)
        return create(self, subnet, planned[0]["PrivateIpAddress"], planned, *args, **kwargs)

    def unassign_secondary(self: Any, eni_id: str, private_ip_address: list[str] | None = None) -> Any:
        eni = self.get_network_interface(eni_id)
        held = {entry["PrivateIpAddress"] for entry in eni.private_ip_addresses if not entry["Primary"]}
        for address in private_ip_address or []:
            if address not in held:
                message = f"Some of [{address}] are not assigned to interface {eni_id}"
                raise EC2ClientError("InvalidParameterValue", message)
        return unassign(self, eni_id, private_ip_address)

    NetworkInterfaceBackend.create_network_interface = create_planned
    NetworkInterfaceBackend.assign_private_ip_addresses = assign
    NetworkInterfaceBackend.unassign_private_ip_addresses = unassign_secondary
    ElasticNetworkInterfaces.assign_private_ip_addresses = assign_response
    # A launch that names no subnet goes to a default one; its address is chosen like any other.
    instances.random_private_ip = lambda: None
    # The interfaces say which addresses are taken; moto's own notes went out of step with them.
    Subnet.get_available_subnet_ip = lambda self, instance: choose(self, 1)[0]
    Subnet.request_ip = lambda self, ip, instance: require_usable(self, ip)
    Subnet.del_subnet_ip = lambda self, ip: None
