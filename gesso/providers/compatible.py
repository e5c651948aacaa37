"""Any server that speaks like OpenAI's: LocalAI, vLLM, llama.cpp, LM Studio, a gateway, a model of one's own. What its
models are called and what they cost is told by whoever has it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Final, Self

import httpx2
from pydantic import BaseModel, BeforeValidator, Field, SecretStr, model_validator

from gesso.catalog import ADDRESS, Checked, Context, Offer, Provider
from gesso.catalog.limits import Frame
from gesso.catalog.wire import Wire
from gesso.dialects.chat import Chat, speaks
from gesso.dialects.openai import Images, Server, names, refusal
from gesso.kit.errors import Refused
from gesso.kit.money import Credits, credits
from gesso.ops import Operation, Sources

THOUGHTS: Final = 4_000
"""Tokens: many models of one's own think aloud before they answer."""
FRAME: Final = Frame(least=256, most=2048, area=2048 * 1536, ratio=3.0)
"""What most models behind such servers can draw."""


class Settings(BaseModel):
    """What such a server must be told."""

    url: str = Field(
        pattern="^https?://",
        title="Address",
        description="Where it answers, with its version: http://localhost:8080/v1, say.",
        json_schema_extra=ADDRESS,
    )
    key: SecretStr = Field(SecretStr(""), title="API key", description="Empty where it wants none.")
    models: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Models", description="The names of those that make pictures, with commas between."
    )
    editors: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Models that edit", description="Of these, those that change pictures as well (/images/edits)."
    )
    price: float = Field(0, ge=0, le=10_000, title="Price", description="Credits for each picture; 1 credit is $0.01.")
    chats: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Models that write", description="The names of those that answer in words (/chat/completions)."
    )
    sighted: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Models that see", description="Of those that write, those that take pictures as well."
    )
    chat_price: float = Field(0, ge=0, le=10_000, title="Price of an answer", description="Credits for each answer.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.models and not self.chats:
            raise ValueError("name a model that makes pictures, or one that writes")
        return self


provider = Provider("compatible", "OpenAI-compatible server", Settings)


def line(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return Wire("The OpenAI-compatible server", http, told.url, headers, key, refusal)


def images(ctx: Context, model: str) -> Images:
    return Images(line(ctx.settings(Settings), ctx.http), model)


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)
    server = Server(shelf, images, FRAME)
    editors = told.editors.split(", ") if told.editors else []

    def price(request: Operation, sources: Sources) -> Credits:
        return Credits(credits(told.price) * request.outputs())

    for model in filter(None, told.models.split(", ")):
        server.generates(model, model, price, lambda request: 20 * request.count, edits=model in editors)
        if model in editors:
            server.edits(model, model, price)
    for model in filter(None, told.chats.split(", ")):
        _speaks(shelf, model, told, model in told.sighted.split(", "))
    return shelf.listed


def _speaks(shelf: Provider, model: str, told: Settings, sees: bool) -> None:
    def chat(ctx: Context) -> Chat:
        return Chat(line(ctx.settings(Settings), ctx.http), model, strict=False, room=THOUGHTS)

    def price(request: Operation, sources: Sources) -> Credits:
        return credits(told.chat_price)

    speaks(shelf, model, model, lambda ctx, task: chat(ctx).ask(task), price, sees=sees, quality=3, seconds=15)


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    found = (await replace(line(told, http), looks=2).ask("GET", "/models")).json()
    try:
        alive = {str(model["id"]) for model in found["data"]}
    except (KeyError, TypeError) as error:
        raise Refused("This address answers, but not as an OpenAI-compatible server does.") from error
    if strange := [model for model in _named(told) if model not in alive]:
        known = ", ".join(sorted(alive)[:20]) or "none"
        return Checked(f"It answers, but does not name the model {strange[0]}. It names: {known}.")
    return Checked("It answers, and knows the models.")


def _named(told: Settings) -> list[str]:
    return [model for model in f"{told.models}, {told.chats}".split(", ") if model]
