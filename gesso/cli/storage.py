"""`gesso storage`, `gesso trash`, `gesso analytics`, and of `gesso assets` what keeps, lets go and counts."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client, machine, only_here
from gesso.cli.make import AsJson

if TYPE_CHECKING:
    from collections.abc import Callable

Yes = Annotated[bool, Parameter(negative="", help="Do not ask first.")]
AllTeams = Annotated[bool, Parameter(negative="", help="Of every team on this machine.")]
DryRun = Annotated[bool, Parameter(negative="", help="Only say what would be removed.")]
Reason = Annotated[str, Parameter(help="Why; it is kept.")]


async def show(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """Show how much is kept, by whom and by what."""
    async with client(where) as gesso:
        found = await gesso.storage.show()
    if as_json:
        say.as_json(found)
        return
    limit = f" of {_size(found['limit'])}" if found["limit"] else ""
    say.result(f"{_size(found['used'])}{limit} in {found['assets']} assets")
    rows = [
        (what, each["title"] or each["key"] or "upload", _size(each["bytes"]), str(each["assets"]))
        for what, name in (("studio", "studios"), ("kind", "kinds"), ("person", "people"))
        for each in found[name]
    ]
    say.table(("By", "Who or what", "Size", "Assets"), rows)
    if found["full"]:
        say.note("It is full: nothing more comes in. Empty the trash, or give more room.")
    elif found["nearly"]:
        say.note("More than 80 % of it are used.")


async def check(*, all_teams: AllTeams = False, as_json: AsJson = False, where: Where = HERE) -> int:
    """Look for bytes that no asset names, and for assets whose bytes are gone. Changes nothing."""
    return await _look("check", all_teams, as_json, where)


async def clean(
    *, dry_run: DryRun = False, all_teams: AllTeams = False, as_json: AsJson = False, where: Where = HERE
) -> int:
    """Remove bytes that nobody has needed for longer than GESSO_STRAY_HOURS."""
    return await _look("clean", all_teams, as_json, where, dry_run=dry_run)


async def verify(*, as_json: AsJson = False, where: Where = HERE) -> int:
    """Read all bytes and hold them against their checksums. What is damaged is told, and never replaced."""
    async with client(where, work=True) as gesso:
        with _progress() as follow:
            chore = await gesso.storage.wait(await gesso.storage.begin("verify"), on_progress=follow)
        damaged = (await gesso.storage.health())["assets"] if chore["state"] == "succeeded" else []
    if as_json:
        say.as_json(chore | {"damaged": damaged})
    else:
        say.result(f"{chore['done']} of {chore['total']} read, {chore['found'].get('damaged', 0)} damaged")
        say.table(("Id", "Trouble", "Title"), [(each["id"], each["trouble"], each["title"]) for each in damaged])
    return _ended(chore) or (ends.FAILED if chore["found"].get("damaged") else ends.OK)


async def quota(
    *,
    team: Annotated[str | None, Parameter(help="MB that the team may keep; 0: as the settings say.")] = None,
    person: Annotated[str | None, Parameter(help="MB that each person may keep; 0: as the settings say.")] = None,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Show, or settle, how much may be kept. A team settles less than GESSO_TEAM_QUOTA_MB, not more."""
    told: dict[str, int | None] = {}
    for name, value in (("room", team), ("person_room", person)):
        if value is not None:
            if not value.isdigit():
                say.note(f"“{value}” is no number of MB.")
                return ends.USAGE
            told[name] = int(value) * 1_000_000 or None
    async with client(where) as gesso:
        if told:
            await gesso.storage.settle(**told)
        found = await gesso.storage.show()
    names = ("used", "limit", "own", "own_limit")
    if as_json:
        say.as_json({name: found[name] for name in names})
        return ends.OK
    for name, used, limit in (("team", "used", "limit"), ("you", "own", "own_limit")):
        most = _size(found[limit]) if found[limit] else "no limit"
        say.result(f"{name}\t{_size(found[used])}\t{most}")
    return ends.OK


