"""RebootInstances reboots.

moto leaves no trace of it. The lab's machines follow what this counts: `reboots` of an instance in the region's state.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
"""

from typing import Any

from moto.ec2.models.instances import Instance


def apply() -> None:
    reboot = Instance.reboot

    def reboot_and_count(self: Any) -> None:
        # Only a running instance reboots; moto would start a stopped one.
        if self.state == "running":
            reboot(self)
            self.lab_reboots = getattr(self, "lab_reboots", 0) + 1

    Instance.reboot = reboot_and_count
