"""The trash, holds, storage and figures at the command line."""

import json
from pathlib import Path

from tests.cli.conftest import Typed


def test_what_is_held_stays_and_the_trash_is_emptied(typed: Typed, picture: Path, tmp_path: Path) -> None:
    asset = typed("assets", "add", str(picture)).stdout.strip()
    made = json.loads(typed("run", "image.rotate", f"image={asset}", "turn=90", "--json").stdout)["outputs"][0]["id"]
    tree = typed("assets", "derived", asset)
    assert [line.split("\t")[0].strip() for line in tree.stdout.splitlines()] == [asset, made]
    assert "2 assets (2 image" in tree.stderr
    assert typed("assets", "hold", made, "--reason", "a case").stdout.strip() == made
    refused = typed("assets", "derived", asset, "--delete", "--yes")
    assert refused.returncode == 2
    assert "legal hold (“a case”)" in refused.stderr
    assert typed("assets", "lift", made, "--reason", "settled").stdout.strip() == made
    assert typed("assets", "holds", made).stdout.rstrip().endswith("a case")
    gone = typed("assets", "derived", asset, "--delete", "--yes").stdout.split()
    assert set(gone) == {asset, made}
    told = json.loads(typed("trash", "--json").stdout)
    assert told["count"] >= 2
    assert typed("trash", "days", "5").stdout.strip() == "5"
    assert typed("trash", "days").stdout.strip() == "30"
    asked = typed("trash", "empty")
    assert (asked.returncode, asked.stdout) == (2, "")
    assert typed("trash", "empty", "--yes").stdout.strip() == f"{told['count']} erased"
    assert json.loads(typed("trash", "--json").stdout)["count"] == 0

    assert typed("assets", "usage", typed("assets", "add", str(picture)).stdout.strip()).returncode == 0
    storage = json.loads(typed("storage", "--json").stdout)
    assert storage["used"] > 0
    assert "no limit" in typed("storage", "quota").stdout
    assert typed("storage", "quota", "--team", "many").returncode == 2
    checked = json.loads(typed("storage", "check", "--json").stdout)
    assert (checked["missing"], checked["removed"]) == (0, 0)
    assert json.loads(typed("storage", "clean", "--dry-run", "--json").stdout)["removed"] == 0
    assert typed("storage", "verify").stdout.splitlines()[0].endswith(" 0 damaged")
    lines = typed("analytics", "--by", "studio").stdout.splitlines()
    assert {line.split("\t")[0] for line in lines} >= {"upload", "edit", "all"}
    table = tmp_path / "figures.csv"
    assert typed("analytics", "--by", "operation", "--csv", str(table)).stdout.strip() == str(table)
    assert "image.rotate" in table.read_text()
