"""Notes which action a request asked for, so that the answer can carry it (see application.py)."""

from typing import Any

from application import ACTION
from flask import request
from moto.core.authorization import ActionAuthenticatorMixin
from refusal import service_of


def install() -> None:
    """Note `service:Action` where moto authorises it, the one place where every service knows its action."""
    authorize = ActionAuthenticatorMixin._authenticate_and_authorize_action

    def authorize_and_note(self: Any, iam_request_cls: type, resource: str = "*") -> None:
        action = self._get_action()
        request.environ[ACTION] = f"{service_of(request.environ)}:{action[0] if isinstance(action, list) else action}"
        authorize(self, iam_request_cls, resource)

    ActionAuthenticatorMixin._authenticate_and_authorize_action = authorize_and_note
