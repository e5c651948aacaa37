"""People, teams and what they may do."""

from gesso.accounts.doors import (
    VISIT_HOLDS,
    by_code,
    by_password,
    by_session,
    by_token,
    create_token,
    invite,
    revoke_token,
    set_password,
    sign_in,
    sign_out,
    sweep,
    tokens,
)
from gesso.accounts.people import ROLES, SCOPES, actor, add_person, first_owner, founder, people

__all__ = [
    "ROLES",
    "SCOPES",
    "VISIT_HOLDS",
    "actor",
    "add_person",
    "by_code",
    "by_password",
    "by_session",
    "by_token",
    "create_token",
    "first_owner",
    "founder",
    "invite",
    "people",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_out",
    "sweep",
    "tokens",
]
