"""Looking at rows before anything is spent: what each asks for, what is wrong with it, what it costs and how long it
takes. Nothing is written here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from gesso import library
from gesso.batches import cells, orders
from gesso.batches.cells import Fault, Named, Place
from gesso.batches.orders import Step
from gesso.batches.tables import Batch, Row
from gesso.db import Work
from gesso.kit.errors import GessoError, Invalid, NotFound
from gesso.kit.fields import Field
from gesso.ops import OPERATIONS, Source
from gesso.ops.fields import LATER
from gesso.runs import AtHand, Order, Runs

Pictures = Mapping[str, tuple[UUID | None, str]]
"""What became of each picture that was fetched or unpacked, by its address or its name: its asset, or why there is
none."""


@dataclass(slots=True)
class Found:
    """What was found out of a row."""

    inputs: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    prices: list[int | None] = field(default_factory=list)
    seconds: float = 0.0
    said: str | None = None

    @property
    def fits(self) -> bool:
        return all(fault.kind != "error" for fault in self.faults)

    def values(self) -> dict[str, Any]:
        """As it is written down."""
        return {
            "state": "waiting" if self.fits else "invalid",
            "inputs": self.inputs,
            "noted": bool(self.faults),
            "problems": [fault.told() for fault in self.faults],
            "offers": self.offers,
            "prices": self.prices,
            "price": sum(price or 0 for price in self.prices),
            "seconds": self.seconds,
            "said": self.said,
        }


class Check:
    """Looks at some rows of one moment: what they have in common is looked up once."""

    def __init__(self, runs: Runs, work: Work, batch: Batch, pictures: Pictures, hand: AtHand | None = None) -> None:
        self._runs, self._work, self._batch = runs, work, batch
        self._pictures = pictures
        self._hand = hand or AtHand()
        self._known: list[Mapping[str, Field]] = []
        self._into = {column["name"]: column["into"] for column in batch.columns}
        self._columns = {place: name for name, place in self._into.items() if place is not None}

    async def open(self, rows: Sequence[Row]) -> None:
        """Looks up what all of them need: who offers their steps, and the assets that they name."""
        catalog = self._hand.catalog = self._hand.catalog or await self._runs.catalog(self._work)
        steps = [Step(step["op"], step["input"], step["offer"], step["prefer"]) for step in self._batch.steps]
        self._known = [orders.known(catalog, step) for step in steps]
        named = set[UUID]()
        for row in rows:
            given, _ = cells.inputs(row.data, self._into, self._batch.steps, self._known)
            for input, known in zip(given, self._known, strict=True):
                pictured = [value for name, value in input.items() if name in known and known[name].pictured]
                named.update(id for value in pictured for id in _ids(value))
        if missing := named - self._hand.assets.keys():
            self._hand.assets |= {asset.id: asset for asset in await library.several(self._work, missing)}

    async def row(self, row: Row) -> Found:
        """What one row asks for."""
        found = Found()
        given, found.faults = cells.inputs(row.data, self._into, self._batch.steps, self._known)
        found.inputs = [self._pictured(input, found, step) for step, input in enumerate(given)]
        found.said = sha256(json.dumps(found.inputs, sort_keys=True, default=str).encode()).hexdigest()
        if not found.fits:
            return found
        later: Source | None = None
        last = len(self._batch.steps) - 1
        for number, step in enumerate(self._batch.steps):
            input = dict(found.inputs[number])
            if step["feeds"]:
                input[step["feeds"]] = str(LATER)
            order = Order(step["op"], input, step["offer"], (), step["prefer"])
            try:
                told = await self._runs.estimate(self._work, order, self._hand, later=later)
            except (Invalid, NotFound) as error:
                found.faults += self._blamed(number, error)
                return found
            if told.outputs > 1 and number < last:
                message = f"it makes {told.outputs} results, and the next step takes one: set it to 1"
                found.faults.append(Fault(self._column(number, "count"), "count", message))
                return found
            found.faults += [
                Fault(self._column(number, name), name, f"{told.offer} does not heed it", "ignored")
                for name in told.reading.ignored
            ]
            found.offers.append(told.offer)
            found.prices.append(told.price)
            found.seconds += told.seconds
            kind = OPERATIONS[step["op"]].makes
            later = Source(kind, *told.size) if told.size is not None else None
        return found

    def _pictured(self, input: dict[str, Any], found: Found, step: int) -> dict[str, Any]:
        """The input with the asset of each picture that a cell names."""
        settled: dict[str, Any] = {}
        for name, value in input.items():
            if not any(True for _ in cells.names(value)):
                settled[name] = value
                continue
            try:
                settled[name] = cells.settled(value, self._asset)
            except NotFound as error:
                settled[name] = cells.settled(value, lambda named: named.text)
                found.faults.append(Fault(self._column(step, name), name, str(error)))
        return settled

    def _asset(self, named: Named) -> str:
        known = self._pictures.get(named.text) or self._pictures.get(named.text.casefold())
        if known is None and named.is_url:
            raise NotFound("this address was not fetched yet")
        if known is None:
            told = "name an asset's id, an address, or a file of the archive"
            raise NotFound(f"there is no picture “{named.text}”: {told}")
        id, why = known
        if id is None:
            raise NotFound(f"“{named.text}” did not come in: {why or 'it was stopped'}")
        return str(id)

    def _blamed(self, step: int, error: GessoError) -> list[Fault]:
        fields = [each for each in error.facts.get("fields") or () if each.get("message")]
        if not fields:
            return [Fault("", "", str(error))]
        return [
            Fault(self._column(step, name := str(each["field"]).partition(".")[0]), name, str(each["message"]))
            for each in fields
        ]

    def _column(self, step: int, name: str) -> str:
        return str(self._columns.get(str(Place(step, name)), ""))


def addresses(batch: Batch, rows: Sequence[Row], known: Sequence[Mapping[str, Field]]) -> list[str]:
    """The addresses of pictures that the cells name."""
    into = {column["name"]: column["into"] for column in batch.columns}
    found: dict[str, None] = {}
    for row in rows:
        given, _ = cells.inputs(row.data, into, batch.steps, known)
        for input in given:
            for value in input.values():
                found |= {named.text: None for named in cells.names(value) if named.is_url}
    return [*found]


def _ids(value: Any) -> list[UUID]:
    if isinstance(value, str):
        try:
            return [UUID(value)]
        except ValueError:
            return []
    return [id for each in value for id in _ids(each)] if isinstance(value, list) else []
