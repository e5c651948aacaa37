"""Files of rows: CSV, TSV, JSON Lines, JSON, spreadsheets, and what was pasted. Pure functions; a large file is read in
a worker process.

Nobody has to say what a file is: its encoding is told by its bytes, its delimiter by its first lines. Cells of a
spreadsheet are texts as a person sees them, as far as that can be known; those of JSON keep their types.
"""

import codecs
import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Literal

import charset_normalizer
from python_calamine import CalamineError, CalamineWorkbook

from gesso.kit.errors import Invalid, TooLarge
from gesso.kit.sheet import FORMULA

Format = Literal["csv", "tsv", "jsonl", "json", "xlsx", "assets"]

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 50_000
"""Characters."""
MOST_BYTES: Final = 256 << 20
UNPACKED: Final = 1 << 30
"""Bytes that a spreadsheet may unpack to."""
DELIMITERS: Final = (",", ";", "\t", "|")
LOOKED_AT: Final = 50
"""Lines by which a delimiter is told."""
SAMPLE: Final = 256 << 10
"""Bytes by which an encoding is told that is none of Unicode's."""
FAULTS: Final = 20
"""Of so many is told; a file with more is not read on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: where it begins in the file (counted from 1), and its cells by their columns."""

    line: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds. `faults` are lines that could not be read, with what is wrong with each."""

    format: Format
    encoding: str
    delimiter: str
    columns: list[str]
    lines: list[Line]
    faults: list[tuple[int, str]]


def read(data: bytes, name: str = "") -> Sheet:
    """The rows of a file. Invalid where it holds none or cannot be read (with `fields[].line` where a line is to
    blame), TooLarge where there are more than may be."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"A file of rows may have {MOST_BYTES >> 20} MiB.", limit=MOST_BYTES)
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _spreadsheet(data)
    text, encoding = _text(data)
    if not text.strip():
        raise Invalid("There is nothing in this file.", fields=[{"field": "file"}])
    ending = name.lower().rpartition(".")[2]
    start = text.lstrip()[:1]
    if ending in ("jsonl", "ndjson") or (start == "{" and ending != "json"):
        return _json_lines(text, encoding)
    if ending == "json" or (start == "[" and ending not in ("csv", "tsv", "txt")):
        return _json(text, encoding)
    return _separated(text, encoding, "\t" if ending == "tsv" else None)


