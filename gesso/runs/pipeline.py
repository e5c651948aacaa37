"""The one pipeline. To submit is one transaction; to execute is many small ones, with none open while it works."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

import httpx2
import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from gesso import accounts, brand, credits, events, jobs, library, vault
from gesso.catalog import Catalog, Choice, Offer, Prefer, Reading, choose, finish
from gesso.db import Database, Work
from gesso.imaging import mask
from gesso.jobs import PRIORITY, Job, Jobs
from gesso.kit.actor import Actor
from gesso.kit.errors import (
    Cancelled,
    Conflict,
    Denied,
    Failed,
    GessoError,
    Invalid,
    NotFound,
    Refused,
    Retry,
    Unavailable,
    Undecided,
)
from gesso.kit.ids import uuid7
from gesso.kit.media import Media, Reply
from gesso.kit.money import Credits, share
from gesso.kit.page import Page
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library import Asset, Limits, Uses
from gesso.ops import Operation, Size, Source, Sources
from gesso.ops.fields import LATER, AssetRef, Box, MaskRef, Region
from gesso.runs import campaign, health, pace, previews
from gesso.runs.context import TURN_SECONDS, RunContext
from gesso.runs.glimpse import Glimpse, glimpsed
from gesso.runs.prompts import changed, worded
from gesso.runs.rehearsal import Rehearsal, Sent, Stage, rehearsed
from gesso.runs.tables import OVER, Key, Run, Step
from gesso.store import Store

MAX_TRIES: Final = 5
MAX_WAITS: Final = 25
"""How often a run waits for its provider to be well again: about five hours, as the pauses double."""
MAX_CRASHES: Final = 3
WATCH_SECONDS: Final = 0.5
LEFT_ALONE: Final = 15
"""How many of the first pauses before another try a provider that fails again and again is left alone."""
LONGEST_KEY: Final = 255
"""Characters of an Idempotency-Key."""
DRIFT: Final = 1.1
"""A bill of more than this times the price is a sign of prices that have changed."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants: `offer` None leaves the choice to the catalog, by what is preferred; `fallbacks` may be
    tried after it."""

    op: str
    input: Mapping[str, Any]
    offer: str | None = None
    fallbacks: tuple[str, ...] = ()
    prefer: Prefer = "price"
    collection: UUID | None = None
    """What it is made for."""

    def digest(self) -> str:
        said = [self.op, self.input, self.offer, self.fallbacks, *([] if self.prefer == "price" else [self.prefer])]
        said += [] if self.collection is None else [str(self.collection)]
        return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Estimate:
    """Before anything is promised: who would do it and why, for how much, in about how long, and what it makes of it.
    `price` and `size` (that of each result) are None where they cannot be known before."""

    offer: str
    price: Credits | None
    seconds: float
    reading: Reading
    size: Size | None
    why: tuple[str, ...] = ()
    outputs: int = 1


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done with what is `named`. `prices` are those of each offer that may be tried, in their order; one
    is None while what decides it is still to come."""

    offer: Offer[Any]
    request: Operation
    named: Mapping[UUID, Asset]
    sources: Sources
    prices: dict[str, Credits | None]
    why: tuple[str, ...] = ()

    @property
    def known(self) -> dict[str, Credits]:
        """The prices, once all that decides them is here."""
        known = {offer: price for offer, price in self.prices.items() if price is not None}
        if len(known) < len(self.prices):
            raise Invalid("The price cannot be known yet: how long it takes to hear or see what you chose is not told.")
        return known

    @property
    def price(self) -> Credits | None:
        """What is reserved: enough for the dearest that may be tried."""
        return None if None in self.prices.values() else max(self.known.values())

    @property
    def reading(self) -> Reading:
        return self.offer.reading(self.request)

    @property
    def seconds(self) -> float:
        return self.offer.seconds(self.request, self.sources)


@dataclass(slots=True)
class AtHand:
    """What several orders of one moment are planned from: each is looked up once, by the first that needs it."""

    catalog: Catalog | None = None
    paces: Mapping[str, float] | None = None
    choice: tuple[frozenset[str], Credits | None] | None = None
    assets: dict[UUID, Asset] = field(default_factory=dict)
    roomy: bool = False
    """Whether it was seen that there is room for more."""


