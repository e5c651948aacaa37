"""A ComfyUI server of one's own, over a real connection, against one that checks graphs as the real one does."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso import events
from gesso.dev.fakes.comfyui import ComfyUI
from gesso.imaging import picture
from gesso.kit.pool import Pool
from gesso.providers.comfyui.graph import Graph
from gesso.settings import Settings
from tests.conftest import House, open_house, photo, upload
from tests.providers.orders import BROKEN, WAIT, buyer, marks
from tests.providers.test_own_servers import offered

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

WORDS = {"prompt": "a lighthouse at dusk"}
MODELS = """checkpoints/sd15.safetensors, checkpoints/sd15-inpainting.safetensors, checkpoints/xl/sdxl.safetensors
checkpoints/sd15.safetensors + ink.safetensors:0.8, diffusion_models/flux1-dev.safetensors
diffusion_models/flux1-fill-dev.safetensors, diffusion_models/flux1-kontext-dev.safetensors
diffusion_models/qwen_image.safetensors, diffusion_models/qwen_image_edit.safetensors
diffusion_models/wan2.2_ti2v.safetensors, upscale_models/RealESRGAN_x4plus.pth, controlnet/cn_canny.safetensors
controlnet/cn_depth.safetensors, controlnet/cn_scribble.safetensors, controlnet/union_xl.safetensors
style_models/flux1-redux-dev.safetensors, clip_vision/clip_vision_g.safetensors"""
ordered = buyer("comfyui")


@pytest.fixture
def comfy() -> Iterator[ComfyUI]:
    with ComfyUI().running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, comfy: ComfyUI) -> AsyncIterator[httpx2.AsyncClient]:
    tell(house, comfy)
    yield client
    assert comfy.wrong == []


def tell(house: House, *comfy: ComfyUI, models: str = MODELS, **more: Any) -> None:
    url = ", ".join(each.url for each in comfy)
    house.tell("comfyui", url=url, models=models, poll_seconds=0.02, patience_seconds=20, **more)


async def begun(comfy: ComfyUI) -> None:
    for _ in range(200):
        if any(job.state == "running" for job in comfy.jobs.values()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no job came")


async def test_every_offer_is_carried_out(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    mask = (await upload(shop, marks(600, 400), "mask.png"))["id"]
    wide = {"width": 900, "height": 500, "seed": 5}
    inputs: dict[str, tuple[dict[str, Any], tuple[int, int]]] = {
        "image.generate": ({**WORDS, **wide, "negative_prompt": "rain"}, (900, 500)),
        "image.inpaint": ({"image": image, "mask": mask, "prompt": "a red hat"}, (600, 400)),
        "image.outpaint": ({"image": image, "right": 101, "top": 33, "prompt": "more of it"}, (701, 433)),
        "image.edit": ({"image": image, "prompt": "make it night"}, (600, 400)),
        "image.structure": ({"image": image, "prompt": "a watercolour"}, (600, 400)),
        "image.sketch": ({"image": image, "prompt": "a red house"}, (600, 400)),
        "image.style_guide": ({"image": image, **WORDS, **wide}, (900, 500)),
        "image.upscale": ({"image": image, "factor": 2}, (1200, 800)),
        "video.from_image": ({"image": image, "prompt": "waves", "seconds": 2, "resolution": "480p"}, (608, 400)),
    }
    offers = await offered(shop, "comfyui")

    async def run_of(op: str, offer: str) -> None:
        input, size = inputs[op]
        model = offer.removeprefix("comfyui/")
        creative = op == "image.upscale" and model != "RealESRGAN_x4plus"
        run = await ordered(shop, op, model, input | ({"mode": "creative"} if creative else {}))
        assert (run["state"], run["error"]) == ("succeeded", None), (offer, op, run)
        made = run["outputs"][0]
        assert (made["width"], made["height"], run["spent"]) == (*size, 0), (offer, op)

    await asyncio.gather(*(run_of(*each) for each in offers))
    assert len(comfy.orders) == len(offers)
    assert {op for op, _ in offers} == inputs.keys()
    found = (await shop.post("/api/providers/comfyui/check")).json()
    assert found["message"].startswith("It answers, and has the models.")


async def test_what_is_asked_for_arrives_in_the_graph(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    image = (await upload(shop, photo(600, 400)))["id"]
    looks = [{"image": image, "weight": 0.3}, {"image": image, "weight": 0.9}]

    async def graph(op: str, model: str, **input: Any) -> dict[str, Any]:
        run = await ordered(shop, op, model, input)
        assert (run["state"], run["error"]) == ("succeeded", None), run
        return {name: node["inputs"] for name, node in comfy.orders[-1].items()}

    made = await graph("image.generate", "sd15", **WORDS, image=image, strength=0.4, quality="draft")
    assert (made["ks"]["denoise"], made["ks"]["steps"]) == (0.4, 12)
    made = await graph("image.generate", "sd15-ink", **WORDS)
    assert (made["lora"]["lora_name"], made["lora"]["strength_model"]) == ("ink.safetensors", 0.8)
    assert (made["ks"]["model"], made["pos"]["clip"]) == (["lora", 0], ["lora", 1])
    made = await graph("image.generate", "flux1-dev", **WORDS, references=looks)
    assert (made["sma"]["strength"], made["sma_2"]["strength"], made["sma_2"]["conditioning"]) == (0.3, 0.9, ["sma", 0])
    assert made["cv"]["clip_name"] == "sigclip_vision_patch14_384.safetensors"
    assert (made["vae"]["vae_name"], made["clip"]["clip_name2"]) == ("ae.safetensors", "t5xxl_fp16.safetensors")
    assert (made["ks"]["cfg"], made["guid"]["guidance"]) == (1.0, 3.5)
    made = await graph("image.generate", "xl-sdxl", **WORDS, references=looks)
    assert (made["un_2"]["strength"], made["cv"]["clip_name"]) == (0.9, "clip_vision_g.safetensors")
    made = await graph("image.structure", "sd15", image=image, **WORDS, guide="both", strength=0.7)
    assert (made["cna"]["strength"], made["cna_2"]["positive"], made["ks"]["positive"]) == (
        0.5,
        ["cna", 0],
        ["cna_2", 0],
    )
    names = made["cnl"]["control_net_name"], made["cnl_2"]["control_net_name"]
    assert names == ("cn_canny.safetensors", "cn_depth.safetensors")
    more = [
        {"image": image, "kind": "lines", "weight": 0.35, "end": 0.6},
        {"image": image, "kind": "depth", "start": 0.25},
    ]
    made = await graph("image.structure", "sd15", image=image, **WORDS, strength=0.7, controls=more)
    assert [made[name]["strength"] for name in ("cna", "cna_2", "cna_3")] == [1.0, 0.5, 1.0]
    assert (made["cna_2"]["end_percent"], made["cna_3"]["start_percent"]) == (0.6, 0.25)
    assert (made["cna_3"]["positive"], made["ks"]["positive"]) == (["cna_2", 0], ["cna_3", 0])
    assert made["cnl_2"]["control_net_name"] == "cn_scribble.safetensors"
    made = await graph("image.sketch", "xl-sdxl", image=image, **WORDS)
    assert made["ut"]["type"] == "hed/pidi/scribble/ted"
    made = await graph("video.from_image", "wan2.2_ti2v", image=image, prompt="waves", seconds=5)
    assert (made["i2v"]["length"], made["ks"]["sampler_name"]) == (81, "uni_pc")


async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(1001, 703))))
    source, mask = await upload(shop, photo(1001, 703)), await upload(shop, marks(1001, 703), "mask.png")
    told = {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    run = await ordered(shop, "image.inpaint", "sd15", told)
    made = picture.load((await shop.get(f"/api/assets/{run['outputs'][0]['id']}/file")).content)
    inside = np.asarray(Image.open(io.BytesIO(marks(1001, 703)))) > 0
    assert (made[~inside] == own[~inside]).all()
    assert (made[inside] != own[inside]).any()


async def test_a_broken_line_is_mended_without_a_second_job(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    for number, way in enumerate(BROKEN, 1):
        comfy.plan = [way]
        comfy.looks = ["", "", "cut before", "cut answer", "500"]
        run = await ordered(shop, "image.generate", "sd15", {**WORDS, "seed": number})
        assert (run["state"], len(comfy.orders)) == ("succeeded", number), way


async def test_what_it_lacks_is_named(house: House, client: httpx2.AsyncClient) -> None:
    with ComfyUI("GrowMask").running() as fake:
        tell(house, fake)
        image = (await upload(client, photo(64, 64)))["id"]
        mask = (await upload(client, marks(64, 64), "mask.png"))["id"]
        run = await ordered(client, "image.inpaint", "sd15", {"image": image, "mask": mask, "prompt": "a hat"})
        assert "has no node GrowMask" in run["error"]["message"]
        tell(house, fake, models="absent.safetensors")
        run = await ordered(client, "image.generate", "absent", WORDS)
        assert "has no ckpt_name “absent.safetensors”" in run["error"]["message"]
        assert "It has: sd15.safetensors" in run["error"]["message"]
        found = (await client.post("/api/providers/comfyui/check")).json()["message"]
        assert found.startswith("It answers, but has no checkpoints/absent.safetensors. It has: checkpoints/sd15")
        tell(house, fake, models="")
        assert "It has: checkpoints/sd15" in (await client.post("/api/providers/comfyui/check")).json()["message"]
        assert fake.orders == []


async def test_what_fails_there_is_told(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    for way, said in {"failed": "out of memory", "garbage": "no picture", "full": "outputs"}.items():
        comfy.plan = [way]
        run = await ordered(shop, "image.generate", "sd15", WORDS)
        assert (run["state"], run["outputs"]) == ("failed", []), way
        assert said in run["error"]["message"]


async def test_what_is_stopped_is_stopped_there(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    for version in ("0.38.1", "0.3.64"):
        comfy.version, comfy.waits = version, True
        run = await begin(shop)
        await begun(comfy)
        await shop.post(f"/api/runs/{run}/cancel")
        assert (await ended(shop, run))["state"] == "cancelled"
        assert set(comfy.stopped) == set(comfy.jobs)


async def test_a_server_that_forgot_is_told(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    comfy.waits = True
    run = await begin(shop)
    await begun(comfy)
    comfy.restart()
    assert "has forgotten this" in (await ended(shop, run))["error"]["message"]


async def told_of(house: House, run: str) -> list[dict[str, Any]]:
    """What was said of a run while it went on."""
    async with house.studio.db.work(house.owner, read_only=True) as work:
        found = await events.after(work, 0)
    return [each.data for each in found if each.type == "run.changed" and each.data["run"] == run]


async def begin(client: httpx2.AsyncClient, op: str = "image.generate", model: str = "sd15", **input: Any) -> str:
    told = {"op": op, "offer": f"comfyui/{model}", "input": {**WORDS, **input}}
    run: str = (await client.post("/api/runs", json=told)).json()["id"]
    return run


async def ended(client: httpx2.AsyncClient, run: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/runs/{run}", headers=WAIT)).json()
    return found


async def shown(house: House, run: str) -> dict[str, Any]:
    """The first word of a run that has a preview."""
    for _ in range(200):
        if found := [each for each in await told_of(house, run) if each["preview"]]:
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was shown")


async def test_how_far_it_is_and_how_it_looks_is_shown(house: House, shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    for version in ("0.38.1", "0.3.64"):
        comfy.version, comfy.waits = version, True
        run = await begin(shop, quality="draft")
        said = await shown(house, run)
        # Of a sampler's twelve steps it takes three here, and waits after the first; four other nodes are done.
        assert said["progress"] == pytest.approx((4 + 12 / 3) / (6 + 12))
        assert said["note"] == "The ComfyUI server works on it"
        path = f"/api/runs/{run}/preview/{said['preview']}"
        seen = await shop.get(path)
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
        assert Image.open(io.BytesIO(seen.content)).size == (32, 32)
        stranger = await house.join(f"stranger of {version}", team=f"Another {version}")
        assert (await stranger.get(path)).status_code == 404
        comfy.go()
        assert (await ended(shop, run))["state"] == "succeeded"
        assert (await shop.get(path)).status_code == 404
    assert comfy.heard[0] == {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
    assert set(comfy.connected) == set(comfy.jobs) == {job.client for job in comfy.jobs.values()}


async def test_a_lost_or_missing_websocket_is_no_matter(house: House, shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    comfy.drops = 2
    assert (await ordered(shop, "image.generate", "sd15", WORDS))["state"] == "succeeded"
    assert comfy.drops < 2
    comfy.deaf, comfy.drops = True, 0
    before = len(comfy.connected)
    assert (await ordered(shop, "image.generate", "sd15", WORDS))["state"] == "succeeded"
    assert (len(comfy.connected), len(comfy.orders)) == (before, 2)


async def test_who_waits_is_told_the_place_in_the_queue(house: House, shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    comfy.waits = True
    first = await begin(shop)
    await begun(comfy)
    second = await begin(shop)
    for _ in range(200):
        if any("1 before this" in each["note"] for each in await told_of(house, second)):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("no place was told")
    await shop.post(f"/api/runs/{second}/cancel")
    assert (await ended(shop, second))["state"] == "cancelled"
    assert len(comfy.jobs) == 1
    comfy.go()
    assert (await ended(shop, first))["state"] == "succeeded"


async def test_a_run_that_is_taken_over_asks_for_what_was_sent(settings: Settings, pool: Pool, comfy: ComfyUI) -> None:
    comfy.waits = True
    async with open_house(settings, pool) as house:
        tell(house, comfy)
        run = await begin(await house.as_owner())
        await shown(house, run)
        house.studio.jobs.stop = partial(house.studio.jobs.stop, 0.1)  # type: ignore[method-assign]
    comfy.go()
    async with open_house(settings, pool) as house:
        tell(house, comfy)
        assert (await ended(await house.as_owner(), run))["state"] == "succeeded"
    assert (len(comfy.orders), len(set(comfy.connected)), comfy.wrong) == (1, 1, [])
    assert [path for folder in settings.data.rglob("preview") for path in folder.rglob("*") if path.is_file()] == []


async def test_of_several_servers_the_least_busy_one_is_asked(house: House, client: httpx2.AsyncClient) -> None:
    with ComfyUI().running() as one, ComfyUI().running() as two, ComfyUI().running() as away:
        tell(house, one, two, away)
        one.waits = two.waits = away.waits = True
        runs = []
        for many in (1, 2, 3):
            runs.append(await begin(client))
            for each in (one, two, away)[:many]:
                await begun(each)
        for each in (one, two, away):
            each.go()
        assert {(await ended(client, run))["state"] for run in runs} == {"succeeded"}
        assert [len(each.orders) for each in (one, two, away)] == [1, 1, 1]
        # One that lacks what is wanted is passed over, and one that goes in the moment of sending.
        del one.info["KSampler"]
        two.plan = ["cut before"]
        assert (await ordered(client, "image.generate", "sd15", WORDS))["state"] == "succeeded"
        assert [len(each.orders) for each in (one, two, away)] == [1, 2, 1]
        found = (await client.post("/api/providers/comfyui/check")).json()["message"]
        assert "It also has" in found
    with ComfyUI().running() as left:
        tell(house, away, left)
        found = (await client.post("/api/providers/comfyui/check")).json()
        assert (found["ok"], found["message"].startswith(f"{away.url}: ")) == (False, True)
        run = await ordered(client, "image.generate", "sd15", WORDS)
        assert (run["state"], run["error"]) == ("succeeded", None)
        assert len(left.orders) == 1
    assert one.wrong == two.wrong == away.wrong == left.wrong == []


async def test_what_a_newer_server_wants_besides_is_as_it_is_there_by_default(
    shop: httpx2.AsyncClient, comfy: ComfyUI
) -> None:
    comfy.info["KSampler"]["input"]["required"] |= {
        "extra": ["INT", {"default": 3}],
        "way": ["COMBO", {"options": ["a"]}],
    }
    assert (await ordered(shop, "image.generate", "sd15", WORDS))["state"] == "succeeded"
    assert (comfy.orders[-1]["ks"]["inputs"]["extra"], comfy.orders[-1]["ks"]["inputs"]["way"]) == (3, "a")
    comfy.info["KSampler"]["input"]["required"] |= {"mind": ["MIND"]}
    run = await ordered(shop, "image.generate", "sd15", WORDS)
    assert "KSampler also wants mind" in run["error"]["message"]


def node(kind: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": title or kind}}


GRAPH = {
    "3": node(
        "KSampler",
        seed=7,
        steps=9,
        cfg=6.5,
        sampler_name="euler",
        scheduler="normal",
        denoise=0.8,
        model=["4", 0],
        positive=["6", 0],
        negative=["7", 0],
        latent_image=["11", 0],
    ),
    "4": node("CheckpointLoaderSimple", ckpt_name="sd15.safetensors"),
    "6": node("CLIPTextEncode", text="a barn", clip=["4", 1]),
    "7": node("CLIPTextEncode", text="blurry", clip=["4", 1]),
    "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
    "9": node("SaveImage", images=["8", 0], filename_prefix="mine"),
    "10": node("LoadImage", image="example.png"),
    "11": node("VAEEncodeForInpaint", pixels=["10", 0], vae=["4", 2], mask=["10", 1], grow_mask_by=6),
    "12": node("PreviewImage", images=["10", 0]),
}


async def bring(client: httpx2.AsyncClient, graph: Any, **more: Any) -> httpx2.Response:
    return await client.post("/api/providers/comfyui/workflows", json={"name": "barn", "graph": graph, **more})


async def test_a_graph_of_ones_own_is_an_operation_with_a_form(
    house: House, shop: httpx2.AsyncClient, comfy: ComfyUI
) -> None:
    read = (await bring(shop, json.dumps(GRAPH), keep=False)).json()
    likely = {field["name"]: field["kind"] for field in read["may"] if field["likely"]}
    assert likely == {
        "seed": "seed",
        "steps": "whole",
        "cfg": "number",
        "strength": "number",
        "prompt": "prompt",
        "negative_prompt": "text",
        "image": "image",
        "mask": "mask",
    }
    assert {field["name"] for field in read["may"] if not field["likely"]} == {
        "sampler_name",
        "scheduler",
        "ckpt_name",
        "grow_mask_by",
    }
    assert not [op for op, _ in await offered(shop, "comfyui") if op == "image.workflow"]
    kept = await bring(shop, {"prompt": GRAPH}, title="Barn painter", fields=read["may"])
    assert (kept.status_code, len(kept.json()["fields"])) == (200, 12)
    every = (await shop.get("/api/operations")).json()
    [offer] = next(each for each in every if each["op"] == "image.workflow")["offers"]
    assert (offer["id"], offer["title"]) == ("comfyui/barn", "Barn painter")
    form = offer["input"]["properties"]
    assert (form["prompt"]["default"], form["cfg"]["maximum"], form["image"]["x-ui"]["widget"]) == (
        "a barn",
        100,
        "image",
    )
    assert form["ckpt_name"]["enum"][:2] == ["sd15.safetensors", "sd15-inpainting.safetensors"]
    picture, mask = await upload(shop, photo(200, 120)), await upload(shop, marks(200, 120), "mask.png")
    told = {
        "image": picture["id"],
        "mask": mask["id"],
        "prompt": "a red barn",
        "steps": 4,
        "ckpt_name": "xl/sdxl.safetensors",
    }
    run = await ordered(shop, "image.workflow", "barn", told)
    assert (run["state"], run["error"]) == ("succeeded", None)
    assert (run["outputs"][0]["width"], run["outputs"][0]["height"], run["title"]) == (200, 120, "a red barn")
    made = {name: each["inputs"] for name, each in comfy.orders[-1].items()}
    assert (made["6"]["text"], made["7"]["text"], made["3"]["steps"]) == ("a red barn", "blurry", 4)
    assert (made["4"]["ckpt_name"], made["3"]["seed"]) == ("xl/sdxl.safetensors", run["input"]["seed"])
    sent = np.asarray(Image.open(io.BytesIO(comfy.inputs[made["10"]["image"]])))
    assert (sent.shape, set(np.unique(sent[..., 3]))) == ((120, 200, 4), {0, 255})
    assert (sent[..., 3] == 255 - np.asarray(Image.open(io.BytesIO(marks(200, 120))))).all()
    wrong = {"op": "image.workflow", "offer": "comfyui/barn", "input": {**told, "steps": 0}}
    assert (await shop.post("/api/runs", json=wrong)).status_code == 422
    # Another team has it not, and what is told besides leaves it be.
    stranger = await house.join("stranger", "owner", team="Another")
    assert not [op for op, _ in await offered(stranger, "comfyui") if op == "image.workflow"]
    assert (await shop.put("/api/providers/comfyui", json={"told": {"models": "sd15.safetensors"}})).status_code == 200
    card = next(each for each in (await shop.get("/api/providers")).json() if each["name"] == "comfyui")
    assert [each["title"] for each in card["workflows"]] == ["Barn painter"]
    assert "workflows" not in {*card["told"], *card["form"]["properties"]}
    assert (await shop.put("/api/providers/comfyui", json={"told": {"workflows": "[]"}})).status_code == 422
    assert (await shop.delete("/api/providers/comfyui/workflows/barn")).status_code == 204
    assert (await shop.delete("/api/providers/comfyui/workflows/barn")).status_code == 404
    assert (await shop.post("/api/runs", json=wrong)).status_code == 404


async def test_what_is_wrong_with_a_graph_of_ones_own_is_told(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    page = {"nodes": [{"id": 1, "type": "KSampler"}], "links": []}
    silent = {name: each for name, each in GRAPH.items() if name not in ("9", "12")}
    strange = {**GRAPH, "13": node("IPAdapterApply", image=["10", 0])}
    loose = {**GRAPH, "9": node("SaveImage", images=["77", 0], filename_prefix="x")}
    crossed = {**GRAPH, "9": node("SaveImage", images=["4", 0], filename_prefix="x")}
    absent = {**GRAPH, "4": node("CheckpointLoaderSimple", ckpt_name="mine.safetensors")}
    field = {"name": "title", "title": "Title", "node": "3", "input": "steps", "kind": "whole"}
    for graph, said in {
        "{": "no JSON",
        "[]": "no graph of ComfyUI's",
        json.dumps({"1": {"inputs": {}}}): "a class_type and inputs",
        json.dumps(page): "Export it there for the API",
        json.dumps(silent): "gives nothing out",
        json.dumps(strange): "has no node IPAdapterApply. Install the extension",
        json.dumps(loose): "linked to something that is not there",
        json.dumps(crossed): "takes IMAGE as images, not MODEL",
        json.dumps(absent): "has no ckpt_name “mine.safetensors”",
        json.dumps({"1": node("SaveImage", images=["1", 0], filename_prefix="x" * (256 << 10))}): "256 KiB",
    }.items():
        answer = await bring(shop, graph)
        assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.json()["detail"]
    for wrong, said in ((field, "no field can be named title"), ({**field, "name": "a", "node": "99"}, "has no input")):
        answer = await bring(shop, GRAPH, fields=[wrong])
        assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.json()["detail"]
    assert (await shop.post("/api/providers/stability/workflows", json={"name": "a", "graph": {}})).status_code == 422
    assert comfy.orders == []


async def test_a_graph_of_ones_own_may_make_several_things(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    comfy.info["Anything / Everywhere?"] = comfy.info["ImageInvert"]
    graph = {
        "1": node("EmptyImage", width=64, height=48, batch_size=1, color=0),
        "2": node("SaveImage", images=["1", 0], filename_prefix="a"),
        "3": node("Anything / Everywhere?", image=["1", 0]),
        "4": node("SaveImage", images=["3", 0], filename_prefix="b"),
    }
    assert (await bring(shop, graph)).status_code == 200
    run = await ordered(shop, "image.workflow", "barn", {})
    assert (run["state"], len(run["outputs"]), len(comfy.orders)) == ("succeeded", 2, 1)


async def test_what_a_form_asks_for_is_read_from_what_is_linked(shop: httpx2.AsyncClient, comfy: ComfyUI) -> None:
    """Flux is told nothing unwanted: what it is given as such is made of the prompt itself."""
    graph = Graph().add("load_flux", file="flux1-dev.safetensors").add("words_flux", prompt="a barn")
    graph.add("empty_16").add("sample").add("save")
    graph.nodes["vae"]["inputs"]["vae_name"] = "ae.safetensors"
    graph.nodes["clip"]["inputs"] |= {"clip_name1": "clip_l.safetensors", "clip_name2": "t5xxl_fp16.safetensors"}
    read = (await bring(shop, graph.nodes, keep=False)).json()
    likely = [field["name"] for field in read["may"] if field["likely"]]
    assert likely == ["prompt", "width", "height", "seed", "steps", "cfg", "strength"]
    control = Graph().add("checkpoint", file="sd15.safetensors").add("words", prompt="a barn", negative="rain")
    control.add("control", file="cn_canny.safetensors").add("empty").add("sample").add("save")
    read = (await bring(shop, control.nodes, keep=False)).json()
    asked = {field["name"]: (field["node"], field["input"]) for field in read["may"]}
    assert (asked["strength"], asked["negative_prompt"]) == (("ks", "denoise"), ("neg", "text"))
    assert asked["strength_2"] == ("cna", "strength")
