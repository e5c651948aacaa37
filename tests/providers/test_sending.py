"""What will be sent, shown before: by the very code that sends, at every provider, and with nothing sent."""

import base64
import io
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any, Final

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.server import Asked, Fake
from gesso.dev.fakes.shelf import SHELF
from tests.conftest import House, photo, upload
from tests.providers.orders import buyer, marks, noise

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY: Final = "a-key:that-nobody-may-read"
MASKED: Final = {"image": "photo", "mask": "mask", "prompt": "a red hat"}
WANTED: Final[dict[str, dict[str, Any]]] = {
    "image.generate": {"prompt": "a lighthouse", "width": 500, "height": 300, "seed": 7},
    "image.edit": {"image": "photo", "prompt": "make it blue", "seed": 7},
    "image.inpaint": {**MASKED, "seed": 7},
    "image.erase": {"image": "photo", "mask": "mask", "seed": 7},
    "image.outpaint": {"image": "photo", "left": 40},
    "image.upscale": {"image": "photo", "factor": 2, "prompt": "a disc"},
    "image.remove_background": {"image": "photo"},
    "image.search_replace": {"image": "photo", "find": "disc", "prompt": "a cat"},
    "image.search_recolor": {"image": "photo", "find": "disc", "colour": "#2060d0"},
    "image.relight": {"image": "photo", "prompt": "a beach"},
    "image.sketch": {"image": "photo", "prompt": "a disc"},
    "image.structure": {"image": "photo", "prompt": "a disc"},
    "image.style_guide": {"image": "photo", "prompt": "a disc"},
    "image.style_transfer": {"image": "photo", "style_image": "photo"},
    "video.from_image": {"image": "photo", "prompt": "waves", "seconds": 5},
    "video.from_text": {"prompt": "waves", "seconds": 5},
    "video.avatar": {"image": "photo", "script": "Hello."},
    "image.face_swap": {"image": "photo", "face": "photo", "consent": True},
    "mesh.from_image": {"image": "photo"},
    "text.enhance": {"prompt": "a lighthouse"},
    "text.restyle": {"prompt": "a lighthouse", "tone": "cinematic"},
    "text.translate": {"prompt": "ein Leuchtturm"},
    "text.weigh": {"prompt": "a lighthouse"},
    "text.describe": {"image": "photo"},
}
CREATIVE: Final = ("stability/upscale-creative", "comfyui/sd15")
"""Those that enlarge by inventing detail, and want to be told to."""
CONVENTIONS: Final = {
    "stability/inpaint": "white",
    "wavespeed/flux-fill-dev": "white",
    "openai/gpt-image-2.6-sunburst": "alpha",
    "azure/my-image": "alpha",
    "compatible/painter": "alpha",
    "replicate/flux-fill-pro": "white",
    "fal/flux-pro-v1-fill": "white",
    "comfyui/sd15": "white",
}
"""How each is told what to change."""


@pytest.fixture
def fakes() -> Iterator[dict[str, Fake]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(stand.make(KEY).running()) for name, stand in SHELF.items()}


@pytest.fixture
async def shop(
    house: House, client: httpx2.AsyncClient, fakes: dict[str, Fake]
) -> AsyncIterator[tuple[httpx2.AsyncClient, dict[str, str]]]:
    """The owner's client of a studio that knows every key, with a picture and a mask."""
    house.tell_all({name: stand.settings(fakes[name].url, KEY) for name, stand in SHELF.items()})
    named = {
        "photo": (await upload(client, photo(601, 403)))["id"],
        "mask": (await upload(client, marks(601, 403), "mask.png"))["id"],
        "heavy": (await upload(client, noise(1600, 1600)))["id"],
    }
    yield client, named
    assert {name: fake.wrong for name, fake in fakes.items() if fake.wrong} == {}


def posted(fake: Fake) -> list[Asked]:
    """What came that was more than a look."""
    return [asked for asked in fake.seen if asked.method != "GET"]


def beyond(offer: dict[str, Any], requests: list[dict[str, Any]]) -> list[Any]:
    """What is not as the offer declares: pictures, the size that is asked for, the weight of it all."""
    limits = offer["limits"]
    found: list[Any] = [each for each in requests if limits["heaviest"] and each["bytes"] > limits["heaviest"]]
    for picture in [picture for each in requests for picture in each["pictures"]]:
        found += [] if within(limits["sent"], picture["width"], picture["height"]) else [picture]
    for field in requests[-1]["fields"]:
        name, value = field["name"].rpartition(".")[2], field["value"]
        if name == "size" and (sides := re.fullmatch(r"(\d+)[x*](\d+)", value)) and limits["made"]:
            found += [] if within(limits["made"], int(sides[1]), int(sides[2])) else [field]
        if name in ("aspect_ratio", "aspectRatio") and ":" in value:
            found += [] if value in limits["shapes"] else [field]
    return found


