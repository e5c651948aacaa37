"""`gesso batch`: the rows of a file, each made by an operation or a chain of them."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from zipfile import ZIP_STORED, ZipFile

from cyclopts import Parameter

from gesso.cli import ends, make, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.files import SUFFIXES
from gesso.cli.make import AsJson, DryRun, Preferred, WhichOffer
from gesso.kit import fields
from gesso.kit.errors import Invalid

if TYPE_CHECKING:
    from gesso_client import Client

Which = Literal["transient", "failed", "refused", "all"]
Told = dict[str, Any]

SHOWN: Final = 20
"""Rows with problems that are listed."""
COUNTS: Final = ("succeeded", "failed", "refused", "unknown", "cancelled", "invalid", "twin")
Target = Annotated[
    Path | None, Parameter(name=["--output", "-o"], help="DIR/ or FILE.zip for what was made. Else it stays there.")
]
Fields = Annotated[
    str, Parameter(name="FIELD=VALUE", help="The same for all rows; `2:factor=4` is a field of the second step.")
]


async def run(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *said: Fields,
    op: Annotated[str, Parameter(help="What is done to each row: an operation, as `gesso operations` lists them.")],
    then: Annotated[
        tuple[str, ...], Parameter(negative="", help="Operations that follow, each fed with what came before.")
    ] = (),
    column: Annotated[
        tuple[str, ...], Parameter(negative="", help="COLUMN=FIELD: where a column goes; COLUMN= is nowhere.")
    ] = (),
    offer: WhichOffer = None,
    prefer: Preferred = "price",
    cap: Annotated[float | None, Parameter(help="The most that it may spend, in credits.")] = None,
    canary: Annotated[int, Parameter(help="Make so many rows first, and wait for `gesso batch resume`.")] = 0,
    priority: Literal["high", "normal", "low"] = "normal",
    at_once: Annotated[int | None, Parameter(help="Rows that are made side by side.")] = None,
    per_minute: Annotated[int | None, Parameter(help="Rows that begin in a minute.")] = None,
    twins: Annotated[
        Literal["keep", "skip"], Parameter(help="Whether rows that say the same as an earlier one are made too.")
    ] = "keep",
    output: Target = None,
    dry_run: DryRun = False,
    detach: Annotated[bool, Parameter(negative="", show_default=False, help="Begin it, and do not wait.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Make the rows of a file: CSV, TSV, JSON Lines, JSON or a spreadsheet. Price and problems are told first. A cell
    names a picture by its id, its address, or as a file beside the file of rows. Interrupted, the batch is paused.

    Parameters
    ----------
    file
        The file; - reads it from stdin.
    """
    async with _source(file) as path, client(where, work=True) as gesso:
        known = await gesso.operations()
        steps: list[Told] = [{"op": make.named(known, each).op, "input": {}} for each in (op, *then)]
        steps[0] |= {"offer": offer, "prefer": prefer}
        for told, inputs in zip(steps, [*_inputs(known, steps, said)], strict=True):
            told["input"] = inputs
        wanted = {
            "steps": steps,
            "columns": dict(_column(each) for each in column),
            "title": "" if file == "-" else Path(file).name,
            "cap": None if cap is None else round(cap * 1000),
            "canary": canary,
            "priority": priority,
            "at_once": at_once,
            "per_minute": per_minute,
            "twins": twins,
        }
        batch = await gesso.batches.upload(path, wanted, name=Path(file).name if file != "-" else "stdin")
        try:
            batch = await _checked(gesso, batch, Path(file).parent if file != "-" else Path(), as_json)
        except asyncio.CancelledError:
            await gesso.batches.remove(batch["id"])
            raise
        if dry_run:
            code = await _report(gesso, batch, as_json)
            await gesso.batches.remove(batch["id"])
            return code
        if not as_json:
            await _report(gesso, batch, False, say.note)
        if not batch["waiting"]:
            await gesso.batches.remove(batch["id"])
            raise Invalid("No row of it can be made.")
        await gesso.batches.act(batch["id"], "start")
        if detach:
            batch = await gesso.batches.get(batch["id"])
            say.as_json(batch) if as_json else say.result(str(batch["id"]))
            return ends.OK
        return await _followed(gesso, str(batch["id"]), output, as_json)


