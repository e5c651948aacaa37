"""Models at fal, by the schemas of what they take. Facts: the queue's documents and pages of 2026-11.

An order goes into a queue and answers with an id, which is kept before the result is looked for. fal charges for what
came out, never for errors of its own; what its filter flags came out. `fal.json` says of each model where its schema
was seen, and by what it is charged.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Provider
from gesso.catalog.prices import book
from gesso.catalog.wire import Answer, Wire
from gesso.dialects.catalogued import Catalogue, inline, listed
from gesso.dialects.queued import Failing, Pictures, addressed, outcome
from gesso.dialects.schema import Model
from gesso.kit.errors import Cancelled, GessoError, Refused, Retry, Undecided
from gesso.kit.media import Media, extension


class Settings(BaseModel):
    """What fal must be told."""

    key: SecretStr = Field(min_length=8, title="API key", description="From fal.ai, two parts with a colon between.")
    url: str = Field("https://queue.fal.run", title="Address", json_schema_extra=MACHINE)
    storage: str = Field("https://rest.fal.ai", json_schema_extra=MACHINE)
    platform: str = Field("https://api.fal.ai/v1", json_schema_extra=MACHINE)
    poll_seconds: float = Field(1.0, gt=0, json_schema_extra=MACHINE)
    patience_seconds: float = Field(1800, gt=0, json_schema_extra=MACHINE)


provider = Provider("fal", "fal", Settings, site="https://fal.ai/dashboard/keys")


def line_to(told: Settings, http: httpx2.AsyncClient, base: str) -> Wire:
    key = told.key.get_secret_value()
    headers = {"authorization": f"Key {key}"}
    return Wire("fal", http, base, headers, key, refusal, pause=min(1.0, told.poll_seconds))


def words(told: Any) -> str:
    """What an answer says is wrong: a sentence, a list of them with their places, or an error with a message."""
    if not isinstance(told, Mapping):
        return ""
    said = told.get("detail") or told.get("error") or ""
    if isinstance(said, Mapping):
        said = said.get("message", "")
    if isinstance(said, list):
        return "; ".join(
            f"{'.'.join(map(str, each.get('loc', ())))}: {each.get('msg', '')}"
            for each in said
            if isinstance(each, dict)
        )
    return str(said)


def refusal(line: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means."""
    try:
        said = words(answer.json())
    except ValueError:
        said = ""
    if answer.status_code in (402, 403) and ("balance" in said.lower() or "top_up" in said.lower()):
        return Refused("Your account at fal has too little money. Top it up, then run this again.")
    if answer.status_code == 404:
        return Refused(f"fal does not know this. {line.plain(said)}".strip(), unknown=True)
    error = line.fault(answer, said)
    if answer.status_code in (400, 422):
        error.facts["ended"] = True
        error.facts["flagged"] = FLAGGED in answer.headers.get("x-fal-error-type", "") + answer.text
    return error


FLAGGED: Final = "content_policy_violation"


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    line = replace(line_to(told, http, told.platform), looks=2)
    try:
        found = (await line.ask("GET", "/account/billing?expand=credits")).json()
        left = found.get("credits", {}).get("current_balance")
    except Refused:
        # Only an admin's key may see the money; any good key may see the prices.
        await line.ask("GET", f"/models/pricing?endpoint_id={MODELS[0].id}")
        return Checked("The key works.")
    except (ValueError, AttributeError):
        left = None
    return Checked("The key works.", float(left), "US$") if left is not None else Checked("The key works.")


async def uploaded(storage: Wire, media: Media) -> str:
    """A picture as fal takes it: as it is where it is small, or as a file that lies there for a while."""
    if found := inline(media):
        return found
    told = {"content_type": media.type, "file_name": f"picture.{extension(media.type)}"}
    answer = await storage.ask("POST", "/storage/upload/initiate?storage_type=gcs", json=told)
    try:
        place = answer.json()
        target, address = str(place["upload_url"]), str(place["file_url"])
    except (ValueError, KeyError, TypeError) as error:
        raise Retry("fal did not say where a picture is to be put.") from error
    # Another house: the key is not told there.
    there = replace(storage, base=target, headers={"content-type": media.type}, secret="")
    await there.ask("PUT", "", content=media.data)
    return address


async def bought(ctx: Context, step: str, model: Model, told: Mapping[str, Any], pictures: Pictures) -> Media:
    """What one call makes: where it stands in the queue is kept before anything else, then the result is looked for."""
    settings = ctx.settings(Settings)
    line, storage = (line_to(settings, ctx.http, base) for base in (settings.url, settings.storage))

    async def call() -> dict[str, str]:
        body = {**told, **await addressed(pictures, lambda media: uploaded(storage, media))}
        answer = await line.buy(f"/{model.id}", json=body)
        try:
            found = answer.json()
            return {name: str(found[name]) for name in ("request_id", "status_url", "response_url")}
        except (ValueError, KeyError, TypeError) as error:
            raise Undecided("fal accepted this and did not say under which number.") from error

    ticket = await ctx.once(step, call)
    # It is paid for now: what is stopped from here on is still fetched.
    with suppress(Cancelled):
        await ctx.progress(0.2, "fal works on it")
    # Only their paths are taken from what it said: the key goes to nobody else.
    status, response = (urlsplit(ticket[name]).path for name in ("status_url", "response_url"))

    async def look() -> dict[str, Any] | None:
        try:
            found = (await line.ask("GET", status)).json()
            if found.get("status") != "COMPLETED":
                return None
        except (ValueError, AttributeError):
            return None
        if found.get("error"):
            raise failing(line.plain(str(found["error"])), FLAGGED in str(found.get("error_type")))
        try:
            result = (await line.ask("GET", response)).json()
        except Refused as error:
            if not error.facts.get("ended"):
                raise
            raise failing(str(error), bool(error.facts.get("flagged"))) from error
        except ValueError:
            return None
        return cast(dict[str, Any], result) if isinstance(result, dict) else {}

    made = await outcome(line, ticket["request_id"], look, settings)
    if any(made.get("has_nsfw_concepts") or ()):
        raise Refused("fal's filter flagged the result. It was charged. Change the prompt.", charged=True)
    place = address(made)
    if not place:
        raise Refused("fal finished without a result. It was charged.", charged=True)
    return Media(await line.fetch(place))


def address(made: Mapping[str, Any]) -> str:
    """Where the first result lies: a list of images, one image or one video."""
    for found in (made.get("images"), made.get("image"), made.get("video")):
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, Mapping) and first.get("url"):
            return str(first["url"])
    return ""


def failing(said: str, flagged: bool) -> Failing:
    """What fails is not charged, unless it was worked on until the filter flagged it."""
    if flagged:
        return Failing(f"fal's filter flagged this, and may have charged. Change the prompt. {said}", charged=True)
    return Failing(f"fal could not make it, which it does not charge for: {said}")


CATALOGUE: Final = Catalogue(provider, book("fal"), bought)
MODELS: Final = listed(__package__, "fal.json")
for _model in MODELS:
    CATALOGUE.offers(_model)
