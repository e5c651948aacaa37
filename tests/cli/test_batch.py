"""The rows of a file, by the command line: told before, made, followed, tried again, taken along."""

import csv
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.cli.conftest import Shell, Typed
from tests.conftest import photo

OURS = ["--op", "image.generate", "--offer", "local/sketchbook", "width=64", "height=64"]


def told(typed: Typed, *words: str, code: int = 0) -> Any:
    done = typed(*words)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_dry_run_tells_price_and_problems_and_leaves_nothing(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "ideas.csv"
    file.write_text("prompt,width,notes\na lighthouse,128,x\n,128,y\na boat,wide,z\n")
    done = typed("batch", "run", str(file), *OURS, "--dry-run")
    assert done.returncode == 1, "some rows cannot be made"
    assert done.stdout.startswith("1 of 3 rows: free, about ")
    assert "line 3: prompt: " in done.stderr
    assert "line 4: width: a whole number, not “wide”" in done.stderr
    assert "Columns that go nowhere: notes." in done.stderr
    assert told(typed, "batch", "status", "--json") == []
    found = told(typed, "batch", "run", str(file), *OURS, "--dry-run", "--json", code=1)
    assert (found["waiting"], found["invalid"], found["price"]) == (1, 2, 0)
    assert [row["line"] for row in found["rows"]] == [3, 4]
    assert typed("batch", "run", str(file), "--op", "image.nothing").returncode == 4
    assert typed("batch", "run", str(tmp_path / "none.csv"), *OURS).returncode == 2
    assert typed("batch", "run", str(file), *OURS, "--column", "prompt=promt").returncode == 2


def test_rows_are_made_and_taken_along(typed: Typed, tmp_path: Path) -> None:
    file, out = tmp_path / "ideas.jsonl", tmp_path / "out"
    file.write_text('{"text": "a lighthouse"}\n{"text": "a boat"}\n')
    batch = told(
        typed, "batch", "run", str(file), *OURS, "--then", "image.convert", "2:format=webp", "-o", str(out), "--json"
    )
    assert (batch["state"], batch["succeeded"], batch["title"]) == ("succeeded", 2, "ideas.jsonl")
    names = sorted(path.name for path in out.iterdir())
    assert [name[:5] for name in names[:2]] == ["00001", "00002"]
    assert {Path(name).suffix for name in names[:2]} == {".webp"}
    assert names[2:] == ["manifest.csv", "manifest.jsonl"]
    rows = [*csv.DictReader((out / "manifest.csv").read_text(encoding="utf-8-sig").splitlines())]
    assert [(row["state"], row["text"]) for row in rows] == [("succeeded", "a lighthouse"), ("succeeded", "a boat")]
    zipped = tmp_path / "all.zip"
    assert typed("batch", "results", batch["id"], "-o", str(zipped)).returncode == 0
    assert sorted(ZipFile(zipped).namelist()) == names
    assert any(line.startswith(batch["id"]) for line in typed("batch", "status").stdout.splitlines())
    assert typed("batch", "retry", batch["id"]).returncode == 2, "nothing failed"
    assert typed("batch", "status", "0190a000-0000-7000-8000-000000000000").returncode == 4


def test_pictures_lie_beside_the_file_and_the_first_row_comes_first(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "cups").mkdir()
    (tmp_path / "cups" / "red.png").write_bytes(photo(40, 30))
    (tmp_path / "blue.png").write_bytes(photo(50, 30))
    (tmp_path.parent / "secret.png").write_bytes(photo(60, 30))
    file = tmp_path / "cups.tsv"
    file.write_text("picture\tfactor\ncups/red.png\t2\nblue.png\t4\n../secret.png\t2\n")
    words = ["--op", "image.upscale", "--offer", "local/detail", "--canary", "1"]
    batch = told(typed, "batch", "run", str(file), *words, "--json", code=1)
    assert (batch["state"], batch["succeeded"], batch["waiting"], batch["invalid"]) == ("canary", 1, 1, 1)
    ended = told(typed, "batch", "resume", batch["id"], "--json", code=1)
    assert (ended["state"], ended["succeeded"], ended["invalid"]) == ("succeeded", 2, 1)
    bad = tmp_path / "bad.csv"
    assert typed("batch", "results", batch["id"], "--problems", "-o", str(bad)).returncode == 0
    assert "../secret.png" in bad.read_text(encoding="utf-8-sig").splitlines()[1]


def test_it_works_without_a_server_and_from_a_pipe(here: Shell) -> None:
    done = here("batch", "run", "-", *OURS, "--json", input="prompt\na tower\na well\n")
    assert done.returncode == 0, done.stderr
    batch = json.loads(done.stdout)
    assert (batch["succeeded"], batch["source"]["format"]) == (2, "csv")
    begun = here.ok("batch", "run", "-", *OURS, "--detach", input="prompt\na gate\n")
    ended = json.loads(here.ok("batch", "resume", begun, "--json"))
    assert ended["state"] == "succeeded"
