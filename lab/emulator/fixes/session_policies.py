"""AssumeRole keeps the managed policies that are to limit the session (`PolicyArns`); the inline one moto keeps itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
"""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse
from refusal import Refusal


def apply() -> None:
    assume_role = TokenResponse.assume_role

    def assume_limited(self: Any) -> ActionResult:
        try:
            json.loads(self._get_param("Policy") or "{}")
        except ValueError:
            raise Refusal(400, "MalformedPolicyDocument", "This policy contains invalid Json")
        result = assume_role(self)
        session = sts_backends[self.current_account][self.partition].assumed_roles[-1]
        session.lab_policy_arns = [policy["arn"] for policy in self._get_param("PolicyArns", [])]
        return result

    TokenResponse.assume_role = assume_limited
