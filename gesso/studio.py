"""Where everything meets: the one place that builds things and hands them to each other."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import httpx2
import psutil
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gesso import accounts, catalog, credits, events, notify, runs, webhooks
from gesso.batches import Batches
from gesso.db import Database, Work
from gesso.events import Bell
from gesso.imaging import picture
from gesso.jobs import Job, Jobs
from gesso.kit.actor import Actor
from gesso.kit.errors import GessoError, Unavailable
from gesso.kit.fetch import Fetcher
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library import (
    CatchUp,
    Ceiling,
    Chores,
    Gaze,
    Imports,
    Limits,
    Pointer,
    Stock,
    Uses,
    catchup,
    chores,
    imports,
)
from gesso.notify import Courier
from gesso.runs import Runs
from gesso.runs.tagger import KIND as TAG
from gesso.runs.tagger import Tagger
from gesso.schedules import Clock
from gesso.settings import Settings
from gesso.sharing import Views
from gesso.store import Store, open_store
from gesso.upkeep import ROLLS_AGAIN, Upkeep
from gesso.webhooks import Webhooks

LONGEST_WRITE = 3600.0
"""Seconds. What was half-written before that is nobody's any more."""
FIRST_TIDY, TIDY_AGAIN = 60.0, 6 * 3600.0
"""Seconds from the start until a worker tidies up, and from then until it does so again."""

