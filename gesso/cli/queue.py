"""`gesso queue`: what waits, who works, what is stuck."""

import asyncio
import sys
from typing import Annotated, Any

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson

LOOK_SECONDS = 2.0
NOBODY = "Nobody works on the lane {lane}: start `gesso worker --lanes {lane}`."


async def show(
    *,
    watch: Annotated[bool, Parameter(negative="", help="Look again every two seconds, until Ctrl-C.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Show the lanes, the workers and what is stuck. For admins."""
    async with client(where) as gesso:
        while True:
            found = await gesso.queue.show()
            if watch and not as_json and sys.stdout.isatty():
                # Back to the top of an empty screen, as `watch` does it.
                sys.stdout.write("\x1b[H\x1b[J")
            (say.as_json if as_json else _tell)(found)
            if not watch:
                return
            say.flush()
            await asyncio.sleep(LOOK_SECONDS)


async def resume(job: str, *, where: Where = HERE) -> None:
    """Have a job that is stuck taken up again at once, whoever holds it. Nothing is bought twice by that.

    Parameters
    ----------
    job
        Its id, as `gesso queue` shows it.
    """
    async with client(where) as gesso:
        await gesso.queue.resume(job)
    say.note("It waits in its lane again.")


async def cancel(job: str, *, where: Where = HERE) -> None:
    """Stop what a job is about, also where its worker no longer can.

    Parameters
    ----------
    job
        Its id, as `gesso queue` shows it.
    """
    async with client(where) as gesso:
        await gesso.queue.cancel(job)
    say.note("It is stopped.")


def _tell(found: dict[str, Any]) -> None:
    say.table(
        ("Lane", "Waiting", "Later", "Running", "Oldest", "Ended/min", "Workers"),
        [
            (
                lane["name"],
                str(lane["waiting"]),
                str(lane["delayed"]),
                f"{lane['running']} of {lane['room']}" if lane["room"] else str(lane["running"]),
                "" if lane["age"] is None else say.duration(lane["age"]),
                str(lane["ended"]),
                str(lane["workers"]),
            )
            for lane in found["lanes"]
        ],
    )
    say.table(
        ("Worker", "Host", "Lanes", "Since", "Heard", "Holds"),
        [
            (
                worker["id"],
                worker["host"],
                ",".join(f"{lane}:{room}" if room else lane for lane, room in worker["lanes"].items()),
                worker["since"][:16],
                "gone" if worker["gone"] else f"{worker['silent']:.0f} s ago",
                _holds(worker),
            )
            for worker in found["workers"]
        ],
    )
    say.table(
        ("Stuck", "Why", "For", "Crashes", "What"),
        [
            (
                stuck["job"] or stuck["task"]["id"],
                stuck["why"],
                "" if stuck["seconds"] is None else say.duration(stuck["seconds"]),
                str(stuck["crashes"]),
                f"{stuck['task']['kind']}: {stuck['task']['title']}",
            )
            for stuck in found["stuck"]
        ],
    )
    for lane in found["lanes"]:
        if not lane["workers"] and (lane["waiting"] or lane["delayed"]):
            say.note(NOBODY.format(lane=lane["name"]))
    if found["elsewhere"]:
        say.note(f"{found['elsewhere']} more of other teams are stuck.")


def _holds(worker: dict[str, Any]) -> str:
    """How many, and what the first of them is."""
    if not worker["holds"]:
        return str(worker["holding"])
    return f"{worker['holding']}: {worker['holds'][0]['task']['title']}"
