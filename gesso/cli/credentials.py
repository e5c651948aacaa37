"""`gesso credentials`: what files say of where they come from, and what the team signs with."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson

STATES: Final = {
    "none": "not signed",
    "yours": "signed by you, unchanged",
    "trusted": "signed by somebody trusted, unchanged",
    "unknown": "signed by somebody unknown here, unchanged",
    "changed": "changed since it was signed",
    "expired": "signed with a certificate that has expired",
    "broken": "its credentials cannot be read",
}
HOLDS: Final = frozenset(("yours", "trusted", "unknown"))


async def show(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """Show what the team signs its pictures with."""
    async with client(where) as gesso:
        _shown(await gesso.credentials.show(), as_json)


async def own(chain: Path, key: Path, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Sign with a certificate of your own. It is tried first, and its key is kept sealed.

    Parameters
    ----------
    chain
        A file with the certificate and those above it, PEM, the one that signs first.
    key
        A file with its private key, PEM, not locked.
    """
    told, secret = await asyncio.to_thread(chain.read_text), await asyncio.to_thread(key.read_text)
    async with client(where) as gesso:
        _shown(await gesso.credentials.bring(told, secret), as_json)


async def use(*, where: Where = HERE) -> None:
    """Sign with the studio's certificate again; your own is taken out."""
    async with client(where) as gesso:
        await gesso.credentials.drop()


async def verify(file: Path, *, as_json: AsJson = False, where: Where = HERE) -> int:
    """Say what a file says of where it comes from, and whether it was changed since. Fails where it does not hold."""
    async with client(where) as gesso:
        found = await gesso.credentials.verify(file)
    if as_json:
        say.as_json(found)
    else:
        say.table(("", ""), _told(found))
    return ends.OK if found["state"] in HOLDS else ends.FAILED


def _shown(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        say.as_json(dict(found))
        return
    if not found["issued"]:
        say.note("Nothing was signed yet; a certificate is made with the first picture that leaves.")
        return
    say.table(
        ("", ""),
        [
            ("certificate", "your own" if found["own"] else "the studio's, on no public list of trust"),
            *((name, str(found[name])) for name in ("name", "issuer", "algorithm", "serial")),
            ("expires", str(found["expires_at"])[:10]),
        ],
    )
    if found["expired"] or found["expires_soon"]:
        say.note("It has expired." if found["expired"] else "It expires soon.")


def _told(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    signer = found.get("signer") or {}
    rows = [
        ("credentials", STATES[found["state"]]),
        ("signed by", " / ".join(filter(None, (signer.get("name"), signer.get("issuer"))))),
        ("made with", found["generator"]),
        ("done", ", ".join(each["action"] for each in found["actions"])),
        ("made from", ", ".join(each["title"] for each in found["ingredients"])),
        *((name, found[name]) for name in ("source", "creator", "credit", "alt")),
    ]
    return [(name, value) for name, value in rows if value]
