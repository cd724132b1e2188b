"""Interfaces that RunInstances creates are deleted with their instance unless the request says otherwise.

moto takes an absent DeleteOnTermination for false, so the primary interface outlives its instance and keeps its address: a
replacement with the same fixed address fails.

AWS: "By default, network interfaces that are automatically created and attached to instances are set to terminate".
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html#best-practices-for-configuring-network-interfaces
"""

from typing import Any

from moto.ec2.models.instances import Instance


def apply() -> None:
    prep_nics = Instance.prep_nics

    def prep(self: Any, nic_spec: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        given = [nic for nic in nic_spec if nic.get("NetworkInterfaceId")]
        created = [
            {**nic, "DeleteOnTermination": nic.get("DeleteOnTermination") is not False}
            for nic in nic_spec
            if not nic.get("NetworkInterfaceId")
        ]
        prep_nics(self, given + created, *args, **kwargs)
        if not nic_spec and 0 in self.nics:
            self.nics[0].delete_on_termination = True

    Instance.prep_nics = prep
