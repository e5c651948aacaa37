"""Who works, and whose work must be taken over.

DBOS never takes a dead worker's jobs over by itself. So each worker writes a heartbeat from a thread of its own
(pixels cannot hold it up), and each looks for jobs whose holder is dead: silent for the lease, or, on the same
machine, a process that is no more, which is known at once.
"""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time

import psutil
from dbos import DBOSClient
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession

from gesso.jobs.tables import Crash, Heartbeat

REAPER_KEY = 0x6E550
REMEMBERED = 3600.0
"""Seconds for which a worker that died is still told of."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that takes jobs. `host` names the machine, its boot and the process namespace: within one
    host, a process id and its birth name one process. `lanes`: where it takes jobs from, and how many of each lane at
    once (0: it did not say)."""

    id: str
    host: str
    pid: int
    born: float
    lanes: Mapping[str, int]

    @classmethod
    def here(cls, id: str, lanes: Mapping[str, int]) -> "Worker":
        me = psutil.Process()
        return cls(id, _host(), me.pid, me.create_time(), lanes)


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as it was last heard of, `silent` seconds ago. One that left is not heard of; one that died is."""

    worker: Worker
    silent: float
    alive: bool


def beat(engine: Engine, worker: Worker) -> None:
    """Says that `worker` lives."""
    with engine.begin() as connection:
        at = clock(connection)
        known = connection.execute(update(Heartbeat).where(Heartbeat.id == worker.id).values(beat_at=at)).rowcount
        if not known:
            connection.execute(
                insert(Heartbeat).values(
                    id=worker.id,
                    host=worker.host,
                    pid=worker.pid,
                    born=worker.born,
                    lanes=_written(worker.lanes),
                    beat_at=at,
                )
            )


@dataclass(frozen=True, slots=True)
class Pending:
    """A job that some worker has taken, at `at` seconds since 1970."""

    id: str
    lane: str
    worker: str
    at: float


def pending(connection: Connection) -> list[Pending]:
    """All of them. The state stands in the words, as it does in the queue's index: asked by a parameter, as its client
    does, SQLite reads every job that ever was."""
    query = text(
        "SELECT workflow_uuid, queue_name, executor_id, coalesce(started_at_epoch_ms, created_at) / 1000.0 AS at "
        f"FROM {table(connection)} WHERE status = 'PENDING'"
    )
    return [Pending(id, lane, worker, float(at)) for id, lane, worker, at in connection.execute(query)]


def table(connection: Connection) -> str:
    """Where the queue keeps its jobs."""
    return "dbos.workflow_status" if connection.dialect.name == "postgresql" else "workflow_status"


def leave(engine: Engine, worker: Worker) -> None:
    with engine.begin() as connection:
        connection.execute(delete(Heartbeat).where(Heartbeat.id == worker.id))


def seen(connection: Connection, lease: float) -> list[Seen]:
    """Every worker that was heard of, the oldest first (ids sort by birth)."""
    rows = connection.execute(select(*Heartbeat.__table__.columns).order_by(Heartbeat.id)).all()
    at = clock(connection)
    found = [(Worker(r.id, r.host, r.pid, r.born, _read(r.lanes)), max(0.0, at - r.beat_at)) for r in rows]
    return [Seen(worker, silent, silent <= lease and not _is_gone(worker)) for worker, silent in found]


def workers(connection: Connection, lease: float) -> Sequence[Worker]:
    """The living."""
    return [each.worker for each in seen(connection, lease) if each.alive]


def reap(engine: Engine, client: DBOSClient, lease: float, me: Worker) -> list[str]:
    """Puts the jobs of the dead back into their queues, and forgets who has been dead for long; answers the jobs' ids.

    One worker reaps at a time: the oldest that lives, and on PostgreSQL, where clocks and views
    may differ for a moment, under a lock that is held to the end. What is held is listed before who lives, so a worker
    that has just come does not look dead.
    """
    # A look, which every worker takes every two seconds, holds up no writer.
    with engine.connect().execution_options(reads=True) as connection:
        held = pending(connection)
    with engine.connect().execution_options(reads=True) as connection:
        known = seen(connection, lease)
    alive = {each.worker.id for each in known if each.alive}
    if me.id != min(alive, default=me.id):
        return []
    if forgotten := [each.worker.id for each in known if not each.alive and each.silent > REMEMBERED]:
        with engine.begin() as connection:
            connection.execute(delete(Heartbeat).where(Heartbeat.id.in_(forgotten)))
    orphans = [job for job in held if job.worker not in alive]
    if not orphans:
        return []
    with engine.connect().execution_options(reads=True) as guard:
        if guard.dialect.name == "postgresql":
            mine = guard.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": REAPER_KEY})
            if not mine:
                return []
        for lane in {job.lane for job in orphans}:
            ids = [job.id for job in orphans if job.lane == lane]
            client.resume_workflows(ids, queue_name=lane)
            with engine.begin() as connection:
                for id in ids:
                    _count_crash(connection, id)
    return [job.id for job in orphans]


async def crashes(session: AsyncSession, about: str) -> int:
    """How many workers died while they held a job whose id begins with `about`."""
    found = select(func.sum(Crash.times)).where(Crash.job_id.startswith(about, autoescape=True))
    return await session.scalar(found) or 0


def _count_crash(connection: Connection, job_id: str) -> None:
    known = connection.execute(update(Crash).where(Crash.job_id == job_id).values(times=Crash.times + 1)).rowcount
    if not known:
        connection.execute(insert(Crash).values(job_id=job_id, times=1))


def clock(connection: Connection) -> float:
    """One clock for all: that of the database server (SQLite has none but ours)."""
    if connection.dialect.name == "postgresql":
        return float(connection.scalars(select(func.extract("epoch", func.clock_timestamp()))).one())
    return time()


def _written(lanes: Mapping[str, int]) -> str:
    return ",".join(f"{lane}:{room}" for lane, room in lanes.items())


def _read(lanes: str) -> dict[str, int]:
    found = (lane.partition(":") for lane in lanes.split(","))
    return {lane: int(room or 0) for lane, _, room in found}


def _host() -> str:
    parts = [platform.node()]
    boot = Path("/proc/sys/kernel/random/boot_id")
    if boot.exists():
        parts.append(boot.read_text().strip())
    namespace = Path("/proc/self/ns/pid")
    if namespace.is_symlink():
        parts.append(str(namespace.readlink()))
    return " ".join(parts)


def _is_gone(worker: Worker) -> bool:
    """Whether the process is known to be dead: only told of our own host."""
    if worker.host != _host():
        return False
    try:
        process = psutil.Process(worker.pid)
        return process.status() == psutil.STATUS_ZOMBIE or abs(process.create_time() - worker.born) > 1
    except psutil.NoSuchProcess:
        return True
