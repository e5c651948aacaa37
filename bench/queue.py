"""The bare queue: jobs that do nothing, ours against Celery with Redis, in one run on one machine.

Run it: `python -m bench queue`, or a part: `python -m bench.queue --only ours`. Told are, for each: how long it takes
to promise a job, how many a second are carried out once they are promised, what one costs in all (both together), and
how long a lone job waits from its promise to its begin.

What is compared is not the same promise:

- **Ours** is a row in the database that the run stands in. It is promised in the transaction that also reserves the
  money and writes the run; so there is never a run without its job, or a job without its run. Begun and ended are rows
  too: a job whose worker was killed is taken over. On PostgreSQL each commit is on the disk (fsync is on here, as on
  any server). On SQLite it is in the log file: it outlives every kill of a process, but not a power cut of that second.
- **Celery as it comes** puts a message into Redis, beside the database: what is committed in one and lost in the other
  has to be found by somebody. Redis keeps it in memory and saves it now and then. A worker takes the message away
  before it begins: killed in between, the job is gone.
- **Celery, late and synced** is as near to ours as it gets: acknowledged when the job has ended, its result kept, and
  Redis writes each change to the disk (`appendfsync always`). A job of a killed worker comes again after its
  visibility timeout (an hour unless said otherwise).

A worker of ours looks into each lane every tenth of a second (`cpu`) or every quarter (`remote`), and takes no more
than it may hold: so what jobs that do nothing can reach is that room divided by that pause, and a lone job waits half
the pause in the mean. A larger room is told beside, which shows how much of it is the looking.

A *row of a batch* is more than a job: it is checked and priced before, its run reserves and settles and tells what
happens, and its end is written down. What Celery's side would have to add for the same is not measured.

`look` is what the page of the queue asks every other second, with 100,000 jobs waiting.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import text

from gesso import migrations
from gesso.batches import Step, Wanted, listed, orders
from gesso.catalog import Catalog, Context, Provider
from gesso.db import Database, Work
from gesso.jobs import Job, Jobs
from gesso.kit.ids import uuid7
from gesso.kit.media import Reply
from gesso.ops.wording import Enhance
from gesso.settings import Settings
from gesso.studio import Studio, found
from tests import postgres

JOBS = 1000
LONE = 40
WAITING = 100_000
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""The tests' PostgreSQL forgets all; one that is measured must not."""

APP = """
from celery import Celery
app = Celery("bench", broker=URL + "/0", backend=URL + "/1" if LATE else None)
app.conf.update(task_acks_late=LATE, task_ignore_result=not LATE, worker_send_task_events=False,
                broker_connection_retry_on_startup=True)

@app.task
def nothing(began=None):
    if began is not None:
        import redis, time
        redis.Redis.from_url(URL + "/2").rpush("began", time.time() - began)
"""

TASKS = """
import json, sys, time
import redis
sys.path.insert(0, sys.argv[1])
from app import nothing, app, URL
jobs, lone = int(sys.argv[2]), int(sys.argv[3])
line = redis.Redis.from_url(URL + "/0")
def idle():
    return line.llen("celery") == 0 and line.hlen("unacked") == 0
nothing.delay()
while not idle(): time.sleep(.01)
time.sleep(1)
begun = time.time()
for _ in range(jobs): nothing.delay()
promised = time.time() - begun
while not idle(): time.sleep(.002)
ended = time.time() - begun
waits = []
for _ in range(lone):
    nothing.delay(time.time())
    waits.append(float(redis.Redis.from_url(URL + "/2").blpop("began", 20)[1]))
print(json.dumps({"promise": promised / jobs, "ended": ended / jobs, "drained": None, "waits": waits}))
"""


@dataclass(frozen=True)
class Told:
    """Seconds. `promise`: for one job. `drained`: from when all are promised to the end of the last, for one; None
    where work begins meanwhile. `ended`: from the first promise to the end of the last, for one. `waits`: of lone
    jobs."""

    promise: float
    ended: float
    drained: float | None
    waits: list[float]


