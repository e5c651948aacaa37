"""The same recipe by others: who would make it, for how much, and what each does not know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesso.catalog import Offer
from gesso.db import Work
from gesso.kit.errors import GessoError
from gesso.kit.money import Credits
from gesso.runs.pipeline import AtHand, Order, Runs
from gesso.runs.recall import NO_FIELD, Left, misfits
from gesso.runs.tables import Run


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Of the recipe, `left` has no place there, in so many words; the `ignored` is taken and has no effect. `trouble`
    says why it cannot be made there at all."""

    offer: Offer[Any]
    price: Credits | None
    seconds: float
    left: tuple[Left, ...]
    ignored: tuple[str, ...]
    losses: tuple[str, ...]
    trouble: str = ""


async def elsewhere(work: Work, runs: Runs, run: Run) -> list[Elsewhere]:
    """Each offer of the run's operation, its own as well; the cheapest first, and last who cannot."""
    hand = AtHand(catalog=await runs.catalog(work))
    assert hand.catalog is not None
    offers = hand.catalog.offers.get(run.op, {})
    own = offers.get(run.offer)
    found = [await _at(work, runs, run, offer, own, hand) for offer in offers.values()]
    return sorted(found, key=lambda each: (each.trouble != "", each.price is None, each.price or 0, each.offer.id))


async def _at(work: Work, runs: Runs, run: Run, offer: Offer[Any], own: Offer[Any] | None, hand: AtHand) -> Elsewhere:
    input = {name: value for name, value in run.request.items() if name in offer.request.model_fields}
    left = [
        Left(name, value, NO_FIELD)
        for name, value in run.request.items()
        if name not in input and not _usual(own, name, value)
    ]
    left += misfits(offer, input)
    try:
        told = await runs.estimate(work, Order(run.op, input, offer.id), hand)
    except GessoError as error:
        return Elsewhere(offer, None, 0.0, tuple(left), (), (), str(error))
    reading = told.reading
    return Elsewhere(offer, told.price, told.seconds, tuple(left), tuple(reading.ignored), tuple(reading.losses))


def _usual(offer: Offer[Any] | None, name: str, value: Any) -> bool:
    """Whether nobody has said so: it is what stands there by itself."""
    fields: Mapping[str, Any] = offer.request.model_fields if offer is not None else {}
    return value in (None, "", [], {}, False) or (name in fields and value == fields[name].default)
