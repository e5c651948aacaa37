"""Each row of the feature tables is shown: in a browser, and by a route of the API. `@pytest.mark.row` says which test
shows which; a row without one of both fails here, and so does a route that is no longer there."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROWS: Final = {
    "C1": "pictures from words by anybody who makes them, chosen by hand or by itself, several side by side",
    "C2": "templates with legal sizes, searched and recommended; own ones, taken in and handed on",
    "C3": "styles with pictures; said whether natively, as text or not at all",
    "C4": "guidance, steps, seed 0, what is left out, quality, sizes and ratios with decimals",
    "C5": "up to ten at once, some of which may fail; grids of two axes",
    "C6": "prompts improved, restyled, translated, drawn, gone on with, weighed, remembered, in context",
    "C7": "brand kits in prompts and exports",
    "C8": "a picture to start from; references with weights",
    "C9": "seed, prompt or everything recalled; recipes read from files of others",
    "C10": "what is ignored, the price and the time are said before",
    "E1": "backgrounds removed, refined and replaced, one by one or together",
    "E2": "inpainted by mask and words",
    "E3": "erased by a mask",
    "E4": "extended by sides or to a ratio",
    "E5": "found and replaced",
    "E6": "found and recoloured",
    "E7": "another background and light",
    "E8": "edited by words",
    "E9": "faces swapped, with consent",
    "E10": "the mask editor",
    "E11": "nothing changes outside of the mask, and the proof is shown",
    "E12": "crop, turn, flip, straighten, perspective, adjust, text and shapes",
    "E13": "edits are versions of one picture, and are made again",
    "U1": "faithful, creative, by itself; 2, 4 and 8 times",
    "U2": "for the web, print, social media; to a size",
    "U3": "compared side by side and by a line, zoomed as one",
    "U4": "with words, if wanted",
    "U5": "a part tried on several before",
    "U6": "how true it is",
    "U7": "many together",
    "K1": "from a sketch",
    "K2": "keeping a structure",
    "K3": "guided by a style",
    "K4": "a style transferred",
    "K5": "strength, fidelity, composition, change, ratio, seed, style",
    "K6": "a library of references",
    "K7": "what models are steered by, made and seen here",
    "T1": "films of pictures: length, resolution, sound, words, motions",
    "T2": "portraits that speak a recording or a text",
    "T3": "bodies of pictures, turned and measured",
    "T4": "films of several pictures with transitions",
    "T5": "seconds times price, before",
    "T6": "played, previewed, downloaded in ranges, by whom they belong to alone",
    "B1": "many operations queued; steps that feed each other",
    "B2": "rows of files, columns mapped, each checked, the same ones found",
    "B3": "the price, the time, what fails and what exceeds a cap, before",
    "B4": "begun once or again and again, by a clock of a zone",
    "B5": "progress by row, paused, gone on with, stopped, tried again, the first rows first",
    "B6": "taken up at the exact row after a kill, nothing bought twice",
    "B7": "told by mail, in the studio, elsewhere",
    "B8": "results as archive and manifest; some may fail",
}


def marks(file: Path) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The tests of a file that show rows: their name, the rows, and the routes."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.row":
                rows = tuple(ast.literal_eval(each) for each in mark.args)
                told = {each.arg: ast.literal_eval(each.value) for each in mark.keywords}
                at = told.get("at", ())
                yield f"{file.stem}::{node.name}", rows, (at,) if isinstance(at, str) else tuple(at)


@cache
def shown() -> list[tuple[Path, str, tuple[str, ...], tuple[str, ...]]]:
    files = (file for file in HERE.rglob("test_*.py") if "pytest.mark.row(" in file.read_text())
    return [(file, *mark) for file in files for mark in marks(file)]


def test_every_row_is_shown_in_a_browser_and_by_a_route() -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, list[str]] = defaultdict(list)
    routes: set[str] = set()
    for file, name, rows, at in shown():
        assert rows, f"{name} names no row"
        assert set(rows) <= ROWS.keys(), f"{name} shows a row that there is not"
        in_browser = file.parent.name == "web"
        assert in_browser or at, f"{name} does not say by which route"
        assert not (in_browser and at), f"{name} goes by the page"
        for row in rows:
            (seen if in_browser else asked)[row].append(name)
        routes |= set(at)
    assert [row for row in ROWS if row not in seen] == [], "no browser shows these"
    assert [row for row in ROWS if row not in asked] == [], "no route shows these"
    document = json.loads((HERE.parent / "docs/reference/openapi.json").read_text())
    known = {f"{method.upper()} {path}" for path, every in document["paths"].items() for method in every}
    assert routes - known == set(), "these routes are not there"


def test_a_marked_test_speaks_of_its_route() -> None:
    """In its own file, with the words of the path that are not names of things."""
    for file, name, _, at in shown():
        text = file.read_text()
        for route in at:
            last = [part for part in route.partition(" ")[2].split("/") if not part.startswith("{")][-1]
            assert last in text, f"{name} never asks {route}"
