"""Everything the studio can do: menus, forms, commands and clients are drawn from this list."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from gesso.api.desk import AtDesk
from gesso.ops import OPERATIONS

router = APIRouter(prefix="/operations", tags=["operations"])


class OfferOut(BaseModel):
    """`input` is a JSON Schema whose `x-ui` hints say which control asks for each field."""

    id: str
    title: str
    provider: str
    model: str
    lane: str
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
    """Each operation with everyone who offers it here."""
    async with desk.read() as work:
        offers = (await desk.studio.runs.catalog(work)).offers
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
                    model=offer.model,
                    lane=offer.lane,
                    input=offer.request.model_json_schema(),
                )
                for offer in sorted(offers.get(op, {}).values(), key=lambda offer: (offer.rank, offer.id))
            ],
        )
        for op, kind in sorted(OPERATIONS.items(), key=lambda one: (one[1].rank, one[1].title))
    ]
