"""Who sees to it that what is due is begun, once.

Each worker has a clock. What a moment begins is written in one transaction with the moment itself: the run or the batch
with all of its rows, what was seen in a watched input, what came of it, and when the schedule is next; under a lock of
the schedule, and only where it is still that moment's turn. So any number of clocks look at the same schedules, and a
kill leaves either all of it or nothing, and then the moment is still due. What has to be asked of the world before (a
feed, a folder) is asked outside of that transaction; if two should ask at once, one of them finds all of it seen.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from gesso import accounts, batches, library
from gesso.batches import Batches, Sheet, Wanted, orders
from gesso.batches.sheet import Line
from gesso.batches.tables import Row
from gesso.db import Database, Work, inserting
from gesso.imaging import picture
from gesso.kit.actor import Actor
from gesso.kit.errors import (
    Conflict,
    Denied,
    GessoError,
    InsufficientCredits,
    Invalid,
    NotFound,
    Retry,
    Unavailable,
    Unreached,
)
from gesso.kit.fetch import Fetcher
from gesso.kit.ids import uuid7
from gesso.kit.media import kind
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library import Kept
from gesso.runs import Runs
from gesso.schedules import feeds, folders, schedules
from gesso.schedules.folders import Came
from gesso.schedules.moments import zone
from gesso.schedules.schedules import KEPT, MOST_ROWS, NO_CAP, Plan, Watch
from gesso.schedules.tables import Schedule, Seen, Tick
from gesso.store import Store

PAUSE: Final = 1.0
"""Seconds between two looks."""
AT_ONCE: Final = 8
"""Moments that a clock sees to side by side."""
LEASE: Final = timedelta(minutes=3)
"""For so long one clock alone looks at a watched input."""
MOST_ITEMS: Final = 500
"""Rows out of a feed that are begun at a time; more are new at the next moment."""
MOST_PICTURES: Final = 100
MOST_SHEETS: Final = 10
PATIENCE: Final = 60.0
"""Seconds for which a folder is waited for: of a disk that is away one may never hear again."""
HANDS: Final = 4
"""Folders that are waited for side by side, and hold up nothing else."""
ENOUGH: Final = 20
"""After so many failures one after the other a schedule waits for somebody."""
REMEMBERED: Final = timedelta(days=180)
"""What is not there any more is forgotten after that."""
SAMPLE: Final = 20
"""Rows of which it is asked what they cost."""
MISSED: Final = "It was missed while the studio was away."
MISTAKE: Final = "The studio made a mistake here."
WAITS: Final = f"It has failed {ENOUGH} times one after the other, and waits now."
NOTES: Final = 5
LONGEST_NOTE: Final = 1_000
SIGHT: Final = "sight "
"""A key that begins so says how a sheet was at a look."""

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something new that was found: a row, a picture or a whole sheet; with nothing of these it is left out, and `note`
    says why. `keys` are those by which it is known again."""

    keys: tuple[str, ...]
    row: Mapping[str, Any] | None = None
    picture: tuple[str, Kept] | None = None
    sheet: tuple[str, Sheet] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What a look at a watched input has found: the new `pieces`; all keys that are there (`present`); the `columns` of
    its rows; by what it is asked for the next time; and whether something waits for another look soon (`again`)."""

    pieces: Sequence[Piece]
    present: Collection[str] = ()
    columns: Sequence[str] = ()
    mark: Mapping[str, str] = field(default_factory=dict)
    again: bool = False


@dataclass(slots=True)
class Begun:
    """What came of a moment."""

    outcome: str
    run: UUID | None = None
    batches: list[str] = field(default_factory=list)
    note: str = ""


@dataclass
class Clock:
    """All that is done with schedules which takes more than a step. `within` are the folders that may be watched."""

    db: Database
    runs: Runs
    batches: Batches
    store: Store
    pool: Pool
    fetcher: Fetcher
    scratch: Path
    within: Sequence[Path] = ()
    me: str = field(default_factory=lambda: uuid4().hex)
    _busy: dict[UUID, "asyncio.Task[None]"] = field(default_factory=dict, init=False)
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(HANDS, "folders"), init=False)

    # -- what a person asks for ----------------------------------------------------------------------------------------

    async def create(self, actor: Actor, plan: Plan) -> Schedule:
        """A schedule that is active from now on. What it watches is looked at once, so that what is wrong with it is
        told now, and what is there already is known where only what comes later counts as new."""
        price, news = await self._prepared(actor, plan)
        async with self.db.work(actor) as work:
            made = await schedules.create(work, plan, price=price)
            await self._known(work, made, news)
            return made

    async def change(self, actor: Actor, schedule_id: UUID, plan: Plan) -> Schedule:
        """Another plan for it. Where it watches something else now, that is looked at as with a new one."""
        async with self.db.work(actor, read_only=True) as work:
            await schedules.require(work, plan.watch)
            before = schedules.watch_of(await schedules.find(work, schedule_id))
        price, news = await self._prepared(actor, plan)
        async with self.db.work(actor) as work:
            found = await schedules.change(work, schedule_id, plan, price=price)
            if plan.watch != before:
                await self._known(work, found, news)
            return found

    async def price(self, work: Work, plan: Plan) -> int | None:
        """What it costs each time, in thousandths of a credit, as far as that can be known before; the errors of what
        would be refused."""
        if plan.order is not None:
            return (await self.runs.estimate(work, plan.order)).price
        assert plan.batch is not None
        rows = plan.rows or [dict.fromkeys(_expected(plan.watch), "")]
        sheet = batches.listed(rows)
        batch = orders.arriving(work, sheet, plan.title)
        # It is only asked about.
        work.session.expunge(batch)
        wanted = plan.batch
        if plan.watch is not None and plan.watch.kind == "feed":
            # Which columns there are is known when it is looked at.
            wanted = schedules.wanted_of({**schedules.wanted_told(wanted), "into": {}})
        await orders.settle(self.runs, work, batch, wanted)
        if plan.watch is not None:
            return None
        prices: list[int] = []
        for place, line in enumerate(sheet.lines[:SAMPLE]):
            row = Row(batch_id=batch.id, place=place, line=line.line, data=line.data)
            await self.batches.look(work, batch, row)
            if row.state == "waiting" and None not in row.prices:
                prices.append(row.price)
        return round(sum(prices) / len(prices) * len(sheet.lines)) if prices else None

    async def now(self, actor: Actor, schedule_id: UUID, *, key: str | None = None) -> Tick:
        """Does it at once, besides its moments, with the rights of who made it, for those who could have made it too.
        What is refused is raised; Conflict where it is over. It counts as one of its times. The same key is the same
        moment."""
        actor.require("runs.create")
        async with self.db.work(actor, read_only=True) as work:
            schedule = await schedules.find(work, schedule_id)
            await schedules.require(work, schedules.watch_of(schedule))
            maker = await self._maker(work.session, schedule)
        news = await self._look(schedule, maker) if schedule.watch and schedule.state != "ended" else None
        async with self.db.work(maker) as work:
            schedule = await schedules.find(work, schedule_id, lock=True)
            id = uuid7()
            if key is not None:
                digest = sha256(f"schedule {schedule_id}".encode()).hexdigest()
                if known := await self.runs.claimed(Work(work.session, actor), key, digest, id):
                    found = await work.session.get(Tick, known)
                    if found is None:
                        raise NotFound("What came of it is not known any more.")
                    return found
            if schedule.state == "ended":
                raise Conflict("This schedule is over.")
            begun = await self._start(work, schedule, news)
            schedule.times += begun.outcome == "started"
            tick = await self._written(work, schedule, now(), begun, id=id, by_hand=True)
            if _spent(schedule):
                self._end(work, schedule)
            elif schedule.state == "active" and news is not None and news.again:
                self._soon(schedule)
            await work.session.flush()
        self.batches.wake()
        return tick

    async def _prepared(self, actor: Actor, plan: Plan) -> tuple[int | None, News | None]:
        plan.checked()
        async with self.db.work(actor, read_only=True) as work:
            await schedules.require(work, plan.watch)
            price = await self.price(work, plan)
            if plan.watch is not None and plan.batch is not None and plan.cap is None and plan.batch.cap is None:
                await self._costs_nothing(work, plan.batch)
        if plan.watch is None:
            return price, None
        return price, await self._glance(plan.watch)

    async def _costs_nothing(self, work: Work, wanted: Wanted) -> None:
        """Invalid unless all who may carry it out do so for nothing: of what is to come nobody has seen the price."""
        offers = (await self.runs.catalog(work)).offers
        for step in wanted.steps:
            mine = offers.get(step.op, {})
            if any(mine[id].typical() != 0 for id in ([step.offer] if step.offer is not None else mine)):
                raise Invalid(NO_CAP, fields=[{"field": "cap", "message": NO_CAP}])

    async def _glance(self, watch: Watch) -> News:
        """What is there now, without taking any of it."""
        if watch.kind == "folder":
            folder = await self._reached(folders.allowed, watch.place, self.within)
            found = await self._reached(partial(folders.look, quiet=False), folder)
            return News([Piece((came.key,)) for came in found])
        return await self._read(watch, {})

    async def _known(self, work: Work, schedule: Schedule, news: News | None) -> None:
        """What is there already is not new, unless it is to be."""
        if news is None or schedule.watch is None or schedule.watch["first"] == "all":
            return
        await self._remember(work.session, schedule.id, (key for piece in news.pieces for key in piece.keys))
        schedule.mark = dict(news.mark)

    # -- what is due ---------------------------------------------------------------------------------------------------

    async def attend(self) -> None:
        """Sees to all that is due, until it is cancelled."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(id: UUID) -> None:
            async with gate:
                await self._moment(id)

        try:
            while True:
                try:
                    for id in await self._due():
                        if id not in self._busy:
                            self._busy[id] = task = asyncio.create_task(one(id))
                            task.add_done_callback(partial(self._over, id))
                except (OperationalError, InterfaceError, OSError) as error:
                    log.warning("schedules could not be seen to, and will be", error=repr(error))
                except Exception:
                    log.exception("the clock made a mistake, and goes on")
                await asyncio.sleep(PAUSE)
        finally:
            left = [*self._busy.values()]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _over(self, id: UUID, _: object) -> None:
        self._busy.pop(id, None)

    async def tend(self) -> int:
        """One look: all that is due now, to its end. How many schedules that were."""
        due = await self._due()
        await asyncio.gather(*(self._moment(id) for id in due))
        return len(due)

    async def _due(self) -> Sequence[UUID]:
        query = select(Schedule.id).where(Schedule.state == "active", Schedule.next_at <= now())
        async with self.db.session(read_only=True) as session:
            return (await session.scalars(query.order_by(Schedule.next_at).limit(100))).all()

    async def _moment(self, id: UUID) -> None:
        """The moment of a schedule that has come: it is begun, or it is told why not."""
        at = now()
        due: datetime | None = None
        try:
            async with self.db.session(read_only=True) as session:
                schedule = await session.get(Schedule, id)
                if schedule is None or schedule.state != "active" or not schedule.next_at or schedule.next_at > at:
                    return
                due = schedule.next_at
                try:
                    maker = await self._maker(session, schedule)
                except Denied as error:
                    denied: Denied | None = error
                else:
                    denied = None
            if denied is not None:
                return await self._give_up(id, due, denied)
            news = None
            if schedule.watch and _turn(schedule, due, at)[0] is not None:
                if not await self._lease(id, due):
                    return
                news = await self._look(schedule, maker)
            await self._do(id, due, at, maker, news)
            self.batches.wake()
        except (OperationalError, InterfaceError) as error:
            # It is still due.
            log.warning("a schedule could not be seen to, and will be", schedule=str(id), error=repr(error))
        except Exception as error:
            if not isinstance(error, GessoError):
                log.exception("the clock made a mistake", schedule=str(id))
            try:
                if due is not None:
                    told = str(error) if isinstance(error, GessoError) else MISTAKE
                    await self._fail(id, due, at, told)
            except Exception:
                log.exception("it could not be written down that a schedule failed", schedule=str(id))

    async def _lease(self, id: UUID, due: datetime) -> bool:
        """Whether this clock is the one that looks."""
        free = or_(Schedule.lease_until.is_(None), Schedule.lease_until < now(), Schedule.lease == self.me)
        mine = update(Schedule).where(Schedule.id == id, Schedule.state == "active", Schedule.next_at == due, free)
        mine = mine.values(lease=self.me, lease_until=now() + LEASE).returning(Schedule.id)
        async with self.db.session() as session:
            return await session.scalar(mine) is not None

    async def _held(self, session: AsyncSession, id: UUID, due: datetime) -> Schedule | None:
        """The schedule, locked, where it is still this moment's turn."""
        query = select(Schedule).where(Schedule.id == id, Schedule.state == "active", Schedule.next_at == due)
        held: Schedule | None = await session.scalar(query.with_for_update(skip_locked=True))
        return held

    async def _do(self, id: UUID, due: datetime, at: datetime, maker: Actor, news: News | None) -> None:
        async with self.db.session() as session:
            schedule = await self._held(session, id, due)
            if schedule is None:
                return
            work = Work(session, maker)
            chosen, passed = _turn(schedule, due, at)
            if passed:
                begun = Begun("skipped", note=MISSED)
                await self._written(work, schedule, due, begun)
            if chosen is not None:
                begun = await self._start(work, schedule, news)
                schedule.times += begun.outcome == "started"
                await self._written(work, schedule, chosen, begun)
            self._onward(work, schedule, at, again=chosen is not None and news is not None and news.again)

    async def _fail(self, id: UUID, due: datetime, at: datetime, told: str) -> None:
        async with self.db.session() as session:
            schedule = await self._held(session, id, due)
            if schedule is not None:
                work = Work(session, _nobody(schedule))
                enough = await self._failures(session, schedule) + 1 >= ENOUGH
                told = f"{WAITS} {told}" if enough else told
                await self._written(work, schedule, due, Begun("failed", note=told[:LONGEST_NOTE]))
                self._onward(work, schedule, at)
                if enough and schedule.state == "active":
                    self._paused(work, schedule)

    async def _failures(self, session: AsyncSession, schedule: Schedule) -> int:
        """How often it has failed one time after the other until now, since it last waited for that."""
        query = select(Tick.outcome, Tick.note).where(Tick.schedule_id == schedule.id)
        latest = (await session.execute(query.order_by(Tick.id.desc()).limit(ENOUGH))).all()
        failed = takewhile(lambda tick: tick.outcome == "failed" and not tick.note.startswith(WAITS), latest)
        return len([*failed])

    async def _give_up(self, id: UUID, due: datetime, error: Denied) -> None:
        """Who made it may not do that any more: it waits for somebody who may."""
        async with self.db.session() as session:
            schedule = await self._held(session, id, due)
            if schedule is not None:
                work = Work(session, _nobody(schedule))
                told = f"Who made it may not have it done any more. {error}"
                await self._written(work, schedule, due, Begun("failed", note=told))
                self._paused(work, schedule)

    def _paused(self, work: Work, schedule: Schedule) -> None:
        """It waits for somebody, by the note that it has."""
        schedule.lease, schedule.lease_until = "", None
        schedule.state, schedule.next_at = "paused", None
        schedules.tell(work, schedule, "paused")

    def _onward(self, work: Work, schedule: Schedule, at: datetime, *, again: bool = False) -> None:
        """To its next moment, or to another look soon (`again`), or its end."""
        schedule.lease, schedule.lease_until = "", None
        schedule.next_at = schedules.coming(schedule, max(at, now()))
        if again and not _spent(schedule):
            self._soon(schedule)
        if schedule.next_at is None:
            self._end(work, schedule)

    def _end(self, work: Work, schedule: Schedule) -> None:
        schedule.state, schedule.next_at = "ended", None
        schedules.tell(work, schedule, "ended")

    def _soon(self, schedule: Schedule) -> None:
        """It is next at the latest when what waits for another look has been quiet for as long again."""
        soon = now() + timedelta(seconds=folders.QUIET)
        schedule.next_at = min(soon, schedule.next_at or soon)

    async def _maker(self, session: AsyncSession, schedule: Schedule) -> Actor:
        """Who made it, with the rights of today; Denied where these do not suffice."""
        found = await accounts.actor(session, schedule.user_id, schedule.team_id)
        await schedules.require(Work(session, found), schedules.watch_of(schedule))
        return found

    async def _written(
        self,
        work: Work,
        schedule: Schedule,
        due: datetime,
        begun: Begun,
        *,
        id: UUID | None = None,
        by_hand: bool = False,
    ) -> Tick:
        """What came of a moment, in the schedule's history and to whoever listens. Of moments one after the other at
        which there was nothing new the last is kept; of those that fail in the same way the first is told."""
        note = begun.note[:LONGEST_NOTE]
        schedule.last, schedule.last_at = begun.outcome, now()
        schedule.note = note if begun.outcome in ("failed", "skipped") else ""
        mine = select(Tick).where(Tick.schedule_id == schedule.id).order_by(Tick.id.desc())
        before = await work.session.scalar(mine.limit(1))
        again = False
        if before is not None and (before.outcome, before.note) == (begun.outcome, note):
            again = True
            if begun.outcome == "nothing":
                await work.session.delete(before)
        oldest = await work.session.scalar(mine.with_only_columns(Tick.id).offset(KEPT - 1).limit(1))
        if oldest is not None:
            await work.session.execute(delete(Tick).where(Tick.schedule_id == schedule.id, Tick.id <= oldest))
        tick = Tick(
            id=id or uuid7(),
            schedule_id=schedule.id,
            due=due,
            outcome=begun.outcome,
            by_hand=by_hand,
            run_id=begun.run,
            batches=begun.batches,
            note=note,
        )
        work.session.add(tick)
        if begun.outcome == "started" or (begun.outcome == "failed" and not again):
            run = str(begun.run) if begun.run else None
            for batch in begun.batches:
                schedules.tell(work, schedule, begun.outcome, note=note, batch=batch)
            if not begun.batches:
                schedules.tell(work, schedule, begun.outcome, note=note, run=run)
        return tick

    # -- what is begun -------------------------------------------------------------------------------------------------

    async def _start(self, work: Work, schedule: Schedule, news: News | None) -> Begun:
        """Promises what is to be done, in this transaction; what is refused is raised."""
        if schedule.order is not None:
            run = await self.runs.submit(work, schedules.order_of(schedule.order))
            if schedule.cap is not None and run.price > schedule.cap:
                raise InsufficientCredits(
                    f"It would cost {run.price / 1000:g} credits, and may cost {schedule.cap / 1000:g} each time.",
                    price=run.price,
                    balance=schedule.cap,
                )
            schedule.price = run.price
            return Begun("started", run=run.id)
        if news is None:
            begun = Begun("started")
            begun.batches.append(await self._batch(work, schedule, batches.listed(schedule.rows or [])))
            return begun
        return await self._begin(work, schedule, news)

    async def _begin(self, work: Work, schedule: Schedule, news: News) -> Begun:
        """Batches of what is new, which is seen from now on."""
        keys = [key for piece in news.pieces for key in piece.keys]
        seen = await self._seen(work.session, schedule.id, keys)
        pieces = [piece for piece in news.pieces if not seen.intersection(piece.keys) or _left_out(piece)]
        rows = [dict(piece.row) for piece in pieces if piece.row is not None]
        for piece in pieces:
            if piece.picture is not None:
                name, kept = piece.picture
                asset = await library.twin(work, kept.sha256)
                if asset is None:
                    came = {"came": {"folder": schedule.watch["place"] if schedule.watch else "", "path": name}}
                    asset = await library.welcome(work, kept, self.store, name=Path(name).stem, facts=came)
                rows.append({"image": str(asset.id), "file": name})
        begun, notes = Begun("nothing"), [piece.note for piece in pieces if piece.note]
        if rows:
            lines = [Line(place, row) for place, row in enumerate(rows, 1)]
            sheet = Sheet("json", "", "", [*news.columns], lines, [])
            begun.batches.append(await self._batch(work, schedule, sheet))
        for piece in pieces:
            if piece.sheet is not None:
                name, sheet = piece.sheet
                try:
                    begun.batches.append(await self._batch(work, schedule, sheet, name))
                except Invalid as error:
                    notes.append(f"{name} was left out: {error}")
        begun.note = " ".join(notes[:NOTES])
        if begun.batches:
            begun.outcome = "started"
        if keys:
            await self._remember(work.session, schedule.id, keys)
            for some in _some(news.present):
                mine = Seen.schedule_id == schedule.id, Seen.key.in_(some)
                await work.session.execute(update(Seen).where(*mine).values(at=now()))
            gone = Seen.schedule_id == schedule.id, Seen.at < now() - REMEMBERED
            await work.session.execute(delete(Seen).where(*gone))
        schedule.mark = dict(news.mark)
        return begun

    async def _batch(self, work: Work, schedule: Schedule, sheet: Sheet, name: str = "") -> str:
        """A batch with all of its rows, written in this transaction: it is checked next, and begins."""
        assert schedule.batch is not None
        here = now().astimezone(zone(schedule.rule["timezone"]))
        title = f"{schedule.title} · {name or f'{here:%Y-%m-%d %H:%M}'}"
        wanted = schedules.wanted_of(schedule.batch, title=title, cap=schedule.cap)
        # Sheets of a folder have columns of their own.
        into = {name: place for name, place in wanted.into.items() if name in sheet.columns}
        batch = orders.arriving(work, sheet, title)
        try:
            with work.session.no_autoflush:
                await orders.settle(self.runs, work, batch, replace(wanted, into=into))
        except GessoError:
            work.session.expunge(batch)
            raise
        await work.session.flush()
        await orders.rows(work, batch.id, sheet, 0, len(sheet.lines))
        await orders.recheck(work, batch)
        await self.batches.tell(work, batch)
        return str(batch.id)

    # -- what is watched -----------------------------------------------------------------------------------------------

    async def _look(self, schedule: Schedule, maker: Actor) -> News:
        """What is new in what it watches."""
        watch = schedules.watch_of(schedule)
        assert watch is not None
        if watch.kind == "folder":
            return await self._folder(schedule, watch, maker)
        found = await self._read(watch, schedule.mark)
        async with self.db.session(read_only=True) as session:
            seen = await self._seen(session, schedule.id, (piece.keys[0] for piece in found.pieces))
        new = [piece for piece in found.pieces if piece.keys[0] not in seen]
        # The rest is new at the next moment, for which the whole feed must come again.
        mark = found.mark if len(new) <= MOST_ITEMS else {}
        return News(new[:MOST_ITEMS], [piece.keys[0] for piece in found.pieces], found.columns, mark)

    async def _read(self, watch: Watch, mark: Mapping[str, str]) -> News:
        """What stands in a feed, the oldest first: its items, or the rows of a sheet. No pieces where the server says
        that it is as it was."""
        asked = {"if-none-match": mark.get("etag", ""), "if-modified-since": mark.get("modified", "")}
        path = self.scratch / str(uuid4())
        try:
            got = await self.fetcher.fetch(
                watch.place,
                path,
                most=feeds.MOST_BYTES,
                headers={name: value for name, value in asked.items() if value},
            )
            data = await asyncio.to_thread(path.read_bytes)
        except Unreached as error:
            if error.facts.get("answered") == 304 and mark:
                return News([], mark=mark)
            raise Unreached(f"The feed did not come. {error}", **error.facts) from None
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        told = {name: value for name, value in (("etag", got.etag), ("modified", got.modified)) if value}
        if feeds.is_feed(data):
            items = await self.pool.run(feeds.read, data, got.url)
            pieces = [Piece((item.key,), row=item.row) for item in reversed(items)]
            return News(pieces, columns=feeds.COLUMNS, mark=told)
        name = unquote(urlsplit(got.url).path, errors="replace").rpartition("/")[2]
        sheet = await self.batches.read(data, "feed.csv" if got.type == "text/csv" else name)
        rows: dict[str, Piece] = {}
        for line in sheet.lines:
            key = sha256(f"row\0{json.dumps(line.data, sort_keys=True, default=str)}".encode()).hexdigest()
            rows.setdefault(key, Piece((key,), row=line.data))
        return News([*rows.values()], columns=sheet.columns, mark=told)

    async def _folder(self, schedule: Schedule, watch: Watch, maker: Actor) -> News:
        folder = await self._reached(folders.allowed, watch.place, self.within)
        found = await self._reached(folders.look, folder)
        async with self.db.session(read_only=True) as session:
            seen = await self._seen(session, schedule.id, (came.key for came in found))
        pieces: list[Piece] = []
        counts = {"picture": 0, "sheet": 0, "sight": 0}
        for came in folders.fresh(found, seen):
            sort = "sheet" if came.is_sheet else "picture"
            if max(counts[sort], counts["sight"] * came.is_sheet) >= (MOST_SHEETS if came.is_sheet else MOST_PICTURES):
                continue
            if schedule.cap is not None and counts["picture" if came.is_sheet else "sheet"] + counts["sheet"]:
                # What may be spent each time is what one batch may spend.
                continue
            piece = await self._taken(schedule, folder, came, maker)
            if piece is not None:
                counts[sort] += not _left_out(piece)
                counts["sight"] += _sighted(piece)
                pieces.append(piece)
        there = [came.key for came in found]
        return News(_each_once(pieces), there, ("image", "file"), again=counts["sight"] > 0)

    async def _reached(self, do: Callable[..., T], *given: object) -> T:
        """What is done with a folder. Unavailable where that does not answer: then a thread of these few waits on, and
        nothing else."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.get_running_loop().run_in_executor(self._hands, partial(do, *given))
        except TimeoutError:
            raise Unavailable(f"The folder did not answer within {PATIENCE:g} seconds.") from None

    async def _taken(self, schedule: Schedule, folder: Path, came: Came, maker: Actor) -> Piece | None:
        """A file of the folder: its bytes rest, or its rows are read; None where it is to be looked at again later. A
        sheet is a whole batch, so that it begins when it was the same at two looks."""
        limits = self.runs.limits
        most = min(limits.bytes, batches.MOST_BYTES)
        if came.size > most:
            return Piece((came.key,), note=f"{came.shown} was left out: it is larger than {most >> 20} MiB.")
        path = self.scratch / str(uuid4())
        try:
            digest = await self._reached(folders.copy, folder, came, path, most)
            if digest is None:
                return None
            keys, sight = (came.key, f"bytes {digest}"), f"{SIGHT}{came.key} {digest}"
            async with self.db.session(read_only=True) as session:
                seen = await self._seen(session, schedule.id, [keys[1], sight])
            if keys[1] in seen:
                return Piece(keys[:1])
            if came.is_sheet and sight not in seen:
                return Piece((sight,), note=f"{came.shown} begins when it is still the same at the next look.")
            try:
                if came.is_sheet:
                    sheet = await self.batches.read(await asyncio.to_thread(path.read_bytes), came.shown)
                    if len(sheet.lines) > MOST_ROWS:
                        return Piece(keys, note=f"{came.shown} was left out: it has more than {MOST_ROWS:,} rows.")
                    return Piece(keys, sheet=(came.shown, sheet))
                if kind(await asyncio.to_thread(_sniffed, path)) != "image":
                    return Piece(keys, note=f"{came.shown} was left out: it is neither a picture nor a sheet.")
                kept = await library.take_in(self.pool, self.store, maker.team_id, path, limits, name=came.shown)
            except (Retry, Unavailable):
                raise
            except GessoError as error:
                return Piece(keys, note=f"{came.shown} was left out: {error}")
            return Piece(keys, picture=(came.shown, kept))
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _seen(self, session: AsyncSession, id: UUID, keys: Iterable[str]) -> set[str]:
        """Those of the keys that were seen before."""
        found: set[str] = set()
        for some in _some(keys):
            query = select(Seen.key).where(Seen.schedule_id == id, Seen.key.in_(some))
            found.update(await session.scalars(query))
        return found

    async def _remember(self, session: AsyncSession, id: UUID, keys: Iterable[str]) -> None:
        at = now()
        for some in _some(dict.fromkeys(keys)):
            told = [{"schedule_id": id, "key": key, "at": at} for key in some]
            await session.execute(inserting(session)(Seen).values(told).on_conflict_do_nothing())


def _some(keys: Iterable[str], count: int = 500) -> Iterator[list[str]]:
    """As many as one statement names."""
    left = iter(keys)
    while some := [*islice(left, count)]:
        yield some


def _turn(schedule: Schedule, due: datetime, at: datetime) -> tuple[datetime | None, bool]:
    """Which of its moments is done at `at`, where the next was `due`, and whether some are passed over: those that are
    later than the grace were missed, and one of them is made up for, or none."""
    grace = timedelta(seconds=schedule.grace)
    if at - due <= grace:
        return due, False
    latest = schedules.when_of(schedule).after(at - grace - timedelta(microseconds=1))
    if latest is not None and latest <= at:
        return latest, schedule.missed == "skip"
    return (due, False) if schedule.missed == "once" else (None, True)


def _expected(watch: Watch | None) -> Sequence[str]:
    """The columns of what is found there."""
    return feeds.COLUMNS if watch is not None and watch.kind == "feed" else ("image", "file")


def _spent(schedule: Schedule) -> bool:
    """Whether it has been done as often as it may."""
    return schedule.most is not None and schedule.times >= schedule.most


def _sighted(piece: Piece) -> bool:
    """Whether it is only known as how it was at this look."""
    return piece.keys[0].startswith(SIGHT)


def _left_out(piece: Piece) -> bool:
    return piece.row is None and piece.picture is None and piece.sheet is None


def _each_once(pieces: Iterable[Piece]) -> list[Piece]:
    """Of several files with the same bytes the first."""
    seen: set[str] = set()
    found: list[Piece] = []
    for piece in pieces:
        again = seen.intersection(piece.keys[1:])
        found.append(Piece(piece.keys[:1]) if again else piece)
        seen.update(piece.keys[1:])
    return found


def _sniffed(path: Path) -> str:
    with path.open("rb") as file:
        return picture.sniff(file.read(picture.HEAD)) or ""


def _nobody(schedule: Schedule) -> Actor:
    return Actor(schedule.user_id, schedule.team_id, "nobody", frozenset())
