"""Long work that a person asks for and that no kill leaves half-done: promised, done in steps, followed, stopped."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from gesso import events
from gesso.db import Work
from gesso.jobs import Jobs
from gesso.kit.errors import Cancelled
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.upkeep.tables import OVER, Chore

ABOUT: Final = "chore "
"""With this begins what a job of ours is about; a run's is its id alone."""


async def begin(work: Work, jobs: Jobs, kind: str, **asked: Any) -> Chore:
    """The chore of this kind that is under way; else a new one, promised in the caller's transaction."""
    under_way = Chore.visible_to(work.actor).where(Chore.kind == kind, Chore.state.not_in(OVER))
    known: Chore | None = await work.session.scalar(under_way.order_by(Chore.id.desc()).limit(1))
    if known is not None:
        return known
    chore = Chore(id=uuid7(), team_id=work.actor.team_id, user_id=work.actor.user_id, kind=kind, asked=asked, told={})
    work.session.add(chore)
    await work.session.flush()
    await jobs.enqueue(work, f"chore-{chore.id}", f"{ABOUT}{chore.id}", lane="cpu")
    tell(work, chore)
    return chore


async def get(work: Work, chore_id: UUID) -> Chore:
    return await work.find(Chore, chore_id)


async def latest(work: Work) -> Sequence[Chore]:
    """The newest of each kind."""
    query = Chore.visible_to(work.actor).order_by(Chore.id.desc()).limit(50)
    newest: dict[str, Chore] = {}
    for chore in await work.session.scalars(query):
        newest.setdefault(chore.kind, chore)
    return list(newest.values())


async def stop(work: Work, chore_id: UUID) -> Chore:
    """Ends it before its next step; what was done stays done. Twice is once."""
    chore = await work.find(Chore, chore_id, lock=True)
    if chore.state == "waiting":
        chore.state, chore.ended_at = "stopped", now()
        tell(work, chore)
    elif chore.state == "running":
        chore.stopping = True
    return chore


async def step(
    work: Work,
    chore: Chore,
    *,
    done: int = 0,
    total: int | None = None,
    told: Mapping[str, Any] | None = None,
    anew: bool = False,
) -> None:
    """Writes down, in the transaction of what was done, that it was; with `anew` the count begins again. Cancelled
    where somebody stopped it: then what was done in this transaction is not."""
    current = await work.find(Chore, chore.id, lock=True)
    if current.stopping or current.state in OVER:
        raise Cancelled("Stopped.")
    current.done = done if anew else current.done + done
    current.total = current.total if total is None else total
    current.told = {**current.told, **(told or {})}
    chore.done, chore.total, chore.told = current.done, current.total, current.told
    tell(work, current)


def tell(work: Work, chore: Chore) -> None:
    events.emit(
        work,
        "chore.changed",
        chore=str(chore.id),
        kind=chore.kind,
        state=chore.state,
        done=chore.done,
        total=chore.total,
    )