def within(frame: dict[str, Any] | None, width: int, height: int) -> bool:
    """Sides are rounded to sixteens, and an area with them."""
    if frame is None:
        return False
    area, long, short = width * height, max(width, height), min(width, height)
    shape = not frame["ratio"] or long <= frame["ratio"] * short
    sides = frame["least"] <= short and long <= frame["most"]
    return bool(shape and sides and 0.96 * frame["smallest"] <= area <= 1.04 * frame["area"])


async def test_every_hosted_offer_shows_what_it_would_send(
    house: House, shop: tuple[httpx2.AsyncClient, dict[str, str]], fakes: dict[str, Fake]
) -> None:
    client, named = shop
    listed = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    shown = 0
    for name in SHELF:
        for offer in listed[name]["offers"]:
            input = {key: named.get(str(value), value) for key, value in WANTED[offer["op"]].items()}
            if offer["op"] == "image.upscale" and offer["id"] in CREATIVE:
                input |= {"mode": "creative"}
            wanted = {"op": offer["op"], "offer": offer["id"], "input": input}
            answer = await client.post("/api/runs/preview", json=wanted)
            assert answer.status_code == 200, (offer["id"], offer["op"], answer.text)
            assert KEY not in answer.text
            requests = answer.json()["requests"]
            assert [each["buys"] for each in requests] == [False] * (len(requests) - 1) + [True], offer["id"]
            pictures = [picture for each in requests for picture in each["pictures"]]
            wanted_pictures = sum(key in input for key in ("image", "mask", "style_image", "face"))
            # There a mask says where the new room is.
            wanted_pictures += offer["op"] == "image.outpaint" and name == "comfyui"
            assert len(pictures) == wanted_pictures, (offer["id"], offer["op"], pictures)
            assert all(picture["name"] and picture["width"] and picture["bytes"] for picture in pictures), pictures
            assert beyond(offer, requests) == [], (offer["id"], offer["op"])
            if offer["op"] == "image.inpaint":
                told = [picture["marks"] for picture in pictures if picture["marks"]]
                assert told == [CONVENTIONS[offer["id"]]], offer["id"]
            shown += 1
    assert shown > 90
    assert [asked for fake in fakes.values() for asked in posted(fake)] == []
    assert (await client.get("/api/runs")).json()["items"] == []
    # What is done here goes nowhere.
    wanted = {"op": "image.erase", "input": {"image": named["photo"], "mask": named["mask"]}}
    assert (await client.post("/api/runs/preview", json=wanted)).json()["requests"] == []
    house.tell("comfyui", **SHELF["comfyui"].told("http://127.0.0.1:9"))
    wanted = {"op": "image.generate", "offer": "comfyui/sd15", "input": WANTED["image.generate"]}
    answer = await client.post("/api/runs/preview", json=wanted)
    assert (answer.status_code, "does not answer" in answer.json()["detail"]) == (503, True)


WAYS: Final = [
    ("stability", "inpaint", "image.inpaint"),
    ("wavespeed", "flux-fill-dev", "image.inpaint"),
    ("google", "gemini-3.1-flash-image", "image.edit"),
    ("openai", "gpt-image-2.6-sunburst", "image.inpaint"),
    ("azure", "flux-2-pro", "image.edit"),
    ("compatible", "painter", "image.edit"),
    ("replicate", "flux-fill-pro", "image.inpaint"),
    ("fal", "flux-pro-v1-fill", "image.inpaint"),
    ("huggingface", "lights/editor", "image.edit"),
    ("comfyui", "sd15", "image.inpaint"),
]


