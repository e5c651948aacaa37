"""Pictures for platforms at the command line."""

import json
from pathlib import Path
from zipfile import ZipFile

from PIL import Image

from tests.cli.conftest import Typed
from tests.conftest import photo


def test_pictures_come_out_for_platforms_as_a_folder_or_a_zip(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        (tmp_path / "in" / f"{name}.png").write_bytes(photo(900, 700))
    one, both = str(tmp_path / "in" / "one.png"), str(tmp_path / "in")
    said = typed("export", one, "--to", "x.profile,linkedin.company_logo", "--dry-run")
    assert (said.returncode, said.stdout.split(":")[0]) == (0, "1 pictures, 2 formats")
    out = tmp_path / "out"
    done = typed(
        "export",
        one,
        "--to",
        "x.profile,linkedin.company_logo",
        "-o",
        str(out),
        "--text",
        "Hi",
        "--focal",
        "0.5,0.5",
        "--alt",
        "A disc",
    )
    assert done.returncode == 0, done.stderr
    with Image.open(out / "x" / "profile_400x400.png") as image:
        assert image.size == (400, 400)
    assert str(out / "manifest.csv") in done.stdout.split()
    assert "A disc" in (out / "posts.txt").read_text()
    archive = tmp_path / "new" / "all.zip"
    told = typed("export", both, "--to", "x.profile", "--watermark", "us", "--tiled", "-o", str(archive), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["files"] == [str(archive)]
    with ZipFile(archive) as opened:
        assert {"one/x/profile_400x400.jpg", "two/x/profile_400x400.jpg"} <= set(opened.namelist())
    some = typed("export", one, "--to", "x.profile", "--to", "youtube.channel_art", "--small", "skip")
    assert (some.returncode, len(some.stdout.split())) == (1, 1), "one of two came out"
    assert "YouTube Channel Art was not made" in some.stderr
    wrong = typed("export", one, "--to", "linkedn.feed")
    assert wrong.returncode == 2
    assert "Did you mean “linkedin.feed”?" in wrong.stderr
    assert typed("export", "--to", "x").returncode == 2
    many = typed("export", *map(str, range(501)), "--to", "x.profile", "-o", str(out))
    assert (many.returncode, "At most 500" in many.stderr) == (2, True), "said before anything is made"