async def status(batch: str | None = None, *, as_json: AsJson = False, where: Where = HERE) -> int:
    """How a batch stands, or all of them.

    Parameters
    ----------
    batch
        Its id.
    """
    async with client(where) as gesso:
        if batch is not None:
            told = await gesso.batches.get(batch)
            if as_json:
                say.as_json(told)
            else:
                _said(told)
                async for row in _some(gesso.batches.rows(batch, "failed", "refused", "unknown", "invalid")):
                    say.note(_line(row))
            return ends.OK
        found = await gesso.batches.list(limit=100)
    if as_json:
        say.as_json(found)
    else:
        rows = [
            (each["id"], each["title"], each["state"], f"{_done(each)} of {each['total']}", say.amount(each["spent"]))
            for each in found
        ]
        say.table(("Batch", "Title", "State", "Rows", "Spent"), rows)
    return ends.OK


async def pause(batch: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Begin no further row: what is at work ends, what only waited costs nothing.

    Parameters
    ----------
    batch
        Its id.
    """
    async with client(where) as gesso:
        _acted(await gesso.batches.act(batch, "pause"), as_json)


async def resume(
    batch: str,
    *,
    output: Target = None,
    detach: Annotated[bool, Parameter(negative="", show_default=False, help="Do not wait.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Let a batch go on: after a pause, after its first rows, or after its dry run.

    Parameters
    ----------
    batch
        Its id.
    """
    async with client(where, work=not detach) as gesso:
        told = await gesso.batches.act(batch, "start", release=True)
        if detach:
            _acted(told, as_json)
            return ends.OK
        return await _followed(gesso, batch, output, as_json)


async def cancel(batch: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Stop a batch for good. What it made stays.

    Parameters
    ----------
    batch
        Its id.
    """
    async with client(where) as gesso:
        _acted(await gesso.batches.act(batch, "cancel"), as_json)


async def retry(
    batch: str,
    *rows: Annotated[int, Parameter(help="Rows, counted from 1. Else all of a kind.")],
    which: Annotated[
        Which, Parameter(help="Those that may succeed unchanged, that failed, were refused, or all.")
    ] = "failed",
    output: Target = None,
    detach: Annotated[bool, Parameter(negative="", show_default=False, help="Do not wait.")] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Try rows again that came to nothing. What was paid for is not bought again.

    Parameters
    ----------
    batch
        Its id.
    """
    async with client(where, work=not detach) as gesso:
        count = await gesso.batches.retry(batch, which, [row - 1 for row in rows])
        if not as_json:
            say.note(f"{count} row{'' if count == 1 else 's'} again.")
        if detach:
            _acted(await gesso.batches.get(batch), as_json)
            return ends.OK
        return await _followed(gesso, batch, output, as_json)


async def results(
    batch: str,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="DIR/, FILE.zip, FILE.csv or FILE.jsonl.")],
    *,
    problems: Annotated[
        bool, Parameter(negative="", show_default=False, help="The rows that could not be made, to be mended (CSV).")
    ] = False,
    where: Where = HERE,
) -> None:
    """Take along what a batch made: the files, or the list of all rows with what became of each.

    Parameters
    ----------
    batch
        Its id.
    """
    async with client(where) as gesso:
        for path in await _saved(gesso, batch, output, problems=problems):
            say.result(str(path))


