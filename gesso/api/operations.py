"""Everything the studio can do: menus, forms, commands and clients are drawn from this list."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter
from pydantic import BaseModel

from gesso.api.desk import AtDesk
from gesso.catalog import Offer
from gesso.ops import OPERATIONS
from gesso.ops.operation import Operation

router = APIRouter(prefix="/operations", tags=["operations"])


class OfferOut(BaseModel):
    """`input` is a JSON Schema whose `x-ui` hints say which control asks for each field. `price` is that of the
    operation's example, in thousandths of a credit; None where it depends on more. `styles` names the presets of styles
    that it has (a style's `native`), or says how it is told of one: as "text", or not at all ("none")."""

    id: str
    title: str
    provider: str
    provider_title: str
    model: str
    lane: str
    price: int | None
    styles: str
    input: dict[str, Any]


class OperationOut(BaseModel):
    op: str
    title: str
    description: str
    capability: str
    makes: str
    example: dict[str, Any]
    offers: list[OfferOut]


@router.get("")
async def listed(desk: AtDesk) -> list[OperationOut]:
    """Each operation with everyone who offers it here, in the order in which they are chosen by themselves."""
    async with desk.read() as work:
        catalog = await desk.studio.runs.catalog(work)
    offers, titles = catalog.offers, {provider.name: provider.title for provider in catalog.providers}
    return [
        OperationOut(
            op=op,
            title=kind.title,
            description=(kind.__doc__ or "").strip(),
            capability=kind.capability,
            makes=kind.makes,
            example=dict(kind.example),
            offers=[
                OfferOut(
                    id=offer.id,
                    title=offer.title,
                    provider=offer.provider,
                    provider_title=titles[offer.provider],
                    model=offer.model,
                    lane=offer.lane,
                    price=price,
                    styles=offer.styles,
                    input=_form(offer.request),
                )
                for offer, price in sorted(_priced(offers.get(op, {})), key=_choice)
            ],
        )
        for op, kind in sorted(OPERATIONS.items(), key=lambda one: (one[1].rank, one[1].title))
    ]


def _priced(offers: Mapping[str, Offer[Any]]) -> list[tuple[Offer[Any], int | None]]:
    return [(offer, offer.typical()) for offer in offers.values()]


def _choice(offered: tuple[Offer[Any], int | None]) -> tuple[bool, int, int, str]:
    """The order in which the catalog itself would choose: cheapest first, then by rank."""
    offer, price = offered
    return price is None, price or 0, offer.rank, offer.id


_forms: WeakKeyDictionary[type[Operation], dict[str, Any]] = WeakKeyDictionary()


def _form(request: type[Operation]) -> dict[str, Any]:
    """What a class asks for never changes, and telling it takes longer than all the rest of the list."""
    if request not in _forms:
        _forms[request] = request.model_json_schema()
    return _forms[request]
