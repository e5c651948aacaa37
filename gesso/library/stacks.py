"""Stacks: assets that lie on each other, so that of several takes only the best is in the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from gesso.db import Work
from gesso.library.tables import Asset


@dataclass(frozen=True, slots=True)
class Stack:
    """`count` are those that are not in the trash."""

    id: UUID
    count: int


async def of(work: Work, assets: Iterable[Asset]) -> Mapping[UUID, Stack]:
    """By asset the stack that it lies in; one that lies alone is in none."""
    within = {asset.id: asset.stack_id for asset in assets if asset.stack_id is not None}
    if not within:
        return {}
    counted = (
        select(Asset.stack_id, func.count())
        .where(
            Asset.team_id == work.actor.team_id, Asset.stack_id.in_(set(within.values())), Asset.deleted_at.is_(None)
        )
        .group_by(Asset.stack_id)
    )
    counts = {row[0]: row[1] for row in await work.session.execute(counted)}
    return {id: Stack(stack, counts[stack]) for id, stack in within.items() if counts.get(stack, 0) > 1}


async def members(work: Work, stack_id: UUID) -> Sequence[Asset]:
    """What lies in it and is not in the trash, the top first."""
    found = await work.session.scalars(
        Asset.visible_to(work.actor)
        .where(Asset.stack_id == stack_id, Asset.deleted_at.is_(None))
        .order_by(Asset.stack_position, Asset.id)
    )
    return found.all()


def closed() -> ColumnElement[bool]:
    """Whether it lies on top, or in no stack."""
    other = aliased(Asset)
    above = exists().where(
        other.stack_id == Asset.stack_id,
        other.team_id == Asset.team_id,
        other.deleted_at.is_(None),
        or_(
            other.stack_position < Asset.stack_position,
            and_(other.stack_position == Asset.stack_position, other.id < Asset.id),
        ),
    )
    return or_(Asset.stack_id.is_(None), ~above)
