"""What IAM's policy simulator says: decisions over policies that are named, for a request that is only thought of."""

import datetime
from dataclasses import dataclass
from typing import Any

from grounds import Documents, Grounds
from moto.iam.access_control import IAMPolicy
from policy import Question, Verdict, judge, names_caller, role_arn

# The caller of a simulation that names none.
NOBODY = "arn:aws:iam::000000000000:user/simulated"


@dataclass(frozen=True)
class Policy:
    """A policy as the simulator names it; `kind`: one of user, group, role, aws-managed, user-managed, none."""

    id: str
    kind: str
    document: dict[str, Any]


def owned(backend: Any, kind: str, name: str) -> list[Policy]:
    """The inline and the managed policies of a user, group or role."""
    read = getattr(backend, f"get_{kind}_policy")
    attached, _ = getattr(backend, f"list_attached_{kind}_policies")(name)
    policies = []
    for inline in getattr(backend, f"list_{kind}_policies")(name):
        found = read(name, inline)
        document = IAMPolicy(found[1] if kind == "role" else found)._policy_json
        policies.append(Policy(f"{kind}_{name}_{inline}", kind, document))
    for managed in attached:
        kind_of_managed = "aws-managed" if ":iam::aws:" in managed.arn else "user-managed"
        policies.append(Policy(managed.name, kind_of_managed, IAMPolicy(managed)._policy_json))
    return policies


def policies_of(backend: Any, arn: str) -> list[Policy] | None:
    """All of a principal's; None for one that does not exist."""
    kind, _, path = arn.split(":", 5)[-1].partition("/")
    name = path.rpartition("/")[2]
    if kind == "role" and any(role.arn == arn for role in backend.roles.values()):
        return owned(backend, "role", name)
    if kind == "group" and name in backend.groups:
        return owned(backend, "group", name)
    if kind == "user" and name in backend.users:
        groups = [policy for group in backend.get_groups_for_user(name) for policy in owned(backend, "group", group.name)]
        return owned(backend, "user", name) + groups
    return None


def boundary_of(backend: Any, arn: str) -> Documents | None:
    """The permissions boundary of a role."""
    role = next((role for role in backend.roles.values() if role.arn == arn), None)
    boundary = backend.managed_policies.get(role.permissions_boundary_arn) if role and role.permissions_boundary_arn else None
    return [IAMPolicy(boundary)._policy_json] if boundary else None


class Simulation:
    """Policies, and what is known of the request: `context` has condition keys in lower case."""

    def __init__(self, caller: str, policies: list[Policy], grounds: Grounds, context: dict[str, tuple[str, ...]]) -> None:
        now = datetime.datetime.now(datetime.timezone.utc)
        own = {
            "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
            "aws:epochtime": (str(int(now.timestamp())),),
        }
        if caller:
            own["aws:principalarn"] = (role_arn(caller),)
        self.caller, self.policies, self.grounds, self.context = caller or NOBODY, policies, grounds, own | context

    def evaluate(self, action: str, resource: str) -> dict[str, Any]:
        """One EvaluationResult."""
        missing: list[str] = []

        def lookup(key: str) -> tuple[str, ...]:
            if key not in self.context and key not in missing:
                missing.append(key)
            return self.context.get(key, ())

        question = Question(self.caller, action, resource, lookup)
        reason = self.grounds.refusal(question)
        decision = "allowed" if reason is None else "explicitDeny" if reason.startswith("with an explicit deny") else "implicitDeny"
        said = [(policy, judge(policy.document, question)) for policy in self.policies]
        resource_policies = [Policy("ResourcePolicy", "resource", document) for document in self.grounds.resource or []]
        said += [(policy, judge(policy.document, question, names_caller)) for policy in resource_policies]
        counting = {Verdict.DENY} if decision == "explicitDeny" else {Verdict.ALLOW, Verdict.DENY}
        result = {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": decision,
            "MatchedStatements": [
                {"SourcePolicyId": policy.id, "SourcePolicyType": policy.kind} for policy, verdict in said if verdict in counting
            ],
            "MissingContextValues": missing,
        }
        if self.grounds.boundary is not None:
            allowed = any(judge(document, question) is Verdict.ALLOW for document in self.grounds.boundary)
            result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
        return result
