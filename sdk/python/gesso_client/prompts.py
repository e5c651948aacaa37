"""Prompts: what was asked for and worked, how one may go on, what it is worth, and what its wildcards become."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gesso_client.client import Client


class Prompts:
    """What the studio knows of prompts. `client.prompts`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def history(
        self,
        q: str = "",
        *,
        sort: Literal["recent", "worked"] = "recent",
        mine: bool = False,
        after: str | None = None,
        limit: int = 30,
    ) -> dict[str, Any]:
        """What was asked for, each prompt once: `items` and `next`. By “worked”, what favourites and ratings speak for
        comes first."""
        asked = {"q": q, "sort": sort, "mine": mine, "limit": limit, **({} if after is None else {"after": after})}
        return dict(await self._client._get("/api/prompts", params=asked))

    async def reset(self) -> None:
        """From now on nothing counts for “worked” that was made before."""
        await self._client._ask("POST", "/api/prompts/reset", again=True)

    async def unreset(self) -> None:
        """All that was ever liked counts again."""
        await self._client._ask("DELETE", "/api/prompts/reset", again=True)

    async def suggest(self, text: str, at: int | None = None) -> dict[str, Any]:
        """How a prompt may go on at the cursor: `items` take the place of what stands from `start` on."""
        asked = {"text": text, **({} if at is None else {"at": at})}
        return dict(await self._client._get("/api/prompts/suggest", params=asked))

    async def score(self, prompt: str, *, negative_prompt: str = "", style: str = "") -> dict[str, Any]:
        """What a prompt tells a model, from 0 to 100: `score`, and `reasons` with their `mend`."""
        body = {"prompt": prompt, "negative_prompt": negative_prompt, "style": style}
        return dict(await self._client._ask("POST", "/api/prompts/score", again=True, json=body))

    async def resolve(
        self,
        prompt: str,
        *,
        negative_prompt: str = "",
        count: int = 1,
        roll: int | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """What becomes of {a|b}, __list__ and {name:default}: `items`, each a `prompt`, a `negative_prompt` and their
        `roll`."""
        body = {
            "prompt": prompt,
            "negative_prompt": negative_prompt,
            "count": count,
            "roll": roll,
            "variables": dict(variables or {}),
        }
        return dict(await self._client._ask("POST", "/api/prompts/resolve", again=True, json=body))

    async def context(self, asset_id: str | None = None) -> dict[str, Any]:
        """What a prompt may go with, for the input `context` of what improves prompts."""
        asked = {} if asset_id is None else {"asset": asset_id}
        return dict(await self._client._get("/api/prompts/context", params=asked))

    async def lists(self) -> builtins.list[dict[str, Any]]:
        """The lists that __name__ draws from."""
        return [dict(each) for each in await self._client._get("/api/prompts/lists")]

    async def keep_list(self, name: str, entries: Iterable[str]) -> dict[str, Any]:
        """A list of one's own; one of this name is replaced."""
        body = {"entries": [*entries]}
        return dict(await self._client._ask("PUT", f"/api/prompts/lists/{name}", again=True, json=body))

    async def drop_list(self, name: str) -> None:
        await self._client._ask("DELETE", f"/api/prompts/lists/{name}", again=True)
