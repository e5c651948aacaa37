"""The one place where what is a team's own goes into a request."""

from collections.abc import Mapping
from typing import Any

from gesso.brand import kit
from gesso.brand.own import StyleBody, get, named
from gesso.db import Work
from gesso.kit.errors import Invalid, NotFound
from gesso.ops import OPERATIONS
from gesso.ops.social import OwnFormat
from gesso.presets import OWN


async def applied(work: Work, op: str, input: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input of a request, with what its own style and its brand say written beside their names.

    What was written there by an earlier run stays, though the style or the kit was changed or thrown away since: the
    same recipe gives the same picture.
    """
    return await _formatted(work, op, await _branded(work, op, await _styled(work, input)))


async def _styled(work: Work, input: Mapping[str, Any]) -> Mapping[str, Any]:
    style, kept = input.get("style"), input.get("own_style")
    if not isinstance(style, str) or not style.startswith(OWN):
        return _without(input, "own_style")
    if isinstance(kept, Mapping) and kept.get("id") == style:
        return input
    try:
        row = await get(work, "style", style)
    except NotFound:
        raise _gone("style", "this style of your own is no longer there") from None
    body = StyleBody.model_validate(row.body)
    said = {"id": style, "title": row.title, "text": body.text, "negative": body.negative, "base": body.base}
    return {**input, "own_style": said}


async def _branded(work: Work, op: str, input: Mapping[str, Any]) -> Mapping[str, Any]:
    """Words and colours for what makes pictures, the logo for what hands them out."""
    fields = OPERATIONS[op].model_fields if op in OPERATIONS else {}
    place = next((name for name in ("own_brand", "own_logo") if name in fields), None)
    if place is None:
        return input
    brand, kept = input.get("brand"), input.get(place)
    if not isinstance(brand, str) or not brand.strip():
        return _without(input, place)
    if brand == kit.DEFAULT:
        found = await kit.chosen(work)
        if found is None:
            raise _gone("brand", "your team has chosen no kit yet")
        brand = found
    if isinstance(kept, Mapping) and kept.get("id") == brand:
        return {**input, "brand": brand}
    try:
        row = await get(work, "kit", brand)
    except NotFound:
        raise _gone("brand", "this kit is no longer there") from None
    told = kit.words if place == "own_brand" else kit.mark
    brand = f"{OWN}{row.id}"
    said = told(brand, row.title, kit.KitBody.model_validate(row.body))
    return {**input, "brand": brand, place: said.model_dump(mode="json")}


async def _formatted(work: Work, op: str, input: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the formats ask for that are the team's own."""
    formats = input.get("formats")
    if (
        op not in OPERATIONS
        or "own_formats" not in OPERATIONS[op].model_fields
        or not isinstance(formats, list | tuple)
    ):
        return input
    wanted = list(dict.fromkeys(each for each in formats if isinstance(each, str) and each.startswith(OWN)))
    kept = input.get("own_formats")
    known = {each.get("id"): each for each in kept if isinstance(each, Mapping)} if isinstance(kept, list) else {}
    fresh = await named(work, [each for each in wanted if each not in known])
    said = [
        *(known[each] for each in wanted if each in known),
        *(OwnFormat.of(each).model_dump(mode="json") for each in fresh),
    ]
    return {**input, "own_formats": said}


def _without(input: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {key: value for key, value in input.items() if key != name} if name in input else input


def _gone(field: str, message: str) -> Invalid:
    return Invalid(f"{field}: {message}.", fields=[{"field": field, "message": message, "kind": "misfit"}])