def line(title: str, told: Told) -> None:
    wait = f"{median(told.waits) * 1000:6.1f} ms (p95 {quantiles(told.waits, n=20)[-1] * 1000:6.1f})"
    print(
        f"  {title:52} promise {told.promise * 1000:6.2f} ms   {1 / (told.drained or told.ended):7.0f} jobs/s   "
        f"in all {told.ended * 1000:6.2f} ms a job   a lone one waits {wait}"
    )


# --- Ours -------------------------------------------------------------------------------------------------------


async def bare(url: str, jobs: int, room: int, lane: str, together: int) -> Told:
    """Jobs of the queue alone, `together` in one transaction."""
    db = Database(url)
    migrations.bring_up(db)
    actor = await found(db)
    queue = Jobs(db)
    await queue.open()
    left, over = 0, asyncio.Event()
    heard: asyncio.Queue[float] = asyncio.Queue()

    async def nothing(job: Job) -> None:
        nonlocal left
        heard.put_nowait(time.perf_counter())
        left -= 1
        if not left:
            over.set()

    async def promise(work: Work, many: int) -> None:
        for _ in range(many):
            id = str(uuid7())
            await queue.enqueue(work, id, id, lane=lane)

    async def ended() -> None:
        """The handler has ended; the queue writes that down after it."""
        await over.wait()
        while True:
            if not any(each.running or each.waiting for each in (await queue.overview()).lanes):
                return
            await asyncio.sleep(0.005)

    left = jobs
    begun = time.perf_counter()
    for _ in range(jobs // together):
        async with db.work(actor) as work:
            await promise(work, together)
    promised = time.perf_counter()
    await queue.work(nothing, [f"{lane}:{room}"])
    while heard.empty():  # noqa: ASYNC110 - what a worker needs to start is not what a job takes
        await asyncio.sleep(0.001)
    first = time.perf_counter()
    await ended()
    last = time.perf_counter()
    waits = []
    while not heard.empty():
        heard.get_nowait()
    for _ in range(LONE):
        left = 1
        async with db.work(actor) as work:
            await promise(work, 1)
        asked = time.perf_counter()
        waits.append(max(0.0, await heard.get() - asked))
        # At any moment between two looks, as people ask.
        await asyncio.sleep(random.uniform(0.01, 0.3))
    await queue.stop()
    await db.close()
    spent = (promised - begun + last - first) / jobs
    return Told((promised - begun) / jobs, spent, (last - first) / jobs, waits)


async def rows(url: str, count: int) -> Told:
    """Rows of a batch whose runs do nothing: each is checked and priced, has a run with its money and its events, and
    is written down when that has ended. `promise` is the checking, a lone one a batch of one row."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.build(Settings(data=Path(folder), database_url=url, processes=1))
        migrations.bring_up(studio.db)
        actor = await found(studio.db)
        studio.runs.shelf = Catalog([*studio.runs.shelf.providers, idler], {}, studio.settings.models)
        step = Step("text.enhance", {}, "idler/nothing")

        async def batch(many: int, *, begins: bool) -> UUID:
            sheet = listed([f"a hill {number}" for number in range(many)])
            return (await studio.batches.take_in(actor, sheet, "bench", Wanted([step], begins=begins))).id

        async def becomes(id: UUID, state: str) -> None:
            while True:
                async with studio.db.work(actor, read_only=True) as work:
                    now = (await orders.find(work, id)).state
                if now == state:
                    return
                assert now in ("checking", "ready", "running"), now
                await asyncio.sleep(0.01)

        async with studio.opened(work=True):
            await becomes(await batch(1, begins=True), "succeeded")
            begun = time.perf_counter()
            id = await batch(count, begins=False)
            await becomes(id, "ready")
            checked = time.perf_counter()
            async with studio.db.work(actor) as work:
                await orders.start(work, id)
            studio.batches.wake()
            await becomes(id, "succeeded")
            ended = time.perf_counter()
            waits = []
            for _ in range(LONE):
                asked = time.perf_counter()
                await becomes(await batch(1, begins=True), "succeeded")
                waits.append(time.perf_counter() - asked)
        return Told((checked - begun) / count, (ended - begun) / count, (ended - checked) / count, waits)


idler = Provider("idler", "Does nothing")


@idler.offers(Enhance, model="nothing", title="Nothing", lane="cpu")
async def nothing(request: Enhance, ctx: Context) -> AsyncIterator[Reply]:
    yield Reply({"prompt": request.prompt})


WAYS: dict[str, tuple[str, Callable[[str, int], Any]]] = {
    "each": ("each in a transaction, cpu, 16 at once", lambda url, jobs: bare(url, jobs, 16, "cpu", 1)),
    "hundred": ("100 in a transaction, cpu, 16 at once", lambda url, jobs: bare(url, jobs, 16, "cpu", 100)),
    "wide": ("100 in a transaction, cpu, 256 at once", lambda url, jobs: bare(url, jobs, 256, "cpu", 100)),
    "rows": ("rows of a batch whose runs do nothing, in all", rows),
    "remote": ("100 in a transaction, remote, 32 at once", lambda url, jobs: bare(url, jobs, 32, "remote", 100)),
}
"""What is measured of ours, by its name: what it is called, and how it is done with so many jobs in this database."""


def ours(jobs: int) -> None:
    postgres._SETTINGS.update(DURABLE)
    with tempfile.TemporaryDirectory() as folder, postgres.Postgres() as server:
        for way, (title, _) in WAYS.items():
            for name in ("SQLite", "PostgreSQL"):
                url = f"sqlite:///{folder}/{way}.db" if name == "SQLite" else server.create(f"bench_{way}")
                # DBOS allows one worker in a process.
                command = [sys.executable, "-m", "bench.queue", "--alone", way, "--url", url, "--jobs", str(jobs)]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    print(f"  ours, {name}, {title}: {done.stderr.strip()[-400:]}")
                    continue
                line(f"{name}, {title}", Told(**json.loads(done.stdout.splitlines()[-1])))


# --- Celery -----------------------------------------------------------------------------------------------------


def celery(jobs: int) -> None:
    redis = shutil.which("redis-server")
    if redis is None:
        print("  Celery could not be had: there is no redis-server here (apt-get install redis-server)")
        return
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "venv" / "bin" / "python"
        try:
            subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True, capture_output=True)
            subprocess.run(
                [str(python), "-m", "pip", "install", "--quiet", "celery[redis]"], check=True, capture_output=True
            )
        except (subprocess.CalledProcessError, OSError) as error:
            said = (getattr(error, "stderr", b"") or b"").decode().strip().splitlines()
            print(f"  Celery could not be had: {said[-1] if said else error}")
            return
        cores = os.cpu_count() or 1
        for title, late, pool in (
            (f"as it comes, {cores} processes", False, ["--pool", "prefork", "--concurrency", str(cores)]),
            (f"late and synced, {cores} processes", True, ["--pool", "prefork", "--concurrency", str(cores)]),
            ("late and synced, 16 threads", True, ["--pool", "threads", "--concurrency", "16"]),
        ):
            home = Path(tempfile.mkdtemp(dir=folder))
            with stored(redis, home, synced=late) as url, working(python, home, url, late, pool):
                command = [str(python), "-c", TASKS, str(home), str(jobs), str(LONE)]
                done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            if done.returncode:
                print(f"  Celery, {title}: {done.stderr.strip()[-400:]}")
                continue
            line(f"Celery, {title}", Told(**json.loads(done.stdout)))


@contextmanager
def stored(redis: str, folder: Path, *, synced: bool) -> Iterator[str]:
    """A Redis of its own: its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    keep = ["--appendonly", "yes", "--appendfsync", "always"] if synced else []
    command = [redis, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), *keep]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with nullcontext() if process.poll() is None else socket.socket():
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def working(python: Path, folder: Path, url: str, late: bool, pool: list[str]) -> Iterator[None]:
    (folder / "app.py").write_text(f"URL, LATE = {url!r}, {late}\n{APP}")
    command = [str(python), "-m", "celery", "-A", "app", "worker", "--loglevel", "ERROR", "--without-gossip"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, *pool], cwd=folder, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