def _text(data: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark, as UTF-8 where it is that, else by how its bytes are distributed."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name), name.removesuffix("-sig")
            except UnicodeDecodeError as error:
                raise _undecoded(data, error, name) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = error
    else:
        if "\0" not in text[:SAMPLE]:
            return text, "utf-8"
        fault = UnicodeDecodeError("utf-8", data, 0, 1, "")
    guess = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    name = guess.encoding if guess is not None else ""
    # Mostly UTF-8 with a broken sign somewhere: no other encoding would make sense of the rest.
    if not name or _mostly_utf8(data[:SAMPLE]):
        raise _undecoded(data, fault, "utf-8")
    try:
        return data.decode(name), name.replace("_", "-")
    except UnicodeDecodeError as error:
        raise _undecoded(data, error, name) from None


def _mostly_utf8(data: bytes) -> bool:
    told = data.decode("utf-8", "replace")
    broken = told.count("\ufffd")
    return 0 < broken * 20 < sum(sign > "\x7f" for sign in told)


def _undecoded(data: bytes, error: UnicodeDecodeError, name: str) -> Invalid:
    line = data.count(b"\n", 0, error.start) + 1
    said = f"Line {line} holds bytes that are no {name.upper().removesuffix('-SIG')}. Save the file as UTF-8."
    return Invalid(said, fields=[{"field": "file", "line": line, "message": said}])


# -- texts with delimiters


def _separated(text: str, encoding: str, delimiter: str | None) -> Sheet:
    text = text.removeprefix("\ufeff")
    if (told := text[:6].lower()).startswith("sep=") and len(told) > 4:
        # A line for spreadsheets alone, which names the delimiter.
        delimiter, skipped = text[4], 1
        text = text.partition("\n")[2]
    else:
        skipped = 0
    used = delimiter or _delimiter(text)
    lines, faults = list[Line](), list[tuple[int, str]]()
    columns: list[str] | None = None
    for number, cells, fault in _cells(text, used):
        line = number + skipped
        if fault:
            faults.append((line, fault))
            if len(faults) >= FAULTS:
                break
            continue
        if columns is None:
            columns = _columns(cells)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            faults.append((line, f"It has {len(cells)} cells, and there are {len(columns)} columns."))
            if len(faults) >= FAULTS:
                break
            continue
        lines.append(Line(line, dict(zip(columns, map(_plain, cells), strict=False))))
        _bounded(len(lines))
    return _made("tsv" if used == "\t" else "csv", encoding, used, columns or [], lines, faults)


def _plain(cell: str) -> str:
    """Without the apostrophe by which we, and spreadsheets, mark that a text is no formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" \n").startswith(FORMULA) else cell


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Each record with the line on which it begins, and what is wrong with it."""
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    csv.field_size_limit(1 << 24)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            unclosed = "unexpected end of data" in str(error)
            why = "A quotation mark is opened here and never closed." if unclosed else f"It cannot be read: {error}."
            yield begins, [], why
            if unclosed:
                return
            continue
        if (longest := max(map(len, cells), default=0)) > LONGEST_CELL:
            yield begins, [], f"A cell of it has {longest:,} characters; {LONGEST_CELL:,} are the most."
            continue
        yield begins, cells, ""


def _delimiter(text: str) -> str:
    """What stands equally often in the first records, outside of quotation marks; a comma where nothing does."""
    best, score = ",", 0.0
    head = "".join(_first_lines(text))
    for candidate in DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(io.StringIO(head, newline=""), delimiter=candidate) if cells]
        except csv.Error:
            continue
        if not widths:
            continue
        width, often = Counter(widths).most_common(1)[0]
        if width > 1 and (found := often / len(widths) + min(width, 20) / 100 + 0.5 * (widths[0] == width)) > score:
            best, score = candidate, found
    return best


def _first_lines(text: str) -> Iterator[str]:
    source = io.StringIO(text[:SAMPLE], newline="")
    for number, line in enumerate(source):
        if number == LOOKED_AT:
            return
        yield line


# -- JSON


def _json_lines(text: str, encoding: str) -> Sheet:
    try:
        whole = _loaded(text)
    except ValueError:
        pass
    else:
        # One object: the only line, or what wraps a list.
        return _json(text, encoding) if isinstance(whole, dict) else _objects("jsonl", encoding, [(1, whole)], [])
    found: list[tuple[int, Any]] = []
    faults: list[tuple[int, str]] = []
    # Not `splitlines`: signs that it takes for the end of a line may stand in a text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append((number, _loaded(line)))
        except ValueError as error:
            faults.append((number, f"It is no JSON: {error}."))
            if len(faults) >= FAULTS:
                break
        _bounded(len(found))
    return _objects("jsonl", encoding, found, faults)


