"""Who sees to it that batches go on: looks at rows, begins them, writes down what became of them.

Each worker has one. It holds nothing that would be lost with it: what it knows is in the rows, and each of its steps is
one transaction, under a lock of the batch. So any number of stewards see to the same batches, and when one dies in the
middle, another goes on at the exact row: a row and its run are promised together, and its end is read from the run.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from gesso import accounts, credits, events, library
from gesso.batches import checking, orders, sheet
from gesso.batches.cells import Fault, Place
from gesso.batches.checking import Check, Found, Pictures
from gesso.batches.orders import Step, Wanted
from gesso.batches.sheet import Sheet
from gesso.batches.tables import ENDED, Batch, Row
from gesso.db import Database, Work
from gesso.jobs import PRIORITY
from gesso.kit.actor import Actor
from gesso.kit.errors import Conflict, Denied, GessoError, InsufficientCredits, Invalid
from gesso.kit.ids import uuid7
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library import Import, ImportFile, Imports
from gesso.library.imports import MOST_URLS
from gesso.runs import OVER, AtHand, Order, Run, Runs
from gesso.runs.tables import Key

STRIDE: Final = 100
"""Rows that are looked at in one step."""
AT_ONCE: Final = 64
"""Rows of one person that are promised and not over at a time: more would wait in the queue, and hold up who comes
later."""
PROMISES: Final = 16
"""Rows that are promised in one transaction: others write in between."""
LEASE: Final = timedelta(seconds=15)
PAUSE: Final = 1.0
"""Seconds until it looks by itself."""
BREATH: Final = 0.05
"""Between two looks at least, however often it is woken."""
TELL: Final = 0.7
"""Between two events of the same batch at least, while nothing but its numbers changes."""
CHECKS: Final = 0.5
"""Seconds for which the rows of one batch are looked at before others have their turn."""
WRITES: Final = 2_000
"""Rows of a file that are written down in one transaction."""
PRIORITIES: Final = {"high": PRIORITY + 10, "normal": PRIORITY + 50, "low": PRIORITY + 80}
"""All behind what somebody waits for."""
CAP: Final = "over_cap"
FETCHES: Final = 2
"""Imports of one batch that go on at a time."""
PATIENT: Final = PRIORITY + 80
ARRIVES: Final = timedelta(hours=1)
"""What has not arrived by then never will."""
LATE: Final = timedelta(seconds=30)
"""After that long without a look a batch did not run."""
SHOWN: Final = 4

log = structlog.get_logger(__name__)


@dataclass
class Batches:
    """All that is done with batches: what comes in here, and the steward's work."""

    db: Database
    runs: Runs
    imports: Imports
    pool: Pool
    me: str = field(default_factory=lambda: uuid4().hex)
    _wakes: tuple[asyncio.Event, asyncio.Event] = field(
        default_factory=lambda: (asyncio.Event(), asyncio.Event()), init=False
    )
    _told: dict[UUID, tuple[str, float]] = field(default_factory=dict, init=False)
    _pictures: dict[tuple[UUID, int], Pictures] = field(default_factory=dict, init=False)
    _urls: dict[tuple[UUID, int], list[str]] = field(default_factory=dict, init=False)

    # -- coming in ---------------------------------------------------------------------------------------------------

    async def read(self, data: bytes, name: str) -> Sheet:
        """The rows of a file; the errors of `sheet.read`."""
        return await self.pool.run(sheet.read, data, name)

    async def take_in(
        self, actor: Actor, found: Sheet, title: str, wanted: Wanted | None = None, *, key: str | None = None
    ) -> Batch:
        """Writes the rows down; where it is said what is to be done with them, they are checked then. The same key with
        the same rows and wishes is the same batch."""
        id = uuid7()
        try:
            return await self._taken_in(actor, found, title, wanted, key, id)
        except BaseException:
            # Half of it would be there for nobody.
            await asyncio.shield(self._forget(id))
            raise

    async def _taken_in(
        self, actor: Actor, found: Sheet, title: str, wanted: Wanted | None, key: str | None, id: UUID
    ) -> Batch:
        async with self.db.work(actor) as work:
            if key is not None:
                rows = [[line.line, line.data] for line in found.lines]
                digest = (wanted or Wanted(())).digest(rows)
                if known := await self.runs.claimed(work, key, digest, id):
                    return await orders.find(work, known)
            await orders.room(work)
            batch = orders.arriving(work, found, title, id)
            await work.session.flush()
            if wanted is not None:
                await orders.settle(self.runs, work, batch, wanted)
        for start in range(0, len(found.lines), WRITES):
            async with self.db.work(actor) as work:
                await orders.rows(work, id, found, start, WRITES)
        async with self.db.work(actor) as work:
            batch = await orders.find(work, id, lock=True)
            if batch.state != "arriving":
                return batch
            batch.state = "draft"
            if wanted is not None:
                await orders.recheck(work, batch)
            await self.tell(work, batch)
        self.wake()
        return batch

    async def _forget(self, id: UUID) -> None:
        async with self.db.session() as session:
            await session.execute(delete(Key).where(Key.run_id == id))
            await session.execute(delete(Row).where(Row.batch_id == id))
            await session.execute(delete(Batch).where(Batch.id == id, Batch.state == "arriving"))

    async def tidy(self) -> None:
        """Forgets what was left half-arrived by a process that died."""
        async with self.db.session(read_only=True) as session:
            old = Batch.state == "arriving", Batch.created_at < now() - ARRIVES
            left = (await session.scalars(select(Batch.id).where(*old))).all()
        for id in left:
            await self._forget(id)

    async def pictured(self, actor: Actor, batch_id: UUID, import_id: UUID) -> Batch:
        """The archive of an import belongs to the batch: its cells name files in it."""
        async with self.db.work(actor) as work:
            batch = await orders.find(work, batch_id, lock=True)
            batch.imports = [*batch.imports, str(import_id)]
            if batch.state in ("checking", "ready"):
                await orders.recheck(work, batch)
        self.wake()
        return batch

    async def look(self, work: Work, batch: Batch, row: Row) -> None:
        """Looks at one row again, at once."""
        check = Check(self.runs, work, batch, await self._names(work, batch))
        await check.open([row])
        found = await check.row(row)
        for name, value in found.values().items():
            setattr(row, name, value)

    async def edit(self, work: Work, batch_id: UUID, place: int, data: Mapping[str, Any]) -> Row:
        """Other cells for a row, which is looked at at once. Conflict while it is at work, or nobody knows whether it
        was bought."""
        work.actor.require("runs.create")
        batch = await orders.find(work, batch_id, lock=True)
        row = await orders.row(work, batch_id, place)
        if batch.state in ("arriving", "draft", "checking"):
            raise Conflict("Its rows are not checked yet.")
        if batch.stopping or row.state in ("running", "unknown") or (row.state == "waiting" and row.step):
            raise Conflict("This row is at work. Wait until it has ended.")
        names = [column["name"] for column in batch.columns]
        if strange := [name for name in data if name not in names]:
            raise Invalid(
                f"There is no column “{strange[0]}”. Columns: {', '.join(names)}.", fields=[{"field": "data"}]
            )
        begun = row.state not in ("waiting", "invalid", "twin") or bool(row.runs)
        row.data = {name: value for name, value in {**row.data, **data}.items() if value is not None}
        batch.held -= row.held
        row.step, row.fed, row.run_id, row.error, row.ended_at, row.held = 0, None, None, None, None, 0
        await self.look(work, batch, row)
        if begun and row.state == "waiting":
            # It is for a person to say that it is made again.
            row.state = "cancelled"
        await work.session.flush()
        await self.sum(work, batch)
        return row

    async def exceeding(self, work: Work, batch: Batch) -> tuple[int, int | None]:
        """How many rows would not be begun because money ends before them, if nothing else were bought meanwhile, and
        the line of the first."""
        purse = await credits.balance(work)
        most = min(
            (left for left in (batch.cap, None if purse.unlimited else purse.balance) if left is not None),
            default=None,
        )
        if most is None or batch.price <= most:
            return 0, None
        query = select(Row.price, Row.line).where(Row.batch_id == batch.id, Row.state == "waiting").order_by(Row.place)
        spent, count, first = 0, 0, None
        for price, line in await work.session.execute(query):
            if spent + price > most:
                count, first = count + 1, first if first is not None else line
            else:
                spent += price
        return count, first

    # -- the steward -------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Something has come or ended: it looks at once."""
        for wake in self._wakes:
            wake.set()

    async def attend(self) -> None:
        """Sees to all batches, until it is cancelled: what is looked at does not hold up what runs."""
        await asyncio.gather(*map(self._always, (self._advance_all, self._check_all), self._wakes))

    async def tend(self) -> bool:
        """One look at every batch that may go on; whether there is more to be done at once."""
        return await self._advance_all() | await self._check_all()

    async def _always(self, look: Callable[[], Awaitable[bool]], wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            busy = False
            try:
                busy = await look()
            except (GessoError, SQLAlchemyError, OSError) as error:
                log.warning("batches could not be seen to, and will be", error=repr(error))
            except Exception:
                log.exception("the steward made a mistake, and goes on")
            await asyncio.sleep(BREATH)
            if not busy:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PAUSE):
                        await wake.wait()

    async def _advance_all(self) -> bool:
        ended = exists().where(Row.run_id == Run.id, Row.batch_id == Batch.id, Run.state.in_(OVER))
        waits = Batch.state.in_(("paused", "canary")) & ended.where(Row.state == "running")
        unknown = select(Row.batch_id).join(Run, Run.id == Row.run_id)
        unknown = unknown.where(Row.state == "unknown", Run.state.in_(OVER)).distinct()
        async with self.db.session(read_only=True) as session:
            running = (Batch.state == "running") | waits
            found = list(await session.scalars(select(Batch.id).where(running).order_by(Batch.id)))
            found += [id for id in await session.scalars(unknown) if id not in found]
        return await self._each(found, self._advance)

    async def _check_all(self) -> bool:
        async with self.db.session(read_only=True) as session:
            query = select(Batch.id).where(Batch.state == "checking").order_by(Batch.id)
            found = (await session.scalars(query)).all()

        async def check(id: UUID) -> bool:
            ends = time.monotonic() + CHECKS
            while (more := await self._check(id)) and time.monotonic() < ends:
                pass
            return more

        return await self._each(found, check)

    async def _each(self, ids: Sequence[UUID], see: Callable[[UUID], Awaitable[bool]]) -> bool:
        """Trouble with one batch is no other's."""
        busy = False
        for id in ids:
            try:
                busy |= await see(id)
            except (GessoError, SQLAlchemyError, OSError) as error:
                log.warning("a batch could not be seen to, and will be", batch=str(id), error=repr(error))
            except Exception:
                log.exception("the steward made a mistake with a batch", batch=str(id))
        return busy

    # -- rows are looked at

    async def _check(self, id: UUID) -> bool:
        """Looks at some rows; whether there may be more."""
        claimed = await self._claim(id)
        if claimed is None:
            return False
        batch, actor = claimed
        if not batch.fetched:
            try:
                return await self._fetch(batch, actor)
            except GessoError as error:
                return await self._stop(batch, actor, str(error))
        async with self.db.work(actor, read_only=True) as work:
            if await self.coming(work, batch):
                return False
            query = select(Row).where(Row.batch_id == id, Row.state == "unchecked").order_by(Row.place).limit(STRIDE)
            some = (await work.session.scalars(query)).all()
            found: list[dict[str, Any]] = []
            if some:
                try:
                    found = await self._looked(work, batch, some)
                except GessoError as error:
                    # What all rows have in common is amiss: a provider went, say.
                    return await self._stop(batch, actor, str(error))
        async with self.db.work(actor) as work:
            current = await work.find(Batch, id, lock=True)
            if current.state != "checking" or current.revision != batch.revision:
                return True
            if some:
                await (await work.session.connection()).execute(_FOUND, [{"of": id, **values} for values in found])
                current.lease_until = now() + LEASE
            else:
                await self._checked(work, current)
            await self.tell(work, current)
        return True

    async def _claim(self, id: UUID) -> tuple[Batch, Actor] | None:
        """The batch, where nobody else checks it just now, and who acts."""
        async with self.db.session() as session:
            query = select(Batch).where(Batch.id == id, Batch.state == "checking").with_for_update(skip_locked=True)
            batch = await session.scalar(query)
            if batch is None:
                return None
            if batch.lease != self.me and batch.lease_until is not None and batch.lease_until > now():
                return None
            actor = await self._actor(Work(session, _nobody(batch)), batch)
            if actor is None:
                return None
            batch.lease, batch.lease_until = self.me, now() + LEASE
            return batch, actor

    async def _fetch(self, batch: Batch, actor: Actor) -> bool:
        """Has the pictures fetched that cells name by address, some at a time: others want to fetch, too."""
        async with self.db.work(actor, read_only=True) as work:
            if await self.coming(work, batch):
                return False
            urls = await self._addresses(work, batch)
        some = urls[: FETCHES * MOST_URLS]
        async with self.db.work(actor) as work:
            current = await work.find(Batch, batch.id, lock=True)
            if current.state != "checking" or current.revision != batch.revision or current.fetched:
                return True
            begun = [
                str(await self.imports.addresses(work, some[start : start + MOST_URLS], priority=PATIENT))
                for start in range(0, len(some), MOST_URLS)
            ]
            current.imports, current.fetched = [*current.imports, *begun], len(some) == len(urls)
        self._urls[batch.id, batch.revision] = urls[len(some) :]
        if len(some) == len(urls):
            self._urls.pop((batch.id, batch.revision))
        return True

    async def _addresses(self, work: Work, batch: Batch) -> list[str]:
        """Those that are still to be fetched."""
        if (batch.id, batch.revision) in self._urls:
            return self._urls[batch.id, batch.revision]
        wanted: dict[str, None] = {}
        catalog = await self.runs.catalog(work)
        steps = [Step(step["op"], step["input"], step["offer"], step["prefer"]) for step in batch.steps]
        known = [orders.known(catalog, step) for step in steps]
        after = -1
        while any(column["into"] is not None and _pictured(column["into"], known) for column in batch.columns):
            some = await orders.page(work, batch.id, after=after, limit=500)
            if not some:
                break
            after = some[-1].place
            wanted |= dict.fromkeys(checking.addresses(batch, some, known))
            await asyncio.sleep(0)
        names = await self._names(work, batch)
        return [url for url in wanted if url not in names]

    async def coming(self, work: Work, batch: Batch) -> bool:
        """Whether pictures are still to come."""
        if not batch.imports:
            return False
        ids = [UUID(id) for id in batch.imports]
        query = Import.visible_to(work.actor).where(Import.id.in_(ids), Import.state.not_in(OVER))
        return await work.session.scalar(query.with_only_columns(Import.id).limit(1)) is not None

    async def _names(self, work: Work, batch: Batch) -> Pictures:
        """What became of each picture of its imports: by its whole name, and by its last part where that is one's."""
        if not batch.imports:
            return {}
        known = batch.id, len(batch.imports)
        if batch.state == "checking" and known in self._pictures:
            return self._pictures[known]
        ids = [UUID(id) for id in batch.imports]
        query = (
            select(ImportFile.name, ImportFile.asset_id, ImportFile.why)
            .join(Import, Import.id == ImportFile.import_id)
            .where(Import.team_id == work.actor.team_id, Import.id.in_(ids))
        )
        found: dict[str, tuple[UUID | None, str]] = {}
        short: dict[str, list[tuple[UUID | None, str]]] = {}
        for name, asset, why in await work.session.execute(query):
            told = asset, why or ""
            found[name] = found[name.casefold()] = told
            short.setdefault(name.rpartition("/")[2].casefold(), []).append(told)
        named = {name: each[0] for name, each in short.items() if len(each) == 1} | found
        if batch.fetched and not await self.coming(work, batch):
            self._pictures = {known: named}
        return named

    async def _looked(self, work: Work, batch: Batch, rows: Sequence[Row]) -> list[dict[str, Any]]:
        check = Check(self.runs, work, batch, await self._names(work, batch))
        await check.open(rows)
        found = []
        for row in rows:
            try:
                values = (await check.row(row)).values()
            except (SQLAlchemyError, GessoError):
                raise
            except Exception:
                log.exception("a row could not be looked at", batch=str(batch.id), row=row.place)
                values = Found(faults=[Fault("", "", "The studio made a mistake with this row.")]).values()
            found.append({"at": row.place, **{f"new_{name}": value for name, value in values.items()}})
            # Whoever else waits for this process comes in between.
            await asyncio.sleep(0)
        return found

    async def _checked(self, work: Work, batch: Batch) -> None:
        """All rows were looked at: what they come to, and which say the same."""
        self._pictures.pop((batch.id, len(batch.imports)), None)
        await self._twins(work, batch)
        await self.sum(work, batch)
        batch.state, batch.lease_until = "ready", None
        if batch.begins:
            orders.begin(batch)

    async def sum(self, work: Work, batch: Batch) -> None:
        """What all rows that can be made come to, and what is to be said of them."""
        made = Row.batch_id == batch.id, Row.state.not_in(("invalid", "twin"))
        price, seconds = (
            await work.session.execute(select(func.sum(Row.price), func.sum(Row.seconds)).where(*made))
        ).one()
        batch.price, batch.seconds = int(price or 0), float(seconds or 0.0)
        kinds: dict[tuple[str, ...], dict[str, Any]] = {}
        query = select(Row.line, Row.problems).where(Row.batch_id == batch.id, Row.noted).order_by(Row.place)
        for line, problems in await work.session.execute(query):
            for each in problems:
                key = each["kind"], each["column"], each["field"], each["message"]
                kinds.setdefault(key, {**each, "rows": 0, "line": line})["rows"] += 1
        ranked = sorted(kinds.values(), key=lambda each: (each["kind"] != "error", -each["rows"]))
        batch.told = {"problems": ranked[:100], "kinds": len(ranked)}

    async def _twins(self, work: Work, batch: Batch) -> None:
        """Marks rows that say the same as an earlier one."""
        several = (
            select(Row.said)
            .where(Row.batch_id == batch.id, Row.state == "waiting")
            .group_by(Row.said)
            .having(func.count() > 1)
        )
        first: dict[str, int] = {}
        told: list[dict[str, Any]] = []
        query = select(Row.place, Row.line, Row.said, Row.problems).order_by(Row.place)
        for row in await work.session.execute(
            query.where(Row.batch_id == batch.id, Row.state == "waiting", Row.said.in_(several))
        ):
            if row.said not in first:
                first[row.said] = row.line
                continue
            message = f"the same as line {first[row.said]}"
            problem = {"column": "", "field": "", "message": message, "kind": "twin"}
            told.append({"of": batch.id, "at": row.place, "new_problems": [*row.problems, problem]})
        skips = {"state": "twin", "ended_at": now()} if batch.twins == "skip" else {}
        if told:
            await (await work.session.connection()).execute(_TWIN.values(noted=True, **skips), told)

    async def _stop(self, batch: Batch, actor: Actor, why: str) -> bool:
        async with self.db.work(actor) as work:
            current = await work.find(Batch, batch.id, lock=True)
            if current.state == "checking" and current.revision == batch.revision:
                current.state, current.note, current.begins = "draft", why, False
                await self.tell(work, current)
        return False

    # -- rows are begun, and end

    async def _advance(self, id: UUID) -> bool:
        """Writes down what has ended, and begins what may begin; whether there may be more at once."""
        async with self.db.session() as session:
            query = select(Batch).where(Batch.id == id).with_for_update(skip_locked=True)
            batch = await session.scalar(query)
            if batch is None:
                return False
            work = Work(session, _nobody(batch))
            _clocked(batch)
            moved = await self._collect(work, batch)
            begun = 0
            if batch.state == "running" and not batch.stopping:
                actor = await self._actor(work, batch)
                if actor is not None:
                    begun = await self._begin(Work(session, actor), batch)
            if batch.state == "running":
                await self._close(work, batch)
            if moved or begun or batch.state != "running":
                await self.tell(work, batch)
            return begun == PROMISES

    async def _collect(self, work: Work, batch: Batch) -> int:
        """What became of the runs of its rows."""
        query = (
            select(Row, Run.state, Run.spent, Run.error)
            .join(Run, Run.id == Row.run_id)
            .where(
                Row.batch_id == batch.id,
                Row.state.in_(("running", "unknown")) & Run.state.in_(OVER)
                | (Row.state == "running") & (Run.state == "unknown"),
            )
            .limit(500)
        )
        found = (await work.session.execute(query)).all()
        last = len(batch.steps) - 1
        goes_on = [row.run_id for row, state, _, _ in found if state == "succeeded" and row.step < last]
        made = await library.of_runs(work, goes_on) if goes_on else {}
        for row, state, spent, error in found:
            if state == "unknown":
                row.state, row.error = "unknown", error
                continue
            row.spent += spent
            batch.spent += spent
            held, row.held = row.held, 0
            row.ended_at = now()
            match state:
                case "succeeded" if row.step < last:
                    kept = [asset for asset in made[row.run_id] if asset.deleted_at is None]
                    if kept:
                        # The money of its further steps stays held.
                        row.held = sum(price or 0 for price in row.prices[row.step + 1 :])
                        row.state, row.step, row.fed, row.ended_at = "waiting", row.step + 1, kept[0].id, None
                        row.run_id = None
                    else:
                        row.state, row.error = "failed", _said("not_found", "Gone", "What it had made is gone.")
                case "succeeded":
                    row.state, row.error = "succeeded", None
                case _:
                    # One that was stopped by itself is stopped; those of a batch that stops, too.
                    row.state = "cancelled" if state == "cancelled" else "failed"
                    row.error = error
            batch.held += row.held - held
            if row.state == "waiting" and (batch.stopping or batch.state in ENDED):
                row.state, row.ended_at = "cancelled", now()
                batch.held -= row.held
                row.held = 0
        await work.session.flush()
        return len(found)

    async def _begin(self, work: Work, batch: Batch) -> int:
        """Promises rows, as many as there is room for."""
        room = await self._room(work, batch)
        if room <= 0:
            return 0
        waiting = select(Row).where(Row.batch_id == batch.id, Row.state == "waiting").order_by(Row.place)
        onward: Sequence[Row] = []
        if len(batch.steps) > 1:
            onward = (await work.session.scalars(waiting.where(Row.step > 0).limit(room))).all()
        fresh = waiting.where(Row.step == 0)
        if batch.canary:
            fresh = fresh.where(Row.place <= await self._bound(work, batch))
        rows = [*onward, *(await work.session.scalars(fresh.limit(4 * room)))]
        if not rows:
            return 0
        free = await self._free(work, batch, {row.offers[row.step] for row in rows if row.step < len(row.offers)})
        hand, begun, seen = AtHand(), 0, 0
        for row in rows:
            if begun == room or seen == 2 * PROMISES:
                break
            offer = row.offers[row.step]
            if free.get(offer.partition("/")[0], 1) <= 0:
                continue
            seen += 1
            if await self._promise(work, batch, row, hand):
                begun += 1
                if (provider := offer.partition("/")[0]) in free:
                    free[provider] -= 1
        if batch.per_minute and begun:
            pause = timedelta(seconds=60 / batch.per_minute)
            batch.next_at = max(batch.next_at or now(), now() - max(pause, timedelta(seconds=1))) + begun * pause
        await work.session.flush()
        return PROMISES if seen == 2 * PROMISES else begun

    async def _promise(self, work: Work, batch: Batch, row: Row, hand: AtHand) -> bool:
        """Promises the next step of a row, or says why not."""
        step = batch.steps[row.step]
        input = dict(row.inputs[row.step])
        if step["feeds"]:
            input[step["feeds"]] = str(row.fed)
        # By the offer whose price was told, and by no other.
        order = Order(step["op"], input, row.offers[row.step], (), step["prefer"], batch.collection_id)
        later = sum(price or 0 for price in row.prices[row.step + 1 :])
        emitted = work.session.info.setdefault("events", [])
        mark = len(emitted)
        try:
            _within(batch, row, (row.prices[row.step] or 0) + later)
            async with work.session.begin_nested():
                priority = PRIORITIES.get(batch.priority, PRIORITIES["normal"])
                run = await self.runs.submit(work, order, hand=hand, batch=batch.id, priority=priority)
                if row.step == 0 and (told := row.prices[0]) is not None and run.price > told:
                    raise Conflict(
                        f"It costs {run.price / 1000:g} credits now, and {told / 1000:g} was told. Have the batch "
                        "checked anew, or make this row by itself."
                    )
                _within(batch, row, run.price + later)
        except GessoError as error:
            del emitted[mark:]
            batch.held -= row.held
            row.state, row.held, row.ended_at = "refused", 0, now()
            row.error = _said(error.facts.get("why") or error.code, error.title, str(error))
            return False
        batch.held += run.price + later - row.held
        row.held = run.price + later
        row.state, row.run_id, row.runs, row.error = "running", run.id, [*row.runs, str(run.id)], None
        return True

    async def _room(self, work: Work, batch: Batch) -> int:
        """How many more rows may begin now: as many as the batch, its person's share and its pace allow."""
        if batch.per_minute and batch.next_at is not None and batch.next_at > now():
            return 0
        mine = Batch.team_id == batch.team_id, Batch.user_id == batch.user_id
        query = select(Batch.id).where(*mine, Batch.state.in_(("running", "paused", "canary")))
        ids = (await work.session.scalars(query)).all()
        going = Row.batch_id.in_(ids), Row.state == "running"
        counted = select(Row.batch_id, func.count()).where(*going).group_by(Row.batch_id)
        running = {row.batch_id: int(row[1]) for row in await work.session.execute(counted)}
        active = select(func.count()).select_from(Batch).where(*mine, Batch.state == "running")
        share = max(1, AT_ONCE // (await work.session.scalar(active) or 1))
        room = min(batch.at_once or share, share) - running.get(batch.id, 0)
        room = min(PROMISES, room, AT_ONCE - sum(running.values()))
        if batch.per_minute:
            # What was not begun while nothing could be is not made up for.
            pause = timedelta(seconds=60 / batch.per_minute)
            since = max(batch.next_at or now(), now() - max(pause, timedelta(seconds=1)))
            room = min(room, max(1, int((now() - since) / pause)))
        return room

    async def _free(self, work: Work, batch: Batch, offers: set[str]) -> dict[str, int]:
        """How many more runs each hosted provider takes of this team's batches."""
        catalog = await self.runs.catalog(work)
        remote = {offer.provider for each in catalog.offers.values() for offer in each.values()
                  if offer.id in offers and offer.lane == "remote"}  # fmt: skip
        if not remote:
            return {}
        most = {provider.name: provider.at_once for provider in catalog.providers if provider.name in remote}
        query = (
            select(Run.offer, func.count())
            .where(Run.team_id == batch.team_id, Run.ended_at.is_(None), Run.batch_id.is_not(None))
            .where(Run.state.in_(("queued", "running")))
            .group_by(Run.offer)
        )
        for offer, count in await work.session.execute(query):
            if (provider := offer.partition("/")[0]) in most:
                most[provider] -= count
        return most

    async def _bound(self, work: Work, batch: Batch) -> int:
        """The last of the rows that are made first."""
        query = select(Row.place).where(Row.batch_id == batch.id, Row.state.not_in(("invalid", "twin", "unchecked")))
        found = await work.session.scalar(query.order_by(Row.place).offset(batch.canary - 1).limit(1))
        return batch.total if found is None else found

    async def _close(self, work: Work, batch: Batch) -> None:
        """The end, where nothing waits and nothing is at work; or the pause after the first rows."""

        async def any_(*where: Any) -> bool:
            return (
                await work.session.scalar(select(Row.place).where(Row.batch_id == batch.id, *where).limit(1))
                is not None
            )

        if await any_(Row.state == "running"):
            return
        waits = await any_(Row.state == "waiting")
        if (
            batch.canary
            and waits
            and not await any_(Row.state == "waiting", Row.place <= await self._bound(work, batch))
        ):
            batch.state, batch.seen_at = "canary", None
        elif not waits:
            made = await any_(Row.state == "succeeded")
            batch.state = "cancelled" if batch.stopping else "succeeded" if made else "failed"
            batch.stopping, batch.ended_at, batch.seen_at = False, now(), None

    async def _actor(self, work: Work, batch: Batch) -> Actor | None:
        """Who asked for it, with the rights of today; without them the batch waits."""
        try:
            actor = await accounts.actor(work.session, batch.user_id, batch.team_id)
            actor.require("runs.create")
        except Denied as error:
            batch.state, batch.note, batch.begins = (
                ("draft" if batch.state == "checking" else "paused"),
                str(error),
                False,
            )
            await self.tell(work, batch)
            return None
        return actor

    # -- what is told

    async def tell(self, work: Work, batch: Batch) -> None:
        """How it stands, to whoever listens: at once where its state has changed, else now and then."""
        state, at = self._told.get(batch.id, ("", 0.0))
        if state == batch.state and time.monotonic() - at < TELL:
            return
        self._told[batch.id] = batch.state, time.monotonic()
        if batch.state in ENDED:
            self._told.pop(batch.id)
        await work.session.flush()
        count = (await orders.counts(work, [batch.id]))[batch.id]
        sample: list[str] = []
        if batch.state in (*ENDED, "canary"):
            sample = [str(asset.id) for asset in await self._sample(work, batch)]
        events.emit(
            work,
            "batch.changed",
            batch=str(batch.id),
            title=batch.title,
            user=str(batch.user_id),
            state=batch.state,
            note=batch.note,
            total=batch.total,
            checked=batch.total - count.get("unchecked", 0),
            succeeded=count.get("succeeded", 0),
            failed=count.get("failed", 0),
            refused=count.get("refused", 0),
            unknown=count.get("unknown", 0),
            cancelled=count.get("cancelled", 0),
            price=batch.price,
            spent=batch.spent,
            sample=sample,
        )

    async def _sample(self, work: Work, batch: Batch) -> list[Any]:
        """The newest of what it has made."""
        query = select(Row.run_id).where(Row.batch_id == batch.id, Row.state == "succeeded", Row.run_id.is_not(None))
        ids = (await work.session.scalars(query.order_by(Row.place.desc()).limit(SHOWN))).all()
        made = await library.of_runs(work, [id for id in ids if id is not None]) if ids else {}
        return [asset for outputs in made.values() for asset in outputs if asset.deleted_at is None][:SHOWN]


_TWIN: Final = (
    update(Row.__table__)  # type: ignore[arg-type]
    .where(Row.batch_id == bindparam("of"), Row.place == bindparam("at"))
    .values(problems=bindparam("new_problems"))
)
_FOUND: Final = (
    update(Row.__table__)  # type: ignore[arg-type]
    .where(Row.batch_id == bindparam("of"), Row.place == bindparam("at"), Row.state == "unchecked")
    .values({name: bindparam(f"new_{name}") for name in checking.Found().values()})
)
"""What was found out of many rows, written down in one go."""


def _nobody(batch: Batch) -> Actor:
    return Actor(batch.user_id, batch.team_id, "nobody", frozenset({"runs.create"}))


def _clocked(batch: Batch) -> None:
    """Counts the time for which it runs."""
    at: datetime = now()
    if batch.state == "running":
        if batch.seen_at is not None and at - batch.seen_at < LATE:
            batch.worked += (at - batch.seen_at).total_seconds()
        batch.seen_at = at


def _within(batch: Batch, row: Row, price: int) -> None:
    """InsufficientCredits where a row of this price would go beyond what the batch may spend."""
    if batch.cap is not None and batch.spent + batch.held - row.held + price > batch.cap:
        left = max(0, batch.cap - batch.spent - batch.held + row.held)
        raise InsufficientCredits(
            f"This row costs {price / 1000:g} credits, and the batch has {left / 1000:g} of its cap left.",
            price=price,
            balance=left,
            why=CAP,
        )


def _said(code: str, title: str, message: str) -> dict[str, str]:
    return {"code": code, "title": title, "message": message}


def _pictured(place: str, known: Sequence[Mapping[str, Any]]) -> bool:
    found = Place.read(place)
    field = known[found.step].get(found.field)
    return field is not None and bool(field.pictured)
