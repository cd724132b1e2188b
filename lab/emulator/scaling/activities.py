"""The history of a group: what it did, in AWS's words.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-activities.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html
"""

import json
import uuid
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow

# So many are kept of all groups of a region.
KEPT = 1000

Activity = dict[str, Any]


def at(moment: datetime | None = None) -> str:
    """`At 2020-10-30T19:35:51Z`, now unless given."""
    return f"At {moment or utcnow():%Y-%m-%dT%H:%M:%SZ}"


def history(backend: Any) -> list[Activity]:
    """All activities of a region's groups, those of deleted ones too, the last first."""
    if not hasattr(backend, "lab_activities"):
        backend.lab_activities = []
    return backend.lab_activities


def begin(group: Any, instance: Any, doing: str, cause: str) -> Activity:
    """Note what a group has begun with an instance, or, where it has none, without: `doing` is `Launching a new EC2 instance`."""
    place = {"Subnet ID": instance.subnet_id, "Availability Zone": instance._placement.zone} if instance else {}
    activity = {
        "ActivityId": str(uuid.uuid4()),
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": f"{doing}: {instance.id}" if instance else doing,
        "Cause": cause,
        "StartTime": utcnow(),
        "StatusCode": "InProgress",
        "Progress": 50,
        "Details": json.dumps({key: value for key, value in place.items() if value}, separators=(",", ":")),
    }
    kept = history(group.autoscaling_backend)
    kept.insert(0, activity)
    del kept[KEPT:]
    return activity


def end(activity: Activity, status: str = "Successful", message: str | None = None) -> None:
    activity.update(StatusCode=status, Progress=100, EndTime=utcnow())
    if message:
        activity["StatusMessage"] = message
