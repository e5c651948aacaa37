"""Boards: pictures that are shown to others, the links that open them, what is said and what is decided."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gesso_client.client import Client

Role = Literal["viewer", "commenter", "uploader"]


class Boards:
    """`client.boards`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self) -> builtins.list[dict[str, Any]]:
        """Those that you may see, the newest first."""
        return await self._pages("/api/boards")

    async def create(
        self,
        title: str,
        assets: Iterable[str] = (),
        *,
        words: str = "",
        everybody: Role | None = "commenter",
        collection: str | None = None,
    ) -> dict[str, Any]:
        """A board with these assets, or with whatever is in a collection. `everybody` is what all of the team may do
        with it; None: only who is named sees it, and admins."""
        body = {
            "title": title,
            "words": words,
            "everybody": everybody,
            "assets": [*assets],
            "collection": collection,
        }
        return dict(await self._client._ask("POST", "/api/boards", json=body))

    async def get(self, id: str) -> dict[str, Any]:
        return dict(await self._client._get(f"/api/boards/{id}"))

    async def change(self, id: str, **said: Any) -> dict[str, Any]:
        """Another `title`, `words`, `cover`, or what `everybody` may do. What is left out stays."""
        return dict(await self._client._ask("PATCH", f"/api/boards/{id}", json=said))

    async def discard(self, id: str) -> None:
        """Away with it and its links; its pictures stay in the library. `restore` brings it back."""
        await self._client._ask("DELETE", f"/api/boards/{id}", again=True)

    async def restore(self, id: str) -> dict[str, Any]:
        return dict(await self._client._ask("POST", f"/api/boards/{id}/restore", again=True))

    async def items(self, id: str) -> builtins.list[dict[str, Any]]:
        """Its pictures in their order, with what was decided of each and how much was said."""
        return await self._pages(f"/api/boards/{id}/items")

    async def add(self, id: str, assets: Iterable[str], *, before: str | None = None) -> builtins.list[str]:
        """Puts assets on it; those that were not on it yet."""
        return await self._change(id, "", {"assets": [*assets], "before": before})

    async def move(self, id: str, assets: Iterable[str], *, before: str | None = None) -> builtins.list[str]:
        return await self._change(id, "/move", {"assets": [*assets], "before": before})

    async def remove(self, id: str, assets: Iterable[str]) -> builtins.list[str]:
        return await self._change(id, "/remove", {"assets": [*assets]})

    async def accept(self, id: str, assets: Iterable[str]) -> builtins.list[str]:
        """Takes in what guests have brought."""
        return await self._change(id, "/accept", {"assets": [*assets]})

    async def links(self, id: str) -> builtins.list[dict[str, Any]]:
        """Its links with who made them and when they were last opened; not their secrets."""
        return [dict(each) for each in await self._client._get(f"/api/boards/{id}/links")]

    async def link(self, id: str, **terms: Any) -> dict[str, Any]:
        """A new link, whose `url` is told this once. Terms: `name`, `role`, `expires_at`, `password`, `downloads`,
        `watermark`, `names`, `recipes`."""
        return dict(await self._client._ask("POST", f"/api/boards/{id}/links", json=terms))

    async def revoke(self, id: str, link: str) -> dict[str, Any]:
        """From now on it opens nothing."""
        return dict(await self._client._ask("DELETE", f"/api/boards/{id}/links/{link}", again=True))

    async def remarks(self, id: str) -> builtins.list[dict[str, Any]]:
        """What is said of its pictures, the oldest first."""
        return [dict(each) for each in await self._client._get(f"/api/boards/{id}/remarks")]

    async def decide(
        self, id: str, asset: str, state: Literal["approved", "changes", "open"], words: str = ""
    ) -> dict[str, Any]:
        """Approves a picture, or asks for changes."""
        body = {"asset": asset, "state": state, "words": words}
        return dict(await self._client._ask("POST", f"/api/boards/{id}/verdicts", json=body))

    async def _change(self, id: str, what: str, body: dict[str, Any]) -> builtins.list[str]:
        told = await self._client._ask("POST", f"/api/boards/{id}/items{what}", again=True, json=body)
        return [str(each) for each in told["assets"]]

    async def _pages(self, path: str) -> builtins.list[dict[str, Any]]:
        found: builtins.list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self._client._get(path, params={"limit": 200} | ({"after": after} if after else {}))
            found += map(dict, page["items"])
            after = page["next"]
            if after is None:
                return found
