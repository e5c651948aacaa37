"""Stability, over a real connection, against a server that is as strict as theirs."""

import io
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from gesso.dev.fakes.stability import CALLS, Stability
from gesso.imaging import mesh, picture
from gesso.providers.stability import provider
from tests.conftest import House, photo, upload
from tests.providers.orders import WAIT, buyer, marks

pytestmark = pytest.mark.anyio
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database can change; money and lost answers are tried on both."""

KEY = "sk-a-key-that-nobody-may-read"
WORDS = {"prompt": "a lighthouse at dusk"}
ordered = buyer("stability")


@pytest.fixture
def stability() -> Iterator[Stability]:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.uint32)
    body = mesh.Mesh(points, np.array([[0, 0, 1]] * 4, np.float32), np.zeros((4, 2), np.float32), faces, None)
    with Stability(KEY, mesh=mesh.glb(body)).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, stability: Stability) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client of a studio that knows a key."""
    house.tell("stability", key=KEY, url=stability.url, poll_seconds=0.02, patience_seconds=20)
    yield client
    assert stability.wrong == []


async def file_of(client: httpx2.AsyncClient, run: dict[str, Any], index: int = 0) -> bytes:
    return (await client.get(f"/api/assets/{run['outputs'][index]['id']}/file")).content


GENERATORS = ["ultra", "core", "sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash"]
ORDERS: list[tuple[str, str, dict[str, Any], tuple[int, int] | None]] = [
    *(
        ("image.generate", model, {**WORDS, "width": 1200, "height": 630, "seed": 5}, (1200, 630))
        for model in GENERATORS
    ),
    ("image.generate", "ultra", {**WORDS, "image": "asset", "style": "anime", "negative_prompt": "rain"}, (1024, 1024)),
    ("image.generate", "sd3.5-large", {**WORDS, "image": "asset", "strength": 0.3}, (1024, 1024)),
    ("image.erase", "erase", {"image": "asset", "mask": "mask"}, (320, 240)),
    ("image.inpaint", "inpaint", {"image": "asset", "mask": "mask", "prompt": "a red hat", "feather": 12}, (320, 240)),
    ("image.outpaint", "outpaint", {"image": "asset", "ratio": "16:9"}, (427, 240)),
    ("image.search_replace", "search-and-replace", {"image": "asset", "find": "disc", "prompt": "a cat"}, (320, 240)),
    ("image.search_recolor", "search-and-recolor", {"image": "asset", "find": "disc", "colour": "#2060d0"}, (320, 240)),
    ("image.remove_background", "remove-background", {"image": "asset"}, (320, 240)),
    ("image.relight", "replace-background-and-relight", {"image": "asset", "prompt": "a beach"}, (320, 240)),
    ("image.relight", "replace-background-and-relight", {"image": "asset"}, (320, 240)),
    (
        "image.relight",
        "replace-background-and-relight",
        {"image": "asset", "background": {"kind": "colour", "colour": "#80a0c0"}},
        (320, 240),
    ),
    ("image.upscale", "upscale-fast", {"image": "asset", "factor": 4}, (1280, 960)),
    ("image.upscale", "upscale-conservative", {"image": "asset", "factor": 4, "prompt": "a disc"}, (1280, 960)),
    (
        "image.upscale",
        "upscale-creative",
        {"image": "asset", "factor": 8, "mode": "creative", "prompt": "a disc"},
        (2560, 1920),
    ),
    ("image.sketch", "sketch", {"image": "asset", **WORDS}, (320, 240)),
    ("image.structure", "structure", {"image": "asset", **WORDS, "style": "watercolour"}, (320, 240)),
    ("image.style_guide", "style", {"image": "asset", **WORDS, "width": 900, "height": 1600}, (900, 1600)),
    ("image.style_transfer", "style-transfer", {"image": "asset", "style_image": "asset", "change": 0.4}, (320, 240)),
    ("mesh.from_image", "stable-fast-3d", {"image": "asset"}, None),
    ("mesh.from_image", "stable-point-aware-3d", {"image": "asset"}, None),
]