async def trash(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """Show what is in the trash, and when it goes. `gesso assets ls --deleted` lists it."""
    async with client(where) as gesso:
        found = await gesso.storage.trash()
    if as_json:
        say.as_json(found)
        return
    say.result(f"{found['count']} assets, {_size(found['bytes'])}")
    if not found["days"]:
        say.note("Nothing goes by itself.")
    elif found["next_at"]:
        day = found["next_at"][:10]
        say.note(f"What is {found['days']} days old goes: {found['soon']} within a week, the next on {day}.")
    if found["held"]:
        say.note(f"{found['held']} stay, since they are under a legal hold.")


async def empty(*, yes: Yes = False, as_json: AsJson = False, where: Where = HERE) -> int:
    """Erase for good all that is in the trash, but for what is under a legal hold. There is no way back."""
    async with client(where, work=True) as gesso:
        found = await gesso.storage.trash()
        going = found["count"] - found["held"]
        if going and not yes and not _sure(f"Erase {going} assets ({_size(found['bytes'])}) for good?"):
            return ends.USAGE
        with _progress() as follow:
            chore = await gesso.storage.wait(await gesso.storage.begin("empty"), on_progress=follow)
    if as_json:
        say.as_json(chore)
    else:
        say.result(f"{chore['done']} erased")
    return _ended(chore)


async def days(
    days: Annotated[int | None, Parameter(help="0: never by itself. Left out: as the settings say.")] = None,
    *,
    where: Where = HERE,
) -> None:
    """Settle after how many days the trash lets go."""
    async with client(where) as gesso:
        rules = await gesso.storage.settle(trash_days=days)
    settled = rules["trash_days"] if rules["trash_days"] is not None else rules["default_trash_days"]
    say.result(str(settled))


async def hold(*ids: str, reason: Reason, where: Where = HERE) -> None:
    """Put assets under a legal hold: nobody can delete or erase them until it is lifted."""
    async with client(where) as gesso:
        for id in await gesso.storage.hold(ids, reason):
            say.result(id)


async def lift(*ids: str, reason: Reason, where: Where = HERE) -> None:
    """Lift every hold on assets. Who did so and why stays written."""
    async with client(where) as gesso:
        for id in await gesso.storage.lift(ids, reason):
            say.result(id)


async def holds(id: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the legal holds that an asset is and was under."""
    async with client(where) as gesso:
        found = await gesso.storage.holds(id)
    if as_json:
        say.as_json(found)
        return
    rows = [(each["created_at"][:10], (each["lifted_at"] or "")[:10], each["by"], each["reason"]) for each in found]
    say.table(("Since", "Until", "By", "Why"), rows)


async def derived(
    id: str,
    *,
    delete: Annotated[bool, Parameter(negative="", help="Put all of it in the trash.")] = False,
    forever: Annotated[bool, Parameter(negative="", help="Of what is in the trash; with --delete, erase it.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Show all that was made from an asset, itself included; or delete it as one."""
    async with client(where) as gesso:
        tree = await gesso.storage.derived(id, trash=forever)
        if not delete:
            if as_json:
                say.as_json(tree)
                return ends.OK
            rows = [("  " * leaf["depth"] + leaf["asset"]["id"], leaf["asset"]["title"]) for leaf in tree["leaves"]]
            say.table(("Id", "Title"), rows)
            say.note(_told(tree))
            return ends.OK
        what = "Erase for good" if forever else "Delete"
        if not yes and not _sure(f"{what} {_told(tree)}?"):
            return ends.USAGE
        gone = await gesso.storage.remove_derived(id, tree["count"], forever=forever)
    for each in gone:
        say.result(each)
    return ends.OK


async def usage(id: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Show how often an asset was viewed, downloaded, shared and worked with."""
    async with client(where) as gesso:
        found = await gesso.storage.usage(id)
    if as_json:
        say.as_json(found)
        return
    say.table(("What", "How often"), [(what, str(count)) for what, count in found["total"].items()])


async def analytics(
    *,
    since: Annotated[str | None, Parameter(help="The first day. Else thirty days are shown.")] = None,
    until: Annotated[str | None, Parameter(help="The last day.")] = None,
    by: Annotated[Literal["day", "studio", "operation", "model", "person"], Parameter(help="A line for each.")] = (
        "studio"
    ),
    studio: Annotated[str | None, Parameter(help="Only this one: create, edit, upscale, ... or upload.")] = None,
    csv: Annotated[Path | None, Parameter(help="Write the table to this file, for a spreadsheet.")] = None,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Show what was made, how well, and what it cost."""
    asked = {name: value for name, value in (("since", since), ("until", until), ("studio", studio)) if value}
    async with client(where) as gesso:
        if csv is not None:
            say.result(str(await gesso.storage.analytics_csv(csv, by, **asked)))
            return
        found = await gesso.storage.analytics(**asked)
    if as_json:
        say.as_json(found)
        return
    names = {"day": "points", "studio": "studios", "operation": "operations", "model": "models", "person": "people"}
    rows = [(_named(each, by), *_sums(each)) for each in found[names[by]]]
    say.table((by.capitalize(), "Made", "Runs", "Failed", "Cost"), [*rows, ("all", *_sums(found["total"]))])


def _named(group: Mapping[str, Any], by: str) -> str:
    return str(group["start"] if by == "day" else group["title"] or group["key"] or "upload")


def _sums(told: Mapping[str, Any]) -> tuple[str, ...]:
    return str(told["made"]), str(told["runs"]), str(told["failed"]), say.amount(told["spent"])


async def _look(kind: str, all_teams: bool, as_json: bool, where: Where, *, dry_run: bool = False) -> int:
    if all_teams:
        only_here(where, "--all-teams")
        found = await _everywhere(dry=kind == "check" or dry_run)
        _report(found, as_json)
        return ends.OK
    async with client(where, work=True) as gesso:
        with _progress() as follow:
            begun = await gesso.storage.begin(kind, dry_run=dry_run)
            chore = await gesso.storage.wait(begun, on_progress=follow)
    _report(chore["found"], as_json)
    return _ended(chore)


async def _everywhere(*, dry: bool) -> dict[str, Any]:
    """Team by team, by this process alone."""
    from dataclasses import asdict
    from datetime import timedelta
    from uuid import UUID

    from gesso import accounts
    from gesso.kit.actor import Actor
    from gesso.store import open_store
    from gesso.upkeep import strays

    total: dict[str, Any] = {}
    async with machine() as here:
        store, grace = open_store(here.settings.store), timedelta(hours=here.settings.stray_hours)
        async with here.db.session(read_only=True) as session:
            teams = await accounts.teams(session)
        for team in teams:
            actor = Actor(UUID(int=0), team, "nobody", frozenset())
            for name, value in asdict(await strays.clean(here.db, store, actor, grace, dry=dry)).items():
                total[name] = total[name] + value if name in total else value
    return total


def _report(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        say.as_json(found)
        return
    say.result(f"objects\t{found['objects']}\t{_size(found['bytes'])}")
    say.result(f"strays\t{found['strays']}\t{_size(found['stray_bytes'])}")
    say.result(f"removable\t{found['ripe']}\t{_size(found['ripe_bytes'])}")
    say.result(f"removed\t{found['removed']}\t{_size(found['removed_bytes'])}")
    say.result(f"missing\t{found['missing']}")
    say.result(f"changed\t{found['changed']}")
    if found["strange"]:
        say.note(f"{found['strange']} objects are not ours to know, and are left alone.")


def _ended(chore: Mapping[str, Any]) -> int:
    if chore["state"] == "succeeded":
        return ends.OK
    say.note(chore["note"] or f"It was {chore['state']}.")
    return ends.FAILED


def _told(tree: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{count} {kind}" for kind, count in tree["kinds"].items())
    more = [f"{tree[name]} {name}" for name in ("held", "shared", "favourites") if tree[name]]
    return f"{tree['count']} assets ({', '.join([kinds, _size(tree['bytes']), *more])})"


def _sure(question: str) -> bool:
    """Asked at the terminal; where there is none, --yes says it."""
    if not sys.stdin.isatty():
        say.note(f"{question} Say --yes.")
        return False
    sys.stderr.write(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def _progress() -> "Iterator[Callable[[Mapping[str, Any]], None]]":
    """A count on stderr, where that is a terminal."""

    def follow(chore: Mapping[str, Any]) -> None:
        if sys.stderr.isatty():
            most = f" of {chore['total']}" if chore["total"] else ""
            sys.stderr.write(f"\r{chore['done']}{most} ")

    try:
        yield follow
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


def _size(count: int) -> str:
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return ""
