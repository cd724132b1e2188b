"""A policy statement that is about another principal, or whose conditions do not hold, says nothing; a Deny without resource denies.

moto takes both for an explicit deny, crashes on a `Service` principal, allows by a Deny statement of a trust policy, compares actions
with their case, and reads a dot in a pattern as any character.

AWS: statements that do not match are ignored; explicit deny, then allow, else implicit deny; actions are case-insensitive.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def matches(patterns: Any, value: str, ignore_case: bool = False) -> bool:
    """Whether one of the patterns (`*` and `?` as in IAM) covers the whole value."""
    expressions = (re.escape(str(pattern)).replace(r"\*", ".*").replace(r"\?", ".") for pattern in as_list(patterns))
    return any(re.fullmatch(expression, value, re.IGNORECASE if ignore_case else 0) for expression in expressions)


def role_arn(principal: str) -> str:
    """The role of a session's ARN; any other ARN as it is."""
    session = re.fullmatch(r"arn:([^:]+):sts::(\d+):assumed-role/([^/]+)/.+", principal)
    return "arn:{}:iam::{}:role/{}".format(*session.groups()) if session else principal


def names_principal(expected: Any, principal: str) -> bool:
    """Whether a Principal element means this caller: itself, its role, everybody, or its account."""
    named = ["*"] if expected == "*" else as_list(expected.get("AWS", [])) if isinstance(expected, dict) else []
    account = principal.split(":")[4]
    return any(name in named for name in (principal, role_arn(principal), "*", account, f"arn:aws:iam::{account}:root"))


def is_concerned(statement: dict[str, Any], action: str, resource: str) -> bool:
    if "NotAction" in statement:
        if matches(statement["NotAction"], action, ignore_case=True):
            return False
    elif not matches(statement.get("Action", []), action, ignore_case=True):
        return False
    if "NotResource" in statement:
        return not matches(statement["NotResource"], resource)
    return "Resource" not in statement or matches(statement["Resource"], resource)


def is_action_permitted(
    self: Any, action: str, resource: str = "*", principal: str | None = None, incoming_condition_values: Any = None
) -> PermissionResult:
    statement = self._statement
    expected = statement.get("Principal")
    if not is_concerned(statement, action, resource):
        return PermissionResult.NEUTRAL
    if expected is not None and (not names_principal(expected, principal) if principal else self.is_unknown_principal(expected)):
        return PermissionResult.NEUTRAL
    if not self._check_conditions(incoming_condition_values):
        return PermissionResult.NEUTRAL
    return PermissionResult.PERMITTED if statement["Effect"] == "Allow" else PermissionResult.DENIED


def apply() -> None:
    IAMPolicyStatement.is_action_permitted = is_action_permitted
