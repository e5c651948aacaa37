"""Diffusers where PyTorch is not installed: what is told, what is said. That it draws: tests/diffusers."""

import io
import sys
from pathlib import Path

import httpx2
import pytest
from PIL import Image, ImageDraw

from gesso.dialects.steered import guide, steered_by
from gesso.imaging import picture
from gesso.kit.errors import Refused
from gesso.providers.diffusers.folder import Folder, found
from tests.conftest import House, photo
from tests.providers.test_own_servers import offered

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
TOLD = {"models": "sd15, own/sdxl", "controlnets": "canny", "upscalers": "x4"}


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that never had PyTorch."""
    monkeypatch.setitem(sys.modules, "torch", None)


@pytest.fixture
def with_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has the extra, as far as one can see without importing it."""
    for name in ("torch", "diffusers", "transformers", "accelerate", "safetensors"):
        monkeypatch.setitem(sys.modules, name, sys)


@pytest.mark.usefixtures("without")
async def test_without_the_extra_it_says_what_to_install(house: House, client: httpx2.AsyncClient) -> None:
    house.tell("diffusers", **TOLD)
    found = {each["name"]: each for each in (await client.get("/api/providers")).json()}["diffusers"]
    assert (found["ready"], found["offers"]) == (False, [])
    assert 'pip install "gesso[diffusers]"' in found["missing"]
    for answer in (
        await client.put("/api/providers/diffusers", json={"told": TOLD}),
        await client.post("/api/providers/diffusers/check", json={"told": TOLD}),
    ):
        assert answer.status_code == 422
        assert 'pip install "gesso[diffusers]"' in answer.json()["detail"]


@pytest.mark.usefixtures("with_extra")
async def test_what_is_told_makes_offers_before_anything_is_loaded(client: httpx2.AsyncClient) -> None:
    assert (await client.put("/api/providers/diffusers", json={"told": TOLD})).status_code == 200
    every = ("image.generate", "image.inpaint", "image.structure", "image.sketch")
    assert await offered(client, "diffusers") == {
        **{(op, f"diffusers/{model}"): 0 for op in every for model in ("sd15", "own-sdxl")},
        ("image.upscale", "diffusers/x4"): 0,
    }
    told = {"op": "image.structure", "offer": "diffusers/sd15", "input": {"prompt": "x", "image": None}}
    assert (await client.post("/api/runs/estimate", json=told)).status_code == 422


@pytest.mark.usefixtures("with_extra")
@pytest.mark.parametrize("name", ["../secret", "/etc", "own/../../x", "a b", ".hidden", "own//x", "own\\x"])
async def test_a_name_cannot_lead_out_of_the_folder(client: httpx2.AsyncClient, name: str) -> None:
    for field in TOLD:
        refused = await client.put("/api/providers/diffusers", json={"told": TOLD | {field: name}})
        assert (refused.status_code, "neither a folder" in refused.json()["detail"]) == (422, True), field


@pytest.mark.usefixtures("with_extra")
async def test_only_who_is_alone_here_says_what_this_machine_reads(house: House, client: httpx2.AsyncClient) -> None:
    await house.join("stranger", team="Another")
    refused = await client.put("/api/providers/diffusers", json={"told": TOLD})
    assert refused.status_code == 422
    found = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    assert found["diffusers"]["form"]["properties"] == {}


async def test_a_guide_is_white_on_black_in_the_size_that_is_drawn(tmp_path: Path, database_url: str) -> None:
    page = Image.new("RGB", (90, 60), "white")
    ImageDraw.Draw(page).ellipse([20, 10, 70, 50], outline="black", width=3)
    lines = io.BytesIO()
    page.save(lines, "PNG")
    for kind, name in {"edges": "sd-controlnet-canny", "depth": "Depth-sdxl", "lines": "own/scribble"}.items():
        assert steered_by(name) == kind
        seen = picture.load(guide(photo(90, 60) if kind == "depth" else lines.getvalue(), (72, 48), kind))
        assert seen.shape == (48, 72, 3)
        assert seen.max() > 128
        assert seen.mean() < 128
    assert steered_by("mine") == "edges"


async def test_what_a_folder_says_of_itself(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "sd/unet").mkdir(parents=True)
    (tmp_path / "sd/vae").mkdir()
    (tmp_path / "sd/model_index.json").write_text('{"_class_name": "X", "unet": ["diffusers", "Y"]}')
    (tmp_path / "sd/unet/config.json").write_text('{"sample_size": 64}')
    (tmp_path / "sd/vae/config.json").write_text('{"block_out_channels": [1, 1, 1, 1]}')
    model = found(tmp_path, "sd")
    assert model == Folder("sd", tmp_path / "sd")
    assert model.legal(512, 768) == (512, 768)
    assert model.legal(1024, 1024) == (624, 624)
    assert model.legal(4000, 1000) == (1024, 256)
    with pytest.raises(Refused, match="no weights"):
        model.check()
    (tmp_path / "sd/unet/diffusion_pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(Refused, match=r"pickles \(unet\)"):
        model.check()
    (tmp_path / "sd/unet/model.fp16.safetensors").write_bytes(b"\0" * 9)
    again = Folder("sd", tmp_path / "sd")
    assert again.variant == "fp16"
    with pytest.raises(Refused, match="no whole safetensors file"):
        again.numbers()