@ONE
@pytest.mark.row("K5", at="POST /api/runs")
async def test_every_offer_is_carried_out_and_charged_once(shop: httpx2.AsyncClient, stability: Stability) -> None:
    source = await upload(shop, photo(320, 240))
    mask = await upload(shop, marks(320, 240), "mask.png")
    named = {"asset": source["id"], "mask": mask["id"]}
    for op, model, input, size in ORDERS:
        before = len(stability.orders)
        told = {name: named.get(value, value) if isinstance(value, str) else value for name, value in input.items()}
        run = await ordered(shop, op, model, told)
        assert (run["state"], run["error"]) == ("succeeded", None), (model, run)
        assert len(stability.orders) == before + 1
        assert run["spent"] == run["price"] == round(1000 * provider_price(model)), model
        if size is not None:
            made = run["outputs"][0]
            assert (made["width"], made["height"]) == size, model
    assert {f"stability/{model}" for _, model, _, _ in ORDERS} == {offer.id for offer in provider.listed}
    assert {order.path for order in stability.orders} == set(CALLS)


@ONE
@pytest.mark.row("K5", at=["POST /api/runs", "POST /api/image-studio/control/process"])
async def test_each_strength_reaches_the_model_as_it_was_said(shop: httpx2.AsyncClient, stability: Stability) -> None:
    """By its own name, and by those of the named route; what nobody says is what the form shows."""
    source = await upload(shop, photo(320, 240))
    style = {"operation": "style_transfer", "control_image": source["id"], "style_image": source["id"], "seed": 7}
    shown = {"style_strength": 0.3, "composition_fidelity": 0.2, "change_strength": 0.6}
    for path, body, expected in (
        (
            "control/structure",
            {"operation": "structure", "control_strength": 0.25, "prompt": "x"},
            {"control_strength": 0.25},
        ),
        ("control/sketch", {"operation": "sketch", "control_strength": 0, "prompt": "x"}, {"control_strength": 0}),
        (
            "control/style",
            {"operation": "style", "fidelity": 0.35, "prompt": "x", "width": 900, "height": 1600},
            {"fidelity": 0.35},
        ),
        ("control/style-transfer", style | shown, shown),
        ("control/style-transfer", style, {"style_strength": 1, "composition_fidelity": 0.9, "change_strength": 0.9}),
    ):
        model = path.removeprefix("control/")
        offer = f"stability/{model}"
        told = {"control_image": source["id"], "provider": "stability", "model": model, **body}
        answer = await shop.post("/api/image-studio/control/process", json=told, headers=WAIT)
        assert answer.status_code in (200, 202), answer.text
        run = (await shop.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
        assert (run["state"], run["offer"]) == ("succeeded", offer), run
        order = stability.orders[-1]
        assert order.path.endswith(path)
        assert {name: float(order.fields[name]) for name in expected} == expected
        again = {"op": run["op"], "offer": offer, "input": run["input"]}
        done = await shop.post("/api/runs", json=again, headers=WAIT)
        await shop.get(f"/api/runs/{done.json()['id']}", headers=WAIT)
        assert stability.orders[-1].fields == order.fields, "by its own names as well"


def provider_price(model: str) -> float:
    """As the fake's own account of it says."""
    names = {"upscale-": "upscale/", "sd3.5-": "generate/sd3"}
    if model.startswith("sd3.5"):
        return {"large": 6.5, "large-turbo": 4, "medium": 3.5, "flash": 2.5}[model.removeprefix("sd3.5-")]
    path = model.replace("upscale-", names["upscale-"])
    return next(call.price for name, call in CALLS.items() if name.endswith(f"/{path}"))


@ONE
@pytest.mark.row("E11", at="POST /api/runs")
async def test_a_masked_edit_changes_nothing_outside(shop: httpx2.AsyncClient, stability: Stability) -> None:
    """Also of a picture that is larger than what Stability takes, and comes back smaller."""
    random = np.random.default_rng(1)
    own = np.asarray(
        Image.fromarray(random.integers(0, 255, (30, 40, 3), dtype=np.uint8)).resize(
            (4000, 3000), Image.Resampling.BICUBIC
        )
    )
    source = await upload(shop, picture.png(np.ascontiguousarray(own)))
    mask = await upload(shop, marks(4000, 3000), "mask.png")
    run = await ordered(
        shop, "image.inpaint", "inpaint", {"image": source["id"], "mask": mask["id"], "prompt": "a hat", "feather": 0}
    )
    assert run["state"] == "succeeded", run
    sent = stability.orders[0].pictures
    assert sent["image"].size == sent["mask"].size
    assert sent["image"].width * sent["image"].height <= 9_437_184
    assert (np.asarray(sent["mask"].convert("L")) > 0).mean() == pytest.approx(1 / 16, abs=0.002)
    made = picture.load(await file_of(shop, run))
    inside = np.zeros((3000, 4000), bool)
    inside[750:1501, 1000:2001] = True
    assert (made[~inside] == own[~inside]).all()
    assert (made[inside] != own[inside]).any(axis=-1).mean() > 0.9


@ONE
async def test_a_cut_out_keeps_the_pictures_own_pixels(shop: httpx2.AsyncClient, stability: Stability) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(2600, 2000))))
    source = await upload(shop, photo(2600, 2000))
    run = await ordered(shop, "image.remove_background", "remove-background", {"image": source["id"]})
    assert stability.orders[0].pictures["image"].width < 2600
    made = picture.load(await file_of(shop, run))
    assert made.shape == (2000, 2600, 4)
    solid = made[..., 3] == 255
    assert 0.2 < solid.mean() < 0.3
    assert (made[solid][:, :3] == own[solid]).all()


