"""Jobs: promised in the transaction that needs them, carried out at least once, taken over from the dead.

DBOS keeps the queue. It knows nothing of a job but its id and what it is about (another id), and its workflow has
no steps, so it almost never changes; what must not happen twice is written down by the job's own handler.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, Final

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy.engine import Engine

from gesso.db import Database, Work, sync_engine
from gesso.jobs import beats, overview
from gesso.jobs.overview import Held, Overview
from gesso.kit.errors import Unavailable
from gesso.kit.ids import uuid7

WORKFLOW: Final = "gesso.job"
VERSION: Final = "1"
POLL_SECONDS: Final = {"cpu": 0.1}
CALM_POLL_SECONDS: Final = 0.25
"""For lanes whose work takes seconds anyway."""
PRIORITY: Final = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`about` names what the job is for."""

    id: str
    about: str


Perform = Callable[[Job], Awaitable[None]]


class Stopped(BaseException):
    """Leaves a job as it is, for the next worker. (DBOS takes every Exception for the job's own end.)"""


class Jobs:
    """The queue, and, after `work`, a worker. One in a process: DBOS allows no second."""

    _now: "Jobs | None" = None

    def __init__(self, db: Database, *, lease: float = 30.0, concurrency: dict[str, int] | None = None) -> None:
        self._db = db
        self._lease = lease
        self._concurrency = concurrency or {"remote": 32, "cpu": 8, "gpu": 1}
        self._engine: Engine = sync_engine(db.url)
        self._client: DBOSClient | None = None
        self._perform: Perform | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._held: set[asyncio.Task[None]] = set()
        self.worker: beats.Worker | None = None

    async def open(self) -> None:
        """Makes the queue ready for `enqueue`."""
        self._client = await asyncio.to_thread(
            DBOSClient,
            system_database_url=_url(self._db),
            serializer=DBOSPortableJSONSerializer(),
            # A database that is away is an error to report, not a call that never returns.
            retry_connection_errors=False,
        )

    async def enqueue(
        self, work: Work, id: str, about: str, *, lane: str, delay: float = 0, priority: int = PRIORITY
    ) -> None:
        """Promises a job in the caller's own transaction: if that is rolled back, there is no job."""
        client = self._client
        if client is None:
            raise Unavailable("The queue is not open.")
        options: dict[str, Any] = {
            "workflow_name": WORKFLOW,
            "queue_name": lane,
            "workflow_id": id,
            "app_version": VERSION,
            "priority": priority,
        }
        if delay:
            options["delay_seconds"] = delay
        connection = await work.session.connection()
        await connection.run_sync(lambda sync: client.enqueue_in_transaction(sync, options, about))  # type: ignore[arg-type]

    async def work(self, perform: Perform, lanes: Sequence[str]) -> None:
        """Takes jobs from `lanes` from now on, and takes over those of dead workers. A lane may say how many of its
        jobs at once (`cpu:8`); else it is as many as this process thinks right."""
        if Jobs._now is not None:
            raise RuntimeError("This process works already.")
        Jobs._now = self
        self._perform, self._loop = perform, asyncio.get_running_loop()
        told = (lane.partition(":") for lane in lanes)
        rooms = {lane: int(room or self._concurrency[lane]) for lane, _, room in told}
        self.worker = beats.Worker.here(str(uuid7()), rooms)
        await asyncio.to_thread(self._launch, self.worker)

    def _launch(self, worker: beats.Worker) -> None:
        beats.beat(self._engine, worker)
        config: DBOSConfig = {
            "name": "gesso",
            "system_database_url": _url(self._db),
            "application_version": VERSION,
            "executor_id": worker.id,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "use_listen_notify": False,
            # Nobody here is notified, but to stop is to wait for who would.
            "notification_listener_polling_interval_sec": CALM_POLL_SECONDS,
            "log_level": "ERROR",
        }
        engine = DBOS(config=config)
        DBOS.listen_queues(list(worker.lanes))
        DBOS.launch()
        _keep_rooms(engine, worker)
        for lane, room in worker.lanes.items():
            DBOS.register_queue(
                lane,
                worker_concurrency=room,
                polling_interval_sec=POLL_SECONDS.get(lane, CALM_POLL_SECONDS),
            )
        self._thread = threading.Thread(target=self._beat, args=(worker,), name="heartbeat", daemon=True)
        self._thread.start()

    def _beat(self, worker: beats.Worker) -> None:
        """Lives as long as the worker; a database that is away for a while does not end it."""
        pause = min(2.0, self._lease / 5)
        while True:
            try:
                beats.beat(self._engine, worker)
                assert self._client is not None
                for id in beats.reap(self._engine, self._client, self._lease, worker):
                    log.warning("took over a job from a dead worker", job=id)
            except Exception as error:
                log.warning("the heartbeat failed, and will be tried again", error=str(error))
            if self._stopping.wait(pause):
                return

    def _run(self, id: str, about: str) -> None:
        """In a thread of DBOS: hands the job to our event loop and waits for it."""
        if self._stopping.is_set() or self._loop is None:
            raise Stopped
        try:
            asyncio.run_coroutine_threadsafe(self._hold(id, about), self._loop).result()
        except CancelledError:
            raise Stopped from None

    async def _hold(self, id: str, about: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._held.add(task)
        try:
            await self._insist(id, about)
        finally:
            self._held.discard(task)

    async def _insist(self, id: str, about: str) -> None:
        """A handler ends every job by itself; what it raises means that it could not even write that down (the
        database is away, the disk is full). Then the job is held, and tried until it can be."""
        assert self._perform is not None
        pause = 1.0
        while True:
            try:
                return await self._perform(Job(id, about))
            except Exception as error:
                log.warning("a job could not be ended, and is tried again", job=id, error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)

    async def stop(self, grace: float = 5.0) -> None:
        """Finishes what ends within `grace` seconds and gives the rest back to the queue."""
        if self.worker is not None:
            self._stopping.set()
            if self._held:
                await asyncio.wait(set(self._held), timeout=grace)
            for task in list(self._held):
                task.cancel()
            if self._held:
                await asyncio.wait(set(self._held), timeout=grace)
            try:
                await asyncio.to_thread(self._leave, self.worker)
            except Exception as error:
                log.warning("could not give the work back; others will take it over", error=str(error))
            Jobs._now = None
        if self._client is not None:
            await asyncio.to_thread(self._client.destroy)
        self._engine.dispose()

    def _leave(self, worker: beats.Worker) -> None:
        if self._thread is not None:
            self._thread.join()
        DBOS.destroy()
        assert self._client is not None
        held = self._client.list_workflows(status="PENDING", executor_id=worker.id, load_input=False, load_output=False)
        for job in held:
            self._client.resume_workflows([job.workflow_id], queue_name=job.queue_name)
        beats.leave(self._engine, worker)

    async def living(self) -> list[beats.Worker]:
        """Every worker that is alive, on any machine."""

        def ask() -> list[beats.Worker]:
            with self._engine.connect().execution_options(reads=True) as connection:
                return list(beats.workers(connection, self._lease))

        return await asyncio.to_thread(ask)

    async def overview(self) -> Overview:
        """What waits, what is held and by whom, how fast it goes: of all lanes and all workers. Cheap enough to be
        asked every other second, however much waits."""
        if self._client is None:
            raise Unavailable("The queue is not open.")
        return await asyncio.to_thread(overview.look, self._engine, self._client, self._lease)

    async def find(self, id: str) -> Held | None:
        """The job, unless it is over or there is none."""
        if self._client is None:
            raise Unavailable("The queue is not open.")
        return await asyncio.to_thread(overview.find, self._engine, self._client, self._lease, id)

    async def resume(self, job: Held) -> None:
        """Puts a job back into its lane, to be taken up at once: what waits for its time, what a dead worker holds, and
        also what a living one holds, whose handler must see that it is no longer the one. Nothing where it is over."""
        if self._client is None:
            raise Unavailable("The queue is not open.")
        await asyncio.to_thread(self._client.resume_workflows, [job.id], queue_name=job.lane)


@DBOS.workflow(name=WORKFLOW)
def _job(about: str) -> None:
    jobs = Jobs._now
    if jobs is None:
        raise Stopped
    jobs._run(str(DBOS.workflow_id), about)


def _keep_rooms(engine: DBOS, worker: beats.Worker) -> None:
    """DBOS keeps how many jobs of a queue a worker may hold in a table, reads it again before each look, and so gives
    every worker what was said by the one that started last. A small machine must not hold what a large one can: each
    worker lays its own number over what it reads. (A test holds this to the DBOS that is installed.)"""
    read = engine._sys_db.get_queue

    def get_queue(name: str, **more: Any) -> Any:
        queue = read(name, **more)
        if queue is not None and name in worker.lanes:
            queue._worker_concurrency = worker.lanes[name]
        return queue

    engine._sys_db.get_queue = get_queue  # type: ignore[method-assign]


def migrate(db: Database) -> None:
    """Makes or updates DBOS's own tables: beside ours on SQLite, in the schema `dbos` on PostgreSQL."""
    DBOS.migrate(_url(db))


def _url(db: Database) -> str:
    return db.url.render_as_string(hide_password=False)
