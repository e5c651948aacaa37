"""The queue as an admin looks at it: how much waits, who works, and what is stuck; and a hand for what is.

Of the lanes and the workers every admin is told, since all teams share them. What a job is about is told to its own
team, and to who keeps the machine; others learn only that there is one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select

from gesso import accounts
from gesso.db import Work
from gesso.jobs import Held, Jobs, Lane, Seen
from gesso.kit.actor import Actor
from gesso.kit.errors import Conflict, NotFound
from gesso.library import Chore, Import, chores, imports
from gesso.runs import Run, Runs
from gesso.runs.tagger import KIND as TAG
from gesso.runs.tagger import Tagger

TIMES_TOO_LONG: Final = 10
LEAST_TOO_LONG: Final = 300.0
"""Seconds. A run is held too long when it takes ten times what was said before, and five minutes at least. Imports and
chores are as long as their archive or library is."""
MOST: Final = 100
"""Of what is stuck, so many are told of one by one."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a job is about. `kind` is run, import or chore; `seconds` is how long it should take, where that is
    known."""

    kind: str
    id: UUID
    title: str
    team_id: UUID
    state: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """A worker. `holding` counts all that it holds, `holds` are those that may be told of."""

    seen: Seen
    holding: int
    holds: list[tuple[Held, Task]]


@dataclass(frozen=True, slots=True)
class Stuck:
    """`why`: `abandoned` (its worker is dead, and nobody has taken it over), `crashed` (workers died with it), `slow`
    (held far longer than it should take), `unknown` (a run of which nobody knows whether it was bought; it has no
    job)."""

    why: str
    task: Task
    job: Held | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """`elsewhere` counts what is stuck and may not be told of; `whole`: nothing is kept back."""

    lanes: list[Lane]
    hands: list[Hand]
    stuck: list[Stuck]
    elsewhere: int
    whole: bool


async def look(work: Work, jobs: Jobs) -> Queue:
    """How the queue stands. Denied unless the actor manages people or the team."""
    _admit(work.actor)
    found = await jobs.overview()
    whole = await accounts.keeper(work.session, work.actor)
    every = {job.id: job for job in [*found.held, *found.troubled]}
    tasks = await _tasks(work, every.values(), whole)
    hands = [
        Hand(seen, len(held), [(job, tasks[job.id]) for job in held if job.id in tasks])
        for seen in found.workers
        for held in [[job for job in found.held if job.worker == seen.worker.id]]
    ]
    stuck: list[Stuck] = []
    elsewhere = 0
    for job in every.values():
        task = tasks.get(job.id)
        why = _why(job, task)
        if why and task is None:
            elsewhere += 1
        elif why and task is not None and len(stuck) < MOST:
            stuck.append(Stuck(why, task, job))
    runs = Run.__table__
    columns = (runs.c.id, runs.c.title, runs.c.team_id, runs.c.state, runs.c.seconds)
    # Written out, so that the index of just these is taken.
    undecided = _seen(Run, work.actor, whole).where(Run.state == literal_column("'unknown'"))
    rows = await work.session.execute(undecided.with_only_columns(*columns).order_by(Run.id.desc()).limit(MOST))
    stuck += [Stuck("unknown", Task("run", row.id, row.title, row.team_id, row.state, row.seconds)) for row in rows]
    return Queue(_with_workers(found.lanes, found.workers), hands, stuck, elsewhere, whole)


async def resume(work: Work, jobs: Jobs, job_id: str) -> None:
    """Has a job taken up again at once: one that waits for its time, that a dead worker holds, or that a living one
    holds for too long; who held it until now can write no more. NotFound for what is over or is not told of. Conflict
    for an import that is being worked on: nobody can take that over from the living."""
    job, task = await _find(work, jobs, job_id)
    if task.kind == "import" and job.alive:
        raise Conflict(ALIVE)
    await jobs.resume(job)


async def cancel(work: Work, jobs: Jobs, runs: Runs, tagger: Tagger, job_id: str) -> Held:
    """Stops what a job of one's own team is about, as its own route does. Once that is committed, have the job taken up
    again: whoever does ends it, where its holder no longer can. NotFound for what is over or is another team's."""
    job, task = await _find(work, jobs, job_id)
    if task.team_id != work.actor.team_id:
        raise NotFound(NOWHERE)
    if task.kind == "run":
        await runs.cancel(work, task.id)
    elif task.kind == "import":
        await imports.cancel(work, task.id)
    else:
        chore = await chores.cancel(work, task.id)
        if chore.kind == TAG:
            await tagger.cancel(work, chore)
    return job


