"""Every request is judged as IAM judges: explicit deny, then what identity, resource, boundary and session policies allow together.

moto knows policies of identities only, with one condition operator (it ignores the others) and no resources outside S3. It takes a
statement that does not match for an explicit deny, crashes on a `Service` principal, compares actions with their case, forgets session
policies and permissions boundaries, lets `*` assume a role that does not exist, and anybody pass any role to an instance.

AWS: within one account a policy of the resource (a bucket's, a role's trust policy) that names the caller is as good as its own; one that
names the account leaves it to the caller's own. A session policy and a boundary only take away.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

import json
from typing import Any

from grounds import Documents, Grounds
from moto.iam.access_control import IAMPolicy, IAMRequestBase
from moto.iam.exceptions import NotFoundException
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends
from policy import Question
from refusal import Refusal
from request_context import describe_request, tags_of_resource
from touched_resources import passed_role, touched_resources


def documents(policies: Any) -> Documents:
    return [IAMPolicy(policy)._policy_json for policy in policies]


def managed(backend: Any, arns: list[str]) -> Documents:
    """Documents of managed policies; one that does not exist says nothing."""
    return documents(backend.managed_policies[arn] for arn in arns if arn in backend.managed_policies)


def resource_policy(iam_request: Any, resource: str) -> Documents | None:
    """The policy of a bucket, or the trust policy of a role that is to be assumed."""
    if iam_request._action == "sts:AssumeRole":
        roles = iam_request.backend.roles.values()
        return [json.loads(role.assume_role_policy_document) for role in roles if role.arn == resource]
    if not resource.startswith("arn:aws:s3:::"):
        return None
    bucket = s3_backends[iam_request.account_id]["aws"].buckets.get(resource.removeprefix("arn:aws:s3:::").partition("/")[0])
    return [json.loads(bucket.policy)] if bucket and bucket.policy else None


def session_policies(session: Any, backend: Any) -> Documents | None:
    """The inline and the managed policies that a session was limited to; None for one that was not."""
    arns = getattr(session, "lab_policy_arns", [])
    inline = [json.loads(session.policy)] if session and session.policy else []
    return [*inline, *managed(backend, arns)] if inline or arns else None


def find_grounds(iam_request: Any, resource: str) -> Grounds:
    backend, key = iam_request.backend, iam_request._access_key
    try:
        identity = documents(key.collect_policies())
    except NotFoundException:
        # The role of the session is gone, and its permissions with it.
        identity = []
    role = next((role for role in backend.roles.values() if role.name == getattr(key, "_owner_role_name", None)), None)
    boundary = role.permissions_boundary_arn if role else None
    session = sts_backends[iam_request.account_id]["aws"].get_assumed_role_from_access_key(key.create_credentials().access_key)
    return Grounds(
        identity=identity,
        resource=resource_policy(iam_request, resource),
        boundary=managed(backend, [boundary]) if boundary else None,
        session=session_policies(session, backend),
    )


def refusal(iam_request: Any, action: str, resource: str, more: dict[str, tuple[str, ...]] | None = None) -> str | None:
    """Why the caller may not do this to that, None where it may. `more`: condition keys of this question alone."""
    context = describe_request(iam_request) | (more or {})
    tags = tags_of_resource(iam_request.account_id, iam_request._region, resource)

    def lookup(key: str) -> tuple[str, ...] | None:
        absent = () if key.startswith(("aws:resourcetag/", "ec2:resourcetag/")) and tags is not None else None
        return (context | (tags or {})).get(key, absent)

    return find_grounds(iam_request, resource).refusal(Question(iam_request._access_key.arn, action, resource, lookup))


def check_action_permitted(self: Any, resource: str) -> None:
    # AWS allows this call always, even where it is explicitly denied.
    if self._action == "sts:GetCallerIdentity":
        return
    if self._action in ("sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"):
        raise Refusal(400, "InvalidIdentityToken", "No identity provider found in your account.")
    place = (self._data, self._region, self.account_id)
    for each in [resource] if resource != "*" else touched_resources(self._action, *place):
        reason = refusal(self, self._action, each)
        if reason:
            self._raise_access_denied(self._action, each, reason)
    role = passed_role(self._action, *place)
    if role:
        service = {"iam:passedtoservice": ("ec2.amazonaws.com",)}
        reason = refusal(self, "iam:PassRole", role, service)
        if reason:
            self._raise_access_denied("iam:PassRole", role, reason)


def apply() -> None:
    IAMRequestBase.check_action_permitted = check_action_permitted