@dataclass
class Runs:
    shelf: Catalog
    secret: bytes = field(repr=False)
    db: Database
    store: Store
    jobs: Jobs
    pool: Pool
    http: httpx2.AsyncClient
    limits: Limits
    models: Path
    retry_seconds: float = 2.0
    ask_again_seconds: float = 60.0
    """Until a provider is asked what became of what it accepted; this grows."""
    uses: Uses | None = field(default=None, repr=False)
    """Where it is counted which assets runs are made from."""
    turns: dict[str, asyncio.Semaphore] = field(default_factory=dict, init=False, repr=False)

    async def catalog(self, work: Work) -> Catalog:
        """What is offered to the actor's team, with what it told the providers."""
        return self.shelf.of_team(*await vault.told(work, self.secret))

    # -- what a person asks for ---------------------------------------------------------------------------------

    async def estimate(
        self, work: Work, order: Order, hand: AtHand | None = None, *, later: Source | None = None
    ) -> Estimate:
        """What `submit` would promise, refused where it would refuse; but pictures may be named as LATER, of which
        what is known already is told by `later`. Several orders of one moment share what is at `hand`."""
        hand = hand or AtHand()
        plan = await self._plan(work, order, but=LATER, hand=hand, later=later)
        size = _fit(plan, self.limits)
        await self._have_room(work, plan, hand)
        seconds = plan.seconds * await _pace(work, plan.offer.id, hand)
        outputs = plan.request.outputs()
        return Estimate(plan.offer.id, plan.price, seconds, plan.reading, size, plan.why, outputs)

    async def rehearse(self, actor: Actor, order: Order) -> tuple[Offer[Any], list[Sent]]:
        """What `submit` would have sent until the first output is bought, without sending it; nothing, where it is done
        here. What is left to chance is chosen anew by the run."""
        actor.require("runs.create")
        async with self.db.work(actor, read_only=True) as work:
            plan = await self._plan(work, order)
            _fit(plan, self.limits)
            told = (await self.catalog(work)).settings[plan.offer.provider]
        offer, request = plan.offer, plan.request
        if offer.lane != "remote":
            return offer, []
        stage = Stage(self.http)
        async with httpx2.AsyncClient(transport=stage) as line:
            parts = self.db, self.store, self.pool, line, self.models, actor, LATER, offer.id, 0, told
            context = Rehearsal(*parts, stage=stage, part=_part(request))
            ref = getattr(request, "mask", None)
            marks = (await context.open(ref)).data if request.masked and ref is not None else None
            return offer, await rehearsed(offer.run(request, context), stage, told, marks, context)

    async def glimpse(self, actor: Actor, order: Order, given: Media | None = None) -> Media:
        """What the run would make, on a small copy of its picture or on the whole, as its operation wants it: at once,
        free, and kept by nobody. Only of what is quick and done on this machine. `given` may be what LATER stands for,
        a picture that nobody keeps either."""
        actor.require("runs.create")
        async with self.db.work(actor, read_only=True) as work:
            plan = await self._plan(work, order, but=None if given is None else LATER)
            catalog = await self.catalog(work)
            told = catalog.settings[plan.offer.provider]
        offer, request = plan.offer, plan.request
        if not request.quick or offer.lane == "remote" or plan.price != 0:
            raise Invalid("This cannot be looked at before it is run.")
        parts = self.db, self.store, self.pool, self.http, self.models, actor, LATER, offer.id, 0, told
        context = Glimpse(*parts, whole=request.whole, given=given, catalog=catalog, secret=self.secret)
        return await glimpsed(offer.run(request, context), context)

    async def submit_all(self, work: Work, orders: Sequence[Order], *, key: str | None = None) -> list[Run]:
        """Promises a run for each, all of them or none: the caller's transaction is one. The same key stands for the
        same list of orders."""
        among = sha256("".join(order.digest() for order in orders).encode()).hexdigest()
        keys = [_nth(key, place) if key is not None else None for place in range(len(orders))]
        return [await self.submit(work, order, key=each, among=among) for order, each in zip(orders, keys, strict=True)]

    async def submit(
        self,
        work: Work,
        order: Order,
        *,
        key: str | None = None,
        rerun_of: UUID | None = None,
        among: str = "",
        hand: AtHand | None = None,
        batch: UUID | None = None,
        priority: int = PRIORITY,
    ) -> Run:
        """Promises a run: the money is reserved and the job written in the caller's transaction, or nothing is. With
        `among`, the key stands for the order only among those others. `batch` is what it is a row of."""
        work.actor.require("runs.create")
        run_id = uuid7()
        said = sha256(f"{order.digest()}{among}".encode()).hexdigest() if among else order.digest()
        if key is not None and (known := await self.claimed(work, key, said, run_id)):
            return await get(work, known)
        hand = hand or AtHand()
        plan = await self._plan(work, order, hand=hand)
        _fit(plan, self.limits)
        await self._have_room(work, plan, hand)
        prices = plan.known
        price = max(prices.values())
        run = Run(
            id=run_id,
            team_id=work.actor.team_id,
            user_id=work.actor.user_id,
            op=order.op,
            title=_title(plan.request, plan.named),
            offer=plan.offer.id,
            prices=prices,
            request=plan.request.model_dump(mode="json"),
            rerun_of=rerun_of,
            batch_id=batch,
            expected=plan.request.outputs(),
            seconds=plan.seconds * await _pace(work, plan.offer.id, hand),
            price=price,
            understood=list(plan.reading.understood),
            ignored=list(plan.reading.ignored),
            notes=[],
            why=list(plan.why),
        )
        work.session.add(run)
        await work.session.flush()
        await credits.reserve(work, run.id, price)
        if order.collection is not None:
            await campaign.enter(work, order.collection, run)
        await self.jobs.enqueue(work, _job_id(run), str(run.id), lane=plan.offer.lane, priority=priority)
        _tell(work, run, made=0)
        return run

    async def rerun(
        self,
        work: Work,
        run_id: UUID,
        *,
        offer: str | None,
        changes: Mapping[str, Any],
        key: str | None,
        leave: Sequence[str] = (),
    ) -> Run:
        """The same recipe again, on the same offer or another, with what is changed, but without what is to `leave`."""
        old = await get(work, run_id)
        kept = {name: value for name, value in changed(old.request, changes).items() if name not in leave}
        chosen = offer or old.offer
        accepted = (await self.catalog(work)).find(old.op, chosen).request.model_fields
        order = Order(old.op, {name: kept[name] for name in kept if name in accepted or name in changes}, chosen)
        return await self.submit(work, order, key=key, rerun_of=old.id)

    async def cancel(self, work: Work, run_id: UUID) -> Run:
        """Stops a run: at once where it only waits, at the handler's next look where it works. Twice is once."""
        work.actor.require("runs.create")
        run = await work.find(Run, run_id, lock=True)
        if run.state == "unknown":
            raise Conflict("Nobody knows whether this was bought. Say so first: was it charged or not?")
        if run.state == "queued":
            await self._end(work, run, Cancelled("Stopped before it began."))
        elif run.state == "running":
            run.stopping = True
            _tell(work, run, made=await _made(work, run.id))
        return run

    async def held(self, work: Work, run_ids: Sequence[UUID]) -> None:
        """Locks these runs, in the order of their ids, for whoever goes on to change several of them."""
        query = Run.visible_to(work.actor).where(Run.id.in_(run_ids)).order_by(Run.id).with_for_update()
        await work.session.scalars(query.with_only_columns(Run.id))

    async def withdraw(self, work: Work, run_id: UUID) -> Run | None:
        """Takes back the promise of a run that nobody has begun, as if it had never been made: its money is free. None
        where it was begun."""
        work.actor.require("runs.create")
        run = await work.find(Run, run_id, lock=True)
        if run.state != "queued" or run.attempt:
            return None
        await self._end(work, run, Cancelled("Taken back before it began."))
        return run

    async def resolve(self, work: Work, run_id: UUID, *, charged: bool) -> Run:
        """A person's word on an unknown run: it was charged, all of it, or nothing but what was delivered."""
        work.actor.require("runs.create")
        run = await work.find(Run, run_id, lock=True)
        if run.state != "unknown":
            raise Conflict("Only a run whose outcome is unknown can be resolved.")
        made = await _made(work, run.id)
        await self._settle(work, run, run.due if charged else share(run.due, made, run.expected))
        run.state, run.ended_at = "failed", now()
        _tell(work, run, made=made)
        return run

    async def _plan(
        self,
        work: Work,
        order: Order,
        but: AssetRef | None = None,
        hand: AtHand | None = None,
        later: Source | None = None,
    ) -> _Plan:
        """The best offer for the order, and what each that may be tried takes for that very recipe. What it names is
        looked up once; what is `but` to come is not, and is what `later` says."""
        hand = hand or AtHand()
        catalog = hand.catalog = hand.catalog or await self.catalog(work)
        given = await worded(work, order.op, await brand.applied(work, order.op, order.input))
        accepted = catalog.accepting(order.op, order.offer, given)
        refs = (ref for _, each in accepted for ref in each.assets() if ref != but)
        named = await library.require(work, refs, hand.assets)
        sources = _sources(named) | ({} if later is None else {LATER: later})
        because: dict[str, tuple[str, ...]] = {}
        for index, (offer, request) in enumerate(accepted):
            request, because[offer.id] = request.chosen(sources)
            accepted[index] = offer, request
        sources = _in_part(sources, accepted[0][1])
        (offer, request), why = accepted[0], tuple[str, ...]()
        if order.offer is None:
            offer, request, why = choose(accepted, await self._choice(work, sources, order.prefer, hand))
        request, why = request.settled(), (*why, *because[offer.id])
        prices = {offer.id: offer.price(request, sources)}
        recipe = request.model_dump(mode="json")
        for other in order.fallbacks:
            also = catalog.find(order.op, other)
            [(_, same)] = catalog.accepting(order.op, other, _known_to(also, recipe))
            prices.setdefault(other, also.price(same, sources))
        return _Plan(offer, request, named, sources, prices, why)

    async def _have_room(self, work: Work, plan: _Plan, hand: AtHand) -> None:
        """NoRoom before anything is bought, where the library is full. What was promised before is kept even so."""
        if plan.request.makes != "text" and not hand.roomy:
            await library.require_room(work, self.limits.ceiling)
            hand.roomy = True

    async def _choice(self, work: Work, sources: Sources, prefer: Prefer, hand: AtHand) -> Choice:
        """By what an offer is picked: what is preferred, what is left in the purse, and who has trouble just now."""
        if hand.choice is None:
            away = frozenset(await health.away(work))
            purse = await credits.balance(work)
            hand.choice = away, None if purse.unlimited else purse.balance
        if prefer == "speed" and hand.paces is None:
            hand.paces = await pace.every(work)
        away, left = hand.choice
        return Choice(prefer, left, away, sources, (hand.paces or {}) if prefer == "speed" else {})

    async def claimed(self, work: Work, key: str, digest: str, id: UUID) -> UUID | None:
        """What this key stands for already, a run or a comparison; None when the key is taken for `id` now."""
        _check_key(key)
        actor = work.actor
        row = {
            "team_id": actor.team_id,
            "user_id": actor.user_id,
            "key": key,
            "sha256": digest,
            "run_id": id,
            "created_at": now(),
        }
        dialect = sqlite if self.db.on_sqlite else postgresql
        insert = dialect.insert(Key).values(row).on_conflict_do_nothing().returning(Key.run_id)
        if await work.session.scalar(insert) is not None:
            return None
        kept = await work.session.get_one(Key, (actor.team_id, actor.user_id, key))
        if kept.sha256 != row["sha256"]:
            raise Conflict("This Idempotency-Key was used for another request.")
        return kept.run_id

    # -- what a worker does --------------------------------------------------------------------------------------

    async def execute(self, job: Job) -> None:
        """The job: carries the run out, once whatever happens, with the rights that its asker has today."""
        run_id = UUID(job.about)
        begun = await self._begin(run_id, job)
        if begun is not None:
            await self._insist(*begun)
        await self.clear(run_id)

    async def _insist(self, run: Run, actor: Actor, done: int) -> None:
        """Whatever happens is written down, as the end of the run or as the reason for which it is tried later."""
        try:
            await self._carry_out(run, actor, done)
        except (Retry, Unavailable) as error:
            await self._later(run, actor, error)
        except GessoError as error:
            await self._give_up(run, actor, error)
        except (SQLAlchemyError, OSError) as error:
            log.warning("a run met trouble and will be tried again", run=str(run.id), error=repr(error))
            await self._later(run, actor, Retry("The studio could not write down the result just then."))
        except Exception:
            log.exception("a run failed in an unforeseen way", run=str(run.id))
            await self._give_up(run, actor, Failed("The engine made a mistake with this request. It was noted down."))

    async def clear(self, run_id: UUID) -> None:
        """Removes what was kept of bought answers, once the run is over and can no longer stop halfway: its assets are
        the results."""
        over = select(Step.answer).join(Run, Run.id == Step.run_id).where(Run.id == run_id, Run.state.in_(OVER))
        async with self.db.session(read_only=True) as session:
            answers = (await session.scalars(over)).all()
        keys = [answer["value"]["bytes"] for answer in answers if _is_kept(answer)]
        if keys:
            await self.store.remove(keys)

    async def _begin(self, run_id: UUID, job: Job) -> tuple[Run, Actor, int] | None:
        """Claims the run: from here on only this execution writes to it. None when there is nothing to do."""
        async with self.db.session() as session:
            run = await session.scalar(select(Run).where(Run.id == run_id).with_for_update())
            if run is None or run.state not in ("queued", "running", "unknown") or job.id != _job_id(run):
                return None
            work = Work(session, Actor(run.user_id, run.team_id, "nobody", frozenset()))
            try:
                actor = await accounts.actor(session, run.user_id, run.team_id)
                actor.require("runs.create")
            except Denied as error:
                await self._end(work, run, error)
                return None
            if run.stopping:
                await self._end(work, run, Cancelled("Stopped."))
                return None
            again = run.attempt > 0
            if again and (crashes := await jobs.crashes(session, str(run.id))) >= MAX_CRASHES:
                await self._end(work, run, Failed(f"{crashes} workers died while they worked on this."))
                return None
            run.state, run.attempt, run.started_at = "running", run.attempt + 1, run.started_at or now()
            run.error = None
            made = await _made(work, run_id) if again else 0
            _tell(work, run, made=made)
            return run, actor, made

    async def _carry_out(self, run: Run, actor: Actor, done: int) -> None:
        refusal: Refused | None = None
        every = list(run.prices)
        async with self.db.work(actor, read_only=True) as work:
            catalog, ill = await self.catalog(work), await health.every(work)
            # What was begun with an offer is carried on there, in trouble or not.
            begun = await _asked(work, run.id)
        declined: list[tuple[str, Refused]] = []
        for offer_id in every[every.index(run.offer) :]:
            offer = catalog.find(run.op, offer_id)
            if not begun and offer.provider in ill:
                async with self.db.work(actor) as work:
                    waits = await health.waits(work, offer.provider, self.retry_seconds * LEFT_ALONE)
                if waits and offer_id != every[-1]:
                    log.info("an offer is passed over", run=str(run.id), offer=offer_id)
                    continue
                if waits:
                    raise waits
            if offer_id != run.offer:
                async with self.db.work(actor) as work:
                    run = await _mine(work, run)
                    run.offer = offer_id
            request = offer.request.model_validate(_known_to(offer, run.request))
            context = RunContext(
                self.db,
                self.store,
                self.pool,
                self.http,
                self.models,
                actor,
                run.id,
                offer.id,
                done,
                catalog.settings[offer.provider],
                part=_part(request),
                catalog=catalog,
                secret=self.secret,
            )
            if self.uses is not None and run.attempt == 1 and refusal is None:
                self.uses.count(run.team_id, request.assets(), "uses")
            for title, why in declined:
                context.say(f"Not by {title}: {why}")
            try:
                turn = nullcontext() if begun else self._turn(catalog, offer, context)
                async with self._watching(run, context), turn:
                    await self._make(run, offer, request, context)
                return
            except (Retry, Undecided) as error:
                if offer.lane == "remote" and not error.facts.get("ours"):
                    async with self.db.work(actor) as work:
                        await health.trouble(work, offer.provider, error, self.retry_seconds * LEFT_ALONE)
                raise
            except Refused as error:
                log.info("an offer refused", run=str(run.id), offer=offer_id, error=str(error))
                if error.facts.get("charged"):
                    # It was paid for: nobody else is paid as well.
                    raise
                # Whoever says no is there.
                async with self.db.work(actor) as work:
                    await health.well(work, offer.provider)
                refusal, done = refusal or error, context.done
                declined.append((offer.title, error))
        raise refusal or Refused("Nobody accepted this.")

    @asynccontextmanager
    async def _turn(self, catalog: Catalog, offer: Offer[Any], context: RunContext) -> AsyncIterator[None]:
        """Waits until fewer runs than the provider takes go on with the same key in this process."""
        if offer.lane != "remote":
            yield
            return
        provider = next(each for each in catalog.providers if each.name == offer.provider)
        told = f"{provider.name} {catalog.settings[provider.name]!r} {catalog.told.get(provider.name)!r}"
        key = sha256(told.encode()).hexdigest()
        turn = self.turns.setdefault(key, asyncio.Semaphore(provider.at_once))
        while turn.locked():
            await context.progress(context.fraction, "Waits for its turn there")
            await asyncio.sleep(TURN_SECONDS)
        async with turn:
            yield

    async def _make(self, run: Run, offer: Offer[Any], request: Operation, context: RunContext) -> None:
        """Every output is stored as soon as it is there; with the last one the run is settled."""
        for loss in offer.read(request).losses:
            context.say(loss)
        outputs = (
            aclosing(cast(AsyncGenerator[Media | Reply, None], offer.run(request, context)))
            if context.done < request.outputs()
            else nullcontext(_none())
        )
        async with outputs as made:
            async for given in made:
                if isinstance(given, Reply):
                    return await self._answered(run, request, given, context)
                media = await self._finished(request, await self._sealed(request, given, context), context)
                kept = await library.keep(self.pool, self.store, run.team_id, media, self.limits)
                async with self.db.work(context.actor) as work:
                    current = await _mine(work, run)
                    await library.add(
                        work,
                        kept,
                        self.store,
                        title=_called(run, request, media, context.done + 1),
                        prompt=request.words(),
                        run_id=run.id,
                        index=context.done,
                        op=run.op,
                        parents=request.parents(media.facts),
                        purpose="trial" if context.part else "picture",
                        version_of=None if context.part else _edited(request),
                    )
                    context.done += 1
                    if context.done == request.outputs():
                        return await self._succeed(work, current, request, context)
                    context.fraction = max(context.fraction, context.done / request.outputs())
                    current.progress = context.fraction
                    _tell(work, current, made=context.done)
        if context.done == 0:
            raise Failed("The engine finished without a result.")
        async with self.db.work(context.actor) as work:
            await self._succeed(work, await _mine(work, run), request, context)

    async def _answered(self, run: Run, request: Operation, reply: Reply, context: RunContext) -> None:
        """Words are kept on the run, in the transaction that settles it."""
        async with self.db.work(context.actor) as work:
            current = await _mine(work, run)
            current.answer, context.done = dict(reply.said), 1
            await self._succeed(work, current, request, context, reply.cost)

    async def _sealed(self, request: Operation, media: Media, context: RunContext) -> Media:
        """What a masked edit made, true to its source outside of the mask to the byte, and the proof of it."""
        marks = getattr(request, "mask", None)
        if not request.masked or not isinstance(marks, MaskRef):
            return media
        try:
            source = (await context.open(request.image)).data  # type: ignore[attr-defined]
            marked = (await context.open(marks)).data
        except NotFound:
            # What was made, and perhaps paid for, is not lost with it.
            context.say("Its source was erased meanwhile: outside of the mask it is as its maker left it.")
            return media
        feather = getattr(request, "feather", 0)
        data, proof = await self.pool.run(mask.seal, source, media.data, marked, feather)
        facts = {**media.facts, **proof}
        return Media(media.data, media.type, facts) if data is None else Media(data, "image/png", facts)

    async def _finished(self, request: Operation, media: Media, context: RunContext) -> Media:
        """What was made, with all that its request wants of every result, whoever made it."""
        wanted = request.finish()
        if wanted is None:
            return media
        try:
            source = (await context.open(request.image)).data  # type: ignore[attr-defined]
        except NotFound:
            # What was made, and perhaps paid for, is not lost with it.
            context.say("Its source was erased meanwhile: how true it is to it can no longer be told.")
            source = None
        return await self.pool.run(finish.finished, source, media, wanted)

    async def _succeed(
        self, work: Work, run: Run, request: Operation, context: RunContext, told: int | None = None
    ) -> None:
        """`told` is what a provider says that all of it cost, where it says so beside the outputs."""
        if context.done < request.outputs():
            context.say(f"{context.done} of {request.outputs()} came out; only those were charged.")
        await self._settle(work, run, await self._cost(work, run, request, context, told))
        await health.well(work, run.offer.partition("/")[0])
        run.state, run.progress, run.ended_at = "succeeded", 1.0, now()
        run.notes, run.note = list(context.notes), ""
        if run.attempt == 1 and run.offer == next(iter(run.prices)) and run.started_at is not None:
            # Neither taken up again nor given to another offer: this is how long it takes.
            await pace.learn(work, run.offer, run.seconds, (run.ended_at - run.started_at).total_seconds())
        _tell(work, run, made=context.done)

    async def _cost(self, work: Work, run: Run, request: Operation, context: RunContext, told: int | None) -> Credits:
        """What its outputs cost, where the provider says so of each; else their share of the price."""
        due = share(run.due, context.done, request.outputs())
        if told is None:
            facts = (await work.session.scalars(select(Asset.facts).where(Asset.run_id == run.id))).all()
            costs = [each["cost"] for each in facts if "cost" in each]
            if not costs or len(costs) < len(facts):
                return due
            told = sum(costs)
        if told > due * DRIFT:
            log.warning("a provider charged more than its price book says", offer=run.offer, told=told, due=due)
            context.say("The provider charged more than its list of prices says. Its prices may have changed.")
        return Credits(min(told, run.price))

    async def _later(self, run: Run, actor: Actor, error: Retry | Unavailable) -> None:
        """Puts the run back, to be tried after a pause that doubles; gives up after the last try."""
        async with self.db.work(actor) as work:
            current = await work.find(Run, run.id, lock=True)
            if current.attempt != run.attempt or current.state in OVER:
                return
            every = list(current.prices)
            place = every.index(current.offer) + 1
            if error.facts.get("waits") and current.waits < MAX_WAITS:
                current.waits += 1
            if current.tries + 1 - current.waits >= MAX_TRIES * place:
                asked = await _asked(work, current.id)
                if place == len(every) or asked:
                    # What was bought and never came is a question about money, where it costs any.
                    kind = Undecided if asked and current.due else Failed
                    await self._end(work, current, kind(f"Tried {MAX_TRIES} times. {error}"))
                    return
                current.offer, error = every[place], Retry(f"{error} Another is asked now.")
            current.tries, current.state, current.note = current.tries + 1, "queued", str(error)
            await self.jobs.enqueue(
                work,
                _job_id(current),
                str(run.id),
                lane=(await self.catalog(work)).find(run.op, current.offer).lane,
                delay=max(
                    self.retry_seconds * 2 ** ((current.tries - 1) % MAX_TRIES), error.facts.get("retry_after") or 0
                ),
            )
            _tell(work, current, made=await _made(work, run.id))

    async def _give_up(self, run: Run, actor: Actor, error: GessoError) -> None:
        async with self.db.work(actor) as work:
            current = await work.find(Run, run.id, lock=True)
            if current.attempt == run.attempt:
                await self._end(work, current, error)

    async def _end(self, work: Work, run: Run, error: GessoError) -> None:
        """The other end of a run: says why, and gives back what was not delivered. Unknown keeps the money held."""
        if run.state in OVER:
            return
        begun = await work.session.scalar(
            select(Step.name).where(Step.run_id == run.id, Step.answer.is_(None)).limit(1)
        )
        if begun is not None and not isinstance(error, Undecided):
            error = Undecided(f"{error} But the provider was being asked then, and may have accepted.")
        run.error = {"code": error.code, "title": error.title, "message": str(error)}
        run.note = ""
        made = await _made(work, run.id)
        if isinstance(error, Undecided):
            run.state = "unknown"
            if begun is None or error.facts.get("again"):
                await self._ask_again(work, run)
        else:
            run.state = "cancelled" if isinstance(error, Cancelled) else "failed"
            run.ended_at = now()
            charged = 1 if error.facts.get("charged") else 0
            spent = share(run.due, made + charged, run.expected)
            if (told := error.facts.get("cost")) is not None:
                spent = Credits(min(told, spent))
            await self._settle(work, run, spent)
        _tell(work, run, made=made)

    async def _ask_again(self, work: Work, run: Run) -> None:
        """What the provider accepted, under a number that is known or can be found, is looked for again later, without
        buying anything."""
        offer = (await self.catalog(work)).offers.get(run.op, {}).get(run.offer)
        tried = run.tries - run.waits
        if offer is None or tried + 1 >= MAX_TRIES or not await _asked(work, run.id):
            return
        delay = self.ask_again_seconds * 4**tried
        run.tries += 1
        await self.jobs.enqueue(work, _job_id(run), str(run.id), lane=offer.lane, delay=delay)

    async def _settle(self, work: Work, run: Run, spent: Credits) -> None:
        run.spent = spent
        await credits.settle(work, run.id, Credits(run.price), spent)

    @asynccontextmanager
    async def _watching(self, run: Run, context: RunContext) -> AsyncIterator[None]:
        """Meanwhile writes progress down, and looks whether the run was stopped or taken over."""
        watch = asyncio.create_task(self._watch(run, context))
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait({watch})
            with suppress(GessoError):
                await previews.clear(self.store, run, context.shown)

    async def _watch(self, run: Run, context: RunContext) -> None:
        told = (context.fraction, context.note, context.shown)
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._show(run, context)
                said = (context.fraction, context.note, context.shown)
                async with self.db.work(context.actor, read_only=said == told) as work:
                    current = await (get(work, run.id) if said == told else _mine(work, run))
                    if current.stopping or current.attempt != run.attempt:
                        context.stop.set()
                    if said != told:
                        current.progress, current.note = max(said[0], current.progress), said[1]
                        _tell(work, current, made=context.done, preview=said[2])
                told = said
            except Cancelled:
                context.stop.set()
            except (SQLAlchemyError, GessoError) as error:
                log.warning("progress could not be written down", run=str(run.id), error=str(error))

    async def _show(self, run: Run, context: RunContext) -> None:
        """Puts a new glimpse of the picture where it can be fetched."""
        if context.preview:
            glimpse, context.preview = context.preview, b""
            # Numbers of an execution before this one may be in somebody's cache.
            number = context.shown + 1 if context.shown else run.attempt * 10_000
            await previews.keep(self.store, run, number, glimpse)
            context.shown = number


