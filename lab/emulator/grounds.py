"""How IAM brings the policies of several kinds to one decision. No I/O.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from dataclasses import dataclass
from typing import Any

from policy import Question, Verdict, judge, names_caller

Documents = list[dict[str, Any]]


@dataclass(frozen=True)
class Grounds:
    """The policies that a decision stands on; None where there is no policy of a kind, which is not the same as one that says nothing."""

    identity: Documents
    resource: Documents | None
    boundary: Documents | None
    session: Documents | None

    def refusal(self, question: Question) -> str | None:
        """Why the answer is no, in the words of AWS's messages; None for yes."""
        kinds = {
            "identity-based policy": self.identity,
            "resource-based policy": self.resource,
            "permissions boundary": self.boundary,
            "session policy": self.session,
        }
        said = {kind: {judge(document, question) for document in documents} for kind, documents in kinds.items() if documents is not None}
        for kind, verdicts in said.items():
            if Verdict.DENY in verdicts:
                return f"with an explicit deny in {'an' if kind.startswith('identity') else 'a'} {kind}"
        for kind in ("permissions boundary", "session policy"):
            if kind in said and Verdict.ALLOW not in said[kind]:
                return f"because no {kind} allows the {question.action} action"
        own = Verdict.ALLOW in said["identity-based policy"]
        if question.action == "sts:AssumeRole":
            # Nobody assumes a role whose trust policy does not name them.
            own = own and Verdict.ALLOW in said.get("resource-based policy", ())
        named = any(judge(document, question, names_caller) is Verdict.ALLOW for document in self.resource or [])
        return None if own or named else f"because no identity-based policy allows the {question.action} action"
