"""A terminated instance gives back its addresses and interfaces, and shows neither.

moto deletes some interfaces but leaves them (and elastic addresses) tied to the instance, which goes on showing its private address.

AWS: interfaces with DeleteOnTermination are deleted, others become available; an elastic address is disassociated; DescribeInstances
shows the instance for about an hour without network, subnet and addresses.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
"""

from typing import Any

from moto.ec2.models.instances import Instance


def release_interfaces(instance: Any) -> None:
    backend = instance.ec2_backend
    for interface in list(instance.nics.values()):
        for address in backend.addresses:
            if address.eni is interface:
                backend.disassociate_address(address=address.public_ip)
        instance.detach_eni(interface)
        interface.public_ip = None
        if interface.delete_on_termination:
            backend.delete_network_interface(interface.id)
        interface.delete_on_termination = False
    instance._subnet_id = None


def of_primary(name: str) -> property:
    def read(self: Any) -> Any:
        primary = self.nics.get(0)
        return getattr(primary, name) if primary else None

    return property(read)


def apply() -> None:
    terminate = Instance.terminate
    private_dns_name = Instance.private_dns_name.fget

    def terminate_and_release(self: Any) -> Any:
        if self._state.name != "terminated":
            release_interfaces(self)
        return terminate(self)

    Instance.terminate = terminate_and_release
    Instance.private_ip = Instance.private_ip_address = of_primary("private_ip_address")
    Instance.public_ip = Instance.public_ip_address = of_primary("public_ip")
    Instance.private_dns_name = property(lambda self: private_dns_name(self) if self.private_ip else "")
