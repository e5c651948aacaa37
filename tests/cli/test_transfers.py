"""Many files in by the command line, and a folder that is kept the same as the library; against a real server."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.cli.conftest import Shell, Typed
from tests.conftest import photo
from tests.library.test_imports import packed


def told(typed: Typed, *words: str, code: int = 0) -> Any:
    done = typed(*words)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_folders_and_archives_come_in_once(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "trip"
    (folder / "lake").mkdir(parents=True)
    (folder / "a.png").write_bytes(photo(101, 40))
    (folder / "lake" / "b.png").write_bytes(photo(102, 40))
    (folder / "lake" / "bad.png").write_bytes(b"no picture")
    (folder / "notes.xyz").write_text("passed over")
    (folder / ".hidden.png").write_bytes(photo(103, 40))
    (folder / "link.png").symlink_to(folder / "a.png")
    first = told(typed, "assets", "import", str(folder), "--folder-tags", "--tags", "mine", "--json", code=1)
    assert {Path(line["name"]).name: line["state"] for line in first} == {
        "a.png": "kept",
        "b.png": "kept",
        "bad.png": "refused",
    }
    lake = next(line["asset"] for line in first if line["name"].endswith("b.png"))
    assert told(typed, "assets", "get", lake, "--json")["tags"] == ["lake", "mine"]
    (folder / "lake" / "bad.png").unlink()
    (folder / "c.png").write_bytes(photo(104, 40))
    again = told(typed, "assets", "import", str(folder), "--json")
    assert [line["state"] for line in again] == ["twin", "kept", "twin"]
    archive = tmp_path / "more.zip"
    archive.write_bytes(packed({"x/a.png": photo(101, 40), "x/new.png": photo(105, 40)}))
    zipped = told(typed, "assets", "import", str(archive), "--folder-tags", "--json")
    assert [line["state"] for line in zipped] == ["twin", "kept"]
    assert typed("assets", "import", str(tmp_path / "nowhere")).returncode == 2
    assert typed("assets", "add", "http://10.0.0.1/a.png").returncode == 2
    out = tmp_path / "out.zip"
    assert typed("assets", "zip", str(out), lake, "--format", "webp", "--long", "32").returncode == 0
    assert sorted(ZipFile(out).namelist()) == ["b.webp", "manifest.json"]


def test_a_folder_is_kept_the_same_and_nothing_goes_that_was_not_meant_to(bare: Shell, tmp_path: Path) -> None:
    here = bare.given(GESSO_DATA=str(tmp_path / "data"))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "one.png").write_bytes(photo(111, 40))
    (folder / "two.png").write_bytes(photo(112, 40))

    def sync(*words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(here.ok("assets", "sync", str(folder), "--json", *words))
        return found

    assert sync("--dry-run")["up"] == ["one.png", "two.png"]
    assert not (folder / ".gesso-sync.json").exists()
    assert sync()["up"] == ["one.png", "two.png"]
    assert sync() == {"up": [], "down": [], "removed_here": [], "removed_there": [], "failed": []}
    hostile = tmp_path / "..; rm -rf.png"
    hostile.write_bytes(photo(113, 40))
    there = here.ok("assets", "add", str(hostile))
    (folder / "two.png").rename(folder / "renamed.png")
    pulled = sync("--pull")
    assert (pulled["up"], pulled["down"]) == ([], [there])
    assert (folder / "; rm -rf.png").read_bytes() == photo(113, 40)
    # Removed here, and there: only told, then done, and both trashes have it.
    (folder / "one.png").unlink()
    here.ok("assets", "rm", there)
    for words in ((), ("--pull",), ("--delete",), ("--delete", "--yes", "--dry-run")):
        told = sync(*words)
        assert (told["up"], told["down"]) == ([], [])
        assert (len(told["removed_here"]), told["removed_there"]) == (1, ["; rm -rf.png"]), words
    assert len(here.ok("assets", "ls").splitlines()) == 2
    sync("--delete", "--yes")
    assert [path.name for path in folder.glob("*.png")] == ["renamed.png"]
    assert len(list((folder / ".gesso-trash").iterdir())) == 1
    assert len(here.ok("assets", "ls").splitlines()) == 1
    assert len(here.ok("assets", "ls", "--deleted").splitlines()) == 2
    assert sync("--pull") == {"up": [], "down": [], "removed_here": [], "removed_there": [], "failed": []}
    # A disk that is not there is no wish to remove all.
    (folder / "renamed.png").unlink()
    assert here("assets", "sync", str(folder), "--delete", "--yes").returncode == 2
    assert len(here.ok("assets", "ls").splitlines()) == 1
