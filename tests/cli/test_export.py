"""Pictures for platforms at the command line."""

import json
from pathlib import Path
from zipfile import ZipFile

from gesso_client import Format
from PIL import Image

from gesso.cli.extend import shapes
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


def test_edges_are_extended_and_what_that_costs_is_said_before(typed: Typed, tmp_path: Path) -> None:
    source, out = tmp_path / "wide.png", tmp_path / "out"
    source.write_bytes(photo(300, 200))
    # Two of a shape need one picture; what is not padded needs none.
    asked = ("export", str(source), "--to", "x.profile,instagram.profile", "--crop", "fit", "small=enlarge")
    told = json.loads(typed(*asked, "--extend", "--dry-run", "--json").stdout)["extensions"]
    assert [(set(one["formats"]), one["price"]) for one in told] == [({"x.profile", "instagram.profile"}, 0)]
    cut = ("export", str(source), "--to", "x.profile", "--small", "enlarge")
    assert json.loads(typed(*cut, "--extend", "--dry-run", "--json").stdout)["extensions"] == []
    done = typed(*asked, "--extend", "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert f"1 extended pictures by {told[0]['offer']}: free" in done.stderr
    rows = json.loads((out / "manifest.json").read_text())["files"]
    assert [row["padded"] for row in rows] == [False, False]
    # Who is not there extends nothing: that is said, and the edges are filled.
    lost = typed(*asked, "--extend-by", "nobody/none", "-o", str(tmp_path / "lost"))
    assert (lost.returncode, "not extended for" in lost.stderr) == (1, True), lost.stderr
    rows = json.loads((tmp_path / "lost" / "manifest.json").read_text())["files"]
    assert [row["padded"] for row in rows] == [True, True]


def test_the_extensions_are_those_of_the_page() -> None:
    """As `web/src/features/social/shapes.test.ts` has them."""
    places = {"square": (1080, 1080), "story": (1080, 1920), "badge": (400, 400)}
    wanted = [Format(id=name, width=width, height=height) for name, (width, height) in places.items()]
    found = shapes(wanted, (700, 500), {"crop": "fit"})
    assert [shape.formats for shape in found] == [("square",), ("story",), ("badge",)]
    assert found[0].input == {"left": 190, "top": 290, "right": 190, "bottom": 290}
    assert found[1].input == {"left": 190, "top": 710, "right": 190, "bottom": 710}
    assert found[2].input == {"ratio": "400:400"}
    larger = shapes(wanted, (700, 500), {"crop": "fit", "small": "enlarge"})
    assert [(shape.formats, shape.input["ratio"]) for shape in larger] == [
        (("square", "badge"), "1080:1080"),
        (("story",), "1080:1920"),
    ]
    # What is cut, or has a picture or a box of its own, is only extended where it would be padded.
    assert [shape.formats for shape in shapes(wanted, (700, 500), {})] == [("square",), ("story",)]
    own = {"square": {"box": [0, 0, 0.5, 0.7]}, "story": {"picture": "x"}, "badge": {"crop": "fit"}}
    assert [shape.formats for shape in shapes(wanted, (700, 500), {"overrides": own})] == [("badge",)]
