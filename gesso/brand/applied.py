"""The one place where what is a team's own goes into a request."""

from collections.abc import Mapping
from typing import Any

from gesso.brand.own import StyleBody, get
from gesso.db import Work
from gesso.kit.errors import Invalid, NotFound
from gesso.presets import OWN


async def applied(work: Work, input: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input of a request, with what its own style says written beside its name.

    What was written there by an earlier run stays, though the style was changed or thrown away since: the same recipe
    gives the same picture.
    """
    style, kept = input.get("style"), input.get("own_style")
    if not isinstance(style, str) or not style.startswith(OWN):
        return {name: value for name, value in input.items() if name != "own_style"} if "own_style" in input else input
    if isinstance(kept, Mapping) and kept.get("id") == style:
        return input
    try:
        row = await get(work, "style", style)
    except NotFound:
        fault = {"field": "style", "message": "this style of your own is no longer there", "kind": "misfit"}
        raise Invalid("style: this style of your own is no longer there.", fields=[fault]) from None
    body = StyleBody.model_validate(row.body)
    said = {"id": style, "title": row.title, "text": body.text, "negative": body.negative, "base": body.base}
    return {**input, "own_style": said}