def _json(text: str, encoding: str) -> Sheet:
    try:
        whole = _loaded(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        said = f"Line {line} is no JSON: {error}."
        raise Invalid(said, fields=[{"field": "file", "line": line, "message": said}]) from None
    if isinstance(whole, dict):
        # As tools write it that wrap their list: the first list of objects is meant.
        whole = next((each for each in whole.values() if isinstance(each, list)), whole)
    rows = whole if isinstance(whole, list) else [whole]
    _bounded(len(rows))
    return _objects("json", encoding, [*enumerate(rows, 1)], [])


def _objects(format: Format, encoding: str, found: Sequence[tuple[int, Any]], faults: list[tuple[int, str]]) -> Sheet:
    columns: dict[str, None] = {}
    lines: list[Line] = []
    for number, each in found:
        if isinstance(each, str):
            each = {"prompt": each}
        if not isinstance(each, dict):
            faults.append((number, "It is no object: {“column”: value, ...}."))
            continue
        named = {str(name).strip(): value for name, value in each.items() if value is not None}
        if not _is_proper(named):
            faults.append((number, "It holds signs or numbers that are none."))
            continue
        columns |= dict.fromkeys(named)
        lines.append(Line(number, named))
    return _made(format, encoding, "", [*columns], lines, faults)


def _loaded(text: str) -> Any:
    """The JSON value; ValueError also where it is nested too deep, or holds numbers that are none."""

    def no(name: str) -> Any:
        raise ValueError(f"{name} is no number")

    try:
        return json.loads(text, parse_constant=no)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _is_proper(named: dict[str, Any]) -> bool:
    """Whether it can be written down anywhere: no half signs, no numbers that are none."""
    try:
        json.dumps(named, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def listed(rows: Sequence[Any], format: Format = "json") -> Sheet:
    """Rows that a program sends."""
    _bounded(len(rows))
    return _objects(format, "", [*enumerate(rows, 1)], [])


# -- spreadsheets


def _spreadsheet(data: bytes) -> Sheet:
    try:
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(info.file_size for info in archive.infolist()) > UNPACKED:
                    raise TooLarge("What is in this spreadsheet unpacks to more than a GiB.")
                if any(info.flag_bits & 1 for info in archive.infolist()):
                    raise Invalid("This spreadsheet is protected by a password.", fields=[{"field": "file"}])
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = (book.get_sheet_by_index(number) for number in range(len(book.sheet_names)))
        used = next((sheet for sheet in sheets if sheet.height > 0), None)
        rows = iter(()) if used is None else used.iter_rows()
        begins = 0 if used is None or used.start is None else used.start[0]
        columns: list[str] | None = None
        lines: list[Line] = []
        for number, values in enumerate(rows, begins + 1):
            cells = [_shown(value) for value in values]
            if not any(cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            lines.append(Line(number, {name: cell for name, cell in zip(columns, cells, strict=False) if cell}))
            _bounded(len(lines))
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        said = f"This spreadsheet cannot be read ({str(error)[:200]}). Save it as .xlsx or .csv."
        raise Invalid(said, fields=[{"field": "file"}]) from None
    return _made("xlsx", "", "", columns or [], lines, [])


def _shown(value: object) -> str:
    """As a person sees it: whole numbers without a point, days without a midnight."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


# -- what all have in common


def _columns(cells: Sequence[str]) -> list[str]:
    """The names of the columns: those without one are called by their number, a second of the same name too."""
    if len(cells) > 2 * MOST_COLUMNS:
        raise _too_wide(len(cells))
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:200] or f"Column {number}"
        while name in found:
            name = f"{name} ({number})"
        found.append(name)
    while len(found) > 1 and found[-1] == f"Column {len(found)}" and not cells[len(found) - 1].strip():
        # Of a trailing delimiter.
        found.pop()
    return found


def _too_wide(count: int) -> TooLarge:
    return TooLarge(f"A batch may have {MOST_COLUMNS} columns; this file has {count:,}.", limit=MOST_COLUMNS)


def _bounded(count: int) -> None:
    if count > MOST_ROWS:
        raise TooLarge(f"A batch may have {MOST_ROWS:,} rows. Divide the file.", limit=MOST_ROWS)


def _made(
    format: Format,
    encoding: str,
    delimiter: str,
    columns: list[str],
    lines: list[Line],
    faults: list[tuple[int, str]],
) -> Sheet:
    if len(columns) > MOST_COLUMNS:
        raise _too_wide(len(columns))
    if not lines and faults:
        fields = [{"field": "file", "line": line, "message": why} for line, why in faults]
        raise Invalid(f"Line {faults[0][0]}: {faults[0][1]}", fields=fields)
    if not lines:
        raise Invalid(
            "There are no rows in it: only a line that names the columns, or nothing.", fields=[{"field": "file"}]
        )
    return Sheet(format, encoding, delimiter, columns, lines, faults)
