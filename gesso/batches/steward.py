"""Who sees to it that batches go on: looks at rows, begins them, writes down what became of them.

Each worker has one. It holds nothing that would be lost with it: what it knows is in the rows, and each of its steps is
one transaction, under a lock of the batch. So any number of stewards see to the same batches, and when one dies in the
middle, another goes on at the exact row: a row and its run are promised together, and its end is read from the run.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import structlog
from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from gesso import accounts, credits, events, library
from gesso.batches import checking, orders, sheet
from gesso.batches.cells import Place
from gesso.batches.checking import Check, Pictures
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
    _wake: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _told: dict[UUID, tuple[str, float]] = field(default_factory=dict, init=False)
    _pictures: dict[UUID, Pictures] = field(default_factory=dict, init=False)

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
        async with self.db.work(actor) as work:
            if key is not None:
                rows = [[line.line, line.data] for line in found.lines]
                digest = (wanted or Wanted(())).digest(rows)
                if known := await self.runs.claimed(work, key, digest, id):
                    return await orders.find(work, known)
            batch = orders.arriving(work, found, title, id)
            await work.session.flush()
            if wanted is not None:
                await orders.settle(self.runs, work, batch, wanted)
        for start in range(0, len(found.lines), WRITES):
            async with self.db.work(actor) as work:
                await orders.rows(work, id, found, start, WRITES)
        async with self.db.work(actor) as work:
            batch = await orders.find(work, id, lock=True)
            batch.state = "draft"
            if wanted is not None:
                await orders.recheck(work, batch)
            await self.tell(work, batch)
        self.wake()
        return batch

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
        begun = row.state not in ("waiting", "invalid", "twin")
        row.data = {name: value for name, value in {**row.data, **data}.items() if value is not None}
        batch.held -= row.held
        row.step, row.fed, row.run_id, row.error, row.ended_at, row.held = 0, None, None, None, None, 0
        await self.look(work, batch, row)
        if begun and row.state == "waiting" and batch.state in ENDED:
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
        self._wake.set()

    async def attend(self) -> None:
        """Sees to all batches, until it is cancelled."""
        while True:
            self._wake.clear()
            try:
                busy = await self.tend()
            except (GessoError, SQLAlchemyError, OSError) as error:
                log.warning("batches could not be seen to, and will be", error=repr(error))
                busy = False
            except Exception:
                log.exception("the steward made a mistake, and goes on")
                busy = False
            await asyncio.sleep(BREATH)
            if not busy:
                try:
                    async with asyncio.timeout(PAUSE):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def tend(self) -> bool:
        """One look at every batch that may go on; whether there is more to be done at once."""
        ended = exists().where(Row.run_id == Run.id, Row.batch_id == Batch.id, Run.state.in_(OVER))
        active = Batch.state.in_(("checking", "running"))
        waits = Batch.state.in_(("paused", "canary")) & ended.where(Row.state == "running")
        unknown = select(Row.batch_id).join(Run, Run.id == Row.run_id)
        unknown = unknown.where(Row.state == "unknown", Run.state.in_(OVER))
        async with self.db.session(read_only=True) as session:
            rows = (await session.execute(select(Batch.id, Batch.state).where(active | waits).order_by(Batch.id))).all()
            found = {row.id: str(row.state) for row in rows}
            found |= {id: "unknown" for id in await session.scalars(unknown.distinct()) if id not in found}
        busy = False
        for id, state in found.items():
            if state != "checking":
                busy |= await self._advance(id)
                continue
            ends = time.monotonic() + CHECKS
            while (more := await self._check(id)) and time.monotonic() < ends:
                pass
            busy |= more
        return busy

    # -- rows are looked at

    async def _check(self, id: UUID) -> bool:
        """Looks at some rows; whether there may be more."""
        claimed = await self._claim(id)
        if claimed is None:
            return False
        batch, actor = claimed
        if not batch.fetched:
            return await self._fetch(batch, actor)
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
        """Has the pictures fetched that cells name by address."""
        wanted: dict[str, None] = {}
        async with self.db.work(actor, read_only=True) as work:
            catalog = await self.runs.catalog(work)
            steps = [Step(step["op"], step["input"], step["offer"], step["prefer"]) for step in batch.steps]
            known = [orders.known(catalog, step) for step in steps]
            pictured = [
                column["into"]
                for column in batch.columns
                if column["into"] is not None and _pictured(column["into"], known)
            ]
            after = -1
            while pictured:
                some = await orders.page(work, batch.id, after=after, limit=500)
                if not some:
                    break
                after = some[-1].place
                wanted |= dict.fromkeys(checking.addresses(batch, some, known))
            names = await self._names(work, batch)
        urls = [url for url in wanted if url not in names]
        async with self.db.work(actor) as work:
            current = await work.find(Batch, batch.id, lock=True)
            if current.state != "checking" or current.revision != batch.revision:
                return True
            begun = [
                str(await self.imports.addresses(work, urls[start : start + MOST_URLS]))
                for start in range(0, len(urls), MOST_URLS)
            ]
            current.imports, current.fetched = [*current.imports, *begun], True
        return True

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
        if batch.state == "checking" and batch.id in self._pictures:
            return self._pictures[batch.id]
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
            self._pictures = {batch.id: named}
        return named

    async def _looked(self, work: Work, batch: Batch, rows: Sequence[Row]) -> list[dict[str, Any]]:
        check = Check(self.runs, work, batch, await self._names(work, batch))
        await check.open(rows)
        found = []
        for row in rows:
            values = (await check.row(row)).values()
            found.append({"at": row.place, **{f"new_{name}": value for name, value in values.items()}})
            # Whoever else waits for this process comes in between.
            await asyncio.sleep(0)
        return found

    async def _checked(self, work: Work, batch: Batch) -> None:
        """All rows were looked at: what they come to, and which say the same."""
        self._pictures.pop(batch.id, None)
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
        query = select(Row).where(Row.batch_id == batch.id, Row.state == "waiting", Row.said.in_(several))
        for row in await work.session.scalars(query.order_by(Row.place)):
            assert row.said is not None
            if row.said not in first:
                first[row.said] = row.line
                continue
            told = {"column": "", "field": "", "message": f"the same as line {first[row.said]}", "kind": "twin"}
            row.problems, row.noted = [*row.problems, told], True
            if batch.twins == "skip":
                row.state, row.ended_at = "twin", now()

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
                    else:
                        row.state, row.error = "failed", _said("not_found", "Gone", "What it had made is gone.")
                case "succeeded":
                    row.state, row.error = "succeeded", None
                case _:
                    # One that was stopped by itself is stopped; those of a batch that stops, too.
                    row.state = "cancelled" if state == "cancelled" else "failed"
                    row.error = error
            batch.held += row.held - held
            if batch.stopping and row.state == "waiting":
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
            batch.next_at = max(batch.next_at or now(), now() - pause) + begun * pause
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
        mine = Batch.team_id == batch.team_id, Batch.user_id == batch.user_id, Batch.state == "running"
        others = await work.session.scalar(select(func.count()).select_from(Batch).where(*mine)) or 1
        going = Row.batch_id == batch.id, Row.state == "running"
        running = await work.session.scalar(select(func.count()).select_from(Row).where(*going)) or 0
        share = max(2, AT_ONCE // others)
        room = min(PROMISES, min(batch.at_once or share, share) - running)
        if batch.per_minute:
            pause = timedelta(seconds=60 / batch.per_minute)
            room = min(room, max(1, int((now() - (batch.next_at or now())) / pause)))
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
            .where(Run.team_id == batch.team_id, Run.batch_id.is_not(None), Run.state.in_(("queued", "running")))
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
