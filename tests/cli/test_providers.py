"""Keys at the command line: asked for or read from stdin, tried, kept sealed, and never printed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gesso.dev.fakes.comfyui import ComfyUI
from gesso.dev.fakes.stability import Stability
from tests.cli.conftest import Shell
from tests.conftest import photo
from tests.providers.test_comfyui import GRAPH

KEY = "sk-0123456789-of-the-tests"


@pytest.fixture
def stability() -> Iterator[Stability]:
    with Stability(KEY, credits=12.5).running() as fake:
        yield fake


def test_a_key_is_told_tried_and_forgotten(here: Shell, stability: Stability) -> None:
    here = here.given(GESSO_PROVIDERS__STABILITY__URL=stability.url)
    assert "stability\tStability AI\tneeds key" in here.ok("providers", "ls")

    wrong = here("providers", "set", "stability", "--stdin", input="sk-wrong-wrong-wrong\n")
    assert wrong.returncode == 1
    assert "does not accept the key" in wrong.stderr
    assert here("providers", "set", "nobody", "--stdin", input="x\n").returncode == 4
    assert here("providers", "set", "stability", "color=red").returncode == 2

    assert here.ok("providers", "set", "stability", "--stdin", input=f"{KEY}\n") == "Stability AI: ready"
    assert here.ok("providers", "test", "stability") == "The key works. 12.5 credits are left there."
    told = here.ok("providers", "ls", "--json")
    assert KEY not in told
    stated = {each["name"]: each["told"] for each in json.loads(told)}
    assert stated["stability"] == {"key": "…ests"}
    picture = here("create", "a lighthouse", "--offer", "stability/core", "--size", "256x256")
    assert picture.returncode == 0, picture.stderr
    assert len(stability.orders) == 1

    here.ok("providers", "set", "stability", "--off")
    assert "\toff\t" in here.ok("providers", "ls")
    here.ok("providers", "rm", "stability")
    assert "needs key" in here.ok("providers", "ls")


def test_a_graph_of_ones_own_is_brought_and_carried_out(here: Shell, tmp_path: Path) -> None:
    with ComfyUI().running() as comfy:
        here = here.given(GESSO_PROVIDERS__COMFYUI__URL=comfy.url)
        file = tmp_path / "barn.json"
        file.write_text(json.dumps(GRAPH))
        assert "prompt\tPrompt\tprompt\tasked for" in here.ok(
            "providers", "bring", "comfyui", "barn", str(file), "--look"
        )
        bring = ["providers", "bring", "comfyui", "barn", str(file), "--fields"]
        assert here(*bring, "prompt,sky").returncode == 2
        said = here.ok(*bring, "prompt,image,steps")
        assert said == "barn is offered as comfyui/barn, and asks for prompt, image, steps."
        picture = tmp_path / "photo.png"
        picture.write_bytes(photo(64, 48))
        ran = here(
            "run", "image.workflow", "prompt=a red barn", f"image={picture}", "steps=3", "--offer", "comfyui/barn"
        )
        assert ran.returncode == 0, ran.stderr
        assert comfy.orders[0]["6"]["inputs"]["text"] == "a red barn"
        assert here.ok("providers", "free", "comfyui").startswith("Its models leave the memory.")
        assert comfy.freed == [{"unload_models": True, "free_memory": True}]
        here.ok("providers", "send-off", "comfyui", "barn")
        assert here("providers", "send-off", "comfyui", "barn").returncode == 4
