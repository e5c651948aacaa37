"""What assets cost: what the purse says of their runs, shared among what each run made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gesso import credits
from gesso.db import Work
from gesso.kit.money import ZERO, Credits, share
from gesso.library import Asset
from gesso.runs.tables import Run

SIBLINGS: Final = 12
"""The most that are shown as made by the same recipe again."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of `whole`, which its run took for all of its `outputs`, this asset bears `part`: what its provider said of it
    alone (`told`), or as much as each of the others. None while that is not settled."""

    part: Credits | None
    whole: Credits | None
    outputs: int
    told: bool = False


NOTHING: Final = Cost(ZERO, ZERO, 1)
"""What costs nothing, because nobody was asked for it: an upload, a version brought back."""


async def costs(work: Work, assets: Iterable[Asset]) -> dict[UUID, Cost]:
    """Of each of the assets: three queries, however many."""
    every = list(assets)
    ids = {asset.run_id for asset in every if asset.run_id is not None}
    if not ids:
        return {asset.id: NOTHING for asset in every}
    spent = await credits.spent(work, ids)
    made = await _made(work, ids)
    return {asset.id: _of(asset, spent, made) for asset in every}


async def again(work: Work, run: Run) -> Sequence[Asset]:
    """What the same recipe has made at another time or by another offer, the newest first: of the runs that were begun
    from this one, that one which it was begun from, and what else was begun from that."""
    begun = [run.id, *([run.rerun_of] if run.rerun_of else [])]
    theirs = (Run.rerun_of.in_(begun) | (Run.id == run.rerun_of)) if run.rerun_of else Run.rerun_of == run.id
    runs = Run.visible_to(work.actor).where(theirs, Run.id != run.id).order_by(Run.id.desc()).limit(SIBLINGS)
    query = (
        Asset.visible_to(work.actor)
        .where(Asset.run_id.in_(runs.with_only_columns(Run.id).subquery().select()), Asset.deleted_at.is_(None))
        .order_by(Asset.id.desc())
        .limit(SIBLINGS)
    )
    return (await work.session.scalars(query)).all()


async def offers(work: Work, run_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By whom each of the runs was done."""
    query = Run.visible_to(work.actor).where(Run.id.in_(list(run_ids))).with_only_columns(Run.id, Run.offer)
    return {row.id: row.offer for row in await work.session.execute(query)}


async def _made(work: Work, run_ids: Iterable[UUID]) -> dict[UUID, dict[int, int | None]]:
    """Of each run, what its provider said that each output cost; also of those that are erased since."""
    query = Asset.known_to(work.actor).where(Asset.run_id.in_(run_ids))
    told = Asset.facts["cost"].as_float()
    rows = await work.session.execute(query.with_only_columns(Asset.run_id, Asset.run_index, told.label("cost")))
    found: dict[UUID, dict[int, int | None]] = {}
    for row in rows:
        found.setdefault(row.run_id, {})[row.run_index] = None if row.cost is None else round(row.cost)
    return found


def _of(asset: Asset, spent: Mapping[UUID, Credits | None], made: Mapping[UUID, Mapping[int, int | None]]) -> Cost:
    if asset.run_id is None or asset.run_index is None:
        return NOTHING
    whole, outputs = spent.get(asset.run_id, ZERO), made[asset.run_id]
    if whole is None:
        return Cost(None, None, len(outputs))
    if sum(each or 0 for each in outputs.values()) == whole and None not in outputs.values():
        return Cost(Credits(outputs[asset.run_index] or 0), whole, len(outputs), told=True)
    place = sorted(outputs).index(asset.run_index)
    # All parts together are the whole, to the thousandth.
    part = share(whole, place + 1, len(outputs)) - share(whole, place, len(outputs))
    return Cost(Credits(part), whole, len(outputs))


@dataclass(frozen=True, slots=True)
class Total:
    """What it took to come to an asset, from its first words on: `part` is what it and all that it came from bear,
    `whole` what their runs took, with all that else was made by them. `least`: it may be more than that."""

    part: Credits
    whole: Credits
    least: bool


async def total(work: Work, asset_ids: Iterable[UUID], *, whole: bool) -> Total:
    """Of all of them together, each counted once; `whole` says whether nothing is missing among them."""
    query = Asset.known_to(work.actor).where(Asset.id.in_(list(asset_ids)))
    assets = (await work.session.scalars(query)).all()
    found = await costs(work, assets)
    runs = {asset.run_id: found[asset.id].whole for asset in assets if asset.run_id is not None}
    parts = [each.part for each in found.values()]
    # What an erased asset was made of is no longer known.
    lost = any(asset.erased_at is not None for asset in assets)
    return Total(
        Credits(sum(part or 0 for part in parts)),
        Credits(sum(each or 0 for each in runs.values())),
        not whole or lost or None in parts,
    )
