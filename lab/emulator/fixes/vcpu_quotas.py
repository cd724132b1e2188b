"""Service Quotas knows how many virtual processors of each kind of instance the account may run.

moto knows the quotas of VPC alone, and answers NoSuchResourceException to all others.

https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
"""

from typing import Any

from moto.servicequotas.models import ServiceQuotasBackend

# What an account has that asked for more than the few that a new one gets.
VALUE = 640.0

FAMILIES = {
    "L-1216C47A": "Standard (A, C, D, H, I, M, R, T, Z)",
    "L-1945791B": "Inf",
    "L-2C3B7624": "Trn",
    "L-417A185B": "P",
    "L-43DA4232": "High Memory",
    "L-6E869C2A": "DL",
    "L-7295265B": "X",
    "L-74FC7D96": "F",
    "L-DB2E81BA": "G and VT",
    "L-F7808C92": "HPC",
}


def quota_of(backend: Any, code: str) -> dict[str, Any]:
    """The quota of a code, as the API writes it."""
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": f"arn:aws:servicequotas:{backend.region_name}:{backend.account_id}:ec2/{code}",
        "QuotaCode": code,
        "QuotaName": f"Running On-Demand {FAMILIES[code]} instances",
        "Value": VALUE,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def apply() -> None:
    get_quota = ServiceQuotasBackend.get_service_quota

    def get_known(self: Any, service_code: str, quota_code: str) -> dict[str, Any]:
        if service_code == "ec2" and quota_code in FAMILIES:
            return quota_of(self, quota_code)
        return get_quota(self, service_code, quota_code)

    ServiceQuotasBackend.get_service_quota = get_known