@ONE
async def test_what_extends_a_picture_leaves_it_as_it_is(shop: httpx2.AsyncClient) -> None:
    own = np.asarray(Image.open(io.BytesIO(photo(320, 240))))
    source = await upload(shop, photo(320, 240))
    run = await ordered(shop, "image.outpaint", "outpaint", {"image": source["id"], "left": 40, "bottom": 30})
    made = picture.load(await file_of(shop, run))
    assert made.shape == (270, 360, 3)
    assert (made[:240, 40:] == own).all()


@ONE
async def test_the_same_seed_is_sent_again_and_each_picture_has_its_own(
    shop: httpx2.AsyncClient, stability: Stability
) -> None:
    first = await ordered(shop, "image.generate", "core", {**WORDS, "count": 3, "seed": 2**32 - 2})
    assert first["spent"] == 9000
    seeds = [int(order.fields["seed"]) for order in stability.orders]
    assert len(set(seeds)) == 3
    assert 0 not in seeds
    await ordered(shop, "image.generate", "core", {**WORDS, "count": 3, "seed": 2**32 - 2})
    assert [int(order.fields["seed"]) for order in stability.orders[3:]] == seeds


@ONE
@pytest.mark.parametrize(
    ("model", "input", "says"),
    [
        ("core", {**WORDS, "image": "asset"}, "words alone"),
        ("ultra", {**WORDS, "references": [{"image": "asset"}]}, "no weighted references"),
    ],
)
async def test_what_it_cannot_do_is_refused_before_anything_is_paid(
    shop: httpx2.AsyncClient, stability: Stability, model: str, input: dict[str, Any], says: str
) -> None:
    source = await upload(shop)
    text = str(input).replace("asset", source["id"])
    answer = await shop.post(
        "/api/runs", json={"op": "image.generate", "offer": f"stability/{model}", "input": eval(text)}
    )
    assert answer.status_code == 422
    assert says in answer.text
    assert stability.seen == []


@ONE
async def test_a_shape_that_it_does_not_take_is_refused_before(shop: httpx2.AsyncClient, stability: Stability) -> None:
    source = await upload(shop, photo(600, 100))
    order = {"op": "image.sketch", "offer": "stability/sketch", "input": {"image": source["id"], **WORDS}}
    answer = await shop.post("/api/runs", json=order)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "2.5 times" in answer.text
    assert stability.seen == []


REFUSALS = {"402": "too few credits", "403": "moderation", "422": "English", "500": "not charged", "503": "not charged"}


@ONE
async def test_a_refusal_costs_nothing_and_says_why(shop: httpx2.AsyncClient, stability: Stability) -> None:
    for way, said in REFUSALS.items():
        stability.plan = [way]
        run = await ordered(shop, "image.generate", "core", WORDS)
        assert (run["state"], run["spent"], run["error"]["code"]) == ("failed", 0, "refused"), way
        assert said in run["error"]["message"]
    assert stability.orders == []
    assert len(stability.seen) == len(REFUSALS)


@ONE
async def test_a_refusal_is_tried_elsewhere(shop: httpx2.AsyncClient, stability: Stability) -> None:
    stability.plan = ["403"]
    run = await ordered(shop, "image.generate", "core", WORDS, fallbacks=["local/sketchbook"])
    assert (run["state"], run["spent"], run["offer"]) == ("succeeded", 0, "local/sketchbook")


@ONE
async def test_too_many_requests_are_tried_again_later(shop: httpx2.AsyncClient, stability: Stability) -> None:
    stability.plan = ["429", "429 wait"]
    run = await ordered(shop, "image.generate", "core", WORDS)
    assert (run["state"], run["spent"]) == ("succeeded", 3000)
    assert len(stability.orders) == 1