# --- A look at a full queue -------------------------------------------------------------------------------------


def look(waiting: int) -> None:
    """What `GET /api/queue` takes with so many runs promised and none begun, as many ended before, twenty a second
    lately, and two hundred held."""
    from gesso.upkeep import queue as upkeep

    postgres._SETTINGS.update(DURABLE)

    async def one(url: str) -> list[float]:
        db = Database(url)
        migrations.bring_up(db)
        actor = await found(db)
        jobs = Jobs(db)
        await jobs.open()
        await fill(db, str(actor.team_id), str(actor.user_id), waiting)
        taken = []
        for _ in range(15):
            begun = time.perf_counter()
            async with db.work(actor, read_only=True) as work:
                seen = await upkeep.look(work, jobs)
            taken.append(time.perf_counter() - begun)
        assert max(lane.waiting for lane in seen.lanes) == waiting
        await jobs.stop()
        await db.close()
        return taken

    with tempfile.TemporaryDirectory() as folder, postgres.Postgres() as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/look.db"), ("PostgreSQL", server.create("look"))):
            taken = asyncio.run(one(url))
            print(
                f"  {name:12} {waiting:,} waiting: {median(taken) * 1000:6.1f} ms, at most {max(taken) * 1000:.1f} ms"
            )


async def fill(db: Database, team: str, user: str, waiting: int) -> None:
    """Runs and their jobs, written as the pipeline and the queue would have, by the database itself."""
    lite = db.on_sqlite
    jobs = "workflow_status" if lite else "dbos.workflow_status"
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {waiting}) "
        if lite
        else f"WITH n AS (SELECT i FROM generate_series(1, {waiting}) i) "
    )
    id = "('0190a000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid"
    if lite:
        id, team, user = "printf('0190a00000007000%016x', i)", team.replace("-", ""), user.replace("-", "")
    moment = "datetime('now')" if lite else "now()"
    empty = "'{}'" if lite else "'{}'::json"
    none = "'[]'" if lite else "'[]'::json"
    columns = (
        "id, created_at, team_id, user_id, op, title, offer, prices, request, state, progress, note, expected, "
        "seconds, price, spent, understood, ignored, notes, why, attempt, tries, waits, stopping"
    )
    now_ms = int(time.time() * 1000)
    async with db.session() as session:
        await session.execute(
            text(
                f"INSERT INTO run ({columns}) {numbers} SELECT {id}, {moment}, '{team}', '{user}', 'image.generate', "
                f"'a lake', 'local/sketchbook', {empty}, {empty}, 'queued', 0, '', 1, 1, 0, 0, {none}, {none}, {none}, "
                f"{none}, 0, 0, 0, false FROM n"
            )
        )
        for status, extra, count in (
            ("ENQUEUED", "NULL, NULL, NULL", waiting),
            ("SUCCESS", f"'gone', {now_ms} - i * 50, {now_ms} - i * 50", waiting),
            ("PENDING", f"'gone', {now_ms} - (i % 280000), NULL", 200),
        ):
            await session.execute(
                text(
                    f"INSERT INTO {jobs} (workflow_uuid, status, name, queue_name, executor_id, started_at_epoch_ms, "
                    f"completed_at, created_at, updated_at, priority, application_version) {numbers} "
                    f"SELECT '{status}-' || i, '{status}', 'gesso.job', 'cpu', {extra}, {now_ms} - i, "
                    f"{now_ms}, 100, '1' FROM n WHERE i <= {count}"
                )
            )
    async with db.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE" if lite else "VACUUM ANALYZE"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--alone", default="")
    parser.add_argument("--url", default="")
    parser.add_argument("--only", choices=("ours", "celery", "look"))
    parser.add_argument("--jobs", type=int, default=JOBS)
    said = parser.parse_args()
    if said.alone:
        told = asyncio.run(WAYS[said.alone][1](said.url, said.jobs))
        print(json.dumps(asdict(told)))
        return
    print(f"{said.jobs} jobs that do nothing, {os.cpu_count()} cores:")
    if said.only in (None, "ours"):
        ours(said.jobs)
    if said.only in (None, "celery"):
        celery(said.jobs)
    if said.only in (None, "look"):
        print("a look at the queue, as its page asks for it:")
        look(WAITING)


if __name__ == "__main__":
    main()
