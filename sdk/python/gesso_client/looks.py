"""What pictures look like and what programs say of them: what is alike, what is there twice, tags that are proposed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client

PAUSE = 0.5
"""Seconds until a chore is looked at again."""


class Looks:
    """`client.looks`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def similar(
        self, like: str | None = None, *, colour: str | None = None, tolerance: int = 12, limit: int = 60
    ) -> list[dict[str, Any]]:
        """What looks like an asset, or has a colour (#rrggbb): each with its `score` from 0 to 1, the best first."""
        asked = {"like": like, "colour": colour, "tolerance": tolerance, "limit": limit}
        told = await self._client._get(
            "/api/assets/similar", params={name: value for name, value in asked.items() if value is not None}
        )
        return [dict(item) for item in told["items"]]

    async def similar_to(self, path: str | os.PathLike[str]) -> list[dict[str, Any]]:
        """What looks like the picture at `path`, which is kept by nobody."""
        source = Path(path)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            told = await self._client._ask("POST", "/api/assets/similar", files={"file": (source.name, file)})
        return [dict(item) for item in told["items"]]

    async def duplicates(self, limit: int = 20) -> list[dict[str, Any]]:
        """Groups of pictures that are there more than once, each with which is proposed to stay (`keep`)."""
        groups: list[dict[str, Any]] = []
        asked: dict[str, Any] = {"limit": min(limit, 100)}
        while len(groups) < limit:
            told = await self._client._get("/api/assets/duplicates", params=asked)
            groups += map(dict, told["items"])
            if told["next"] is None:
                break
            asked["after"] = told["next"]
        return groups[:limit]

    async def merge(self, keep: str, others: Iterable[str]) -> dict[str, Any]:
        """Keeps one, moves what was said of the others to it and puts these into the trash. `undo` takes it back."""
        body = {"keep": keep, "others": list(others)}
        return dict(await self._client._ask("POST", "/api/assets/duplicates/merge", json=body))

    async def undo(self, merge: str) -> dict[str, Any]:
        return dict(await self._client._ask("POST", f"/api/assets/duplicates/merge/{merge}/undo", again=True))

    async def describe(
        self,
        ids: Iterable[str] | None = None,
        *,
        offer: str | None = None,
        language: str = "en",
        accept: bool = False,
        estimate: bool = False,
    ) -> dict[str, Any]:
        """Has pictures described, those named or all: by rules, or by an `offer` of `text.describe`. What it costs,
        where only that is asked (`estimate`); else the chore once it is over."""
        body: dict[str, Any] = {"select": {"all": {}} if ids is None else {"ids": list(ids)}, "language": language}
        body |= {"accept": accept} | ({"offer": offer} if offer else {})
        if estimate:
            return dict(await self._client._ask("POST", "/api/tagging/estimate", again=True, json=body))
        chore = dict(await self._client._ask("POST", "/api/tagging/chores", json=body))
        while chore["state"] in ("queued", "running"):
            await asyncio.sleep(PAUSE)
            chore = dict(await self._client._get(f"/api/chores/{chore['id']}"))
        return chore

    async def proposals(self, asset: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """What waits for a word, the newest asset first."""
        asked = {"limit": limit} | ({"asset": asset} if asset else {})
        return [dict(item) for item in (await self._client._get("/api/tagging/proposals", params=asked))["items"]]

    async def decide(
        self, ids: Iterable[str] | None, keep: bool, *, tags: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Keeps what is proposed for these assets (or all, with None), or rejects it; of `tags` alone, if named."""
        body: dict[str, Any] = {"state": "kept" if keep else "rejected"}
        body |= {} if ids is None else {"ids": list(ids)}
        body |= {} if tags is None else {"tags": list(tags)}
        return dict(await self._client._ask("POST", "/api/tagging/decide", json=body))
