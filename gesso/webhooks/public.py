"""What may be subscribed to, and which of our own events each is made from. Ours change with the page that they serve;
these are a promise to programs elsewhere."""

from dataclasses import dataclass, field
from typing import Any, Final

from gesso.events import Event

TYPES: Final[dict[str, str]] = {
    "run.succeeded": "A run ended with outputs.",
    "run.failed": "A run ended without what was asked for, and says why.",
    "run.cancelled": "A run was stopped by somebody.",
    "run.unknown": "Nobody can tell whether a paid call of a run was accepted: somebody has to decide.",
    "batch.finished": "A batch ended: all of it succeeded, some of it failed, or it was cancelled.",
    "batch.waiting": "The first rows of a batch are done, and it waits for somebody to release the rest.",
    "batch.paused": "A batch was paused, by somebody or at a limit.",
    "schedule.failed": "What was to begin at its time did not, and the schedule says why.",
    "import.finished": "An import ended: its files are in the library, or it says why not.",
    "asset.created": "An asset was made or added.",
    "asset.deleted": "Assets went into the trash.",
    "asset.restored": "Assets came back out of the trash.",
    "budget.reached": "The team has used up 80 or 100 % of what it may spend.",
}
"""Every public type with what it means, in the order in which they are shown."""
TEST: Final = "webhook.test"
"""What the test sends; nobody subscribes to it."""

OVER: Final = frozenset(("succeeded", "failed", "cancelled"))


@dataclass(frozen=True, slots=True)
class News:
    """What one of our events comes to: a public `type`, empty for one that is only remembered. Of a `subject` the same
    state is not told twice in a row; without a subject each is told. `about` is what it is drawn up from."""

    type: str
    subject: str = ""
    state: str = ""
    about: dict[str, Any] = field(default_factory=dict)


def news(event: Event) -> News | None:
    """None for what is of no interest to anybody elsewhere."""
    said = event.data
    state = str(said.get("state", ""))
    match event.type:
        case "run.changed" if state in (*OVER, "unknown"):
            return News(f"run.{state}", f"run:{said['run']}", state, said)
        case "batch.changed":
            # Also what nobody is told is remembered: one that goes on and is paused again is news.
            type = {"canary": "batch.waiting", "paused": "batch.paused"}.get(state, "")
            return News("batch.finished" if state in OVER else type, f"batch:{said['batch']}", state, said)
        case "schedule.changed" if state == "failed":
            return News("schedule.failed", about=said)
        case "import.changed" if state in OVER:
            return News("import.finished", f"import:{said['id']}", state, said)
        case "budget.reached":
            return News("budget.reached", about=said)
        case "asset.added":
            return News("asset.created", about={"ids": [said["asset"]], "count": 1})
        case "asset.deleted" | "asset.restored":
            return News(event.type, about={"ids": [said["asset"]], "count": 1})
        case "assets.changed" if "deleted" in (change := said.get("change") or {}):
            return News("asset.deleted" if change["deleted"] else "asset.restored", about=said)
    return None
