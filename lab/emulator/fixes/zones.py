"""Zones say that nobody has to opt in to them, which group they are, and in what region; images boot as Debian's and Ubuntu's do.

moto leaves OptInStatus, GroupName and NetworkBorderGroup out, and says of every image that it boots by UEFI alone.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html
"""

from moto.ec2.models.amis import Ami
from moto.ec2.models.availability_zones_and_regions import Zone


def apply() -> None:
    create = Ami.__init__

    def create_with_mode(self: Ami, *args: object, **kwargs: object) -> None:
        create(self, *args, **{"boot_mode": "uefi-preferred" if kwargs.get("architecture") != "arm64" else "uefi", **kwargs})

    Ami.__init__ = create_with_mode
    # The opt-in status that DescribeRegions has is that of the zones in a region; those here need none.
    Zone.opt_in_status = "opt-in-not-required"
    Zone.group_name = property(lambda self: f"{self.region_name}-zg-1")
    Zone.network_border_group = property(lambda self: self.region_name)
    Zone.zone_state = property(lambda self: self.state)
