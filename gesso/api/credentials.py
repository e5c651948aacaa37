"""Content credentials: what a file says of where it comes from, and the certificate by which a team signs."""

import asyncio
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from gesso import library, runs, vault
from gesso.api.assets import UPLOAD, received, spooled
from gesso.api.desk import BODY_BYTES, AtDesk, Desk
from gesso.imaging import credentials, picture, seal
from gesso.imaging.seal import Signer
from gesso.kit.errors import BadMedia, Exhausted, Failed, Invalid
from gesso.library import Asset
from gesso.library.intake import PATIENCE
from gesso.vault.certificates import LONGEST, Kept

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/credentials", tags=["credentials"])
pictures = APIRouter(prefix="/assets", tags=["assets"])

State = Literal["none", "yours", "trusted", "unknown", "changed", "expired", "broken"]
CHECKED = (
    "state",
    "signer",
    "generator",
    "actions",
    "ingredients",
    "faults",
    "source",
    "source_by",
    "creator",
    "credit",
    "alt",
)


class CertificateOut(BaseModel):
    """What the team signs with. `own`: it was brought; else it is the studio's, which is on no public list of trust.
    `issued` is false until something was signed. `root` is what another program is told to trust."""

    own: bool
    issued: bool
    name: str = ""
    issuer: str = ""
    algorithm: str = ""
    serial: str = ""
    expires_at: datetime | None = None
    expired: bool = False
    expires_soon: bool = False
    root: str = ""


class CertificateIn(BaseModel):
    """A certificate with those above it, the one that signs first, and its private key: both PEM."""

    model_config = ConfigDict(extra="forbid")

    chain: str = Field(min_length=1, max_length=LONGEST)
    key: str = Field(min_length=1, max_length=LONGEST)


class SignerOut(BaseModel):
    name: str = ""
    issuer: str = ""
    serial: str = ""
    algorithm: str = ""
    time: str = ""


class ActionOut(BaseModel):
    action: str = ""
    agent: str = ""
    when: str = ""
    source: str = ""


class IngredientOut(BaseModel):
    title: str = ""
    type: str = ""
    role: str = ""
    signed: bool = False


class SaidOut(BaseModel):
    """What a file says of itself. `state` of its content credentials: none, yours (signed by this team), trusted,
    unknown (it holds, signed by somebody who is on no list here), changed since it was signed, expired or broken.
    `source` is a digital source type of IPTC's, said by c2pa or iptc (`source_by`)."""

    state: State = "none"
    signer: SignerOut | None = None
    generator: str = ""
    actions: list[ActionOut] = []
    ingredients: list[IngredientOut] = []
    faults: list[str] = []
    source: str = ""
    source_by: str = ""
    creator: str = ""
    credit: str = ""
    alt: str = ""


class ProvenanceOut(SaidOut):
    """And what the library knows: `origin` is the digital source type that the picture's lineage amounts to, `ai`
    whether AI had a part in it, and `alt_by` who wrote its alternative text: person, model, rule or file."""

    origin: str = ""
    ai: bool = False
    alt_by: str = ""


@router.get("")
async def shown(desk: AtDesk) -> CertificateOut:
    """What the team signs its pictures with."""
    async with desk.read() as work:
        return _out(await vault.certificates.shown(work))


@router.put("", max_body_size=BODY_BYTES)
async def bring(given: CertificateIn, desk: AtDesk) -> CertificateOut:
    """Puts in the team's own certificate and key. They must belong together, be for signing, and hold today; a picture
    is signed to see. The key is kept sealed. For admins."""
    desk.actor.require("providers.manage")
    kept = vault.certificates.read(given.chain, given.key)
    try:
        await desk.studio.pool.run(seal.tried, Signer(kept.chain, kept.key, kept.algorithm))
    except Failed as error:
        raise Invalid(f"Nothing can be signed with this. {error}") from error
    async with desk.work() as work:
        made = await vault.certificates.bring(work, desk.studio.secret, given.chain, given.key)
    log.info("a team's own certificate was put in", team=str(desk.actor.team_id), serial=made.serial)
    return _out(made)


@router.delete("", status_code=204)
async def drop(desk: AtDesk) -> None:
    """Takes the team's own certificate out again: the studio's signs from now on. For admins."""
    async with desk.work() as work:
        await vault.certificates.drop(work)
    log.info("a team's certificate was taken out", team=str(desk.actor.team_id))


@router.post("/verify", openapi_extra=UPLOAD)
async def verify(request: Request, desk: AtDesk) -> SaidOut:
    """Reads what a file (multipart field `file`) says of where it comes from, and whether it was changed since it was
    signed. Nothing is kept."""
    desk.actor.require("library.read")
    async with received(request, desk) as (_, file, path):
        await asyncio.to_thread(spooled, file, path)
        with path.open("rb") as opened:
            type = picture.sniff(opened.read(picture.HEAD))
        if type is None:
            raise BadMedia("This is no picture that can be read.")
        found = await _read(desk, str(path), type)
        return SaidOut.model_validate(await _named(desk, found, str(path), type))


@pictures.get("/{asset_id}/provenance")
async def provenance(asset_id: UUID, desk: AtDesk) -> ProvenanceOut:
    """What the file of an asset says of where it comes from, and what the library knows of it."""
    desk.actor.require("library.read")
    async with desk.read() as work:
        asset = await library.get(work, asset_id)
        origin, ai = await runs.origin(work, await desk.studio.runs.catalog(work), asset)
    found = dict(asset.facts.get("provenance") or {})
    found = await _named(desk, found, asset, asset.type)
    alt, by = runs.alt(asset)
    return ProvenanceOut.model_validate(
        {name: found[name] for name in CHECKED if name in found}
        | {"origin": origin, "ai": ai, "alt": alt, "alt_by": by}
    )


async def _read(desk: Desk, source: bytes | str, type: str, roots: str = "") -> dict[str, Any]:
    """As when a file comes in: one that takes too long, or its reader with it, is broken and no trouble of ours."""
    try:
        return await asyncio.wait_for(desk.studio.pool.run(credentials.read, source, type, roots), PATIENCE)
    except (Exhausted, TimeoutError):
        return {"state": "broken"}


async def _named(desk: Desk, found: dict[str, Any], source: Asset | str, type: str) -> dict[str, Any]:
    """The same, where it was signed by this very team: said by the certificate, not by its name."""
    if found.get("state") != "unknown":
        return found
    async with desk.read() as work:
        anchors = await vault.certificates.theirs(work, str(found.get("signer", {}).get("serial", "")))
    if not anchors:
        return found
    data = source if isinstance(source, str) else await desk.studio.store.get(source.key)
    sure = await _read(desk, data, type, "".join(anchors))
    return {**found, "state": "yours"} if sure.get("state") == "trusted" else found


def _out(kept: Kept | None) -> CertificateOut:
    if kept is None:
        return CertificateOut(own=False, issued=False)
    names = ("own", "name", "issuer", "algorithm", "serial", "expires_at", "expired", "expires_soon", "root")
    return CertificateOut(issued=True, **{name: getattr(kept, name) for name in names})