async def _pace(work: Work, offer: str, hand: AtHand) -> float:
    if hand.paces is None:
        hand.paces = await pace.every(work)
    return hand.paces.get(offer, 1.0)


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")


def _nth(key: str, place: int) -> str:
    """The key of one order among several, no longer than keys are."""
    _check_key(key)
    whole = f"{key}#{place}"
    return whole if len(whole) <= LONGEST_KEY else f"{sha256(key.encode()).hexdigest()}#{place}"


async def _none() -> AsyncIterator[Media]:
    """What a run still makes whose outputs are all stored: nothing."""
    return
    yield


async def get(work: Work, run_id: UUID) -> Run:
    """The run; NotFound when the actor may not see it."""
    return await work.find(Run, run_id)


async def several(work: Work, run_ids: Sequence[UUID]) -> list[Run]:
    """The runs in this order, by one query; NotFound when the actor may not see one of them."""
    found = {run.id: run for run in await work.session.scalars(Run.visible_to(work.actor).where(Run.id.in_(run_ids)))}
    if not found.keys() >= set(run_ids):
        raise NotFound("There is no such run.")
    return [found[id] for id in run_ids]


async def state(work: Work, run_id: UUID) -> str:
    """The run's state alone."""
    query = Run.visible_to(work.actor).where(Run.id == run_id).with_only_columns(Run.state)
    found: str | None = (await work.session.execute(query)).scalar()
    if found is None:
        raise NotFound("There is no such run.")
    return found