NOWHERE: Final = "There is no such job, or it is over."
ALIVE: Final = "A worker is at it, and lives. Cancel it instead."


def _admit(actor: Actor) -> None:
    if not actor.may("team.manage"):
        actor.require("people.manage")


async def _find(work: Work, jobs: Jobs, job_id: str) -> tuple[Held, Task]:
    _admit(work.actor)
    job = await jobs.find(job_id)
    if job is None:
        raise NotFound(NOWHERE)
    tasks = await _tasks(work, [job], await accounts.keeper(work.session, work.actor))
    if job.id not in tasks:
        raise NotFound(NOWHERE)
    return job, tasks[job.id]


def _why(job: Held, task: Task | None) -> str | None:
    if job.worker is not None and not job.alive:
        return "abandoned"
    if job.crashes:
        return "crashed"
    if job.worker is not None and task is not None and task.seconds is not None:
        return "slow" if job.seconds > max(LEAST_TOO_LONG, TIMES_TOO_LONG * task.seconds) else None
    return None


async def _tasks(work: Work, jobs: Iterable[Held], whole: bool) -> dict[str, Task]:
    """What each job is about, where that may be told: three queries at most, whatever their number."""
    named = {job.id: about for job in jobs if (about := _about(job)) is not None}
    found: dict[tuple[str, UUID], Task] = {}
    for kind, table, title in _KINDS:
        ids = {id for what, id in named.values() if what == kind}
        if not ids:
            continue
        columns = table.__table__.c
        seconds = columns.seconds if kind == "run" else func.null()
        query = _seen(table, work.actor, whole).where(columns.id.in_(ids))
        told = (columns.id, columns[title], columns.team_id, columns.state, seconds)
        for id, words, team_id, state, expected in await work.session.execute(query.with_only_columns(*told)):
            found[kind, id] = Task(kind, id, words, team_id, state, expected)
    return {job: found[about] for job, about in named.items() if about in found}


_KINDS: Final[Collection[tuple[str, Any, str]]] = (
    ("run", Run, "title"),
    ("import", Import, "name"),
    ("chore", Chore, "kind"),
)


def _seen(table: Any, actor: Actor, whole: bool) -> Select[Any]:
    """Who keeps the machine is told what every job on it is about."""
    return select(*table.__table__.c) if whole else table.visible_to(actor)


def _about(job: Held) -> tuple[str, UUID] | None:
    """By how each kind names its jobs; None for a kind that is not known here."""
    kind = "import" if job.id.startswith(imports.PREFIX) else "chore" if job.about.startswith(chores.PREFIX) else "run"
    try:
        return kind, UUID(job.about.removeprefix(chores.PREFIX))
    except ValueError:
        return None


def _with_workers(lanes: list[Lane], workers: Iterable[Seen]) -> list[Lane]:
    """Also the lanes where nothing is, but that somebody works on; and the two that every studio has."""
    known = {lane.name: lane for lane in lanes}
    names = {"remote", "cpu", *known, *(lane for each in workers if each.alive for lane in each.worker.lanes)}
    return [known.get(name) or Lane(name) for name in sorted(names, key=lambda name: (_ORDER.get(name, 9), name))]


_ORDER: Final = {"remote": 0, "cpu": 1, "gpu": 2}
