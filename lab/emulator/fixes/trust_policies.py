"""AssumeRole asks the trust policy of the role, and a role that does not exist cannot be assumed.

moto lets anybody with `*` assume a role that does not exist, and asks the caller's own policies even where the trust policy names the
caller itself.

AWS: within one account, a trust policy that names the caller (or its role) is enough; one that names the account leaves the decision
to the caller's policies. An explicit deny on either side wins.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, IAMRequestBase, PermissionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.utils import format_incoming_conditional_values

from fixes.policy_statements import as_list, role_arn


def names_caller(document: str, caller: str) -> bool:
    """Whether a statement of the trust policy has the caller itself, its role or everybody as principal."""
    for statement in as_list(json.loads(document)["Statement"]):
        principal = statement.get("Principal")
        named = [principal] if isinstance(principal, str) else as_list((principal or {}).get("AWS", []))
        if statement["Effect"] == "Allow" and {caller, role_arn(caller), "*"} & set(named):
            return True
    return False


def check_action_permitted(self: Any, resource: str) -> None:
    # Always allowed, even where it is explicitly denied.
    if self._action == "sts:GetCallerIdentity":
        return
    try:
        policies = self._access_key.collect_policies()
    except NotFoundException:
        # The role of the session is gone, and its permissions with it.
        policies = []
    results = {IAMPolicy(policy).is_action_permitted(self._action, resource) for policy in policies}
    allowed = PermissionResult.PERMITTED in results and PermissionResult.DENIED not in results
    if self._action == "sts:AssumeRole":
        allowed = PermissionResult.DENIED not in results and is_trusted(self, resource, allowed)
    if not allowed:
        self._raise_access_denied()


def is_trusted(request: Any, role: str, allowed_by_own_policies: bool) -> bool:
    try:
        document = request.backend.get_role_by_arn(role).assume_role_policy_document
    except NotFoundException:
        return False
    caller = request._access_key.arn
    conditions = format_incoming_conditional_values(request._data)
    result = IAMPolicy(document).is_action_permitted(request._action, role, caller, conditions)
    return result == PermissionResult.PERMITTED and (allowed_by_own_policies or names_caller(document, caller))


def apply() -> None:
    IAMRequestBase.check_action_permitted = check_action_permitted