# -- a batch on its way ----------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _source(file: str) -> AsyncIterator[Path]:
    if file != "-":
        yield Path(file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stdin"
        await asyncio.to_thread(lambda: path.write_bytes(sys.stdin.buffer.read()))
        yield path


def _inputs(known: Sequence[Any], steps: Sequence[Told], said: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The inputs of each step that are the same for all rows."""
    told: list[list[str]] = [[] for _ in steps]
    for each in said:
        number, colon, rest = each.partition(":")
        step = int(number) - 1 if colon and number.isdigit() else 0
        if not 0 <= step < len(steps):
            raise Invalid(f"“{each}”: there are {len(steps)} steps.")
        told[step].append(rest if colon and number.isdigit() else each)
    for wanted, words in zip(steps, told, strict=True):
        offers = next(each for each in known if each.op == wanted["op"]).offers
        inputs = fields.of(one.input for one in offers if wanted.get("offer") in (None, one.id))
        yield fields.parse(inputs, words)


def _column(text: str) -> tuple[str, str | None]:
    name, equals, place = text.rpartition("=")
    if not equals:
        raise Invalid(f"“{text}” says not where the column goes. Write COLUMN=FIELD.")
    return name, place or None


async def _checked(gesso: "Client", batch: Told, beside: Path, as_json: bool) -> Told:
    """The batch when its rows were looked at, with the pictures that lie beside its file."""
    with _progress(shown=not as_json, what="checked") as follow:
        batch = await gesso.batches.wait(batch["id"], on_progress=follow)
    if batch["state"] == "draft":
        raise Invalid(batch["note"] or "It cannot be checked.")
    named = [path async for path in _beside(gesso, batch, beside)]
    if not named:
        return batch
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pictures.zip"
        await asyncio.to_thread(_packed, archive, named)
        await gesso.batches.pictures(batch["id"], archive)
    with _progress(shown=not as_json, what="checked") as follow:
        return await gesso.batches.wait(batch["id"], on_progress=follow)


async def _beside(gesso: "Client", batch: Told, folder: Path) -> AsyncIterator[tuple[Path, str]]:
    """The pictures that cells name which cannot be made as they are: those that lie in the folder of the file."""
    root, seen = await asyncio.to_thread(folder.resolve), set[str]()
    async for row in gesso.batches.rows(batch["id"], "invalid"):
        for problem in row["problems"]:
            name = row["data"].get(problem["column"])
            if not isinstance(name, str) or name in seen or Path(name).suffix.lower() not in SUFFIXES:
                continue
            seen.add(name)
            path = await asyncio.to_thread((root / name).resolve)
            if path.is_relative_to(root) and await asyncio.to_thread(path.is_file):
                yield path, name


def _packed(archive: Path, named: Sequence[tuple[Path, str]]) -> None:
    with ZipFile(archive, "w", ZIP_STORED) as file:
        for path, name in named:
            file.write(path, name)


async def _report(gesso: "Client", batch: Told, as_json: bool, said: Callable[[str], None] = say.result) -> int:
    """What a dry run says; the exit code says whether every row can be made."""
    bad = [row async for row in gesso.batches.rows(batch["id"], "invalid")] if batch["invalid"] else []
    if as_json:
        say.as_json({**batch, "rows": [{"line": row["line"], "problems": row["problems"]} for row in bad]})
        return ends.FAILED if bad or batch["exceeding"] else ends.OK
    for fault in batch["source"]["faults"]:
        say.note(f"line {fault['line']}: {fault['message']}")
    for row in bad[:SHOWN]:
        say.note(_line(row))
    if len(bad) > SHOWN:
        say.note(f"... and {len(bad) - SHOWN} more rows with problems.")
    for common in batch["problems"]:
        if common["kind"] != "error":
            say.note(f"{common['rows']} rows (from line {common['line']}): {_problem(common)}")
    if unused := [column["name"] for column in batch["columns"] if column["into"] is None]:
        say.note(f"Columns that go nowhere: {', '.join(unused)}.")
    if batch["exceeding"]:
        say.note(
            f"The money ends before {batch['exceeding']} rows (the first is line {batch['exceeding_line']}): "
            "they will be refused."
        )
    said(
        f"{batch['waiting']} of {batch['total']} rows: {say.price(batch['price'])}, "
        f"about {say.duration(batch['seconds'])} of work"
    )
    return ends.FAILED if bad or batch["source"]["faults"] or batch["exceeding"] else ends.OK


async def _followed(gesso: "Client", id: str, output: Path | None, as_json: bool) -> int:
    """Until it does not go on by itself. Interrupted, it is paused: nothing is spent that nobody looks at."""
    try:
        with _progress(shown=not as_json, what="done") as follow:
            batch = await gesso.batches.wait(id, on_progress=follow)
    except asyncio.CancelledError:
        say.note(f"Pausing the batch. `gesso batch resume {id}` lets it go on.")
        with contextlib.suppress(Exception):
            await gesso.batches.act(id, "pause")
        raise
    saved = await _saved(gesso, id, output) if output is not None else []
    if as_json:
        say.as_json({**batch, "files": [str(path) for path in saved]})
    else:
        for path in saved:
            say.result(str(path))
        _said(batch)
        async for row in _some(gesso.batches.rows(id, "failed", "refused", "unknown")):
            say.note(_line(row))
        if batch["state"] == "canary":
            say.note(
                f"Its first rows are there. `gesso batch resume {id}` makes the rest, `gesso batch cancel {id}` not."
            )
    left = batch["failed"] + batch["refused"] + batch["unknown"] + batch["invalid"]
    return ends.FAILED if left or batch["state"] in ("failed", "cancelled") else ends.OK


async def _saved(gesso: "Client", id: str, output: Path, *, problems: bool = False) -> list[Path]:
    if problems:
        return [await gesso.batches.corrected(id, output)]
    match output.suffix.lower():
        case ".csv":
            return [await gesso.batches.manifest(id, output, "csv")]
        case ".jsonl":
            return [await gesso.batches.manifest(id, output, "jsonl")]
        case ".zip":
            return [await gesso.batches.archive(id, output)]
    with tempfile.TemporaryDirectory() as folder:
        archive = await gesso.batches.archive(id, Path(folder) / "results.zip")
        return await asyncio.to_thread(_unpacked, archive, output)


def _unpacked(archive: Path, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive) as file:
        # The studio's own names: none of them leads elsewhere.
        return [Path(file.extract(name, folder)) for name in file.namelist()]


async def _some(rows: AsyncIterator[Told]) -> AsyncIterator[Told]:
    count = 0
    async for row in rows:
        count += 1
        if count > SHOWN:
            say.note("... and more. `gesso batch results BATCH -o rows.csv` lists all.")
            return
        yield row


def _said(batch: Told) -> None:
    counts = [f"{batch[name]} {name}" for name in COUNTS if batch[name]]
    going = batch["waiting"] + batch["running"] + batch["unchecked"]
    if going:
        counts.append(f"{going} to come")
    say.note(f"{batch['title']}: {batch['state']}. {', '.join(counts) or 'nothing yet'} of {batch['total']}.")
    if batch["note"]:
        say.note(batch["note"])
    say.note(f"Charged: {say.amount(batch['spent'])} of {say.amount(batch['price'])}.")


def _acted(batch: Told, as_json: bool) -> None:
    if as_json:
        say.as_json(batch)
    else:
        _said(batch)


def _line(row: Told) -> str:
    told = [_problem(each) for each in row["problems"] if each["kind"] == "error"]
    if row["error"]:
        told.append(row["error"]["message"] or row["error"]["title"])
    return f"line {row['line']}: {'; '.join(told) or row['state']}"


def _problem(problem: Mapping[str, Any]) -> str:
    where = problem["column"] or problem["field"]
    return f"{where}: {problem['message']}" if where else str(problem["message"])


def _done(batch: Told) -> int:
    return sum(int(batch[name]) for name in COUNTS)


@contextmanager
def _progress(*, shown: bool, what: Literal["checked", "done"]) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """A bar that follows a batch, on stderr, where that is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield lambda batch: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def follow(batch: Mapping[str, Any]) -> None:
            told = dict(batch)
            done = told["total"] - told["unchecked"] if what == "checked" else _done(told)
            words: str = what
            if what == "done":
                bad = sum(told[name] for name in ("failed", "refused", "unknown"))
                words = " · ".join(
                    filter(
                        None,
                        (
                            say.amount(told["spent"]),
                            f"{bad} not made" if bad else "",
                            f"about {say.duration(told['left'])} left" if told["left"] else "",
                        ),
                    )
                )
            bar.update(task, total=told["total"], completed=done, description=words)

        yield follow
