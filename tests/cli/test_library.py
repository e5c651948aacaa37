"""The library at the command line."""

import json
from pathlib import Path

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


def test_a_file_that_is_no_picture_is_refused(typed: Typed, tmp_path: Path) -> None:
    text = tmp_path / "letter.png"
    text.write_text("Dear Ada,")
    done = typed("assets", "add", str(text))
    assert (done.returncode, done.stdout) == (2, "")
    assert "The file cannot be read" in done.stderr
    missing = typed("assets", "add", str(tmp_path / "none.png"))
    assert missing.returncode == 2
    assert "none.png: No such file or directory." in missing.stderr
