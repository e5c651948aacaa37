"""Templates are made at exactly their size by whoever makes them, and a style becomes what the estimate says of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest

from gesso import catalog, presets
from gesso.catalog.manner import manner
from gesso.dev.fakes.google import Google
from gesso.dev.fakes.openai import OpenAI
from gesso.dev.fakes.stability import Stability
from gesso.dialects import openai
from gesso.imaging import picture
from gesso.ops.create import Generate
from gesso.presets import STYLES, TEMPLATES
from tests.conftest import House, photo
from tests.presets.test_presets import SOURCE

pytestmark = pytest.mark.anyio
T = TypeVar("T")
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KEY = "sk-AIza-that-nobody-may-read"
LOCAL, CORE = "local/sketchbook", "stability/core"


@pytest.fixture
def market() -> Iterator[tuple[Stability, OpenAI, Google]]:
    with ExitStack() as stack:
        yield (
            stack.enter_context(Stability(KEY, mesh=b"").running()),
            stack.enter_context(OpenAI(KEY).running()),
            stack.enter_context(Google(KEY).running()),
        )


@pytest.fixture
async def shop(
    house: House, client: httpx2.AsyncClient, market: tuple[Stability, OpenAI, Google]
) -> httpx2.AsyncClient:
    stability, other, google = market
    house.tell_all(
        {
            "stability": {"key": KEY, "url": stability.url},
            "openai": {"key": KEY, "url": f"{other.url}/v1"},
            "google": {"key": KEY, "url": f"{google.url}/v1"},
        }
    )
    return client


@ONE
@pytest.mark.parametrize("provider", ["local", "stability", "openai", "google"])
@pytest.mark.row("C2", at="POST /api/image-studio/create")
async def test_all_templates_of_the_source_are_made_at_exactly_their_size(
    shop: httpx2.AsyncClient, market: tuple[Stability, OpenAI, Google], provider: str
) -> None:
    """From the price before to the credits after, here and by servers that draw in few sizes alone: named by its id,
    estimated, reserved, run, kept, settled."""
    listed = (await shop.get("/api/operations")).json()
    offers = [each for op in listed if op["op"] == "image.generate" for each in op["offers"]]
    offer = min((each for each in offers if each["provider"] == provider), key=lambda each: (each["price"], each["id"]))
    await shop.post("/api/credits/limit", json={"balance": 10_000_000})
    promised: dict[str, dict[str, Any]] = {}
    price = 0
    for id in SOURCE:
        # Something that is quick to draw, where this machine draws it: what it shows is no part of this.
        plain = {"prompt": "abstract", "style": ""} if provider == "local" else {}
        drafted = {**TEMPLATES[id].request({}), "quality": "draft", "seed": 1, **plain}
        order = {"op": "image.generate", "offer": offer["id"], "input": drafted}
        estimate = (await shop.post("/api/runs/estimate", json=order)).json()
        assert (estimate["size"]["width"], estimate["size"]["height"]) == SOURCE[id]
        wanted = {"template_id": id, "quality": "draft", "seed": 1, "provider": provider, "model": offer["model"]}
        answer = await shop.post("/api/image-studio/create", json=wanted | plain)
        assert answer.status_code == 202, (id, answer.text)
        promised[id] = answer.json()
        assert (promised[id]["price"], promised[id]["offer"]) == (estimate["price"], offer["id"])
        price += estimate["price"]
    assert (price > 0) is (provider != "local")
    spent = 0
    for id, size in SOURCE.items():
        run = promised[id]
        while run["state"] in ("queued", "running"):
            run = (await shop.get(f"/api/runs/{run['id']}", headers={"Prefer": "wait=60"})).json()
        assert run["state"] == "succeeded", (id, run["error"])
        (made,) = run["outputs"]
        kept = picture.inspect((await shop.get(made["file"])).content)
        assert (made["width"], made["height"]) == (kept.width, kept.height) == size, id
        assert run["spent"] <= run["price"]
        spent += run["spent"]
    purse = (await shop.get("/api/credits")).json()
    assert (purse["balance"], purse["reserved"]) == (10_000_000 - spent, 0)
    bought = {"stability": market[0], "openai": market[1], "google": market[2]}
    assert [len(fake.orders) for fake in bought.values()] == [26 if name == provider else 0 for name in bought]
    assert [fake.wrong for fake in market] == [[], [], []]


def test_every_template_is_legal_for_everybody_who_makes_pictures_from_words() -> None:
    shelf = catalog.load({}, Path("no models"))
    makers = [offer for each in shelf.providers for offer in shelf.listed(each) if issubclass(offer.request, Generate)]
    assert len({offer.provider for offer in makers}) >= 6
    for offer in makers:
        for template in TEMPLATES.values():
            request = offer.request.model_validate(template.request({}))
            request.check({})
            assert request.size(None) == (template.width, template.height)
            assert offer.reading(request).style in ("native", "near", "text"), offer.id
    for template in TEMPLATES.values():
        across, down = openai.sides(template.width, template.height)
        assert max(across, down) <= 3 * min(across, down), template.id
        assert across * down >= openai.FRAME.smallest, template.id


def told(style: str | None, **more: Any) -> Generate:
    return Generate(prompt="a lake.", style=style, **more)


def test_a_style_is_a_preset_where_there_is_one_and_words_where_there_is_none() -> None:
    native = manner(told("anime"), "stability")
    assert (native.state, native.preset) == ("native", "anime")
    assert (native.prompt("a lake."), native.without("rain")) == ("a lake.", "rain")
    words = manner(told("watercolour"), "stability")
    assert (words.state, words.preset) == ("text", None)
    assert words.prompt("a lake.") == f"a lake, {STYLES['watercolour'].text}"
    assert words.without("rain") == f"rain, {STYLES['watercolour'].negative}"
    assert words.without("") == STYLES["watercolour"].negative
    assert manner(told("watercolour"), "sketchbook").state == "native"
    assert manner(told("cinematic"), "sketchbook").state == "near"
    assert manner(told("cinematic"), "none").state == "unsupported"
    assert manner(told("cinematic"), "none").prompt("a lake.") == "a lake."
    assert manner(told(None)) == manner(told(""))
    assert (manner(told(None)).state, manner(told(None)).prompt("a lake.")) == ("", "a lake.")


@ONE
@pytest.mark.row("C3", at="POST /api/runs/estimate")
async def test_the_estimate_says_what_becomes_of_a_style_and_so_it_is_sent(
    shop: httpx2.AsyncClient, market: tuple[Stability, OpenAI, Google]
) -> None:
    listed = (await shop.get("/api/operations")).json()
    offers = next(each["offers"] for each in listed if each["op"] == "image.generate")
    words = next(each["id"] for each in offers if each["provider"] == "openai")
    for offer, style, state in (
        (LOCAL, "oil", "native"),
        (LOCAL, "3d-model", "near"),
        (CORE, "anime", "native"),
        (CORE, "oil", "text"),
        (words, "anime", "text"),
        (words, None, ""),
    ):
        input = {"prompt": "a lake", "width": 1024, "height": 1024, "style": style, "negative_prompt": "rain"}
        order = {"op": "image.generate", "offer": offer, "input": input}
        assert (await shop.post("/api/runs/estimate", json=order)).json()["style"] == state, (offer, style)
        if offer == LOCAL:
            continue
        sent = (await shop.post("/api/runs/preview", json=order)).json()["requests"][-1]
        fields = {each["name"]: each["value"] for each in sent["fields"]}
        chosen = presets.STYLES.get(style or "")
        assert (chosen is not None and chosen.text in fields["prompt"]) == (state == "text"), (offer, style)
        if offer == CORE:
            assert fields.get("style_preset") == ("anime" if state == "native" else None)
            assert (chosen is not None and chosen.negative in fields["negative_prompt"]) == (state == "text")


@ONE
async def test_models_are_told_a_brand_in_words_once_and_what_it_avoids(
    shop: httpx2.AsyncClient, market: tuple[Stability, OpenAI, Google]
) -> None:
    """With a style of theirs or in words, with a field for what is left out or without."""
    palette = [{"colour": "#0b2a4a", "name": "deep blue"}]
    avoid = [{"word": "castle", "instead": "lake"}, {"word": "fog"}]
    kit = {"title": "North", "voice": "calm", "palette": palette, "avoid": avoid}
    brand = (await shop.post("/api/brand", json=kit)).json()["id"]
    listed = (await shop.get("/api/operations")).json()
    offers = next(each["offers"] for each in listed if each["op"] == "image.generate")
    words = next(each["id"] for each in offers if each["provider"] == "openai")
    said, out = "calm, in the colours deep blue #0b2a4a", "rain, castle, fog"
    for offer, style in ((CORE, None), (CORE, "anime"), (CORE, "oil"), (words, None), (words, "oil")):
        input = {"prompt": "a castle", "style": style, "negative_prompt": "rain", "brand": brand}
        order = {"op": "image.generate", "offer": offer, "input": input}
        estimate = (await shop.post("/api/runs/estimate", json=order)).json()
        assert {"calm", "in the colours deep blue #0b2a4a"} <= set(estimate["understood"]), (offer, style)
        sent = (await shop.post("/api/runs/preview", json=order)).json()["requests"][-1]
        fields = {each["name"]: each["value"] for each in sent["fields"]}
        prompt = fields["prompt"]
        assert prompt.startswith("a lake"), (offer, style)
        assert (prompt.count(said), prompt.count("calm")) == (1, 1), (offer, style)
        if offer == CORE:
            assert fields["negative_prompt"].startswith("rain"), style
            assert fields["negative_prompt"].endswith("castle, fog"), style
            assert fields.get("style_preset") == ("anime" if style == "anime" else None)
        else:
            assert prompt.endswith(f"Leave out: {out}."), style


async def test_a_brand_is_told_to_what_transfers_styles_and_makes_films(shop: httpx2.AsyncClient) -> None:
    kit = {"title": "Oak", "palette": [{"colour": "#0b2a4a", "name": "navy"}], "avoid": [{"word": "cheap"}]}
    brand = (await shop.post("/api/brand", json=kit | {"voice": "calm"})).json()["id"]
    asset = (await shop.post("/api/assets", files={"file": ("a.png", photo(320, 240))})).json()["id"]
    for op, offer, input in (
        ("image.style_transfer", "stability/style-transfer", {"image": asset, "style_image": asset}),
        ("video.from_text", "google/gemini-omni-1.2-flash", {"prompt": "a lake"}),
    ):
        order = {"op": op, "offer": offer, "input": {**input, "brand": brand}}
        told = (await shop.post("/api/runs/estimate", json=order)).json()
        assert told["understood"] == ["calm", "in the colours navy #0b2a4a"], op
        sent = str((await shop.post("/api/runs/preview", json=order)).json())
        assert "calm, in the colours navy #0b2a4a" in sent, op
        assert "cheap" in sent, op
