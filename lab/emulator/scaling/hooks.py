"""Lifecycle actions: a member waits until each of the group's hooks for its transition was completed, or is out of time.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.core.utils import utcnow

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"


@dataclass
class Action:
    """One hook that a member waits for. `none_after`: heartbeats do not put the end off beyond it."""

    hook: Any
    none_after: datetime
    ends: datetime
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    def beat(self) -> None:
        self.ends = min(utcnow() + timedelta(seconds=self.hook.heartbeat_timeout), self.none_after)


@dataclass
class Wait:
    """What a member waits for; `proceed` is told, once, why the actions were abandoned, or None when they were continued."""

    actions: list[Action]
    proceed: Callable[[str | None], None]


def wait(group: Any, member: Any, transition: str, proceed: Callable[[str | None], None]) -> None:
    """Let a member wait for the hooks of a transition; where there are none it goes on at once."""
    hooks = [hook for hook in group.autoscaling_backend.describe_lifecycle_hooks(group.name) if hook.lifecycle_transition == transition]
    if not hooks:
        return proceed(None)
    member.lifecycle_state = "Pending:Wait" if transition == LAUNCHING else "Terminating:Wait"
    now = utcnow()
    actions = [Action(hook, now + timedelta(seconds=hook.global_timeout), now) for hook in hooks]
    for action in actions:
        action.beat()
    member.lab_wait = Wait(actions, proceed)


def complete(member: Any, action: Action, result: str, reason: str) -> None:
    """One action has ended with CONTINUE or ABANDON; the member goes on after the last, or after the first that was abandoned."""
    waiting = member.lab_wait
    waiting.actions.remove(action)
    if result == "CONTINUE" and waiting.actions:
        return
    member.lab_wait = None
    abandoned = f"Lifecycle Action with token {action.token} was abandoned: {reason}"
    waiting.proceed(None if result == "CONTINUE" else f"Instance failed to complete user's Lifecycle Action: {abandoned}")


def actions_of(member: Any) -> list[Action]:
    waiting = getattr(member, "lab_wait", None)
    return list(waiting.actions) if waiting else []


def end_what_is_late(group: Any) -> None:
    """The default result is that of an action whose time is over."""
    for member in list(group.instance_states):
        for action in actions_of(member):
            if action.ends <= utcnow() and action in actions_of(member):
                complete(member, action, action.hook.default_result, "Heartbeat Timeout")
