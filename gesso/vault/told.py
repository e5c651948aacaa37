"""Sealing, and what is shown of it: never more than the last four characters of a secret."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete

from gesso.db import Work
from gesso.kit.errors import Unavailable
from gesso.vault.tables import Told

NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """What a team told a provider, None where it told nothing or where it can no longer be read."""

    told: Mapping[str, Any] | None
    enabled: bool
    lost: bool = False


async def tell(
    work: Work, secret: bytes, provider: str, told: Mapping[str, Any] | None, *, enabled: bool = True
) -> None:
    """Writes down what the team tells a provider, in the place of what it told before."""
    work.actor.require("providers.manage")
    team = work.actor.team_id
    row = await work.session.scalar(Told.visible_to(work.actor).where(Told.provider == provider).with_for_update())
    if row is None:
        row = Told(team_id=team, provider=provider, user_id=work.actor.user_id, sealed=None, enabled=enabled)
        work.session.add(row)
    row.user_id, row.enabled = work.actor.user_id, enabled
    row.sealed = sealed(secret, team, provider, told) if told is not None else None
    await work.session.flush()


async def clear(work: Work, provider: str) -> None:
    """Forgets what the team told a provider; what the machine's settings say counts again."""
    work.actor.require("providers.manage")
    await work.session.execute(delete(Told).where(Told.team_id == work.actor.team_id, Told.provider == provider))


async def shown(work: Work, secret: bytes) -> dict[str, Shown]:
    """By provider, what the team told it, secrets and all: for the catalog, and to be masked."""
    found: dict[str, Shown] = {}
    for row in await work.session.scalars(Told.visible_to(work.actor)):
        if row.sealed is None:
            found[row.provider] = Shown(None, row.enabled)
            continue
        try:
            found[row.provider] = Shown(opened(secret, row.team_id, row.provider, row.sealed), row.enabled)
        except Unavailable:
            found[row.provider] = Shown(None, row.enabled, lost=True)
    return found


async def told(work: Work, secret: bytes) -> tuple[dict[str, Mapping[str, Any]], frozenset[str]]:
    """What the team told its providers, and which of them it switched off."""
    every = await shown(work, secret)
    return (
        {name: each.told for name, each in every.items() if each.told is not None},
        frozenset(name for name, each in every.items() if not each.enabled),
    )


def sealed(secret: bytes, team: UUID, provider: str, told: Mapping[str, Any]) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + _cipher(secret).encrypt(nonce, json.dumps(told).encode(), _bound(team, provider))


def opened(secret: bytes, team: UUID, provider: str, sealed: bytes) -> dict[str, Any]:
    try:
        clear = _cipher(secret).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(team, provider))
    except InvalidTag as error:
        raise Unavailable("This was sealed with another secret of the studio. Enter it anew.") from error
    found: dict[str, Any] = json.loads(clear)
    return found


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=None, info=b"gesso provider settings").derive(secret))


def _bound(team: UUID, provider: str) -> bytes:
    """A row that is copied to another team or provider does not open."""
    return f"{team} {provider}".encode()
