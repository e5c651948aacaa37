"""The same request side by side, and how pictures were made, at the command line."""

import json
from pathlib import Path

from PIL import Image

from gesso.imaging import recipes
from tests.cli.conftest import Typed
from tests.imaging.test_recipes import INFOTEXT, png

BARN = ("a red barn", "width=256", "height=256")


def test_a_request_is_compared_over_its_fields_and_laid_out_as_one_picture(typed: Typed, tmp_path: Path) -> None:
    axes = ("--over", "seed=1-5/2", "--over", "prompt:red=red,blue")
    dry = typed("compare", *BARN, *axes, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    lines = dry.stdout.splitlines()
    assert lines[0].startswith("6 runs: free in all, about")
    assert [line.split("\t")[0] for line in lines[1:]] == [
        f"{seed} · {colour}" for colour in ("red", "blue") for seed in (1, 3, 5)
    ]
    sheet = tmp_path / "sheet.png"
    done = typed("compare", *BARN, *axes, "--json", "-o", str(sheet))
    told = json.loads(done.stdout)
    assert (done.returncode, told["state"], told["files"]) == (0, "over", [str(sheet)])
    assert {cell["run"]["state"] for cell in told["cells"]} == {"succeeded"}
    with Image.open(sheet) as image:
        assert image.width > 3 * 256
    wrong = typed("compare", *BARN, "--over", "knob=1")
    assert wrong.returncode != 0
    assert "no field “knob”" in wrong.stderr
    assert typed("compare", *BARN, "--over", "seed").returncode != 0


def test_a_file_that_was_made_here_says_so_unless_it_is_not_to(typed: Typed, tmp_path: Path) -> None:
    for name in ("a.png", "a.webp", "a.jpg"):
        told, bare = tmp_path / name, tmp_path / f"bare-{name}"
        [asset] = json.loads(typed("create", "a red barn", "--size", "256x256", "-o", str(told), "--json").stdout)[
            "outputs"
        ]
        found = recipes.read(str(told))
        assert found is not None, name
        assert (found.source, found.fields["prompt"]) == ("gesso", "a red barn")
        assert typed("assets", "get", asset["id"], "-o", str(bare), "--no-recipe").returncode == 0
        assert recipes.read(str(bare)) is None, name
        read = json.loads(typed("recipe", str(told), "--json").stdout)
        assert (read["input"]["seed"], read["left"]) == (asset["facts"].get("seed", found.fields["seed"]), [])
    assert json.loads(typed("recipe", asset["id"], "--json").stdout)["input"] == read["input"]


def test_what_others_wrote_is_said_with_what_has_no_place_here(typed: Typed, tmp_path: Path) -> None:
    picture, text = tmp_path / "fox.png", tmp_path / "fox.txt"
    picture.write_bytes(png(parameters=INFOTEXT))
    text.write_text(INFOTEXT)
    for path in (picture, text):
        done = typed("recipe", str(path))
        assert done.returncode == 0, done.stderr
        assert "seed\t3141592653" in done.stdout
        assert "steps\t28" in done.stdout
        assert "Not taken over: model sd_xl_base_1.0." in done.stderr
        assert "Sampler DPM++ 2M Karras" in done.stderr
    assert typed("recipe", str(tmp_path / "none.png")).returncode != 0
