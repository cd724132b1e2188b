"""IAM's evaluation logic over one policy document. No I/O.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from conditions import Lookup, as_list, covers, judge_condition

log = logging.getLogger("lab.iam")


class Verdict(Enum):
    """What a policy says; SILENT is neither and means no in the end."""

    ALLOW = "allow"
    DENY = "deny"
    SILENT = "silent"


@dataclass(frozen=True)
class Question:
    """May `principal` (an ARN) do `action` (`service:Action`) on `resource` (an ARN, or `*` for an action that has none)?"""

    principal: str
    action: str
    resource: str
    lookup: Lookup


def role_arn(principal: str) -> str:
    """The role of a session's ARN; any other ARN as it is."""
    session = re.fullmatch(r"arn:([^:]+):sts::(\d+):assumed-role/([^/]+)/.+", principal)
    return "arn:{}:iam::{}:role/{}".format(*session.groups()) if session else principal


def names_caller(expected: Any, principal: str) -> bool:
    """Whether a Principal element has the caller itself, its role or everybody."""
    named = [expected] if isinstance(expected, str) else as_list(expected.get("AWS", []))
    return bool({principal, role_arn(principal), "*"} & set(named))


def names_account(expected: Any, principal: str) -> bool:
    """Whether a Principal element has the caller or its whole account."""
    account = principal.split(":")[4]
    named = as_list(expected.get("AWS", [])) if isinstance(expected, dict) else []
    return names_caller(expected, principal) or bool({account, f"arn:aws:iam::{account}:root"} & set(named))


def fill_variables(text: str, lookup: Lookup) -> str:
    """Put the values of policy variables in; one without a value stays, and so matches nothing.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """

    def value(match: re.Match[str]) -> str:
        name, default = match.groups()
        return next(iter(lookup(name.lower()) or ()), default if default is not None else match.group())

    return re.sub(r"\$\{([^},]+?)(?:\s*,\s*'([^']*)')?\}", value, text)


def is_concerned(statement: dict[str, Any], question: Question, fill: Callable[[str], str]) -> bool:
    """Whether a statement is about this action and this resource. Actions have no case, resources do."""

    def covered(patterns: Any, value: str, flags: int = 0) -> bool:
        return any(covers(fill(pattern), value, flags) for pattern in as_list(patterns))

    if "NotAction" in statement:
        if covered(statement["NotAction"], question.action, re.IGNORECASE):
            return False
    elif not covered(statement.get("Action", []), question.action, re.IGNORECASE):
        return False
    if "NotResource" in statement:
        return not covered(statement["NotResource"], question.resource)
    return "Resource" not in statement or covered(statement["Resource"], question.resource)


def judge(document: dict[str, Any], question: Question, names: Callable[[Any, str], bool] = names_account) -> Verdict:
    """What one document says. Statements that do not match are ignored; an explicit deny wins.

    `names` tells whether a Principal element, which only the policies of resources have, means the caller. A statement whose conditions
    cannot be judged here counts against the caller, and the log says so: an Allow not to hold, a Deny to hold.
    """

    def fill(text: str) -> str:
        return fill_variables(text, question.lookup)

    verdict = Verdict.SILENT
    for statement in as_list(document.get("Statement", [])):
        if not is_concerned(statement, question, fill):
            continue
        if "Principal" in statement and not names(statement["Principal"], question.principal):
            continue
        if "NotPrincipal" in statement and names(statement["NotPrincipal"], question.principal):
            continue
        may_hold, unknown = judge_condition(statement.get("Condition") or {}, question.lookup, fill)
        denies = statement["Effect"] == "Deny"
        if may_hold and unknown:
            log.warning("iam: %s: cannot judge %s here: a deny counts, an allow does not", question.action, ", ".join(unknown))
        if may_hold and denies:
            return Verdict.DENY
        if may_hold and not unknown:
            verdict = Verdict.ALLOW
    return verdict
