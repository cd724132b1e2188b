"""SimulatePrincipalPolicy and SimulateCustomPolicy answer with the decision that the same policies would have here.

moto has neither.

AWS: each action with each resource is `allowed`, `explicitDeny` or `implicitDeny`; the context is what the request says of it, and the time.
Conditions on keys that it does not have do not hold, and the keys are told. Resource policies count only with a caller.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
"""

import json
import re
from typing import Any

from grounds import Documents, Grounds
from moto.core.responses import ActionResult
from moto.iam.exceptions import InvalidInput, NoSuchEntity
from moto.iam.responses import IamResponse
from simulation import Policy, Simulation, boundary_of, policies_of


def read_documents(texts: list[str]) -> Documents:
    documents = []
    for text in texts:
        try:
            documents.append(json.loads(text))
        except ValueError:
            raise InvalidInput("The policy is not in the valid JSON format.")
    return documents


def read_context(entries: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    return {entry["ContextKeyName"].lower(): tuple(entry.get("ContextKeyValues") or ()) for entry in entries}


def simulate(self: Any, policies: list[Policy], caller: str, boundary: Documents | None) -> ActionResult:
    actions, resources = self._get_param("ActionNames", []), self._get_param("ResourceArns", []) or ["*"]
    for action in actions:
        if not re.fullmatch(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+", action):
            raise InvalidInput(f"Invalid Action Name: {action}")
    given = read_documents(self._get_param("PolicyInputList", []))
    policies = [*policies, *(Policy(f"PolicyInputList.{index}", "none", document) for index, document in enumerate(given, 1))]
    limits = self._get_param("PermissionsBoundaryPolicyInputList", [])
    own_resource = self._get_param("ResourcePolicy")
    if own_resource and not self._get_param("CallerArn") and not caller:
        raise InvalidInput("A caller must be specified to simulate resource-based policies.")
    grounds = Grounds(
        identity=[policy.document for policy in policies],
        resource=read_documents([own_resource]) if own_resource else None,
        boundary=read_documents(limits) if limits else boundary,
        session=None,
    )
    simulation = Simulation(self._get_param("CallerArn") or caller, policies, grounds, read_context(self._get_param("ContextEntries", [])))
    results = [simulation.evaluate(action, resource) for action in actions for resource in resources]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def simulate_principal(self: Any) -> ActionResult:
    arn = self._get_param("PolicySourceArn")
    policies = policies_of(self.backend, arn)
    if policies is None:
        raise NoSuchEntity(f"The principal {arn} does not exist.")
    return simulate(self, policies, "" if ":group/" in arn else arn, boundary_of(self.backend, arn))


def simulate_custom(self: Any) -> ActionResult:
    return simulate(self, [], "", None)


def apply() -> None:
    IamResponse.simulate_principal_policy = simulate_principal
    IamResponse.simulate_custom_policy = simulate_custom
