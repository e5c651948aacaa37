"""Content credentials: what a file says of where it comes from, and what a team signs with."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client


class Credentials:
    """`client.credentials`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def show(self) -> dict[str, Any]:
        """What the team signs its pictures with: `own`, `issued`, `name`, `issuer`, `expires_at`, `root` and more."""
        return dict(await self._client._get("/api/credentials"))

    async def bring(self, chain: str, key: str) -> dict[str, Any]:
        """Puts in the team's own certificate with those above it, and its key (PEM), which is kept sealed. For
        admins."""
        return dict(await self._client._ask("PUT", "/api/credentials", again=True, json={"chain": chain, "key": key}))

    async def drop(self) -> None:
        """Takes it out again: the studio's own signs from now on. For admins."""
        await self._client._ask("DELETE", "/api/credentials", again=True)

    async def verify(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """What the file says, and in `state` whether it was changed since it was signed. Nothing is kept."""
        source = Path(path)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            told = await self._client._ask("POST", "/api/credentials/verify", files={"file": (source.name, file)})
        return dict(told)

    async def of(self, asset_id: str) -> dict[str, Any]:
        """The same of an asset, with what the library knows of its origin."""
        return dict(await self._client._get(f"/api/assets/{asset_id}/provenance"))
