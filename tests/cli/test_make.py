"""Making pictures at the command line: in this process, and through a server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from gesso.dev.fakes.wavespeed import WaveSpeed
from tests.cli.conftest import Shell, Typed
from tests.providers.orders import hum

SMALL = ("--size", "256x256", "--seed", "3")


def size_and_format(path: str | Path) -> tuple[tuple[int, int], str | None]:
    with Image.open(path) as image:
        image.load()
        return image.size, image.format


def test_a_picture_comes_from_words_without_a_server(here: Shell, tmp_path: Path) -> None:
    out = tmp_path / "new" / "barn.png"
    done = here("create", "a red barn at dusk", "-o", str(out), "--size", "320x256", "--seed", "3")
    assert (done.returncode, done.stdout) == (0, f"{out}\n"), done.stderr
    assert size_and_format(out) == ((320, 256), "PNG")
    assert "free, about" in done.stderr
    assert "Understood: " in done.stderr
    assert "barn" in done.stderr


def test_several_pictures_are_numbered_and_of_the_format_that_the_name_asks_for(there: Shell, tmp_path: Path) -> None:
    said = there.ok("create", "a red barn", "-o", str(tmp_path / "barn.jpg"), "--count", "2", *SMALL)
    assert said.splitlines() == [str(tmp_path / "barn-1.jpg"), str(tmp_path / "barn-2.jpg")]
    assert [size_and_format(path) for path in said.splitlines()] == [((256, 256), "JPEG")] * 2


def test_into_a_folder_a_picture_is_named_after_its_words(there: Shell, tmp_path: Path) -> None:
    said = there.ok("create", "A Red Barn!", "-o", f"{tmp_path}/", *SMALL)
    assert said == str(tmp_path / "a-red-barn.png")


def test_without_an_output_the_picture_stays_in_the_library(there: Shell, tmp_path: Path) -> None:
    asset = there.ok("create", "a red barn", *SMALL)
    there.ok("assets", "get", asset, "-o", str(tmp_path / "kept.webp"))
    assert size_and_format(tmp_path / "kept.webp") == ((256, 256), "WEBP")


def test_a_photo_named_by_its_file_is_uploaded_and_worked_on(there: Shell, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "large.png"
    done = there("run", "image.upscale", f"image={picture}", "factor=2", "-o", str(out), "--json")
    run = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (run["state"], run["files"]) == ("succeeded", [str(out)])
    assert size_and_format(out) == ((192, 128), "PNG")
    [parent] = run["outputs"][0]["parents"]
    assert json.loads(there.ok("assets", "get", parent, "--json"))["title"] == "disc"


def test_json_is_the_only_thing_on_stdout_without_a_server_too(here: Shell) -> None:
    done = here("create", "a red barn", "--json", *SMALL)
    assert json.loads(done.stdout)["state"] == "succeeded"
    assert done.stderr == ""


def test_a_dry_run_says_the_price_and_keeps_nothing(typed: Typed, picture: Path) -> None:
    before = typed("assets", "ls", "--limit", "200").stdout
    assert "free, about" in typed("run", "upscale", f"image={picture}", "--dry-run").stdout
    assert json.loads(typed("create", "a red barn", "--dry-run", "--json").stdout)["price"] == 0
    assert typed("assets", "ls", "--limit", "200").stdout == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("create", "a barn", "--bogus", "1"), 2, "--bogus"),
        (("create", "a barn", "--size", "huge"), 2, "1024x768"),
        (("create", "a barn", "--size", "9999x9999"), 2, "width"),
        (("create", "a barn", "-o", "barn.xyz"), 2, ".png, .jpg or .webp"),
        (("create", "a barn", "mood=good"), 2, "Fields: prompt"),
        (("run", "upscale", "factr=2"), 2, "Did you mean “factor”?"),
        (("run", "upscale", "factor=3"), 2, "one of 2, 4, 8"),
        (("run", "upscale", "image=no-such-file.png"), 2, "there is no file “no-such-file.png”"),
        (("run", "upscale"), 2, "image"),
        (("run", "paint-the-moon"), 4, "Operations: "),
        (("create", "a barn", "--offer", "nobody/nothing"), 4, "does not offer"),
        (("assets", "get", "00000000-0000-7000-8000-000000000000"), 4, "no such asset"),
        (("create", "a barn", "--token", "wrong"), 3, "token is not known"),
        (("create", "a barn", "--server", "http://127.0.0.1:9"), 6, "does not answer"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words_with_its_exit_code(
    typed: Typed, words: tuple[str, ...], code: int, said: str
) -> None:
    done = typed(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_too_few_credits_have_an_exit_code_of_their_own() -> None:
    from gesso_client import Problem

    from gesso.cli import ends
    from gesso.kit.errors import InsufficientCredits

    told = {"title": "Not enough credits", "detail": "This costs 4 credits and the team has 1 left."}
    expected = (5, "Not enough credits: This costs 4 credits and the team has 1 left.")
    assert ends.explain(Problem(402, told)) == expected
    assert ends.explain(InsufficientCredits(told["detail"])) == expected
    assert ends.explain(ZeroDivisionError()) is None


def test_an_interrupted_run_is_cancelled(there: Shell, tmp_path: Path) -> None:
    big = ("--count", "10", "--size", "2048x2048", "--quality", "premium")
    process = subprocess.Popen(
        [sys.executable, "-m", "gesso", "create", "an interrupted barn", *big, "-o", f"{tmp_path}/"],
        env=there.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "free, about" in process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "The run was cancelled." in errors
    assert os.listdir(tmp_path) == []


def test_operations_and_their_fields_are_listed(typed: Typed) -> None:
    known = {row.split("\t")[0] for row in typed("operations").stdout.splitlines()}
    listed = json.loads(typed("operations", "--json").stdout)
    assert known == {each["op"] for each in listed}
    for each in listed:
        shown = typed("operations", each["op"]).stdout
        if not each["offers"]:
            # Of a graph of one's own.
            assert each["op"] == "image.workflow"
            continue
        for name in each["offers"][0]["input"]["properties"]:
            assert f"{name}\t" in shown


def test_words_are_asked_for_and_a_picture_takes_them_over(there: Shell, typed: Typed, picture: Path) -> None:
    said = there.ok("words", "enhance", "a lighthouse at dusk", "seed=7", "detail=short")
    assert said.startswith("a lighthouse at dusk, ")
    assert "\n" not in said, "a program reads the prompt alone"
    done = typed("words", "translate", "ein Mops am Strand")
    assert done.stdout == "a Mops on the beach\n"
    assert "Mops" in done.stderr
    told = json.loads(typed("words", "describe", str(picture), "language=de", "--json").stdout)
    assert told["answer"]["caption"].startswith("Ein breites")
    asset = told["input"]["image"]
    assert typed("assets", "describe", asset, "--alt", "A disc", "--tags", "disc, red").stdout.strip() == asset
    kept = json.loads(typed("assets", "get", asset, "--json").stdout)
    assert kept["facts"]["described"] == {"alt": "A disc"}
    assert kept["tags"] == ["disc", "red"]
    assert typed("words", "describe", str(picture), "--dry-run").stdout.startswith("local/facts: free")
    assert typed("words", "generate", "a fox").returncode == 4


def test_what_costs_by_the_length_of_a_file_is_priced_once_it_is_there(
    here: Shell, picture: Path, tmp_path: Path
) -> None:
    (tmp_path / "hum.wav").write_bytes(hum(7))
    with WaveSpeed("ws-key-of-a-shell").running() as fake:
        told = {"wavespeed": {"key": "ws-key-of-a-shell", "url": fake.url, "poll_seconds": 0.02}}
        shell = here.given(GESSO_PROVIDERS=json.dumps(told))
        words = ("run", "video.avatar", f"image={picture}", f"audio={tmp_path}/hum.wav", "resolution=480p")
        talks = (*words, "--offer", "wavespeed/infinitetalk")
        said = shell.ok(*talks, "--dry-run")
        assert "a price that is known once your files are uploaded" in said
        done = shell(*talks, "-o", str(tmp_path / "talk.mp4"))
        assert done.returncode == 0, done.stderr
        # The price is said before it is bought: eight seconds begun, of three cents each.
        assert re.search(r"wavespeed/infinitetalk: (24 credits|\$0\.24)", done.stderr), done.stderr
        assert (tmp_path / "talk.mp4").stat().st_size > 0
        assert (len(fake.orders), fake.wrong) == (1, [])


def test_the_same_is_done_to_many_files_and_one_that_fails_is_named(
    there: Shell, picture: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (90, 60), (20, 40, 60)).save(other)
    dry = there.ok("each", "crop", str(picture), str(other), "ratio=1:1", "--dry-run")
    assert dry.startswith("2 pictures: free, about")
    done = there("each", "crop", str(picture), str(other), "ratio=1:1", "-o", str(tmp_path / "square"))
    assert done.returncode == 0, done.stderr
    assert [size_and_format(path)[0] for path in done.stdout.splitlines()] == [(64, 64), (60, 60)]
    assert "Charged: free" in done.stderr or "Charged: 0" in done.stderr
    told = ("find=something zzz", "colour=#ff0000")
    lost = there("each", "search_recolor", str(picture), str(other), *told)
    assert lost.returncode == 1
    assert f"{other}: " in lost.stderr
