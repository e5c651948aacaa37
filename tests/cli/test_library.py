"""The library at the command line."""

import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from gesso.imaging.picture import png
from tests.cli.conftest import Shell, Typed


def test_a_picture_goes_into_the_library_and_out_again(there: Shell, picture: Path, tmp_path: Path) -> None:
    asset = there.ok("assets", "add", str(picture))
    assert there.ok("assets", "get", asset, "-o", str(tmp_path / "back.png")) == str(tmp_path / "back.png")
    assert (tmp_path / "back.png").read_bytes() == picture.read_bytes()


def test_an_asset_is_found_by_words_and_comes_back_from_the_trash(typed: Typed, picture: Path) -> None:
    asset = typed("assets", "add", str(picture)).stdout.strip()
    found = typed("assets", "ls", "--q", "disc", "--limit", "1").stdout
    assert found.startswith(f"{asset}\t96x64\tupload\t")
    assert typed("assets", "rm", asset).stdout.strip() == asset
    assert asset not in typed("assets", "ls", "--limit", "200").stdout
    trash = json.loads(typed("assets", "ls", "--deleted", "--json").stdout)
    assert asset in [each["id"] for each in trash]
    typed("assets", "restore", asset)
    assert asset in typed("assets", "ls", "--limit", "200").stdout


def test_a_version_is_made_the_newest_again(typed: Typed, picture: Path) -> None:
    asset = typed("assets", "add", str(picture)).stdout.strip()
    made = json.loads(typed("run", "image.rotate", f"image={asset}", "turn=90", "--json").stdout)["outputs"][0]["id"]
    back = typed("assets", "versions", asset, "--restore").stdout.strip()
    assert typed("assets", "versions", made, "--restore", "--json").returncode == 0
    lines = typed("assets", "versions", asset).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines][:3] == [asset, made, back]
    assert len(lines) == 4


def test_a_file_that_is_no_picture_is_refused(typed: Typed, tmp_path: Path) -> None:
    text = tmp_path / "letter.png"
    text.write_text("Dear Ada,")
    done = typed("assets", "add", str(text))
    assert (done.returncode, done.stdout) == (2, "")
    assert "The file cannot be read" in done.stderr
    missing = typed("assets", "add", str(tmp_path / "none.png"))
    assert missing.returncode == 2
    assert "none.png: No such file or directory." in missing.stderr


def test_what_is_found_comes_as_one_archive(there: Shell, picture: Path, tmp_path: Path) -> None:
    asset = there.ok("assets", "add", str(picture))
    archive = tmp_path / "new" / "all.zip"
    assert there.ok("assets", "zip", str(archive), "--q", "disc", "--uploads") == str(archive)
    named = there.ok("assets", "zip", str(tmp_path / "one.zip"), asset)
    for path in (archive, Path(named)):
        with ZipFile(path) as opened:
            assert picture.read_bytes() in [opened.read(name) for name in opened.namelist()]
            assert asset in opened.read("manifest.json").decode()
    nothing = there("assets", "zip", str(tmp_path / "none.zip"), "--q", "nowhere")
    assert nothing.returncode == 4
    assert not (tmp_path / "none.zip").exists()


def test_many_go_to_the_trash_at_once_and_an_unknown_one_is_told(typed: Typed, picture: Path) -> None:
    added = typed("assets", "add", str(picture), str(picture)).stdout.split()
    assert typed("assets", "rm", *added).stdout.split() == added
    assert typed("assets", "rm", added[0]).returncode == 0, "twice is once"
    assert typed("assets", "rm", "01a214e5-cc8d-7755-aa65-d87b2ac33671").returncode == 4
    refused = typed("assets", "rm", "--forever", typed("assets", "add", str(picture)).stdout.strip())
    assert refused.returncode == 2
    assert "not in the trash" in refused.stderr
    assert typed("assets", "rm", "--forever", added[0]).stdout.split() == added[:1]
    assert typed("assets", "get", added[0]).returncode == 4
    added = added[1:]
    listed = typed("assets", "ls", "--deleted", "--sort", "oldest", "--shape", "landscape", "--min-side", "64")
    assert set(added) <= {line.partition("\t")[0] for line in listed.stdout.splitlines()}


def test_assets_are_collected_and_tagged_and_it_is_taken_back(typed: Typed, picture: Path) -> None:
    asset = typed("assets", "add", str(picture)).stdout.strip()
    autumn = typed("collections", "add", "Autumn").stdout.strip()
    made = ("collections", "add", "Leaves", "--under", "autumn", "--campaign", "--budget", "2.5", "--channel", "Print")
    leaves = typed(*made).stdout.strip()
    put = typed("collections", "put", "Leaves", asset)
    assert put.stderr.startswith("1 changed.")
    lines = [line.split("\t") for line in typed("collections", "ls").stdout.splitlines()]
    assert [autumn, "0", "", "Autumn"] in lines
    assert [leaves, "1", "0 credits of 2.5 credits", "Leaves"] in lines
    typed("assets", "undo", put.stdout.strip())
    assert json.loads(typed("collections", "get", leaves, "--json").stdout)["count"] == 0
    typed("collections", "move", "Leaves")
    typed("collections", "rename", "Leaves", "Foliage")
    assert json.loads(typed("collections", "get", "foliage", "--json").stdout)["parent"] is None
    typed("collections", "rm", "Foliage")
    assert typed("collections", "get", "Foliage").returncode == 4
    assert typed("collections", "restore", leaves).stdout.strip() == leaves
    typed("tags", "put", asset, "--add", "Rowan", "--add", "leaf")
    typed("tags", "rename", "rowan", "Mountain ash")
    assert {"1\tleaf", "1\tMountain ash"} <= set(typed("tags", "ls").stdout.splitlines())
    typed("tags", "merge", "leaf", "mountain ash")
    gone = typed("tags", "rm", "leaf").stdout.strip()
    assert json.loads(typed("assets", "get", asset, "--json").stdout)["tags"] == []
    typed("assets", "undo", gone)
    assert json.loads(typed("assets", "get", asset, "--json").stdout)["tags"] == ["leaf"]
    assert typed("tags", "rm").returncode == 2


def test_what_is_alike_is_found_and_what_is_there_twice_made_one(there: Shell, tmp_path: Path) -> None:
    # Like no other picture of these tests.
    stripes = np.zeros((60, 96, 3), np.uint8)
    stripes[:, np.arange(96) % 12 < 8] = (200, 40, 30)
    picture, copy = tmp_path / "stripes.png", tmp_path / "copy.png"
    picture.write_bytes(png(stripes))
    copy.write_bytes(picture.read_bytes() + b"\0")
    asset, twin = there.ok("assets", "add", str(picture)), there.ok("assets", "add", str(copy))
    assert there.ok("assets", "similar", asset).splitlines()[0].split("\t")[:2] == [twin, "100%"]
    assert twin in there.ok("assets", "similar", str(picture))
    assert asset in there.ok("assets", "ls", "--colour", "#c8281e")
    assert "green" not in there.ok("assets", "proposals", asset)
    assert there.ok("assets", "tag", asset, "--estimate") == "1 pictures, 0 credits"
    assert there.ok("assets", "tag", asset, "--accept") == "1 of 1 described"
    assert "wide" in json.loads(there.ok("assets", "get", asset, "--json"))["tags"]
    kept, gone, _ = there.ok("assets", "duplicates", "--merge", "--limit", "1").split("\t")
    assert (kept in {asset, twin}, gone) == (True, "1 to the trash")
    assert len({asset, twin} & set(there.ok("assets", "ls", "--limit", "200").replace("\n", "\t").split("\t"))) == 1
