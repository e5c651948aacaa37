"""What people are told of, what everybody is told by default and by which way, and the English words for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Channel = Literal["inbox", "email", "push"]
CHANNELS: Final[tuple[Channel, ...]] = ("inbox", "email", "push")
DOLLAR: Final = 100_000
"""Thousandths of a credit."""
SHOWN: Final = 4
"""Pictures with a notice, at most."""
LONGEST: Final = 300
"""Characters of what somebody else wrote, in a notice."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`email`: whether it is mailed to who has an address and said nothing else. A push is wanted by whoever lets a
    browser be pushed to, of the same kinds as a mail."""

    title: str
    email: bool

    def by(self, channel: Channel) -> bool:
        return True if channel == "inbox" else self.email


KINDS: Final[Mapping[str, Kind]] = {
    "batch.ended": Kind("A batch has ended", True),
    "batch.waits": Kind("A batch waits for you", True),
    "run.failed": Kind("A run failed", True),
    "run.unknown": Kind("It is unknown what became of a run", True),
    "import.ended": Kind("An import has ended", False),
    "schedule.failed": Kind("A scheduled start failed", True),
    "budget.reached": Kind("The budget is nearly used", True),
    "asset.damaged": Kind("A file is damaged", False),
    "webhook.disabled": Kind("A webhook was switched off", True),
}


def words(kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """A title and a sentence, in English; neither is markup. What is of no known kind says its name."""
    title = str(data.get("title") or "") or _NAMELESS.get(kind, "")
    match kind:
        case "batch.ended":
            ends = {"succeeded": "is done", "failed": "failed", "cancelled": "was cancelled"}
            return f"{title} {ends.get(str(data.get('state')), 'has ended')}", _counted(data)
        case "batch.waits" if data.get("state") == "canary":
            return (
                f"{title} waits for your word",
                "Its first rows are done. Look at them, then let the rest go on or stop.",
            )
        case "batch.waits":
            return f"{title} was paused", str(data.get("note") or "")
        case "run.failed" if int(data.get("count", 1)) > 1:
            return f"{data['count']} runs failed", f"{title} and others. {data.get('note') or ''}".strip()
        case "run.failed":
            return f"{title} failed", str(data.get("note") or "")
        case "run.unknown":
            said = (
                "Nobody can tell whether it was bought. Its price stays reserved until you say whether it was charged."
            )
            return f"Unknown: {title}", said
        case "import.ended":
            ends = {
                "succeeded": "is imported",
                "failed": "could not be imported",
                "cancelled": "was not imported whole",
            }
            return f"{title} {ends.get(str(data.get('state')), 'is imported')}", _taken(data)
        case "schedule.failed":
            return f"{title} could not be started", str(data.get("note") or "")
        case "budget.reached":
            left, whole = int(data.get("balance", 0)) / DOLLAR, int(data.get("limit", 0)) / DOLLAR
            used = (
                "All of the budget is used"
                if data.get("percent") == 100
                else f"{data.get('percent', 80)} % of the budget is used"
            )
            return used, f"${left:,.2f} of ${whole:,.2f} is left."
        case "asset.damaged":
            count = int(data.get("count", 1))
            one = "A file is damaged" if count == 1 else f"{count} files are damaged"
            return one, "Its bytes are missing, or not what they were. A backup may have them." if count == 1 else (
                "Their bytes are missing, or not what they were. A backup may have them."
            )
        case "webhook.disabled":
            return f"{title} was switched off", str(data.get("note") or "")
        case "test":
            return "This browser is told", "So it looks when something happens in the studio."
    return kind, ""


_NAMELESS: Final = {
    "batch.ended": "A batch",
    "batch.waits": "A batch",
    "run.failed": "A run",
    "run.unknown": "a run",
    "import.ended": "What you brought",
    "schedule.failed": "What was scheduled",
    "webhook.disabled": "A webhook",
}


def _counted(data: Mapping[str, Any]) -> str:
    parts = [f"{data.get('succeeded', 0)} of {data.get('total', 0)} made"]
    parts += [f"{data[name]} {name}" for name in ("failed", "refused", "unknown", "cancelled") if data.get(name)]
    if data.get("spent"):
        parts.append(f"${int(data['spent']) / DOLLAR:,.2f} spent")
    return ", ".join(parts) + "."


def _taken(data: Mapping[str, Any]) -> str:
    parts = [f"{data.get('kept', 0)} taken in"]
    parts += [f"{data['twins']} were here already"] if data.get("twins") else []
    parts += [f"{data['refused']} refused"] if data.get("refused") else []
    note = str(data.get("note") or "")
    return ", ".join(parts) + "." + (f" {note}" if note else "")
