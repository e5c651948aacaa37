"""The same request side by side: by several offers, or over one or two of its fields.

A comparison is many runs of the one pipeline, promised together or not at all. What they cost and what is left out is
said before; what came of each is shown by itself; which is better is said by people who do not see the names.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from gesso import brand, credits, events, library, presets
from gesso.catalog import Catalog, Offer
from gesso.db import Work
from gesso.kit.errors import Conflict, GessoError, InsufficientCredits, Invalid, NotFound
from gesso.kit.ids import uuid7
from gesso.kit.money import Credits
from gesso.kit.page import Page
from gesso.kit.time import now
from gesso.ops import grid
from gesso.runs.axes import MOST, OFFER, Axis, read
from gesso.runs.pipeline import AtHand, Estimate, Order, Runs
from gesso.runs.tables import OVER, Cell, Comparison, Key, Run, Vote

MODEL: Final = "Model"
"""What the axis of the offers is called."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared: the order that all have in common, and one or two axes."""

    order: Order
    axes: Sequence[Axis]

    def digest(self) -> str:
        said = [self.order.digest(), [[axis.field, axis.values, axis.find] for axis in self.axes]]
        return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A cell before anything is promised: what would be ordered, and what it would cost, or why it cannot be."""

    place: int
    order: Order
    estimate: Estimate | None
    dropped: tuple[str, ...] = ()
    """Fields that its offer does not have."""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All cells, row by row. `fits` is how many of them the team can pay for, from the first on."""

    axes: tuple[Axis, ...]
    cells: tuple[Proposed, ...]
    price: Credits | None
    seconds: float
    fits: int


