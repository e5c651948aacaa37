"""When: a moment, a plain choice (each hour, day, week, month) or five fields of cron, as a clock on the wall of its
zone shows them.

Where clocks are put forward, what would stand in the hour that is left out comes right after it; where they are put
back, what stands in the hour that comes twice comes once, unless it comes every hour or every few minutes anyway (as
Debian's cron has it).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import islice
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso.kit.errors import Invalid

SHOWN: Final = 5
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENDS: Final = ("th", "st", "nd", "rd")
LONGEST: Final = 200
"""Characters of an expression."""
FIELDS: Final = ("minute", "hour", "day of the month", "month", "day of the week")

NO_MOMENT: Final = "Say at which moment."
NO_DAY: Final = "Choose at least one day of the week."
NEVER: Final = "This day never comes."
NO_FIELD: Final = "“{text}” is no {name}."
NOT_FIVE: Final = f"Cron has five fields ({', '.join(FIELDS)}); this has {{count}}."
SAYS: Final = (
    NO_MOMENT,
    NO_DAY,
    NEVER,
    NOT_FIVE.format(count="{{1}}"),
    *(NO_FIELD.format(text="{{1}}", name=name) for name in FIELDS),
)
"""What may be wrong with a rule, with numbers left open."""

OfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class When(BaseModel):
    """A rule of time. `once`: at `at`, as a clock of the zone shows it. `hourly`: every `every` hours, at `minute`.
    `daily`, `weekly` (on `days`, 1 is Monday) and `monthly` (on `day`, or on the last day of a shorter month): at
    `time`. `cron`: five fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["once", "hourly", "daily", "weekly", "monthly", "cron"]
    timezone: str = Field("UTC", max_length=100, description="As IANA calls it: Europe/Berlin.")
    at: datetime | None = Field(None, description="Of `once`: 2026-12-24T18:00, by a clock of the zone.")
    every: Literal[1, 2, 3, 4, 6, 8, 12] = 1
    minute: int = Field(0, ge=0, le=59)
    time: OfDay = "09:00"
    days: list[Annotated[int, Field(ge=1, le=7)]] = Field([], max_length=7)
    day: int = Field(1, ge=1, le=31)
    cron: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)] = ""

    def checked(self) -> "When":
        """The rule, where it can come true. Invalid otherwise, with the field that is to blame."""
        zone(self.timezone)
        if self.kind == "once" and self.at is None:
            raise _wrong("at", NO_MOMENT)
        if self.kind == "weekly" and not self.days:
            raise _wrong("days", NO_DAY)
        if self.kind == "cron":
            _fields(self.cron)
        return self

    def after(self, moment: datetime) -> datetime | None:
        """The first of its moments that is later than this one, in UTC; None where there is none any more."""
        return next(self.moments(moment), None)

    def moments(self, after: datetime) -> Iterator[datetime]:
        """All of its moments that are later, in their order, in UTC."""
        there = zone(self.timezone)
        if self.kind == "once":
            assert self.at is not None
            at = (self.at if self.at.tzinfo else self.at.replace(tzinfo=there)).astimezone(UTC)
            yield from (at,) if at > after else ()
            return
        rules = [CronSim(expression, after.astimezone(there)) for expression in self._expressions()]
        coming = [_later(rule, after) for rule in rules]
        while any(coming):
            found = min(each for each in coming if each is not None)
            yield found
            coming = [_later(rule, found) if each == found else each for rule, each in zip(rules, coming, strict=True)]

    def shown(self, after: datetime, count: int = SHOWN) -> list[datetime]:
        """The next of its moments, by a clock of its zone."""
        there = zone(self.timezone)
        return [each.astimezone(there) for each in islice(self.moments(after), count)]

    def words(self) -> str:
        """As a person says it: “Every weekday at 09:00, Europe/Berlin”."""
        return f"{self._said()}, {self.timezone}"

    def _said(self) -> str:
        match self.kind:
            case "once":
                assert self.at is not None
                return f"Once, on {self.at:%Y-%m-%d} at {self.at:%H:%M}"
            case "hourly":
                often = "hour" if self.every == 1 else f"{self.every} hours"
                return f"Every {often} at minute {self.minute}"
            case "daily":
                return f"Every day at {self.time}"
            case "weekly":
                return f"Every {_days(self.days)} at {self.time}"
            case "monthly":
                last = ", or on the last day of a shorter month" if self.day > 28 else ""
                return f"On the {_nth(self.day)} of every month at {self.time}{last}"
            case _:
                return CronSim(self.cron, datetime(2026, 1, 1, tzinfo=UTC)).explain()

    def _expressions(self) -> list[str]:
        """The same as cron has it; of several, each moment of any."""
        at = time.fromisoformat(self.time)
        match self.kind:
            case "hourly":
                return [f"{self.minute} {'*' if self.every == 1 else f'*/{self.every}'} * * *"]
            case "daily":
                return [f"{at.minute} {at.hour} * * *"]
            case "weekly":
                return [f"{at.minute} {at.hour} * * {','.join(map(str, sorted({*self.days})))}"]
            case "monthly":
                short = {29: "2", 30: "2", 31: "2,4,6,9,11"}.get(self.day)
                if short is None:
                    return [f"{at.minute} {at.hour} {self.day} * *"]
                long = ",".join(str(month) for month in range(1, 13) if str(month) not in short.split(","))
                return [f"{at.minute} {at.hour} {self.day} {long} *", f"{at.minute} {at.hour} L {short} *"]
            case _:
                return [self.cron]


def zone(name: str) -> ZoneInfo:
    """The zone of this name; Invalid where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise _wrong("timezone", f"There is no time zone “{name[:100]}”. They are called like Europe/Berlin.") from None


def _fields(text: str) -> None:
    """Looks at each field by itself, so that it can be told which one is wrong."""
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise _wrong("cron", NOT_FIVE.format(count=len(parts)))
    for place, (name, part) in enumerate(zip(FIELDS, parts, strict=True)):
        alone = ["*"] * len(FIELDS)
        alone[place] = part
        if not _reads(" ".join(alone)) and not (place == 2 and part in ("30", "31") and _reads(f"* * {part} * *")):
            raise _wrong("cron", NO_FIELD.format(text=part[:50], name=name))
    if not _reads(text) or next(iter(_tried(text)), None) is None:
        raise _wrong("cron", NEVER)


def _reads(text: str) -> bool:
    try:
        CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError:
        return False
    return True


def _tried(text: str) -> Iterator[datetime]:
    yield from CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))


def _later(rule: Iterator[datetime], than: datetime) -> datetime | None:
    """The next of a rule that is truly later: by the clock on the wall, what comes next may lie before, in an hour that
    comes twice; or come to the same, after an hour that is left out."""
    for each in rule:
        if (found := each.astimezone(UTC)) > than:
            return found
    return None


def _days(days: list[int]) -> str:
    chosen = sorted({*days})
    if chosen == [1, 2, 3, 4, 5]:
        return "weekday"
    if chosen == [*range(1, 8)]:
        return "day"
    names = [DAYS[day - 1] for day in chosen]
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]])


def _nth(day: int) -> str:
    return f"{day}{'th' if day in (11, 12, 13) or day % 10 > 3 else ENDS[day % 10]}"


def _wrong(field: str, message: str) -> Invalid:
    told: dict[str, Any] = {"field": f"when.{field}", "message": message}
    return Invalid(message, fields=[told])
