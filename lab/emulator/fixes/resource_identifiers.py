"""The ids of IAM's resources begin with what they are: AIPA an instance profile, AIDA a user, AGPA a group, ANPA a managed policy.

moto gives twenty small letters to the first three, and `A` and twenty others to policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from collections.abc import Callable
from typing import Any

from moto.iam.models import Group, IAMBackend, ManagedPolicy, User
from moto.iam.utils import generate_access_key_id_from_account_id


def make(account: str, prefix: str) -> str:
    return generate_access_key_id_from_account_id(account, prefix=prefix, total_length=21)


def begin_with(prefix: str, create: Callable[..., None]) -> Callable[..., None]:
    def create_with_id(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.id = make(self.account_id, prefix)

    return create_with_id


def apply() -> None:
    create_profile = IAMBackend.create_instance_profile

    def create_profile_with_id(self: Any, *args: Any, **kwargs: Any) -> Any:
        profile = create_profile(self, *args, **kwargs)
        profile.id = make(self.account_id, "AIPA")
        return profile

    IAMBackend.create_instance_profile = create_profile_with_id
    User.__init__ = begin_with("AIDA", User.__init__)
    Group.__init__ = begin_with("AGPA", Group.__init__)
    ManagedPolicy.__init__ = begin_with("ANPA", ManagedPolicy.__init__)