@dataclass(frozen=True, slots=True)
class Place:
    """A cell with what came of it; `spent` counts the runs that were in it before, too."""

    cell: Cell
    run: Run | None
    offer: str
    spent: int
    wins: int
    losses: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What an offer made in a comparison, what that cost, and how it was liked."""

    cells: int = 0
    made: int = 0
    accepted: int = 0
    spent: int = 0
    wins: int = 0
    losses: int = 0

    @property
    def cost(self) -> float | None:
        """Thousandths of a credit for each accepted picture: those that were not good enough were paid for as well."""
        return self.spent / self.accepted if self.accepted else None


@dataclass(frozen=True, slots=True)
class Seen:
    """A comparison as it stands."""

    comparison: Comparison
    axes: tuple[Axis, ...]
    places: tuple[Place, ...]
    votes: int
    whole: Sum
    offers: Mapping[str, Sum] = field(default_factory=dict)


async def plan(runs: Runs, work: Work, wanted: Wanted, hand: AtHand | None = None) -> Plan:
    """What `begin` would promise, looked up once for all cells. Invalid where no cell at all can be."""
    hand = hand or AtHand()
    if not 1 <= len(wanted.axes) <= 2:
        raise Invalid("A comparison has one axis or two.", fields=[{"field": "axes"}])
    catalog = hand.catalog = hand.catalog or await runs.catalog(work)
    # What is a team's own in it, too, is read once: cells that say the same say it in the same words.
    order = replace(wanted.order, input=await brand.applied(work, wanted.order.op, wanted.order.input))
    offers = catalog.offers.get(order.op, {})
    if not offers:
        raise NotFound(f"Nobody here offers “{order.op}”.")
    if order.offer is not None and OFFER not in {axis.field for axis in wanted.axes}:
        offers = {name: offer for name, offer in offers.items() if name == order.offer} or offers
    axes = tuple(read(axis, number, offers, order.input) for number, axis in enumerate(wanted.axes))
    if len({axis.field for axis in axes}) < len(axes):
        raise Invalid("Two axes of the same field say the same.", fields=[{"field": "axes.1"}])
    orders = [*_orders(order, axes)]
    if len(orders) > MOST:
        raise Invalid(
            f"These are {len(orders)} pictures, and a comparison has {MOST} at most. Name fewer values.",
            fields=[{"field": "axes"}],
        )
    chance = _chance(catalog, orders)
    written = {*chance, *order.input} - {*wanted.order.input}
    cells = [await _proposed(runs, work, hand, place, each, chance, written) for place, each in enumerate(orders)]
    if all(cell.estimate is None for cell in cells):
        raise Invalid(cells[0].trouble)
    prices = [cell.estimate.price for cell in cells if cell.estimate is not None]
    purse = await credits.balance(work)
    left, fits = purse.balance, 0
    for price in prices:
        if price is None or (price > left and not purse.unlimited):
            break
        left, fits = Credits(left - price), fits + 1
    return Plan(
        axes,
        tuple(cells),
        None if None in prices else Credits(sum(price or 0 for price in prices)),
        sum(cell.estimate.seconds for cell in cells if cell.estimate is not None),
        fits,
    )


async def begin(runs: Runs, work: Work, wanted: Wanted, *, key: str | None = None) -> Comparison:
    """Promises all cells in the caller's transaction, each as a run of its own with its own reservation, or none.
    InsufficientCredits says how many would fit."""
    work.actor.require("runs.create")
    id = uuid7()
    if key is not None and (known := await runs.claimed(work, key, wanted.digest(), id)):
        return await work.find(Comparison, known)
    hand = AtHand()
    planned = await plan(runs, work, wanted, hand)
    if planned.price is None:
        raise Invalid("The price cannot be known yet: how long it takes to hear or see what you chose is not told.")
    possible = [cell for cell in planned.cells if cell.estimate is not None]
    if planned.fits < len(possible):
        raise await _short(work, planned.price, planned.fits, len(possible))
    comparison = Comparison(
        id=id,
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        title="",
        op=wanted.order.op,
        request={"input": dict(wanted.order.input), "offer": wanted.order.offer, "prefer": wanted.order.prefer},
        axes=[{"field": axis.field, "values": list(axis.values), "find": axis.find} for axis in planned.axes],
    )
    work.session.add(comparison)
    await work.session.flush()
    begun = 0
    for cell in planned.cells:
        run = None
        if cell.estimate is not None:
            # By the offer whose price was shown, and by no other.
            order = Order(cell.order.op, cell.order.input, cell.estimate.offer)
            try:
                run = await runs.submit(work, order, hand=hand)
            except InsufficientCredits:
                raise await _short(work, planned.price, begun, len(possible)) from None
            begun += 1
            comparison.title = comparison.title or run.title
        work.session.add(
            Cell(
                comparison_id=id,
                place=cell.place,
                run_id=run.id if run is not None else None,
                before=[],
                trouble=cell.trouble,
                accepted=False,
            )
        )
    await work.session.flush()
    _tell(work, id)
    return comparison


async def seen(work: Work, comparison_id: UUID) -> Seen:
    """The comparison with what came of each cell so far."""
    return (await _seen(work, [await work.find(Comparison, comparison_id)]))[0]


async def listed(work: Work, *, deleted: bool = False, after: UUID | None, limit: int) -> Page[Seen]:
    """The newest first; those in the trash, where they are asked for."""
    query = Comparison.visible_to(work.actor).order_by(Comparison.id.desc()).limit(limit + 1)
    query = query.where(Comparison.deleted_at.is_not(None) if deleted else Comparison.deleted_at.is_(None))
    if after is not None:
        query = query.where(Comparison.id < after)
    page = Page.cut((await work.session.scalars(query)).all(), limit, lambda each: each.id)
    return Page(await _seen(work, page.items), page.next)


async def rename(work: Work, comparison_id: UUID, title: str) -> None:
    work.actor.require("runs.create")
    (await work.find(Comparison, comparison_id, lock=True)).title = title
    _tell(work, comparison_id)


async def remove(work: Work, comparison_id: UUID) -> None:
    """Into the trash, from which it can be restored; twice is once. What its runs made, or still make, stays."""
    work.actor.require("runs.create")
    found = await work.find(Comparison, comparison_id, lock=True)
    found.deleted_at = found.deleted_at or now()
    _tell(work, comparison_id)


async def restore(work: Work, comparison_id: UUID) -> None:
    work.actor.require("runs.create")
    (await work.find(Comparison, comparison_id, lock=True)).deleted_at = None
    _tell(work, comparison_id)


async def erase(work: Work, comparison_id: UUID) -> None:
    """For good, with its votes; what its runs made stays. Conflict unless it is in the trash."""
    work.actor.require("runs.create")
    found = await work.find(Comparison, comparison_id, lock=True)
    if found.deleted_at is None:
        raise Conflict("Only what is in the trash can be erased for good. Delete it first.")
    for kind in (Vote, Cell):
        await work.session.execute(delete(kind).where(kind.comparison_id == comparison_id))
    await work.session.delete(found)
    _tell(work, comparison_id)


async def cancel(runs: Runs, work: Work, comparison_id: UUID) -> None:
    """Stops all that is not over. What nobody knows the outcome of stays as it is."""
    work.actor.require("runs.create")
    for place in (await seen(work, comparison_id)).places:
        if place.run is not None and place.run.state in ("queued", "running"):
            await runs.cancel(work, place.run.id)
    _tell(work, comparison_id)


async def retry(runs: Runs, work: Work, comparison_id: UUID, place: int, *, key: str | None = None) -> None:
    """The same cell again, as another run, where the last one came to nothing."""
    work.actor.require("runs.create")
    cell = await _cell(work, comparison_id, place)
    run = (await work.session.scalars(Run.visible_to(work.actor).where(Run.id == cell.run_id))).one_or_none()
    if run is None:
        raise Conflict(f"This cell cannot be: {cell.trouble}")
    if key is not None:
        known = await work.session.get(Key, (work.actor.team_id, work.actor.user_id, key))
        if known is not None and known.run_id == run.id:
            return
    if run.state not in ("failed", "cancelled"):
        raise Conflict("Only what failed or was stopped can be tried again.")
    again = await runs.rerun(work, run.id, offer=None, changes={}, key=key)
    cell.before, cell.run_id = [*cell.before, str(run.id)], again.id
    _tell(work, comparison_id)


async def accept(work: Work, comparison_id: UUID, place: int, accepted: bool) -> None:
    """Marks a cell as good enough to be used, or no longer."""
    work.actor.require("runs.create")
    (await _cell(work, comparison_id, place)).accepted = accepted
    _tell(work, comparison_id)


async def vote(work: Work, comparison_id: UUID, winner: int, loser: int | None) -> None:
    """Which of two is better, or which of all; of cells whose pictures are there."""
    work.actor.require("comments.write")
    found = _kept(await seen(work, comparison_id))
    made = {place.cell.place for place in found.places if place.run is not None and place.run.state == "succeeded"}
    if winner == loser or not {winner, winner if loser is None else loser} <= made:
        raise Invalid("A vote is for a picture that is there, against another one.", fields=[{"field": "winner"}])
    work.session.add(Vote(comparison_id=comparison_id, user_id=work.actor.user_id, winner=winner, loser=loser))
    _tell(work, comparison_id)


async def sheet(
    runs: Runs, work: Work, comparison_id: UUID, columns: Sequence[str], rows: Sequence[str], *, key: str | None = None
) -> Run:
    """All cells as one picture with their labels, made and kept as any other: a run of its own."""
    work.actor.require("runs.create")
    found = _kept(await seen(work, comparison_id))
    outputs = await library.of_runs(work, [place.run.id for place in found.places if place.run is not None])
    pictures = [
        next(
            (asset.id for asset in outputs.get(place.run.id, ()) if not asset.deleted_at and asset.kind == "image"),
            None,
        )
        if place.run is not None
        else None
        for place in found.places
    ]
    if not any(pictures):
        raise Conflict("No picture is there yet.")
    op, input = grid.laid_out(pictures, columns, rows, found.comparison.title)
    return await runs.submit(work, Order(op, input), key=key)


def _orders(order: Order, axes: tuple[Axis, ...]) -> list[Order]:
    """One for each cell, row by row: the first axis runs across."""

    def along(axis: Axis, before: Order) -> list[Order]:
        if axis.field == OFFER:
            return [Order(order.op, before.input, str(value)) for value in axis.values]
        return [
            Order(order.op, axis.into(before.input, value), before.offer, (), order.prefer) for value in axis.values
        ]

    first, *second = axes
    begun = along(second[0], order) if second else [order]
    return [cell for row in begun for cell in along(first, row)]


def _chance(catalog: Catalog, orders: list[Order]) -> dict[str, Any]:
    """What would be left to chance is chosen once for all: else it is chance that is compared."""
    for order in orders:
        try:
            accepted = catalog.accepting(order.op, order.offer, order.input)
        except GessoError:
            continue
        request = accepted[0][1]
        before, after = request.model_dump(mode="json"), request.settled().model_dump(mode="json")
        return {name: value for name, value in after.items() if value != before[name]}
    return {}


async def _proposed(
    runs: Runs, work: Work, hand: AtHand, place: int, order: Order, chance: Mapping[str, Any], written: set[str]
) -> Proposed:
    """`written` are fields that nobody has typed."""
    assert hand.catalog is not None
    given = {**chance, **{name: value for name, value in order.input.items() if value is not None}}
    offer = hand.catalog.offers[order.op].get(order.offer or "")
    lacks = [name for name in given if offer is not None and name not in offer.request.model_fields]
    kept = Order(order.op, {name: given[name] for name in given if name not in lacks}, order.offer, (), order.prefer)
    dropped = tuple(name for name in lacks if name not in written)
    try:
        return Proposed(place, kept, await runs.estimate(work, kept, hand), dropped)
    except GessoError as error:
        return Proposed(place, kept, None, dropped, str(error))


async def _short(work: Work, price: Credits, fits: int, cells: int) -> InsufficientCredits:
    left = (await credits.balance(work)).balance
    return InsufficientCredits(
        f"All of it costs {price / 1000:g} credits and the team has {left / 1000:g} left: "
        f"the first {fits} of {cells} would fit. Nothing was begun.",
        price=price,
        balance=left,
        fits=fits,
    )


def _kept(found: Seen) -> Seen:
    """NotFound for one that is in the trash: it can be looked at, and no more."""
    if found.comparison.deleted_at is not None:
        raise NotFound("This comparison is in the trash; restore it first.")
    return found


async def _cell(work: Work, comparison_id: UUID, place: int) -> Cell:
    if (await work.find(Comparison, comparison_id, lock=True)).deleted_at is not None:
        raise NotFound("This comparison is in the trash; restore it first.")
    cell = await work.session.get(Cell, (comparison_id, place))
    if cell is None:
        raise NotFound("There is no such cell.")
    return cell


async def _seen(work: Work, comparisons: Sequence[Comparison]) -> list[Seen]:
    """Three queries, however many."""
    ids = [each.id for each in comparisons]
    cells = (
        await work.session.scalars(
            select(Cell).where(Cell.comparison_id.in_(ids)).order_by(Cell.comparison_id, Cell.place)
        )
    ).all()
    wanted = {UUID(id) for cell in cells for id in cell.before} | {cell.run_id for cell in cells if cell.run_id}
    found = await work.session.scalars(Run.visible_to(work.actor).where(Run.id.in_(wanted)))
    every = {run.id: run for run in found}
    votes = (await work.session.scalars(select(Vote).where(Vote.comparison_id.in_(ids)))).all()
    return [
        _one(
            each,
            [cell for cell in cells if cell.comparison_id == each.id],
            every,
            [vote for vote in votes if vote.comparison_id == each.id],
        )
        for each in comparisons
    ]


def _one(comparison: Comparison, cells: Sequence[Cell], runs: Mapping[UUID, Run], votes: Sequence[Vote]) -> Seen:
    axes = tuple(Axis(told["field"], tuple(told["values"]), told["find"]) for told in comparison.axes)
    places = tuple(_place(comparison, axes, cell, runs, votes) for cell in cells)
    offers = {
        name: _sum([place for place in places if place.offer == name]) for name in {p.offer for p in places} - {""}
    }
    return Seen(comparison, axes, places, len(votes), _sum(places), offers)


def _place(
    comparison: Comparison, axes: tuple[Axis, ...], cell: Cell, runs: Mapping[UUID, Run], votes: Sequence[Vote]
) -> Place:
    run = runs.get(cell.run_id) if cell.run_id is not None else None
    earlier = [runs[UUID(id)] for id in cell.before if UUID(id) in runs]
    offer = run.offer if run is not None else _asked(comparison, axes, cell.place)
    spent = sum(each.spent for each in (*earlier, *([run] if run is not None else [])))
    wins = sum(vote.winner == cell.place for vote in votes)
    losses = sum(vote.loser == cell.place for vote in votes)
    return Place(cell, run, offer, spent, wins, losses)


def _asked(comparison: Comparison, axes: tuple[Axis, ...], place: int) -> str:
    """Who was to do what could not be."""
    across = len(axes[0].values)
    for axis, at in zip(axes, (place % across, place // across), strict=False):
        if axis.field == OFFER:
            return str(axis.values[at])
    return comparison.request["offer"] or ""


def _sum(places: Sequence[Place]) -> Sum:
    made = [place for place in places if place.run is not None and place.run.state == "succeeded"]
    return Sum(
        cells=len(places),
        made=len(made),
        accepted=sum(place.cell.accepted for place in made),
        spent=sum(place.spent for place in places),
        wins=sum(place.wins for place in places),
        losses=sum(place.losses for place in places),
    )


def _tell(work: Work, comparison_id: UUID) -> None:
    events.emit(work, "comparison.changed", comparison=str(comparison_id))


def is_over(found: Seen) -> bool:
    """Whether each cell is as it will stay by itself."""
    return all(place.run is None or place.run.state in (*OVER, "unknown") for place in found.places)


def title(axis: Axis, offers: Mapping[str, Offer[Any]]) -> str:
    """What the axis is called: as the field in its form, or the words that change."""
    if axis.find:
        return axis.find
    if axis.field == OFFER:
        return MODEL
    fields = (
        offer.request.model_fields[axis.field] for offer in offers.values() if axis.field in offer.request.model_fields
    )
    return next((field.title for field in fields if field.title), axis.field)


def labels(axis: Axis, offers: Mapping[str, Offer[Any]]) -> list[str]:
    """How each value is called: an offer by its title, of a choice the title that its form shows."""
    if axis.field == OFFER:
        return [offers[str(value)].title if str(value) in offers else str(value) for value in axis.values]
    titles: dict[Any, str] = {}
    for offer in offers.values():
        if axis.field in offer.request.model_fields and not axis.find:
            told = offer.request.model_json_schema()["properties"][axis.field]
            hint = told.get("x-ui", {})
            titles = {option["value"]: option["title"] for option in hint.get("options", ())}
            if hint.get("widget") == "styles":
                titles = {style.id: style.title for style in presets.STYLES.values()}
            break
    return [titles.get(value, "–" if value is None else str(value)) for value in axis.values]
