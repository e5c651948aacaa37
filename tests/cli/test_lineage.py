"""Lineages at the command line."""

import json
from pathlib import Path

from tests.cli.conftest import Typed


def test_a_lineage_and_what_differs_are_told_in_lines(typed: Typed, picture: Path) -> None:
    asset = typed("assets", "add", str(picture)).stdout.strip()
    turns = [
        json.loads(typed("run", "image.rotate", f"image={asset}", f"turn={turn}", "--json").stdout)["outputs"][0]["id"]
        for turn in (90, 180)
    ]
    done = typed("assets", "tree", turns[0])
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[:2] for line in lines] == [["0", asset], ["1", ""], ["1", turns[0]]]
    assert (lines[1][4].strip(), lines[2][4].strip()[0]) == ("… 1 more", "*")
    assert "From its first words on: 0 credits" in done.stderr
    assert json.loads(typed("assets", "tree", asset, "--json").stdout)["asset"] == asset
    told = dict(line.split("\t") for line in typed("assets", "changes", *turns).stdout.splitlines())
    assert "90 → 180" in told.values()
