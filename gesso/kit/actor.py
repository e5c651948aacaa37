"""Who acts, for which team, and what they may do: a value, resolved once per request or job."""

from dataclasses import dataclass
from uuid import UUID

from gesso.kit.errors import Denied


@dataclass(frozen=True, slots=True)
class Actor:
    user_id: UUID
    team_id: UUID
    role: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises Denied unless the actor holds `permission`."""
        if not self.may(permission):
            raise Denied(f"This needs the permission “{permission}”; your role here is {self.role}.")
