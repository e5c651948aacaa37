"""The library at the command line."""

import json
from pathlib import Path

from tests.cli.conftest import Shell


def test_a_picture_goes_into_the_library_and_out_again(there: Shell, picture: Path, tmp_path: Path) -> None:
    asset = there.ok("assets", "add", str(picture))
    assert there.ok("assets", "get", asset, "-o", str(tmp_path / "back.png")) == str(tmp_path / "back.png")
    assert (tmp_path / "back.png").read_bytes() == picture.read_bytes()
    assert there.ok("assets", "ls", "--q", "disc", "--limit", "1").startswith(f"{asset}\t96x64\tupload\t")

    assert there.ok("assets", "rm", asset) == asset
    assert asset not in there.ok("assets", "ls", "--limit", "200")
    trash = json.loads(there.ok("assets", "ls", "--deleted", "--json"))
    assert asset in [each["id"] for each in trash]
    there.ok("assets", "restore", asset)
    assert asset in there.ok("assets", "ls", "--limit", "200")


def test_a_file_that_is_no_picture_is_refused(there: Shell, tmp_path: Path) -> None:
    text = tmp_path / "letter.png"
    text.write_text("Dear Ada,")
    done = there("assets", "add", str(text))
    assert (done.returncode, done.stdout) == (2, "")
    assert "The file cannot be read" in done.stderr
    missing = there("assets", "add", str(tmp_path / "none.png"))
    assert missing.returncode == 2
    assert "none.png: No such file or directory." in missing.stderr
