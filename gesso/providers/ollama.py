"""Language models on a machine of one's own, by Ollama: free, and nothing leaves the house. Facts: its API of 2026.

What is asked there costs nothing, so it is asked again where the line dies. A model that is not loaded yet takes its
time with the first answer."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Final

import httpx2
from pydantic import BaseModel, BeforeValidator, Field

from gesso.catalog import ADDRESS, Checked, Context, Offer, Provider, free
from gesso.catalog.wire import BUYS, SLOWEST, Answer, Wire
from gesso.dialects.chat import Spoken, Task, encoded, speaks
from gesso.dialects.openai import names
from gesso.kit.errors import GessoError, Refused

ROOM: Final = 8192
"""Tokens that a conversation may have: ours are short, and a larger room takes memory."""


class Settings(BaseModel):
    """What is asked for to find it."""

    url: str = Field(
        pattern="^https?://",
        title="Address",
        description="Where it answers, usually http://localhost:11434.",
        json_schema_extra=ADDRESS,
    )
    models: Annotated[str, BeforeValidator(names)] = Field(
        min_length=1, title="Models that write", description="Their names, with commas between: qwen3, gemma3:4b, say."
    )
    sighted: Annotated[str, BeforeValidator(names)] = Field(
        "", title="Models that see", description="Of those that write, those that take pictures as well."
    )


provider = Provider("ollama", "Ollama", Settings, at_once=2, site="https://ollama.com/download")


def line(told: Settings, http: httpx2.AsyncClient) -> Wire:
    return Wire("Ollama", http, told.url, refusal=refusal, looks=3)


def refusal(wire: Wire, answer: Answer) -> GessoError:
    try:
        said = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        said = ""
    if answer.status_code == 404:
        return Refused(f"Ollama does not have this model. Fetch it there with “ollama pull”. {wire.plain(said)}")
    return Refused(f"Ollama does not take this request. {wire.plain(said)}".strip())


@provider.tells
def offers(told: Settings) -> Iterable[Offer[Any]]:
    shelf = Provider(provider.name, provider.title)
    for model in told.models.split(", "):
        _speaks(shelf, model, model in told.sighted.split(", "))
    return shelf.listed


def _speaks(shelf: Provider, model: str, sees: bool) -> None:
    speaks(
        shelf,
        model,
        model,
        lambda ctx, task: said(ctx, model, task),
        free,
        sees=sees,
        free=True,
        quality=3,
        seconds=20,
    )


async def said(ctx: Context, model: str, task: Task) -> Spoken:
    message: dict[str, Any] = {"role": "user", "content": task.text}
    if task.picture is not None:
        message["images"] = [encoded(task.picture)]
    body = {
        "model": model,
        "messages": [{"role": "system", "content": task.system}, message],
        "stream": False,
        "think": False,
        "format": task.schema,
        "options": {"num_ctx": ROOM, "num_predict": task.most},
    }
    # Free, so that it may be asked again; but it is the order.
    order: dict[str, Any] = {"json": body, "timeout": SLOWEST, "extensions": {BUYS: True}}
    answer = await line(ctx.settings(Settings), ctx.http).ask("POST", "/api/chat", **order)
    try:
        told = answer.json()
        text, done = str(told["message"].get("content") or ""), told.get("done_reason")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("Ollama answered with something that cannot be read.") from error
    if done == "length":
        raise Refused("The model's answer became too long and was cut off. Shorten the prompt.")
    return Spoken(text)


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    wire = replace(line(told, http), looks=2)
    try:
        found = (await wire.ask("GET", "/api/tags")).json()["models"]
        alive = {str(model["name"]).removesuffix(":latest") for model in found}
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("This address answers, but not as Ollama does.") from error
    if strange := [name for name in told.models.split(", ") if name.removesuffix(":latest") not in alive]:
        known = ", ".join(sorted(alive)[:20]) or "none"
        return Checked(f"It answers, but does not have the model {strange[0]}. It has: {known}.")
    for name in filter(None, told.sighted.split(", ")):
        shown = (await wire.ask("POST", "/api/show", json={"model": name})).json()
        if "vision" not in shown.get("capabilities", ()):
            return Checked(f"It answers, but {name} sees no pictures.")
    return Checked("It answers, and has the models.")
