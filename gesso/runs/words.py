"""What a run has said, as one text."""

from uuid import UUID

from gesso.catalog import Catalog
from gesso.kit.errors import NotFound
from gesso.runs.tables import Run

TOLD = ("prompt", "caption", "alt")
"""What of an answer is text, in the order in which it is read."""


def spoken(catalog: Catalog, run: Run) -> tuple[str, list[UUID]]:
    """The words, and the assets of which they were said. NotFound where it has said none."""
    answer = run.answer or {}
    parts = [answer[name] for name in TOLD if isinstance(answer.get(name), str) and answer[name].strip()]
    if tags := [tag for tag in answer.get("tags") or () if isinstance(tag, str)]:
        parts.append(", ".join(tags))
    if not parts:
        raise NotFound("This run has said nothing that could be kept.")
    offer = catalog.offers.get(run.op, {}).get(run.offer)
    parents = offer.request.model_validate(run.request).parents({}) if offer is not None else ()
    return "\n\n".join(dict.fromkeys(parts)) + "\n", list(parents)
