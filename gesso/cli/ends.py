"""How a command ends: the exit code, and an error in plain words."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gesso.kit.errors import GessoError

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
DENIED: Final = 3
NOT_FOUND: Final = 4
CREDITS: Final = 5
UNREACHABLE: Final = 6
INTERRUPTED: Final = 130

MEANING: Final = (
    "Exit codes: 0 done · 1 the run or a check failed · 2 wrong usage or input · 3 not allowed, signed out · "
    "4 not found · 5 not enough credits · 6 the server or the database cannot be reached · 130 interrupted"
)

_BY_STATUS: Final[Mapping[int, int]] = {
    400: USAGE,
    401: DENIED,
    402: CREDITS,
    403: DENIED,
    404: NOT_FOUND,
    409: USAGE,
    413: USAGE,
    422: USAGE,
}


def explain(error: BaseException) -> tuple[int, str] | None:
    """The exit code, and a line or two for a person. None: a mistake of ours, which keeps its traceback."""
    if isinstance(error, GessoError):
        return _BY_STATUS.get(error.status, FAILED), _words(error.title, str(error), error.facts.get("fields") or ())
    if isinstance(error, OSError) and error.filename is not None:
        return USAGE, f"{error.filename}: {error.strerror}."
    # What was never imported was never raised: a command that asks no server need not load the client.
    if (client := sys.modules.get("gesso_client")) is not None:
        if isinstance(error, client.Problem):
            return _BY_STATUS.get(error.status, FAILED), _words(error.title, error.detail, error.fields)
        if isinstance(error, client.Unreachable):
            return UNREACHABLE, f"{error}\nIs the address right, and does `gesso serve` run there?"
    if (pydantic := sys.modules.get("pydantic")) is not None and isinstance(error, pydantic.ValidationError):
        faults = json.loads(error.json(include_url=False, include_input=False))
        said = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        return USAGE, f"The settings do not fit (environment variables GESSO_...): {said}."
    if (alchemy := sys.modules.get("sqlalchemy.exc")) is not None and isinstance(error, alchemy.OperationalError):
        reason = str(error.orig).strip().splitlines()
        return UNREACHABLE, f"The database cannot be used: {reason[0] if reason else 'no reason was given'}."
    return None


def _words(title: str, detail: str, fields: Iterable[Any]) -> str:
    """The title with the detail; further lines for what the fields say beyond it."""
    lines = [f"{title}: {detail}" if detail else title]
    for field in fields:
        message = field.get("message") if isinstance(field, dict) else None
        if message and message not in detail:
            lines.append(f"  {field.get('field')}: {message}")
    return "\n".join(lines)
