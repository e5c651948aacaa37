"""Imports: an archive or some addresses, worked through by the server as one durable job.

Each file is one transaction: the asset, the file's own line and the numbers of the import, or nothing of it. So a
killed server leaves nothing half done, and whoever takes the job over goes on with what is still waiting.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import UUID, uuid4

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gesso import accounts, events, jobs
from gesso.db import Database, Work
from gesso.jobs import Job, Jobs
from gesso.kit.actor import Actor
from gesso.kit.errors import Cancelled, Denied, GessoError, Invalid, NoRoom, Retry, Unavailable
from gesso.kit.fetch import Fetcher
from gesso.kit.ids import uuid7
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library.archive import MOST, Archive
from gesso.library.arrivals import twin, welcome
from gesso.library.folders import shelve
from gesso.library.intake import Kept, Limits, take_in
from gesso.library.tables import Asset, Import, ImportFile
from gesso.store import Store

PREFIX: Final = "import:"
OVER: Final = ("succeeded", "failed", "cancelled")
MOST_URLS: Final = 200
MAX_CRASHES: Final = 3
LINES: Final = 500
"""Of files that are written down at once."""
TELL_SECONDS: Final = 1.0
Folders = Literal["none", "tags", "collections"]

log = structlog.get_logger(__name__)


class Imports:
    """What is needed to take many files in."""

    def __init__(
        self,
        db: Database,
        store: Store,
        jobs: Jobs,
        pool: Pool,
        limits: Limits,
        fetcher: Fetcher,
        scratch: Path,
    ) -> None:
        self._db = db
        self._store = store
        self._jobs = jobs
        self._pool = pool
        self._limits = limits
        self.fetcher = fetcher
        self._scratch = scratch

    async def archive(self, actor: Actor, path: Path, name: str, *, folders: Folders, tags: Sequence[str]) -> UUID:
        """Promises the import of the archive at `path`, which is looked into first. Its bytes rest before anything
        points at them, and go when nothing does."""
        actor.require("library.write")
        await asyncio.to_thread(_readable, path, self._limits.bytes)
        id = uuid7()
        key = f"{actor.team_id}/imports/{id}.zip"
        await self._store.put(key, path)
        try:
            async with self._db.work(actor) as work:
                await self._promise(work, Import(id=id, source="zip", name=name[:300], key=key), folders, tags)
        except BaseException:
            await self._store.remove([key])
            raise
        return id

    async def addresses(
        self, work: Work, urls: Sequence[str], *, tags: Sequence[str] = (), priority: int = jobs.PRIORITY
    ) -> UUID:
        """Promises the import of what lies at these addresses, each once."""
        work.actor.require("library.write")
        asked = list(dict.fromkeys(url.strip() for url in urls if url.strip()))
        if not 1 <= len(asked) <= MOST_URLS:
            raise Invalid(f"Name 1 to {MOST_URLS} addresses.", fields=[{"field": "urls"}])
        order = Import(id=uuid7(), source="urls", name=asked[0][:300], key=None, total=len(asked))
        await self._promise(work, order, "none", tags, priority)
        work.session.add_all(
            ImportFile(import_id=order.id, place=place, name=url[:2000], state="waiting")
            for place, url in enumerate(asked)
        )
        return order.id

    async def _promise(
        self, work: Work, order: Import, folders: Folders, tags: Sequence[str], priority: int = jobs.PRIORITY
    ) -> None:
        order.team_id, order.user_id, order.state = work.actor.team_id, work.actor.user_id, "queued"
        order.wishes = {"folders": folders, "tags": list(tags)}
        work.session.add(order)
        await work.session.flush()
        lane = "cpu" if order.source == "zip" else "remote"
        await self._jobs.enqueue(work, f"{PREFIX}{order.id}", str(order.id), lane=lane, priority=priority)
        events.emit(work, "import.changed", id=str(order.id), state=order.state)

    async def fetched(self, actor: Actor, url: str, told: Any = None) -> tuple[Kept, str]:
        """What lies at an address, taken in; and what it is called there."""
        path = self._scratch / str(uuid4())
        try:
            got = await self.fetcher.fetch(url, path, most=self._limits.bytes, told=told)
            called = unquote(urlsplit(got.url).path, errors="replace")
            kept = await take_in(self._pool, self._store, actor.team_id, path, self._limits, name=called)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return kept, got.name or urlsplit(got.url).hostname or "Upload"

    # -- what a worker does ------------------------------------------------------------------------------------------

    async def execute(self, job: Job) -> None:
        """Goes on with the import until nothing of it waits. What it raises is tried again later."""
        id = UUID(job.about)
        begun = await self._begin(id, job)
        if begun is not None:
            order, actor = begun
            try:
                async with self._opened(order) as archive:
                    await self._all(order, actor, archive)
            except (Retry, Unavailable, SQLAlchemyError):
                raise
            except Cancelled:
                await self._end(order, actor, "cancelled")
            except GessoError as error:
                await self._end(order, actor, "failed", str(error))
            except OSError:
                raise
            except Exception:
                log.exception("an import failed in an unforeseen way", id=str(id))
                await self._end(
                    order, actor, "failed", "The studio made a mistake with this import. It was noted down."
                )
            else:
                await self._end(order, actor, "succeeded")
        await self._clear(id)

    async def _begin(self, id: UUID, job: Job) -> tuple[Import, Actor] | None:
        async with self._db.session() as session:
            order = await session.scalar(select(Import).where(Import.id == id).with_for_update())
            if order is None or order.state in OVER:
                return None
            work = Work(session, Actor(order.user_id, order.team_id, "nobody", frozenset()))
            try:
                actor = await accounts.actor(session, order.user_id, order.team_id)
                actor.require("library.write")
                if await jobs.crashes(session, job.id) >= MAX_CRASHES:
                    raise Denied("Several workers died while they worked on this.")
            except Denied as error:
                _over(work, order, "failed", str(error))
                return None
            if order.stopping:
                _over(work, order, "cancelled")
                return None
            if order.state == "queued":
                order.state = "running"
                events.emit(work, "import.changed", id=str(id), state="running")
            return order, actor

    @asynccontextmanager
    async def _opened(self, order: Import) -> AsyncIterator[Archive | None]:
        if order.key is None:
            yield None
            return
        path = self._scratch / f"{order.id}.zip"
        try:
            size = await self._store.size(order.key)
            with await asyncio.to_thread(path.open, "wb") as file:
                async for piece in self._store.stream(order.key, 0, size):
                    await asyncio.to_thread(file.write, piece)
            archive = await asyncio.to_thread(Archive, path)
            with archive:
                if order.total is None:
                    await self._list(order, archive)
                yield archive
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _list(self, order: Import, archive: Archive) -> None:
        """Writes down what is in the archive, all of it or nothing."""
        entries = await asyncio.to_thread(archive.entries, self._limits.bytes)
        lines = [
            {
                "import_id": order.id,
                "place": entry.place,
                "name": entry.name,
                "state": "refused" if entry.why else "waiting",
                "size": entry.bytes,
                "bytes": 0,
                "why": entry.why or None,
            }
            for entry in entries
        ]
        async with self._db.session() as session:
            for start in range(0, len(lines), LINES):
                await session.execute(insert(ImportFile), lines[start : start + LINES])
            refused = sum(1 for entry in entries if entry.why)
            change = update(Import).where(Import.id == order.id).values(total=len(entries), refused=refused)
            await session.execute(change)

    async def _all(self, order: Import, actor: Actor, archive: Archive | None) -> None:
        turn = asyncio.Lock()
        """Two of the same bytes are one asset: whether they are there is asked and answered by one at a time."""
        after = -1
        while waiting := await self._waiting(order.id, after):
            after, left = waiting[-1].place, iter(waiting)

            async def some(left: Iterator[ImportFile] = left) -> None:
                for file in left:
                    if await self._stops(order.id):
                        raise Cancelled("Stopped.")
                    await self._one(order, actor, file, archive, turn)

            workers = [asyncio.create_task(some()) for _ in range(max(2, self._pool.size))]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)

    async def _waiting(self, id: UUID, after: int) -> Sequence[ImportFile]:
        query = (
            select(ImportFile)
            .where(ImportFile.import_id == id, ImportFile.state == "waiting", ImportFile.place > after)
            .order_by(ImportFile.place)
            .limit(LINES)
        )
        async with self._db.session(read_only=True) as session:
            return (await session.scalars(query)).all()

    async def _stops(self, id: UUID) -> bool:
        async with self._db.session(read_only=True) as session:
            return bool(await session.scalar(select(Import.stopping).where(Import.id == id)))

    async def _one(
        self, order: Import, actor: Actor, file: ImportFile, archive: Archive | None, turn: asyncio.Lock
    ) -> None:
        try:
            if archive is None:
                kept, name = await self.fetched(actor, file.name, self._teller(order, file))
                came = {"came": {"url": plain(file.name)}}
            else:
                kept, name = await self._unpacked(actor, file, archive), PurePosixPath(file.name).stem
                came = {"came": {"archive": order.name, "path": file.name}}
        except (Retry, Unavailable, Cancelled):
            raise
        except GessoError as error:
            async with self._db.work(actor) as work:
                return await _line(work, order.id, file.place, "refused", why=str(error))
        become, folders = order.wishes.get("folders"), PurePosixPath(file.name).parts[:-1] if archive else ()
        tags = [*order.wishes.get("tags", ()), *(name[:60] for name in folders if become == "tags")]
        async with turn:
            try:
                async with self._db.work(actor) as work:
                    known = await twin(work, kept.sha256)
                    asset = known or await welcome(work, kept, self._store, name=name, tags=tags, facts=came)
                    if become == "collections":
                        await shelve(work, asset, folders)
                    await _line(work, order.id, file.place, "twin" if known else "kept", asset=asset, bytes=kept.bytes)
            except NoRoom as error:
                # A smaller one may still have room.
                async with self._db.work(actor) as work:
                    await _line(work, order.id, file.place, "refused", why=str(error))

    async def _unpacked(self, actor: Actor, file: ImportFile, archive: Archive) -> Kept:
        path = self._scratch / str(uuid4())
        try:
            await asyncio.to_thread(archive.unpack, file.place, path, self._limits.bytes)
            return await take_in(self._pool, self._store, actor.team_id, path, self._limits, name=file.name)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def _teller(self, order: Import, file: ImportFile) -> Any:
        """Writes down now and then how much of a file has come; Cancelled when nobody wants it any more."""
        last = time.monotonic()

        async def tell(count: int, size: int | None) -> None:
            nonlocal last
            if time.monotonic() - last < TELL_SECONDS:
                return
            last = time.monotonic()
            async with self._db.session() as session:
                mine = ImportFile.import_id == order.id, ImportFile.place == file.place
                await session.execute(update(ImportFile).where(*mine).values(bytes=count, size=size))
                stopping = await session.scalar(select(Import.stopping).where(Import.id == order.id))
            if stopping:
                raise Cancelled("Stopped.")

        return tell

    async def _end(self, order: Import, actor: Actor, state: str, error: str | None = None) -> None:
        async with self._db.work(actor) as work:
            _over(work, await work.find(Import, order.id, lock=True), state, error)

    async def _clear(self, id: UUID) -> None:
        """An archive goes when its import is over."""
        query = select(Import.key).where(Import.id == id, Import.state.in_(OVER))
        async with self._db.session(read_only=True) as session:
            key = await session.scalar(query)
        if key is not None:
            await self._store.remove([key])


async def cancel(work: Work, id: UUID) -> Import:
    """Stops the import. What has come in stays."""
    order = await work.find(Import, id, lock=True)
    if order.state not in OVER:
        order.stopping = True
        events.emit(work, "import.changed", id=str(id), state=order.state)
    return order


async def imports(work: Work, *, limit: int = 20) -> Sequence[Import]:
    """The latest, the newest first."""
    return (await work.session.scalars(Import.visible_to(work.actor).order_by(Import.id.desc()).limit(limit))).all()


async def files(work: Work, id: UUID, *, state: str | None, after: int, limit: int) -> Sequence[ImportFile]:
    """The files of an import, in order; of one `state` only, where that is named."""
    await work.find(Import, id)
    query = select(ImportFile).where(ImportFile.import_id == id, ImportFile.place > after)
    if state is not None:
        query = query.where(ImportFile.state == state)
    return (await work.session.scalars(query.order_by(ImportFile.place).limit(limit))).all()


async def _line(
    work: Work,
    id: UUID,
    place: int,
    state: Literal["kept", "twin", "refused"],
    *,
    asset: Asset | None = None,
    bytes: int = 0,
    why: str | None = None,
) -> None:
    """What became of a file, and the import's numbers; nothing, where that is written down already."""
    mine = ImportFile.import_id == id, ImportFile.place == place, ImportFile.state == "waiting"
    told = {"state": state, "asset_id": asset.id if asset else None, "bytes": bytes, "why": why}
    done = await work.session.execute(update(ImportFile).where(*mine).values(told).returning(ImportFile.place))
    if done.first() is None:
        raise Retry("Another worker has this file already.")
    counted = {"kept": Import.kept, "twin": Import.twins, "refused": Import.refused}[state]
    await work.session.execute(update(Import).where(Import.id == id).values({counted: counted + 1}))


def _over(work: Work, order: Import, state: str, error: str | None = None) -> None:
    order.state, order.error, order.ended_at = state, error, now()
    events.emit(work, "import.changed", id=str(order.id), state=state)


def _readable(path: Path, most: int) -> None:
    with Archive(path) as archive:
        if not archive.entries(most):
            raise Invalid("There is no file in this archive.", fields=[{"field": "file"}])


def plain(url: str) -> str:
    """Where it came from, without what may be a secret of somebody's."""
    told = urlsplit(url)
    return urlunsplit((told.scheme, re.sub(r"^.*@", "", told.netloc), told.path, "", ""))[:500]


__all__ = ["MOST", "Folders", "Imports", "cancel", "files", "imports", "plain"]
