"""Who works, and whose work must be taken over.

DBOS never takes a dead worker's jobs over by itself. So each worker writes a heartbeat from a thread of its own
(pixels cannot hold it up), and each looks for jobs whose holder is dead: silent for the lease, or, on the same
machine, a process that is no more, which is known at once.
"""

import platform
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that takes jobs. `host` names the machine, its boot and the process namespace: within one
    host, a process id and its birth name one process."""

    id: str
    host: str
    pid: int
    born: float
    lanes: tuple[str, ...]

    @classmethod
    def here(cls, id: str, lanes: tuple[str, ...]) -> "Worker":
        me = psutil.Process()
        return cls(id, _host(), me.pid, me.create_time(), lanes)


def beat(engine: Engine, worker: Worker) -> None:
    """Says that `worker` lives."""
    with engine.begin() as connection:
        at = _clock(connection)
        known = connection.execute(update(Heartbeat).where(Heartbeat.id == worker.id).values(beat_at=at)).rowcount
        if not known:
            connection.execute(
                insert(Heartbeat).values(
                    id=worker.id,
                    host=worker.host,
                    pid=worker.pid,
                    born=worker.born,
                    lanes=",".join(worker.lanes),
                    beat_at=at,
                )
            )


def leave(engine: Engine, worker: Worker) -> None:
    with engine.begin() as connection:
        connection.execute(delete(Heartbeat).where(Heartbeat.id == worker.id))


def workers(connection: Connection, lease: float) -> Sequence[Worker]:
    """The living."""
    rows = connection.execute(select(*Heartbeat.__table__.columns)).all()
    oldest = _clock(connection) - lease
    found = [(Worker(r.id, r.host, r.pid, r.born, tuple(r.lanes.split(","))), r.beat_at) for r in rows]
    return [worker for worker, at in found if at >= oldest and not _is_gone(worker)]


def reap(engine: Engine, client: DBOSClient, lease: float, me: Worker) -> list[str]:
    """Puts the jobs of the dead back into their queues; answers their ids.

    One worker reaps at a time: the oldest that lives (ids sort by birth), and on PostgreSQL, where clocks and views
    may differ for a moment, under a lock that is held to the end. What is held is listed before who lives, so a worker
    that has just come does not look dead.
    """
    held = client.list_workflows(status="PENDING", load_input=False, load_output=False)
    # A look, which every worker takes every two seconds, holds up no writer.
    with engine.connect().execution_options(reads=True) as connection:
        alive = {worker.id for worker in workers(connection, lease)}
    orphans = [job for job in held if job.executor_id not in alive]
    if not orphans or me.id != min(alive, default=me.id):
        return []
    with engine.connect().execution_options(reads=True) as guard:
        if guard.dialect.name == "postgresql":
            mine = guard.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": REAPER_KEY})
            if not mine:
                return []
        for queue in {job.queue_name for job in orphans}:
            ids = [job.workflow_id for job in orphans if job.queue_name == queue]
            client.resume_workflows(ids, queue_name=queue)
            with engine.begin() as connection:
                for id in ids:
                    _count_crash(connection, id)
    with engine.begin() as connection:
        connection.execute(delete(Heartbeat).where(Heartbeat.id.in_({job.executor_id for job in orphans})))
    return [job.workflow_id for job in orphans]


async def crashes(session: AsyncSession, about: str) -> int:
    """How many workers died while they held a job whose id begins with `about`."""
    found = select(func.sum(Crash.times)).where(Crash.job_id.startswith(about, autoescape=True))
    return await session.scalar(found) or 0


def _count_crash(connection: Connection, job_id: str) -> None:
    known = connection.execute(update(Crash).where(Crash.job_id == job_id).values(times=Crash.times + 1)).rowcount
    if not known:
        connection.execute(insert(Crash).values(job_id=job_id, times=1))


def _clock(connection: Connection) -> float:
    """One clock for all: that of the database server (SQLite has none but ours)."""
    if connection.dialect.name == "postgresql":
        return float(connection.scalars(select(func.extract("epoch", func.clock_timestamp()))).one())
    return time()


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
