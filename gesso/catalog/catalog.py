"""All offers: how the catalog fills, and how one is picked."""

import importlib
import math
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ValidationError

from gesso import ops
from gesso.catalog.offer import Offer, Provider
from gesso.kit.errors import Invalid, NotFound
from gesso.ops import OPERATIONS, Operation, Sources

Prefer = Literal["price", "quality", "speed"]
WHY: Final[Mapping[Prefer, str]] = {
    "price": "The cheapest here that takes this.",
    "quality": "The best here that takes this, within what you have.",
    "speed": "The quickest here that takes this.",
}
ONLY: Final = "The only one here that takes this."
TROUBLED: Final = "A better one is left out: its provider has trouble just now."
UNPAID: Final = "A better one is left out: it costs more than you have."


Accepted = list[tuple[Offer[Any], Operation]]
"""Offers, each with the request as it takes it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How to choose where nobody named an offer: by what, with `purse` thousandths of a credit (None: no end), without
    the providers in `away`, for what is known of the `sources`. `pace` says how many times as long an offer takes here
    as it says."""

    prefer: Prefer = "price"
    purse: int | None = None
    away: frozenset[str] = frozenset()
    sources: Sources = field(default_factory=dict)
    pace: Mapping[str, float] = field(default_factory=dict)

    def cost(self, offer: Offer[Any], request: Operation) -> float:
        """A price that is not known yet comes after every one that is."""
        price = offer.price(request, self.sources)
        return math.inf if price is None else price


class Catalog:
    """`offers[op][offer id]`; `missing[provider]` says what a provider without offers still must be told. Those in
    `off` offer nothing, whatever they were told."""

    def __init__(
        self,
        providers: Iterable[Provider],
        told: Mapping[str, Mapping[str, Any]],
        models: Path,
        off: frozenset[str] = frozenset(),
    ) -> None:
        self.providers = tuple(providers)
        self.told = told
        self.off = off
        self.models = models
        self.settings: dict[str, BaseModel] = {}
        self.missing: dict[str, str] = {}
        for provider in self.providers:
            try:
                self.settings[provider.name] = provider.read(told.get(provider.name, {}))
            except ValidationError as error:
                self.missing[provider.name] = "; ".join(
                    ": ".join(filter(None, (".".join(map(str, fault["loc"])), plain(fault["msg"]))))
                    for fault in error.errors()
                )

    def of_team(self, told: Mapping[str, Mapping[str, Any]], off: frozenset[str]) -> "Catalog":
        """The same shelf as a team sees it, that told its providers something, and switched some off."""
        if not told and not off:
            return self
        own = {name: {**self.told.get(name, {}), **each} for name, each in told.items()}
        return Catalog(self.providers, {**self.told, **own}, self.models, off)

    @property
    def offers(self) -> dict[str, dict[str, Offer[Any]]]:
        """Read anew each time: a model file may have come or gone."""
        found: dict[str, dict[str, Offer[Any]]] = {}
        for offer in self._all():
            found.setdefault(offer.request.op, {})[offer.id] = offer
        return found

    def listed(self, provider: Provider) -> list[Offer[Any]]:
        """What a provider offers, or would once it is told what it must be told."""
        found = [*provider.listed, *(offer for look in provider.later for offer in look(self.models))]
        settings = self.settings.get(provider.name)
        if settings is not None:
            found += [offer for look in provider.by_settings for offer in look(settings)]
        return found

    def _all(self) -> Iterator[Offer[Any]]:
        for provider in self.providers:
            if provider.name in self.settings and provider.name not in self.off:
                yield from self.listed(provider)

    def accepting(self, op: str, offer_id: str | None, given: Mapping[str, Any]) -> Accepted:
        """Every offer that takes this input, or the one that was named, with the parsed request.

        Raises NotFound when nobody offers it, Invalid (with `fields`) when the input does not fit.
        """
        choices = self.offers.get(op, {})
        if not choices:
            raise NotFound(f"Nobody here offers “{op}”." if op in OPERATIONS else f"There is no operation “{op}”.")
        if offer_id is not None:
            if offer_id not in choices:
                raise NotFound(f"“{offer_id}” does not offer {op}. Offers: {', '.join(sorted(choices))}.")
            choices = {offer_id: choices[offer_id]}
        accepted: Accepted = []
        refusals: list[tuple[int, str, ValidationError]] = []
        for offer in choices.values():
            try:
                accepted.append((offer, offer.request.model_validate(given)))
            except ValidationError as error:
                refusals.append((offer.rank, offer.id, error))
        if not accepted:
            raise _refusal(min(refusals, key=lambda refusal: refusal[:2])[2])
        return accepted

    def find(self, op: str, offer_id: str) -> Offer[Any]:
        """The offer of a run that was promised earlier; NotFound when it is no longer here."""
        try:
            return self.offers[op][offer_id]
        except KeyError:
            raise NotFound(f"“{offer_id}” no longer offers {op} here.") from None


def choose(every: Accepted, choice: Choice) -> tuple[Offer[Any], Operation, tuple[str, ...]]:
    """The best of those that accept, by what is preferred, and the sentences that say why: also that a better one is
    left out. Whom nobody else can stand in for is chosen in spite of trouble, or of its price."""
    if len(every) == 1:
        return *every[0], (ONLY,)
    why = [WHY[choice.prefer]]
    left = sorted(every, key=lambda each: _order(each[0], each[1], choice))
    well = [each for each in left if each[0].provider not in choice.away]
    if well and well[0] != left[0]:
        why.append(TROUBLED)
    left = well or left
    paid = [each for each in left if choice.purse is None or choice.cost(*each) <= choice.purse]
    if paid and paid[0] != left[0]:
        why.append(UNPAID)
    return *(paid or left)[0], tuple(why)


def _order(offer: Offer[Any], request: Operation, choice: Choice) -> tuple[float, ...]:
    """The least comes first. What is equal by what is preferred goes by price, then by rank."""
    price = choice.cost(offer, request)
    match choice.prefer:
        case "price":
            return price, offer.rank
        case "quality":
            # Of models of the same grade, those that ask more are usually better.
            return -offer.quality, -price, offer.rank
        case "speed":
            return offer.seconds(request, choice.sources) * choice.pace.get(offer.id, 1.0), price, offer.rank


def plain(message: str) -> str:
    """A validator's own words, without the name of the exception that carried them."""
    return message.removeprefix("Value error, ")


def _refusal(error: ValidationError) -> Invalid:
    fields = [
        {"field": ".".join(map(str, fault["loc"])) or "input", "message": plain(fault["msg"]), "kind": fault["type"]}
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = fields[0]
    return Invalid(f"{first['field']}: {first['message']}.", fields=fields)


def load(told: Mapping[str, Mapping[str, Any]], models: Path) -> Catalog:
    """Imports every operation and provider: ours by looking in their folders, others' by entry point."""
    for module in pkgutil.iter_modules(ops.__path__):
        importlib.import_module(f"{ops.__name__}.{module.name}")
    shelf = importlib.import_module("gesso.providers")
    found: list[Provider] = [
        importlib.import_module(f"{shelf.__name__}.{module.name}").provider
        for module in pkgutil.iter_modules(shelf.__path__)
    ]
    found += [entry.load() for entry in entry_points(group="gesso.providers")]
    return Catalog(found, told, models)