async def listed(
    work: Work, *, states: Sequence[str] = (), ops: Sequence[str] = (), after: UUID | None = None, limit: int
) -> Page[Run]:
    """The newest first; of these states and these operations only, where any are named."""
    query = Run.visible_to(work.actor).order_by(Run.id.desc()).limit(limit + 1)
    if states:
        query = query.where(Run.state.in_(states))
    if ops:
        query = query.where(Run.op.in_(ops))
    if after is not None:
        query = query.where(Run.id < after)
    return Page.cut((await work.session.scalars(query)).all(), limit, lambda run: run.id)


async def recipes(work: Work, run_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What each of the runs was asked for."""
    query = Run.visible_to(work.actor).where(Run.id.in_(list(run_ids))).with_only_columns(Run.id, Run.request)
    return {row.id: row.request for row in await work.session.execute(query)}


async def _mine(work: Work, run: Run) -> Run:
    """The run's row, locked, while this execution is the one that may write to it."""
    current = await work.find(Run, run.id, lock=True)
    if current.attempt != run.attempt or current.state != "running":
        raise Cancelled("Another worker has taken this over.")
    return current


async def _asked(work: Work, run_id: UUID) -> bool:
    """Whether a provider was asked for something of it that costs money."""
    return await work.session.scalar(select(Step.name).where(Step.run_id == run_id).limit(1)) is not None


async def _made(work: Work, run_id: UUID) -> int:
    return await work.session.scalar(select(func.count()).select_from(Asset).where(Asset.run_id == run_id)) or 0


def _sources(named: Mapping[UUID, Asset]) -> dict[UUID, Source]:
    return {
        id: Source(
            asset.kind,
            asset.width,
            asset.height,
            float(asset.facts.get("seconds") or 0),
            asset.facts.get("seen") or {},
        )
        for id, asset in named.items()
    }


def _part(request: Operation) -> tuple[UUID, Region] | None:
    """The picture of which the request wants only a part, and that."""
    region: Region | None = getattr(request, "region", None)
    return None if region is None else (request.image, region)  # type: ignore[attr-defined]


def _in_part(sources: dict[UUID, Source], request: Operation) -> dict[UUID, Source]:
    """With the part in the place of the whole."""
    tried = _part(request)
    if tried is None or tried[0] not in sources:
        return sources
    return {**sources, tried[0]: replace(sources[tried[0]], width=tried[1].width, height=tried[1].height)}


def _fit(plan: _Plan, limits: Limits) -> Size | None:
    """The size of each result, where it is known before.

    Invalid, with the field, for a picture that is too large for the offer, a mask of another size than its picture, a
    box that begins beside it, and a result of more pixels than the studio takes. What is to come LATER is not looked
    at.
    """
    request = plan.request
    picture = plan.named.get(getattr(request, "image", None) or LATER)
    if picture is not None:
        _fit_marks(plan, picture)
    request.check(plan.sources)
    seen = plan.sources.get(getattr(request, "image", None) or LATER)
    size = request.size((seen.width, seen.height) if seen is not None else None)
    if size is not None and size[0] * size[1] > limits.pixels:
        most = f"the most is {limits.pixels / 1e6:.3g} megapixels"
        source = f", from a picture of {picture.width} x {picture.height}" if picture is not None else ""
        message = f"the result would be {size[0]} x {size[1]}{source}; {most}"
        fields = [{"field": name, "message": message, "kind": "too_large"} for name in request.sized_by or ("image",)]
        raise Invalid(f"{fields[0]['field']}: {message}. Make it smaller.", fields=fields)
    return size


def _fit_marks(plan: _Plan, picture: Asset) -> None:
    if plan.sources[picture.id].megapixels > plan.offer.megapixels:
        size = f"the picture is {picture.width} x {picture.height}"
        raise _misfit("image", f"{size}; {plan.offer.title} takes at most {plan.offer.megapixels:g} megapixels")
    for name, mark in plan.request:
        if isinstance(mark, Box) and (mark.x >= picture.width or mark.y >= picture.height):
            raise _misfit(name, f"the box begins outside the picture, which is {picture.width} x {picture.height}")
        if isinstance(mark, MaskRef) and mark != LATER:
            marks = plan.named[mark]
            if (marks.width, marks.height) != (picture.width, picture.height):
                sizes = f"the mask is {marks.width} x {marks.height}, the picture {picture.width} x {picture.height}"
                raise _misfit(name, f"{sizes}; they must be of the same size")


def _misfit(field: str, message: str) -> Invalid:
    return Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])


