"""All offers: how the catalog fills, and how one is picked."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from gesso import ops
from gesso.catalog.offer import Offer, Provider
from gesso.kit.errors import Invalid, NotFound
from gesso.ops import OPERATIONS, Operation


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
                self.settings[provider.name] = provider.settings.model_validate(told.get(provider.name, {}))
            except ValidationError as error:
                self.missing[provider.name] = "; ".join(
                    f"{'.'.join(map(str, fault['loc']))}: {plain(fault['msg'])}" for fault in error.errors()
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

    def pick(self, op: str, offer_id: str | None, given: Mapping[str, Any]) -> tuple[Offer[Any], Operation]:
        """The offer that was asked for (else the best that accepts: cheapest, then by rank) and the parsed request.

        Raises NotFound when nobody offers it, Invalid (with `fields`) when the input does not fit.
        """
        choices = self.offers.get(op, {})
        if not choices:
            raise NotFound(f"Nobody here offers “{op}”." if op in OPERATIONS else f"There is no operation “{op}”.")
        if offer_id is not None:
            if offer_id not in choices:
                raise NotFound(f"“{offer_id}” does not offer {op}. Offers: {', '.join(sorted(choices))}.")
            choices = {offer_id: choices[offer_id]}
        accepted: list[tuple[int, int, str, Operation]] = []
        refusals: list[tuple[int, str, ValidationError]] = []
        for offer in choices.values():
            try:
                request = offer.request.model_validate(given)
                accepted.append((offer.price(request), offer.rank, offer.id, request))
            except ValidationError as error:
                refusals.append((offer.rank, offer.id, error))
        if not accepted:
            raise _refusal(min(refusals, key=lambda refusal: refusal[:2])[2])
        _, _, chosen, request = min(accepted, key=lambda choice: choice[:3])
        return choices[chosen], request

    def find(self, op: str, offer_id: str) -> Offer[Any]:
        """The offer of a run that was promised earlier; NotFound when it is no longer here."""
        try:
            return self.offers[op][offer_id]
        except KeyError:
            raise NotFound(f"“{offer_id}” no longer offers {op} here.") from None


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