@ONE
async def test_what_is_no_picture_is_no_success_and_its_cost_is_told(
    shop: httpx2.AsyncClient, stability: Stability
) -> None:
    source = await upload(shop)
    for way, says in {"filtered": "blurred", "blank": "empty", "garbage": "no picture"}.items():
        for order in both(source["id"]):
            stability.plan = [way]
            stability.orders.clear()
            run = await ordered(shop, **order)
            assert (run["state"], run["outputs"]) == ("failed", []), (way, run)
            assert run["spent"] == run["price"] == 1000 * stability.orders[0].price
            assert says in run["error"]["message"]
            assert len(stability.orders) == 1


def both(image: str) -> Iterator[dict[str, Any]]:
    """An order that is answered with the picture, and others may take; and one that is answered with a number."""
    yield {"op": "image.generate", "model": "core", "input": WORDS, "fallbacks": ["local/sketchbook"]}
    enlarged = {"image": image, "mode": "creative", **WORDS}
    yield {"op": "image.upscale", "model": "upscale-creative", "input": enlarged}


CUTS = {"cut before": 0, "cut half": 0, "cut after": 1, "cut answer": 1}


async def test_a_cut_connection_never_buys_twice(shop: httpx2.AsyncClient, stability: Stability) -> None:
    source = await upload(shop)
    for way, accepted in CUTS.items():
        for order in both(source["id"]):
            # After a success before, it is not left alone for its troubles.
            assert (await ordered(shop, "image.generate", "core", WORDS))["state"] == "succeeded"
            stability.plan = [way]
            stability.orders.clear()
            stability.seen.clear()
            run = await ordered(shop, **order)
            assert run["state"] == "unknown", (way, run)
            assert len(stability.orders) == accepted
            assert sum(asked.method == "POST" for asked in stability.seen) <= 1
            assert (await shop.get("/api/credits")).json()["reserved"] == run["price"]
            answer = await shop.post(f"/api/runs/{run['id']}/resolve", json={"charged": accepted == 1})
            assert answer.status_code == 200, answer.text
            assert answer.json()["spent"] == (run["price"] if accepted else 0)


@ONE
async def test_a_server_that_is_not_there_costs_nothing(house: House, client: httpx2.AsyncClient) -> None:
    house.tell("stability", key=KEY, url="http://127.0.0.1:9")
    run = await ordered(client, "image.generate", "core", WORDS)
    assert (run["state"], run["spent"]) == ("failed", 0)
    assert "cannot be reached" in run["error"]["message"]


@ONE
async def test_a_result_is_looked_for_while_the_line_is_bad(shop: httpx2.AsyncClient, stability: Stability) -> None:
    stability.looks = ["500", "cut before", "cut answer", "503", ""]
    source = await upload(shop)
    told = {"image": source["id"], "mode": "creative", **WORDS}
    run = await ordered(shop, "image.upscale", "upscale-creative", told)
    assert (run["state"], run["spent"]) == ("succeeded", 60_000)
    assert len(stability.orders) == 1


async def test_a_result_that_is_lost_is_a_question_for_a_person(shop: httpx2.AsyncClient, stability: Stability) -> None:
    stability.plan = ["lost"]
    source = await upload(shop)
    told = {"image": source["id"], "mode": "creative", **WORDS}
    run = await ordered(shop, "image.upscale", "upscale-creative", told)
    assert run["state"] == "unknown"
    assert "accepted" in run["error"]["message"]


@ONE
async def test_a_wrong_key_is_one_clear_message_and_is_told_nobody(
    house: House, client: httpx2.AsyncClient, stability: Stability, capfd: pytest.CaptureFixture[str]
) -> None:
    house.tell("stability", key="sk-wrong-and-secret", url=stability.url)
    run = await ordered(client, "image.generate", "core", WORDS)
    assert (run["state"], run["spent"]) == ("failed", 0)
    assert "does not accept the key" in run["error"]["message"]
    assert len(stability.seen) == 1
    pages = [await client.get(path) for path in ("/api/runs", "/api/operations", f"/api/runs/{run['id']}")]
    told = "".join(page.text for page in pages) + "".join(capfd.readouterr())
    assert "sk-wrong-and-secret" not in told
    assert "sk-wrong" not in repr(house.studio.settings) + repr(house.studio.runs.shelf.settings)
