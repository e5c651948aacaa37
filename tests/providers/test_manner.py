"""Templates are made at exactly their size by whoever makes them, and a style becomes what the estimate says of it."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gesso import catalog, presets
from gesso.catalog.manner import manner
from gesso.dev.fakes.google import Google
from gesso.dev.fakes.openai import OpenAI
from gesso.dev.fakes.stability import Stability
from gesso.dialects import openai
from gesso.ops.create import Generate
from gesso.presets import STYLES, TEMPLATES
from tests.conftest import House
from tests.presets.test_presets import SOURCE
from tests.providers.orders import WAIT

pytestmark = pytest.mark.anyio
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
async def test_all_templates_of_the_source_are_made_at_exactly_their_size(
    shop: httpx2.AsyncClient, market: tuple[Stability, OpenAI, Google]
) -> None:
    listed = (await shop.get("/api/operations")).json()
    offers = next(each["offers"] for each in listed if each["op"] == "image.generate")
    cheap = [next(each["id"] for each in offers if each["provider"] == name) for name in ("openai", "google")]

    async def made(id: str, offer: str) -> tuple[str, str, int, int]:
        told = TEMPLATES[id].request({}) | {"quality": "draft", "seed": 1}
        answer = await shop.post("/api/runs", json={"op": "image.generate", "offer": offer, "input": told})
        assert answer.status_code == 202, (id, offer, answer.text)
        run = (await shop.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
        while run["state"] in ("queued", "running"):
            run = (await shop.get(f"/api/runs/{run['id']}", headers=WAIT)).json()
        assert run["state"] == "succeeded", (id, offer, run["error"])
        return id, offer, run["outputs"][0]["width"], run["outputs"][0]["height"]

    makers = [LOCAL, CORE, *cheap]
    found = await asyncio.gather(*(made(id, offer) for id in SOURCE for offer in makers))
    assert [one for one in found if one[2:] != SOURCE[one[0]]] == []
    assert len(found) == 26 * 4
    assert [fake.wrong for fake in market] == [[], [], []]


def test_every_template_is_legal_for_everybody_who_makes_pictures_from_words() -> None:
    shelf = catalog.load({}, Path("no models"))
    makers = [
        offer for each in shelf.providers for offer in shelf.listed(each) if issubclass(offer.request, Generate)
    ]
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