async def test_what_is_sent_is_within_what_an_offer_declares(
    shop: tuple[httpx2.AsyncClient, dict[str, str]],
) -> None:
    client, _ = shop
    vast = (await upload(client, noise(2800, 1700)))["id"]
    tiny = (await upload(client, photo(70, 90)))["id"]
    listed = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    for name in SHELF:
        # One of each way of declaring: of offers with the same limits, the first.
        ways = ("image.edit", "image.structure", "image.generate", "mesh.from_image")
        offers = [offer for offer in reversed(listed[name]["offers"]) if offer["op"] in ways]
        for offer in {str(offer["limits"]): offer for offer in offers}.values():
            for picture in (vast, tiny):
                input = {**WANTED[offer["op"]], "image": picture}
                if offer["op"] == "image.generate":
                    input = {**WANTED[offer["op"]], "width": 4000, "height": 2400} if picture == vast else input
                    input.pop("image", None)
                wanted = {"op": offer["op"], "offer": offer["id"], "input": input}
                answer = await client.post("/api/runs/preview", json=wanted)
                assert answer.status_code == 200, (offer["id"], offer["op"], answer.text)
                assert beyond(offer, answer.json()["requests"]) == [], (offer["id"], offer["op"])


async def test_guidance_and_steps_are_sent_or_said_to_be_ignored(
    shop: tuple[httpx2.AsyncClient, dict[str, str]],
) -> None:
    client, _ = shop
    input = {**WANTED["image.generate"], "guidance": 3.25, "steps": 3}
    known: set[str] = set()
    for provider in (await client.get("/api/providers")).json():
        for offer in provider["offers"] if provider["name"] in SHELF else []:
            if offer["op"] != "image.generate":
                continue
            wanted = {"op": offer["op"], "offer": offer["id"], "input": input}
            ignored = (await client.post("/api/runs/estimate", json=wanted)).json()["ignored"]
            fields = (await client.post("/api/runs/preview", json=wanted)).json()["requests"][-1]["fields"]
            said = {
                "guidance": any(field["value"] == "3.25" for field in fields),
                "steps": any("steps" in field["name"] and field["value"] == "3" for field in fields),
            }
            assert said == {name: name not in ignored for name in said}, (offer["id"], ignored, fields)
            known |= {f"{provider['name']} {name}" for name in said if said[name]}
    there = {"wavespeed", "replicate", "fal", "huggingface", "comfyui"}
    assert known == {f"{name} {field}" for name in there for field in ("guidance", "steps")} | {"stability guidance"}


async def test_what_is_shown_is_what_then_comes_there(
    shop: tuple[httpx2.AsyncClient, dict[str, str]], fakes: dict[str, Fake]
) -> None:
    client, named = shop
    for name, model, op in WAYS:
        input = {key: named.get(str(value), value) for key, value in WANTED[op].items()}
        wanted = {"op": op, "offer": f"{name}/{model}", "input": input}
        shown = (await client.post("/api/runs/preview", json=wanted)).json()
        pictures = [
            (await client.post(picture["file"], json=wanted)).content
            for each in shown["requests"]
            for picture in each["pictures"]
        ]
        assert pictures
        assert posted(fakes[name]) == []
        run = await buyer(name)(client, op, model, input)
        assert run["state"] == "succeeded", run
        came = posted(fakes[name])
        assert [asked.method for asked in came] == [each["method"] for each in shown["requests"]]
        order, asked = shown["requests"][-1], came[-1]
        assert order["address"] == fakes[name].url + asked.path
        # Boundaries, addresses and numbers differ by chance, not by more.
        assert order["bytes"] == pytest.approx(len(asked.body), abs=400), name
        for data in pictures:
            forms = (data, base64.b64encode(data))
            assert any(form in asked.body for asked in came for form in forms), name
        for field in order["fields"]:
            if field["name"].rpartition(".")[2] not in ("filename_prefix", "prompt_id", "client_id"):
                assert field["value"].encode() in asked.body, (name, field)
    # What is too heavy for a PNG is shown as what it becomes.
    wanted = {
        "op": "image.edit",
        "offer": "openai/gpt-image-2.6-sunburst",
        "input": {"image": named["heavy"], "prompt": "x"},
    }
    (request,) = (await client.post("/api/runs/preview", json=wanted)).json()["requests"]
    (picture,) = request["pictures"]
    data = (await client.post(picture["file"], json=wanted)).content
    found = Image.open(io.BytesIO(data))
    assert found.size == (picture["width"], picture["height"])
    assert (picture["type"], len(data)) == (Image.MIME[found.format or ""], picture["bytes"])
    assert {field["name"]: field["value"] for field in request["fields"]}["size"] == f"{found.width}x{found.height}"
    assert np.asarray(found).std() > 10
    assert (await client.post(picture["file"].replace("/1", "/9"), json=wanted)).status_code == 404