COUNT_AGAIN = 5.0
"""Seconds between two writings of how often assets were looked at."""
TELL_AGAIN = 0.5
"""Seconds between two looks at what programs elsewhere are to be told."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Studio:
    """Everything that a server or a worker needs. `opened` starts it and stops it."""

    settings: Settings
    db: Database
    store: Store
    bell: Bell
    jobs: Jobs
    pool: Pool
    owns_pool: bool
    runs: Runs
    secret: bytes = field(repr=False)
    scratch: Path
    pointer: Pointer
    gaze: Gaze
    uses: Uses
    upkeep: Upkeep
    imports: Imports
    stock: Stock
    views: Views
    chores: Chores
    tagger: Tagger
    batches: Batches
    webhooks: Webhooks
    courier: Courier
    clock: Clock
    hands: list[asyncio.Task[None]] = field(default_factory=list)
    """What goes on while it works."""

    @property
    def limits(self) -> Limits:
        return self.runs.limits

    @classmethod
    def build(cls, settings: Settings, *, pool: Pool | None = None) -> "Studio":
        """Makes the folders and the parts; nothing runs yet. A `pool` that is given is not stopped with the rest."""
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.models.mkdir(exist_ok=True)
        db = Database(settings.database)
        store = open_store(settings.store)
        cores = settings.processes or os.cpu_count() or 1
        owned = pool is None
        pool = pool or Pool(cores, memory=settings.memory_mb << 20, seconds=settings.work_seconds, calm=picture.calm)
        lanes = {"remote": 32, "cpu": max(16, 4 * cores), "gpu": 1}
        jobs = Jobs(db, lease=settings.lease_seconds, concurrency=lanes)
        bell = Bell()
        db.after_commit.append(bell.ring)
        secret = _secret(settings)
        runs = Runs(
            catalog.load(settings.providers, settings.models),
            secret,
            db,
            store,
            jobs,
            pool,
            httpx2.AsyncClient(timeout=60, follow_redirects=False),
            Limits(settings.max_upload_mb << 20, settings.max_pixels, _ceiling(settings)),
            settings.models,
        )
        uses = runs.uses = Uses(db)
        grace = timedelta(hours=settings.stray_hours)
        upkeep = Upkeep(db, store, settings.trash_days, settings.verify_days, grace)
        pointer, gaze = Pointer(pool, store, settings.models), Gaze(pool, store)
        scratch, views = _scratch(settings.scratch), Views(pool, store)
        fetcher = Fetcher(settings.fetch_allow, seconds=settings.fetch_seconds)
        takes = Imports(db, store, jobs, pool, runs.limits, fetcher, scratch)
        stock = Stock(db, store, takes, runs.http, secret, settings.stock)
        tagger = Tagger(db, runs)
        mail = settings.smtp_url.get_secret_value()
        # Any member names push services: what is allowed for files and webhooks is not for these.
        pushes = Fetcher(settings.push_allow, seconds=settings.fetch_seconds)
        courier = Courier(db, store, pool, pushes, secret, settings.outside, mail, settings.smtp_from)
        batches = Batches(db, runs, takes, pool)
        clock = Clock(db, runs, batches, store, pool, fetcher, scratch, settings.watch)
        strides = {catchup.KIND: CatchUp(db, store, pool).step, TAG: tagger.step}
        return cls(
            settings,
            db,
            store,
            bell,
            jobs,
            pool,
            owned,
            runs,
            secret,
            scratch,
            pointer,
            gaze,
            uses,
            upkeep,
            takes,
            stock,
            views,
            Chores(db, jobs, strides, upkeep.tasks()),
            tagger,
            batches,
            Webhooks(db, fetcher, secret, settings.public_url),
            courier,
            clock,
        )

    @asynccontextmanager
    async def opened(self, *, work: bool) -> AsyncIterator["Studio"]:
        """With `work`, this process also takes runs."""
        await self.jobs.open()
        alone = not await self.jobs.living()
        await asyncio.to_thread(self.store.sweep, older=0 if alone else LONGEST_WRITE)
        warming = asyncio.create_task(self.pool.warm(_furnish)) if self.owns_pool else None
        tidying = asyncio.create_task(self._always(FIRST_TIDY, TIDY_AGAIN, self.tidy)) if work else None
        proving = asyncio.create_task(self._always(ROLLS_AGAIN, ROLLS_AGAIN, self.upkeep.prove)) if work else None
        counting = asyncio.create_task(self._always(COUNT_AGAIN, COUNT_AGAIN, self.uses.write))
        try:
            if work:
                await self.work()
            yield self
        finally:
            self.bell.close()
            for task in filter(None, (warming, tidying, proving, counting, *self.hands)):
                task.cancel()
            # Half-done, they hold a connection of the database that is closed below.
            await asyncio.gather(*self.hands, return_exceptions=True)
            await self.webhooks.stop()
            await self.jobs.stop()
            await self.uses.write()
            await self.runs.http.aclose()
            if self.owns_pool:
                await asyncio.to_thread(self.pool.stop)
            await self.db.close()
            shutil.rmtree(self.scratch, ignore_errors=True)

    async def work(self) -> None:
        """From now on this process takes runs, sees to batches, and tells people and programs what happens."""
        again: list[tuple[float, Callable[[], Awaitable[object]]]] = [
            (TELL_AGAIN, self.webhooks.turn),
            (notify.HEARS_AGAIN, self.courier.hear),
            (notify.SENDS_AGAIN, self.courier.send),
        ]
        self.hands.extend(map(asyncio.create_task, (self.batches.attend(), self.clock.attend())))
        self.hands.extend(asyncio.create_task(self._always(pause, pause, call)) for pause, call in again)
        await self.jobs.work(self.execute, self.settings.lanes)

    async def execute(self, job: Job) -> None:
        """What a worker does with a job: a run, an import, or a chore."""
        if job.id.startswith(imports.PREFIX):
            await self.imports.execute(job)
        else:
            await (self.chores if job.about.startswith(chores.PREFIX) else self.runs).execute(job)
        self.batches.wake()

    async def tidy(self) -> None:
        """Erases what was only made to be looked at, what is in the trash, and what is remembered, where they are older
        than is wanted; has looked at what it has not seen yet. Where one of that goes wrong, the rest is done."""
        steps: list[tuple[str, Callable[[], Awaitable[object]]]] = [
            ("what was not looked at", partial(catchup.ensure, self.db, self.chores)),
            ("trials", self._trials),
            ("batches that never arrived", self.batches.tidy),
            ("messages to webhooks", partial(webhooks.sweep, self.db)),
            ("the trash", self.upkeep.tidy),
            ("notices", self.courier.tidy),
            ("links and visits", self._doors),
            ("events", partial(events.sweep, self.db)),
        ]
        for step, call in steps:
            await self._tried(call, step)

    async def _trials(self) -> None:
        if self.settings.trial_days:
            await runs.sweep(self.db, self.store, now() - timedelta(days=self.settings.trial_days))

    async def _doors(self) -> None:
        async with self.db.session() as session:
            await accounts.sweep(session)

    async def _always(self, first: float, again: float, call: Callable[[], Awaitable[object]]) -> None:
        pause = first
        while True:
            await asyncio.sleep(pause)
            await self._tried(call, getattr(call, "__qualname__", "work"))
            pause = again

    async def _tried(self, call: Callable[[], Awaitable[object]], step: str) -> None:
        try:
            await call()
        except (GessoError, SQLAlchemyError, OSError) as error:
            log.warning("the studio could not tidy up, and will try again", step=step, error=str(error))
        except Exception:
            log.exception("the studio made a mistake as it tidied up, and will try again", step=step)


async def found(db: Database) -> Actor:
    """Who the machine's own command line acts for. The first start makes the owner, the team and its purse:
    a single owner's is unlimited until a limit is set."""
    async with db.session() as session:
        owner = await accounts.first_owner(session)
        if owner is not None:
            await credits.open_purse(Work(session, owner), unlimited=True)
            return owner
        return await accounts.founder(session)


def _furnish() -> None:
    """In a new worker process: everything that a task may need is imported."""
    catalog.load({}, Path("no models"))


def _secret(settings: Settings) -> bytes:
    """The key that signs links: as told, or made once and kept where only the owner may read."""
    told = settings.secret.get_secret_value()
    if told:
        return told.encode()
    path = settings.data / "secret.key"
    if not path.exists():
        # Whole or not at all: a key that was cut short by a full disk would let anybody sign.
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    key = path.read_bytes()
    if len(key) < 32:
        raise Unavailable(f"{path} is damaged. Remove it, and a new key is made; links signed before then end.")
    return key


def _ceiling(settings: Settings) -> Ceiling:
    return Ceiling(settings.team_quota_mb * 1_000_000, settings.person_quota_mb * 1_000_000)


def _scratch(folder: Path) -> Path:
    """A folder of this process for half-arrived files; those of dead processes are removed."""
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        pid = left.name.partition("-")[0]
        if pid.isdigit() and (int(pid) == os.getpid() or not psutil.pid_exists(int(pid))):
            shutil.rmtree(left, ignore_errors=True)
    return Path(mkdtemp(prefix=f"{os.getpid()}-", dir=folder))
