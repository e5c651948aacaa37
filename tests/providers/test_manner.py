"""Templates are made at exactly their size by whoever makes them, and a style becomes what the estimate says of it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx2
import pytest

from gesso import catalog, presets
from gesso.catalog import Context
from gesso.catalog.manner import manner
from gesso.dev.fakes.google import Google
from gesso.dev.fakes.openai import OpenAI
from gesso.dev.fakes.stability import Stability
from gesso.dialects import openai
from gesso.imaging import picture
from gesso.kit.media import Media
from gesso.ops.create import Generate
from gesso.presets import STYLES, TEMPLATES
from tests.conftest import House, photo
from tests.presets.test_presets import SOURCE

pytestmark = pytest.mark.anyio
T = TypeVar("T")
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

KEY = "sk-AIza-that-nobody-may-read"
LOCAL, CORE = "local/sketchbook", "stability/core"


SIZES = sorted(set(SOURCE.values()))


def asked(size: tuple[int, int]) -> dict[str, Any]:
    """What a template of this size asks for, as a draft."""
    template = next(each for each in TEMPLATES.values() if (each.width, each.height) == size)
    return template.request({}) | {"quality": "draft", "seed": 1}


@dataclass(frozen=True)
class Bench:
    """As much of a run as a handler needs that buys and finishes a picture: nothing is kept."""

    http: httpx2.AsyncClient
    told: Any
    done: int = 0

    def settings(self, kind: type[Any]) -> Any:
        assert isinstance(self.told, kind)
        return self.told

    async def once(self, step: str, call: Callable[[], Awaitable[T]], find: object = None) -> T:
        return await call()

    async def bought(self, step: str, call: Callable[[], Awaitable[T]]) -> T:
        return await call()

    async def progress(self, fraction: float, note: str = "") -> None:
        assert 0 <= fraction <= 1

    async def compute(self, call: Callable[..., T], *args: Any, span: object = None, **named: Any) -> T:
        return call(*args, **named, **({"report": lambda fraction: None} if span else {}))


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


async def test_all_templates_of_the_source_are_made_at_exactly_their_size(
    market: tuple[Stability, OpenAI, Google],
) -> None:
    """By the offers' own handlers: here, and over a real connection to servers that take few sizes."""
    stability, other, google = market
    told = {
        "stability": {"key": KEY, "url": stability.url},
        "openai": {"key": KEY, "url": f"{other.url}/v1"},
        "google": {"key": KEY, "url": f"{google.url}/v1"},
    }
    shelf = catalog.load(told, Path("no models"))
    offers = shelf.offers["image.generate"].values()
    async with httpx2.AsyncClient() as http:
        for name in ("local", *told):
            offer = min(
                (each for each in offers if each.provider == name), key=lambda each: (each.typical() or 0, each.id)
            )
            for size in SIZES:
                # What it costs to draw in its style is left out.
                request = offer.request.model_validate(asked(size) | {"style": None})
                request.check({})
                bench = cast(Context, Bench(http, shelf.settings[name]))
                made = [picture.inspect(cast(Media, media).data) async for media in offer.run(request, bench)]
                assert [(each.width, each.height) for each in made] == [size], offer.id
    assert len(SOURCE) == 26
    assert set(SOURCE.values()) == set(SIZES)
    assert [len(fake.orders) for fake in market] == [len(SIZES)] * 3
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
