"""What can go wrong between a program and its studio."""

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """The studio's answer to a request that it did not carry out (RFC 9457).

    `status` is the HTTP status, `code` a stable word, `title` and `detail` are for a person; `fields` names
    the inputs that do not fit, each with `field` and mostly `message`; `facts` is the whole answer.
    """

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(told.get("code") or "http")
        self.title = str(told.get("title") or f"The server answered {status}")
        self.detail = str(told.get("detail") or "")
        fields = told.get("fields")
        self.fields: tuple[Mapping[str, Any], ...] = tuple(
            field for field in (fields if isinstance(fields, list) else ()) if isinstance(field, dict)
        )
        self.facts = told
        super().__init__(f"{self.title}: {self.detail}" if self.detail else self.title)


class Unreachable(Exception):
    """No answer came: the server is not there, or the line went dead."""
