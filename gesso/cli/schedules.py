"""`gesso schedules`: what is begun at its time, by itself."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.kit.errors import Invalid, NotFound

if TYPE_CHECKING:
    from gesso_client import Client

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def ls(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the schedules, the newest first."""
    async with client(where) as gesso:
        found = await gesso.schedules.list()
    if as_json:
        say.as_json(found)
        return
    rows = [
        (
            each["id"],
            each["title"],
            each["state"],
            each["words"],
            (each["next_at"] or "")[:16],
            each["last"] or "",
            each["note"],
        )
        for each in found
    ]
    say.table(("Schedule", "Title", "State", "When", "Next (UTC)", "Last", "Note"), rows)


async def add(
    title: str,
    *,
    cron: Annotated[str, Parameter(help="Five fields of cron.")] = "",
    at: Annotated[str, Parameter(help="Once, at this time: 2026-12-24T18:00.")] = "",
    daily: Annotated[str, Parameter(help="Every day at this time: 09:00.")] = "",
    weekly: Annotated[str, Parameter(help="On these days, at a time: mon,wed 09:00.")] = "",
    monthly: Annotated[str, Parameter(help="On this day of the month, at a time: 31 09:00.")] = "",
    hourly: Annotated[int | None, Parameter(help="Every hour, at this minute.")] = None,
    zone: Annotated[str, Parameter(help="The time zone, as Europe/Berlin.")] = "UTC",
    op: Annotated[str, Parameter(help="The operation that is run.")] = "",
    offer: Annotated[str | None, Parameter(help="Which offer carries it out.")] = None,
    set: Annotated[tuple[str, ...], Parameter(name=["--set", "-s"], negative="", help="A field: prompt=a lake.")] = (),
    rows: Annotated[Path | None, Parameter(help="A file of rows (JSON, JSON Lines): each is done each time.")] = None,
    folder: Annotated[str, Parameter(help="A folder of the server: what is new in it is done.")] = "",
    feed: Annotated[str, Parameter(help="The address of a feed: what is new in it is done.")] = "",
    column: Annotated[tuple[str, ...], Parameter(negative="", help="Where a column goes: title=prompt.")] = (),
    first: Annotated[Literal["all", "new"], Parameter(help="Whether what is there already is new.")] = "new",
    missed: Annotated[Literal["skip", "once"], Parameter(help="Whether one that was missed is made up for.")] = "once",
    cap: Annotated[float | None, Parameter(help="The most credits that it may cost each time.")] = None,
    until: Annotated[str | None, Parameter(help="When it ends: 2026-12-24T18:00:00+01:00.")] = None,
    most: Annotated[int | None, Parameter(help="How often it is done at most.")] = None,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Make a schedule; prints its id.

    Parameters
    ----------
    title
        What it is called.
    """
    when = {"timezone": zone, **_when(cron, at, daily, weekly, monthly, hourly)}
    given = dict(_pair(each) for each in set)
    said: dict[str, Any] = {"missed": missed, "until": until, "most": most}
    said["cap"] = None if cap is None else round(cap * 1000)
    if rows is not None or folder or feed:
        columns = dict(_pair(each, plain=True) for each in column)
        said["batch"] = {"op": op, "offer": offer, "input": given, "columns": columns}
        if rows is not None:
            said["rows"] = _rows(rows)
        else:
            said["watch"] = {"kind": "folder" if folder else "feed", "place": folder or feed, "first": first}
    else:
        said["run"] = {"op": op, "offer": offer, "input": given}
    async with client(where) as gesso:
        made = await gesso.schedules.create(title, when, **said)
    if as_json:
        say.as_json(made)
        return
    price = "" if made["price"] is None else f", {say.price(made['price'])} each time"
    say.note(f"{made['words']}; next {made['next'][0][:16].replace('T', ' ')}{price}.")
    say.result(made["id"])


async def rm(schedule: str, *, where: Where = HERE) -> None:
    """Forget a schedule; what it began stays.

    Parameters
    ----------
    schedule
        Its id or its title.
    """
    async with client(where) as gesso:
        id = await _schedule(gesso, schedule)
        await gesso.schedules.remove(id)
    say.result(id)


async def pause(schedule: str, *, where: Where = HERE) -> None:
    """Begin nothing until it is resumed.

    Parameters
    ----------
    schedule
        Its id or its title.
    """
    async with client(where) as gesso:
        say.result((await gesso.schedules.pause(await _schedule(gesso, schedule)))["state"])


async def resume(schedule: str, *, where: Where = HERE) -> None:
    """Go on with its next moment.

    Parameters
    ----------
    schedule
        Its id or its title.
    """
    async with client(where) as gesso:
        found = await gesso.schedules.resume(await _schedule(gesso, schedule))
    say.result(found["next"][0])


async def run(schedule: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Do it now, besides its moments; prints the ids of what was begun.

    Parameters
    ----------
    schedule
        Its id or its title.
    """
    async with client(where) as gesso:
        tick = await gesso.schedules.run(await _schedule(gesso, schedule))
    if as_json:
        say.as_json(tick)
        return
    for id in [*([tick["run"]] if tick["run"] else []), *tick["batches"]]:
        say.result(id)
    if tick["outcome"] == "nothing":
        say.note("There is nothing new.")
    if tick["note"]:
        say.note(tick["note"])


async def next(schedule: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Print its next five moments, by a clock of its zone.

    Parameters
    ----------
    schedule
        Its id or its title; or five fields of cron, in UTC.
    """
    async with client(where) as gesso:
        if len(schedule.split()) == 5:
            found = (await gesso.schedules.preview({"kind": "cron", "cron": schedule}))["next"]
        else:
            found = (await gesso.schedules.get(await _schedule(gesso, schedule)))["next"]
    if as_json:
        say.as_json(found)
        return
    for each in found:
        say.result(each)


def _when(cron: str, at: str, daily: str, weekly: str, monthly: str, hourly: int | None) -> dict[str, Any]:
    told: list[dict[str, Any]] = []
    if cron:
        told.append({"kind": "cron", "cron": cron})
    if at:
        told.append({"kind": "once", "at": at})
    if daily:
        told.append({"kind": "daily", "time": daily})
    if weekly:
        days, _, time = weekly.partition(" ")
        named = [day.strip().lower()[:3] for day in days.split(",")]
        numbers = [DAYS.index(day) + 1 for day in named if day in DAYS]
        told.append({"kind": "weekly", "days": numbers, "time": time.strip() or "09:00"})
    if monthly:
        day, _, time = monthly.partition(" ")
        told.append({"kind": "monthly", "day": day, "time": time.strip() or "09:00"})
    if hourly is not None:
        told.append({"kind": "hourly", "minute": hourly})
    if len(told) != 1:
        raise Invalid("Say once when: --cron, --at, --daily, --weekly, --monthly or --hourly.")
    return told[0]


def _pair(text: str, *, plain: bool = False) -> tuple[str, Any]:
    name, told, value = text.partition("=")
    if not told:
        raise Invalid(f"“{text}” is no field: write name=value.")
    if plain:
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _rows(path: Path) -> list[Any]:
    text = path.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise Invalid(f"{path.name} is neither JSON nor JSON Lines.") from None
    return found if isinstance(found, list) else [found]


async def _schedule(gesso: "Client", name: str) -> str:
    """By id or title; of several with one title, the newest."""
    for each in await gesso.schedules.list():
        if name in (each["id"], each["title"]):
            return str(each["id"])
    raise NotFound(f"There is no schedule “{name}”. `gesso schedules ls` lists them.")
