"""Many pictures described, as one long piece of work: by rules, for nothing, or by a model, each as a run of its own.

What comes of it is proposed, or holds at once where that is wanted. What a model costs is promised as a whole before:
all of it or nothing.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from gesso import library
from gesso.db import Database, Work
from gesso.kit.actor import Actor
from gesso.kit.errors import Invalid, TooLarge
from gesso.kit.money import Credits
from gesso.library import Asset, Chore, Chores, Selection, chores, proposals
from gesso.library.chores import Stride
from gesso.ops import wording
from gesso.runs.pipeline import AtHand, Order, Runs
from gesso.runs.tables import OVER, Run

KIND: Final = "tag"
STRIDE: Final = 100
MOST: Final = 10_000
MOST_BOUGHT: Final = 200
"""That one promise describes by a model."""
LOOK_AGAIN: Final = 0.5
"""Seconds after which the runs are looked at again."""
PATIENCE: Final = 20
"""So many looks make a stride, whether a run came to its end or not: it may be stopped in between."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be described: by rules, where no `offer` is named. With `accept` it holds at once."""

    selection: Selection
    offer: str | None = None
    language: str = "en"
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    count: int
    price: Credits | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Tagger:
    db: Database
    runs: Runs

    async def price(self, work: Work, wanted: Wanted) -> Price:
        """What `begin` would promise."""
        ids = await self._meant(work, wanted)
        if wanted.offer is None:
            return Price(len(ids), Credits(0), len(ids) / 500)
        hand = AtHand()
        found = [await self.runs.estimate(work, order, hand) for order in _orders(wanted, ids)]
        prices = [each.price for each in found if each.price is not None]
        whole = Credits(sum(prices)) if len(prices) == len(found) else None
        return Price(len(ids), whole, sum(each.seconds for each in found))

    async def begin(self, work: Work, chores: Chores, wanted: Wanted, key: str | None = None) -> Chore:
        """Promises it in the caller's transaction, with all that it costs."""
        work.actor.require("library.write")
        ids = await self._meant(work, wanted)
        if not ids:
            raise Invalid("None of these is a picture that could be described.")
        asked: dict[str, Any] = {
            "ids": [str(id) for id in ids],
            "language": wanted.language,
            "accept": wanted.accept,
            "offer": wanted.offer,
        }
        if wanted.offer is not None:
            made = await self.runs.submit_all(work, _orders(wanted, ids), key=key)
            asked["runs"] = [str(run.id) for run in made]
        return await chores.begin(work, KIND, asked, len(ids), lane="cpu" if wanted.offer is None else "remote")

    async def cancel(self, work: Work, chore: Chore) -> None:
        """Stops it, and the runs that were promised for it and are not over."""
        await chores.cancel(work, chore.id)
        named = [UUID(id) for id in chore.asked.get("runs", ())]
        query = Run.visible_to(work.actor).where(Run.id.in_(named), Run.state.in_(("queued", "running")))
        for run in (await work.session.scalars(query)).all():
            await self.runs.cancel(work, run.id)

    async def step(self, chore: Chore, actor: Actor) -> Stride | None:
        at = chore.done + chore.failed
        ids = [UUID(id) for id in chore.asked["ids"][at:]]
        if not ids:
            return None
        if chore.asked["offer"] is None:
            return await self._by_rules(chore, actor, ids)
        return await self._by_model(chore, actor, ids, [UUID(id) for id in chore.asked["runs"][at:]])

    async def _by_rules(self, chore: Chore, actor: Actor, ids: Sequence[UUID]) -> Stride:
        some = ids[:STRIDE]

        async def write(work: Work) -> None:
            there = {asset.id: asset for asset in await library.several(work, some)}
            prompts = await _prompts(work, there.values())
            for asset in there.values():
                told = proposals.ruled(asset, prompts.get(asset.id, ""), chore.asked["language"])
                await proposals.propose(work, asset, told, "rule", accept=chore.asked["accept"])

        return Stride(write, some[-1], len(some), lasts=len(some) == len(ids))

    async def _by_model(self, chore: Chore, actor: Actor, ids: Sequence[UUID], named: Sequence[UUID]) -> Stride:
        over: list[tuple[UUID, Run]] = []
        for _ in range(PATIENCE):
            async with self.db.work(actor, read_only=True) as work:
                found = await work.session.scalars(Run.visible_to(actor).where(Run.id.in_(named[:STRIDE])))
                states = {run.id: run for run in found}
            over = []
            for asset_id, run_id in zip(ids, named[:STRIDE], strict=False):
                run = states.get(run_id)
                if run is None or run.state not in (*OVER, "unknown"):
                    break
                over.append((asset_id, run))
            if over:
                break
            await asyncio.sleep(LOOK_AGAIN)

        async def write(work: Work) -> None:
            there = {asset.id: asset for asset in await library.several(work, [id for id, _ in over])}
            for asset_id, run in over:
                if run.answer and asset_id in there:
                    told = proposals.answered(run.answer)
                    hand = await self._hand(work, run)
                    await proposals.propose(work, there[asset_id], told, hand, accept=chore.asked["accept"])

        missed = sum(not run.answer for _, run in over)
        cursor = over[-1][0] if over else chore.cursor
        return Stride(write, cursor, len(over) - missed, missed, lasts=len(over) == len(ids))

    async def _hand(self, work: Work, run: Run) -> proposals.By:
        offer = (await self.runs.catalog(work)).offers.get(run.op, {}).get(run.offer)
        return "rule" if offer is not None and offer.hand != "model" else "model"

    async def _meant(self, work: Work, wanted: Wanted) -> list[UUID]:
        """The pictures among them, the newest first."""
        query = (await wanted.selection.query(work)).where(Asset.deleted_at.is_(None), Asset.kind == "image")
        count = await work.session.scalar(query.order_by(None).with_only_columns(func.count())) or 0
        most = MOST if wanted.offer is None else MOST_BOUGHT
        if count > most:
            raise TooLarge(f"At most {most:,} pictures are described at once. Select fewer.", limit=most)
        return list(await work.session.scalars(query.with_only_columns(Asset.id)))


def _orders(wanted: Wanted, ids: Sequence[UUID]) -> list[Order]:
    return [Order(*wording.seen(str(id), wanted.language), wanted.offer) for id in ids]


async def _prompts(work: Work, assets: Iterable[Asset]) -> dict[UUID, str]:
    """What each was asked for with, where a run has made it."""
    of_run = {asset.id: asset.run_id for asset in assets if asset.run_id is not None}
    rows = await work.session.execute(select(Run.id, Run.request).where(Run.id.in_(set(of_run.values()))))
    said = {row.id: str(row.request.get("prompt") or "") for row in rows}
    return {id: said.get(run_id, "") for id, run_id in of_run.items()}
