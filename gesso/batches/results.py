"""What came of a batch, to be taken along: a manifest with every row, an archive with every file, and the rows that
need a hand, to be mended and sent again."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Literal
from uuid import UUID
from zipfile import ZipFile

from gesso import library
from gesso.batches import orders
from gesso.batches.tables import Batch, Row
from gesso.db import Database, Work
from gesso.kit import sheet
from gesso.kit.actor import Actor
from gesso.kit.errors import NotFound
from gesso.kit.media import extension
from gesso.kit.time import now
from gesso.library import Asset
from gesso.library.bundle import Names, Sink, entry, poured
from gesso.store import Store

Format = Literal["csv", "jsonl"]

AT_ONCE: Final = 200
"""Rows that are read in one step."""
OURS: Final = ("row", "line", "state", "problem", "price", "spent", "offer", "run", "assets", "files")
"""The columns of a manifest before those of the file."""
PROBLEM: Final = "Problem (Gesso)"


async def manifest(db: Database, actor: Actor, batch: Batch, format: Format) -> AsyncIterator[bytes]:
    """Every row with what became of it, piece by piece. What a spreadsheet would take for a formula is a text."""
    names = Names()
    writer = _Writer(format, batch)
    async for rows, made in _portions(db, actor, batch):
        yield writer.write([_told(batch, row, made, _named(batch, row, made, names)) for row in rows], rows)
    yield writer.end()


async def archive(db: Database, store: Store, actor: Actor, batch: Batch) -> AsyncIterator[bytes]:
    """Every result as a ZIP that is written while it is sent; `manifest.csv` and `manifest.jsonl` in it say what each
    file is, and what came of the rows that have none."""
    sink, names = Sink(), Names("manifest.csv", "manifest.jsonl")
    writers = {format: _Writer(format, batch) for format in ("csv", "jsonl")}
    pieces: dict[str, list[bytes]] = {"csv": [], "jsonl": []}
    with ZipFile(sink, "w") as packed:
        async for rows, made in _portions(db, actor, batch):
            told = []
            for row in rows:
                files = []
                for asset, name in _named(batch, row, made, names):
                    try:
                        size = await store.size(asset.key)
                    except NotFound:
                        continue
                    async for piece in poured(packed, sink, store, asset, name, size):
                        yield piece
                    files.append((asset, name))
                told.append(_told(batch, row, made, files))
            for format, writer in writers.items():
                pieces[format].append(writer.write(told, rows))
        for format, writer in writers.items():
            data = b"".join([*pieces[format], writer.end()])
            await asyncio.to_thread(packed.writestr, entry(f"manifest.{format}", now(), len(data)), data)
            yield sink.taken()
    yield sink.taken()


async def corrected(db: Database, actor: Actor, batch: Batch, *, every: bool) -> AsyncIterator[bytes]:
    """The rows that could not be made as they are (or `every` row), as CSV, with what is wrong with each in a column
    of its own: to be mended and sent again. That column is passed over then."""
    # Ours of the time before is written anew.
    columns = [column["name"] for column in batch.columns if column["name"] != PROBLEM]
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow([*map(sheet.cell, columns), PROBLEM])
    after = -1
    states = () if every else ("invalid", "failed", "refused")
    while True:
        async with db.work(actor, read_only=True) as work:
            rows = await orders.page(work, batch.id, states=states, after=after, limit=AT_ONCE)
        if not rows:
            break
        after = rows[-1].place
        for row in rows:
            writer.writerow([*(sheet.cell(_plain(row.data.get(name))) for name in columns), sheet.cell(problem(row))])
        yield _taken(out)
    if after == -1:
        yield _taken(out)


def problem(row: Row) -> str:
    """What is wrong with a row, in a sentence or two."""
    told = [
        f"{each['column'] or each['field']}: {each['message']}" if each["column"] or each["field"] else each["message"]
        for each in row.problems
        if each["kind"] == "error" or row.state == "twin"
    ]
    if row.error and row.state not in ("succeeded", "waiting", "running"):
        told.append(str(row.error.get("message") or row.error.get("title") or ""))
    return "; ".join(filter(None, told))


async def made_by(work: Work, batch: Batch, rows: Sequence[Row]) -> dict[UUID, list[Asset]]:
    """What the last steps of the rows have made, by their runs, without what is in the trash."""
    ids = [run for row in rows if (run := _last(batch, row)) is not None]
    found = await library.of_runs(work, ids) if ids else {}
    return {id: [asset for asset in assets if asset.deleted_at is None] for id, assets in found.items()}


async def _portions(
    db: Database, actor: Actor, batch: Batch
) -> AsyncIterator[tuple[Sequence[Row], dict[UUID, list[Asset]]]]:
    """All rows, some at a time: no transaction is open while they are sent."""
    after = -1
    while True:
        async with db.work(actor, read_only=True) as work:
            rows = await orders.page(work, batch.id, after=after, limit=AT_ONCE)
            made = await made_by(work, batch, rows)
        if not rows:
            return
        yield rows, made
        after = rows[-1].place


def of(batch: Batch, row: Row, made: dict[UUID, list[Asset]]) -> list[Asset]:
    """What came of a row: of its last step, as its cells are now."""
    run = _last(batch, row)
    return [] if run is None else made.get(run, [])


def _last(batch: Batch, row: Row) -> UUID | None:
    return row.run_id if row.step == len(batch.steps) - 1 else None


def _named(batch: Batch, row: Row, made: dict[UUID, list[Asset]], names: Names) -> list[tuple[Asset, str]]:
    """The files of a row, called by its number and their titles: they sort as the rows do."""
    return [
        (asset, names.next(f"{row.place + 1:05d} {asset.title}", extension(asset.type)))
        for asset in of(batch, row, made)
    ]


def _told(batch: Batch, row: Row, made: dict[UUID, list[Asset]], files: Sequence[tuple[Asset, str]]) -> dict[str, Any]:
    return {
        "row": row.place + 1,
        "line": row.line,
        "state": row.state,
        "problem": problem(row),
        "price": row.price / 1000,
        "spent": row.spent / 1000,
        "offer": row.offers[min(row.step, len(row.offers) - 1)] if row.offers else "",
        "run": row.runs[-1] if row.runs else "",
        "assets": [str(asset.id) for asset in of(batch, row, made)],
        "files": [name for _, name in files],
    }


class _Writer:
    """Rows as text, in either format."""

    def __init__(self, format: str, batch: Batch) -> None:
        self._format = format
        self._columns = [column["name"] for column in batch.columns]
        self._out = io.StringIO()
        self._csv = csv.writer(self._out)
        if format == "csv":
            self._out.write("\ufeff")
            self._csv.writerow([*OURS, *map(sheet.cell, self._columns)])

    def write(self, told: Sequence[dict[str, Any]], rows: Sequence[Row]) -> bytes:
        for each, row in zip(told, rows, strict=True):
            if self._format == "csv":
                cells = [" ".join(value) if isinstance(value, list) else value for value in each.values()]
                cells += [_plain(row.data.get(name)) for name in self._columns]
                self._csv.writerow(map(sheet.cell, cells))
            else:
                self._out.write(json.dumps({**each, "data": row.data}, ensure_ascii=False) + "\n")
        return _taken(self._out)

    def end(self) -> bytes:
        return _taken(self._out)


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode(errors="replace")
