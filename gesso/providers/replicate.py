"""Models at Replicate, by the schemas of what they take. Facts: the HTTP API's own document and pages of 2026-11.

A call answers with an id, which is kept before the result is looked for. The models here are those that Replicate
charges by the result; what fails has none. `replicate.json` says of each where its schema was seen.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import httpx2
from pydantic import BaseModel, Field, SecretStr

from gesso.catalog import MACHINE, Checked, Context, Provider
from gesso.catalog.prices import book
from gesso.catalog.wire import Answer, Wire, retry_after
from gesso.dialects.catalogued import Catalogue, inline, listed
from gesso.dialects.queued import Failing, Pictures, addressed, outcome
from gesso.dialects.schema import Model
from gesso.kit.errors import Cancelled, GessoError, Refused, Retry, Undecided
from gesso.kit.media import Media, extension


class Settings(BaseModel):
    """What Replicate must be told."""

    key: SecretStr = Field(min_length=8, title="API key", description="A token from replicate.com, begins with r8_.")
    url: str = Field("https://api.replicate.com/v1", title="Address", json_schema_extra=MACHINE)
    poll_seconds: float = Field(1.0, gt=0, json_schema_extra=MACHINE)
    patience_seconds: float = Field(1800, gt=0, json_schema_extra=MACHINE)


provider = Provider("replicate", "Replicate", Settings, site="https://replicate.com/account/api-tokens")
OVER: Final = frozenset({"failed", "canceled", "aborted"})
LISTED: Final = 5
"""Looks after which what was accepted stands in its list."""
SKEW: Final = timedelta(minutes=5)
"""By how much its clock may differ from ours."""


def line_to(told: Settings, http: httpx2.AsyncClient) -> Wire:
    key = told.key.get_secret_value()
    headers = {"authorization": f"Bearer {key}"}
    return Wire("Replicate", http, told.url, headers, key, refusal, pause=min(1.0, told.poll_seconds))


def refusal(line: Wire, answer: Answer) -> GessoError:
    """What an answer of status 400 and above means: a problem with `detail`."""
    try:
        told = answer.json()
        said = str(told.get("detail") or told.get("title") or "")
    except (ValueError, AttributeError):
        said = ""
    if answer.status_code == 404:
        return Refused(f"Replicate does not know this. {line.plain(said)}".strip(), unknown=True)
    if answer.status_code == 429:
        found = re.search(r"(\d+(?:\.\d+)?)\s*s(?:econds?)?\b", said)
        wait = retry_after(answer)
        if wait is None and found:
            wait = float(found[1])
        return Retry("Replicate has too many requests of this key.", retry_after=wait)
    return line.fault(answer, said)


@provider.checks
async def account(told: Settings, http: httpx2.AsyncClient) -> Checked:
    await replace(line_to(told, http), looks=2).ask("GET", "/account")
    # Nothing there says what is left of the money.
    return Checked("The key works.")


async def uploaded(line: Wire, media: Media) -> str:
    """A picture as Replicate takes it: as it is where it is small, or as a file that lies there for a while."""
    if found := inline(media):
        return found
    sending = {"content": (f"picture.{extension(media.type)}", media.data, media.type)}
    answer = await line.ask("POST", "/files", files=sending)
    try:
        return str(answer.json()["urls"]["get"])
    except (ValueError, KeyError, TypeError) as error:
        raise Retry("Replicate took a picture and did not say where it lies.") from error


def same(one: Any, other: Any) -> bool:
    """Whether two values of an input are one, blanks aside, which may be kept otherwise."""
    return one == other or (isinstance(one, str) and isinstance(other, str) and one.split() == other.split())


async def bought(ctx: Context, step: str, model: Model, told: Mapping[str, Any], pictures: Pictures) -> Media:
    """What one call makes: its id is kept before anything else, then the result is looked for."""
    settings = ctx.settings(Settings)
    line = line_to(settings, ctx.http)

    async def call() -> str:
        body = {**told, **await addressed(pictures, lambda media: uploaded(line, media))}
        answer = await line.buy(f"/models/{model.id}/predictions", json={"input": body})
        try:
            return str(answer.json()["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise Undecided("Replicate accepted this and did not say under which number.") from error

    async def accepted(since: datetime) -> list[str]:
        """What was accepted of these very words. Who asked for the very same may have either of two."""
        await asyncio.sleep(settings.poll_seconds * LISTED)
        page, found = "/predictions", list[str]()
        try:
            while page:
                listed = (await line.ask("GET", page)).json()
                for each in listed["results"]:
                    if datetime.fromisoformat(each["created_at"]) < since - SKEW:
                        return found
                    input = each.get("input") or {}
                    if each["model"] == model.id and all(same(input.get(name), told[name]) for name in told):
                        found.append(str(each["id"]))
                page = str(listed["next"] or "").removeprefix(line.base.rstrip("/"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Retry("Replicate's list of what it accepted cannot be read.") from error
        return found

    # Pictures are not told apart in its list.
    ticket = await ctx.once(step, call, None if pictures else accepted)
    # It is paid for now: what is stopped from here on is still fetched.
    with suppress(Cancelled):
        await ctx.progress(0.2, "Replicate works on it")

    async def look() -> list[str] | None:
        try:
            found = (await line.ask("GET", f"/predictions/{ticket}")).json()
            state = str(found.get("status", ""))
        except (ValueError, AttributeError):
            return None
        if state in OVER:
            said = line.plain(str(found.get("error") or state))
            raise Failing(f"Replicate could not make it, which it does not charge for: {said}")
        if state != "succeeded":
            return None
        output = found.get("output") or ()
        return [str(each) for each in ([output] if isinstance(output, str) else output)]

    made = await outcome(line, ticket, look, settings)
    if not made:
        raise Refused("Replicate finished without a result. It was charged.", charged=True)
    return Media(await fetched(line, made[0]))


async def fetched(line: Wire, place: str) -> bytes:
    """A result. It is deleted there after an hour."""
    if not place.startswith(line.base.rstrip("/") + "/"):
        return await line.fetch(place)
    # Of its own host, Replicate wants the key.
    return (await line.ask("GET", place.removeprefix(line.base.rstrip("/")))).content


CATALOGUE: Final = Catalogue(provider, book("replicate"), bought)
MODELS: Final = listed(__package__, "replicate.json")
for _model in MODELS:
    CATALOGUE.offers(_model)
