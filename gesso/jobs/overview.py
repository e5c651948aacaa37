"""What the queue holds, who works on it, and how fast it goes.

Read from the queue's own tables by four counts, each over an index that is there already; so a look takes as long with
a full queue as counting takes, and what is held is as little as the workers' hands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dbos import DBOSClient
from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine

from gesso.jobs import beats
from gesso.jobs.beats import Seen

SPAN: Final = 15
"""Seconds of one count of how many were begun and ended."""
SPANS: Final = 20
MOST_TROUBLED: Final = 100
_IN_FLIGHT: Final = ("ENQUEUED", "PENDING", "DELAYED")

# The states stand in the words, as they do in the indexes: PostgreSQL takes a partial index only where it can see that.
_WAITING = """
SELECT queue_name, status, count(*), min(created_at) FROM {jobs}
WHERE status IN ('ENQUEUED', 'PENDING') GROUP BY queue_name, status"""
_DELAYED = "SELECT queue_name, count(*) FROM {jobs} WHERE status = 'DELAYED' GROUP BY queue_name"
_PACE = """
SELECT queue_name, ({moment} - :since) / :span AS place, count(*) FROM {jobs}
WHERE {moment} >= :since GROUP BY queue_name, ({moment} - :since) / :span"""
_TROUBLED = """
SELECT job_id, times FROM job_crash JOIN {jobs} ON workflow_uuid = job_id
WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED') ORDER BY job_id LIMIT :most"""


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane at one moment. `age` is how many seconds its oldest waiting job has waited. `begun` and `ended` count
    the jobs of the last `SPANS` spans of `SPAN` seconds, the newest last."""

    name: str
    waiting: int = 0
    delayed: int = 0
    running: int = 0
    age: float | None = None
    begun: list[int] = field(default_factory=lambda: [0] * SPANS)
    ended: list[int] = field(default_factory=lambda: [0] * SPANS)


@dataclass(frozen=True, slots=True)
class Held:
    """A job that is not over. `worker` holds it since `seconds` (None: it waits), and is `alive` or not; `crashes`
    workers died with it."""

    id: str
    about: str
    lane: str
    worker: str | None = None
    seconds: float = 0.0
    alive: bool = False
    crashes: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """`workers` are the living, and those who died within the hour; `held` is what they hold, and what nobody alive
    holds; `troubled` is what workers died of, held or not."""

    lanes: list[Lane]
    workers: list[Seen]
    held: list[Held]
    troubled: list[Held]


def look(engine: Engine, client: DBOSClient, lease: float) -> Overview:
    """All of it. Raises what the database raises when it is away."""
    with engine.connect().execution_options(reads=True) as connection:
        taken = {job.id: job for job in beats.pending(connection)}
        workers = beats.seen(connection, lease)
        at = beats.clock(connection)
        lanes = _lanes(connection, at)
        counted = connection.execute(text(_TROUBLED.format(jobs=beats.table(connection))), {"most": MOST_TROUBLED})
        crashed: dict[str, int] = {row.job_id: row.times for row in counted}
    alive = {each.worker.id for each in workers if each.alive}
    told = _told(client, [*{*taken, *crashed}], at, alive, crashed)
    shown = [each for each in workers if each.alive or each.silent <= beats.REMEMBERED]
    held = [job for job in told if job.worker is not None]
    return Overview(lanes, shown, held, [job for job in told if job.crashes])


def find(engine: Engine, client: DBOSClient, lease: float, id: str) -> Held | None:
    """One job, unless it is over or there is none."""
    with engine.connect().execution_options(reads=True) as connection:
        alive = {worker.id for worker in beats.workers(connection, lease)}
        at = beats.clock(connection)
    return next(iter(_told(client, [id], at, alive, {})), None)


def _lanes(connection: Connection, at: float) -> list[Lane]:
    jobs = beats.table(connection)
    lanes: dict[str, dict[str, Any]] = defaultdict(dict)
    for lane, status, count, oldest in connection.execute(text(_WAITING.format(jobs=jobs))):
        if status == "PENDING":
            lanes[lane]["running"] = count
        else:
            lanes[lane] |= {"waiting": count, "age": max(0.0, at - oldest / 1000)}
    for lane, count in connection.execute(text(_DELAYED.format(jobs=jobs))):
        lanes[lane]["delayed"] = count
    since = int((at - SPAN * SPANS) * 1000)
    for name, moment in (("begun", "started_at_epoch_ms"), ("ended", "completed_at")):
        counted: dict[str, Counter[int]] = defaultdict(Counter)
        query = text(_PACE.format(jobs=jobs, moment=moment))
        for lane, place, count in connection.execute(query, {"since": since, "span": SPAN * 1000}):
            # Clocks of other machines may be ahead of ours: what is to come belongs to now.
            counted[lane][min(place, SPANS - 1)] += count
        for lane, counts in counted.items():
            lanes[lane][name] = [counts[place] for place in range(SPANS)]
    # Of the queue's own, and of what was taken out of its lane, nobody here is told.
    return [Lane(name, **told) for name, told in sorted(_ours(lanes))]


def _ours(lanes: Mapping[str, dict[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    return ((name, told) for name, told in lanes.items() if name and not name.startswith("_dbos"))


def _told(client: DBOSClient, ids: list[str], at: float, alive: set[str], crashed: Mapping[str, int]) -> list[Held]:
    found = client.list_workflows(workflow_ids=ids, load_output=False) if ids else []
    return [
        Held(
            job.workflow_id,
            str(job.input["args"][0]) if job.input and job.input["args"] else "",
            job.queue_name,
            job.executor_id if job.status == "PENDING" else None,
            max(0.0, at - (job.dequeued_at or job.created_at or 0) / 1000),
            job.status == "PENDING" and job.executor_id in alive,
            crashed.get(job.workflow_id, 0),
        )
        for job in found
        if job.queue_name and job.status in _IN_FLIGHT
    ]
