"""The queue and its workers, for admins."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from gesso import accounts, jobs
from gesso.api.desk import AtDesk
from gesso.jobs import Held, Lane
from gesso.kit.time import now
from gesso.upkeep import queue
from gesso.upkeep.queue import Hand, Queue, Task

router = APIRouter(prefix="/queue", tags=["queue"])


class LaneOut(BaseModel):
    """A lane: what waits, what waits for its time (`delayed`), what is being worked on. `age` is how many seconds the
    oldest has waited. `workers` take jobs from it, `room` at once in all (0: some do not say). `begun` and `ended` are
    jobs in the last minute; `pace` counts the ended ones in spans of `span` seconds, the newest last."""

    name: str
    waiting: int
    delayed: int
    running: int
    age: float | None
    workers: int
    room: int
    begun: int
    ended: int
    pace: list[int]


class TaskOut(BaseModel):
    """What a job is about. `team` is named where it is another than yours."""

    kind: Literal["run", "import", "chore"]
    id: UUID
    title: str
    state: str
    team: str | None


class HoldOut(BaseModel):
    """A job that a worker holds, since when, and what it is about."""

    job: str
    lane: str
    since: datetime
    task: TaskOut


class WorkerOut(BaseModel):
    """A worker: its lanes, each with how many jobs at once (0: it does not say). It was last heard of `silent` seconds
    ago; `gone`: it died within the hour. `holding` counts all that it holds, `holds` are those of your team."""

    id: str
    host: str
    pid: int
    lanes: dict[str, int]
    since: datetime
    silent: float
    gone: bool
    holding: int
    holds: list[HoldOut]


class StuckOut(BaseModel):
    """What does not go on. `why`: `abandoned` (its worker is dead, and nobody has taken it over), `crashed` (workers
    died with it), `slow` (held far longer than it should take), `unknown` (a run of which nobody knows whether it was
    bought: somebody has to say; it has no job)."""

    why: Literal["abandoned", "crashed", "slow", "unknown"]
    job: str | None
    lane: str | None
    worker: str | None
    seconds: float | None
    crashes: int
    task: TaskOut


class QueueOut(BaseModel):
    """How the queue stands. `elsewhere`: so many jobs of other teams are stuck. `whole`: of all teams you are told what
    their jobs are about; you keep this machine."""

    span: int
    lanes: list[LaneOut]
    workers: list[WorkerOut]
    stuck: list[StuckOut]
    elsewhere: int
    whole: bool


@router.get("")
async def look(desk: AtDesk) -> QueueOut:
    """What waits, who works, how fast it goes, and what is stuck. For admins."""
    async with desk.read() as work:
        found = await queue.look(work, desk.studio.jobs)
        teams = await accounts.team_names(work.session, _others(found, work.actor.team_id))
    at = now()
    return QueueOut(
        span=jobs.SPAN,
        lanes=[_lane(lane, found.hands) for lane in found.lanes],
        workers=[_worker(hand, at, teams) for hand in found.hands],
        stuck=[
            StuckOut(
                why=each.why,
                job=each.job and each.job.id,
                lane=each.job and each.job.lane,
                worker=each.job and each.job.worker,
                seconds=each.job and each.job.seconds,
                crashes=each.job.crashes if each.job else 0,
                task=_task(each.task, teams),
            )
            for each in found.stuck
        ],
        elsewhere=found.elsewhere,
        whole=found.whole,
    )


@router.post("/{job_id}/resume", status_code=204)
async def resume(job_id: str, desk: AtDesk) -> None:
    """Has a job taken up again at once, whoever holds it. Nothing is bought twice by that. For admins."""
    async with desk.read() as work:
        await queue.resume(work, desk.studio.jobs, job_id)


@router.post("/{job_id}/cancel", status_code=204)
async def cancel(job_id: str, desk: AtDesk) -> None:
    """Stops what a job is about, also where its worker no longer can. For admins, and for what is their team's."""
    async with desk.work() as work:
        job = await queue.cancel(work, desk.studio.jobs, desk.studio.runs, desk.studio.tagger, job_id)
    await desk.studio.jobs.resume(job)


def _others(found: Queue, mine: UUID) -> set[UUID]:
    tasks = [each.task for each in found.stuck] + [task for hand in found.hands for _, task in hand.holds]
    return {task.team_id for task in tasks} - {mine}


def _lane(lane: Lane, hands: list[Hand]) -> LaneOut:
    minute = 60 // jobs.SPAN
    rooms = [
        hand.seen.worker.lanes[lane.name] for hand in hands if hand.seen.alive and lane.name in hand.seen.worker.lanes
    ]
    return LaneOut(
        name=lane.name,
        waiting=lane.waiting,
        delayed=lane.delayed,
        running=lane.running,
        age=lane.age,
        workers=len(rooms),
        room=sum(rooms) if all(rooms) else 0,
        begun=sum(lane.begun[-minute:]),
        ended=sum(lane.ended[-minute:]),
        pace=lane.ended,
    )


def _worker(hand: Hand, at: datetime, teams: dict[UUID, str]) -> WorkerOut:
    worker = hand.seen.worker
    return WorkerOut(
        id=worker.id,
        # What follows the name tells boots and containers apart; people know the name.
        host=worker.host.partition(" ")[0],
        pid=worker.pid,
        lanes=dict(worker.lanes),
        since=datetime.fromtimestamp(worker.born, UTC),
        silent=hand.seen.silent,
        gone=not hand.seen.alive,
        holding=hand.holding,
        holds=[_hold(job, task, at, teams) for job, task in hand.holds],
    )


def _hold(job: Held, task: Task, at: datetime, teams: dict[UUID, str]) -> HoldOut:
    return HoldOut(job=job.id, lane=job.lane, since=at - timedelta(seconds=job.seconds), task=_task(task, teams))


def _task(task: Task, teams: dict[UUID, str]) -> TaskOut:
    return TaskOut(
        kind=task.kind,
        id=task.id,
        title=task.title,
        state=task.state,
        team=teams.get(task.team_id),
    )
