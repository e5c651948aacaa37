"""What is begun at its time: a run or a batch, once or again and again, of rows that it has or finds."""

from gesso.schedules.clock import Clock
from gesso.schedules.moments import When
from gesso.schedules.schedules import (
    MOST,
    MOST_ROWS,
    Missed,
    Plan,
    Watch,
    create,
    find,
    listed,
    order_of,
    pause,
    remove,
    resume,
    ticks,
    wanted_of,
    watch_of,
    when_of,
)
from gesso.schedules.tables import OUTCOMES, STATES, Schedule, Seen, Tick

__all__ = [
    "MOST",
    "MOST_ROWS",
    "OUTCOMES",
    "STATES",
    "Clock",
    "Missed",
    "Plan",
    "Schedule",
    "Seen",
    "Tick",
    "Watch",
    "When",
    "create",
    "find",
    "listed",
    "order_of",
    "pause",
    "remove",
    "resume",
    "ticks",
    "wanted_of",
    "watch_of",
    "when_of",
]