def _is_kept(answer: Mapping[str, Any] | None) -> bool:
    """Whether the answer of a step says where its bytes rest."""
    return answer is not None and isinstance(answer["value"], dict) and "bytes" in answer["value"]


def _job_id(run: Run) -> str:
    """The one job that may carry the run out now. (An older one may be delivered again after a crash.)"""
    return f"{run.id}:{run.tries}"


def _title(request: Operation, named: Mapping[UUID, Asset]) -> str:
    words = request.words().strip() or next((named[ref].title for ref in request.assets()), request.title)
    return words if len(words) <= 80 else words[:79].rstrip() + "…"


def _called(run: Run, request: Operation, media: Media, number: int) -> str:
    """The title of an output: by what its maker calls it, else by its number where there are several."""
    what = media.facts.get("called") or (number if request.outputs() > 1 else None)
    return run.title if what is None else f"{run.title} ({what})"


def _edited(request: Operation) -> UUID | None:
    """The picture that the outputs are a version of; None where something new is made."""
    image = getattr(request, "image", None)
    return image if request.capability in ("edit", "upscale") and isinstance(image, UUID) else None


def _known_to(offer: Offer[Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Of a recipe, what this offer's request type has a field for: a fallback may take less."""
    return {name: value for name, value in request.items() if name in offer.request.model_fields}


def _tell(work: Work, run: Run, *, made: int, preview: int = 0) -> None:
    """`made` outputs are stored: who listens asks for the run again when that number grows. `preview` is the number of
    the glimpse of the next one that may be fetched."""
    events.emit(
        work,
        "run.changed",
        rings=str(run.id) if run.state not in ("queued", "running") else None,
        run=str(run.id),
        batch=str(run.batch_id) if run.batch_id is not None else None,
        user=str(run.user_id),
        title=run.title,
        op=run.op,
        state=run.state,
        made=made,
        expected=run.expected,
        progress=run.progress,
        note=run.note,
        stopping=run.stopping,
        preview=preview,
    )
