"""Many rows at once: `client.batches`."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gesso_client.client import Client

POLL_SECONDS = 0.5
ENDED = ("succeeded", "failed", "cancelled")
RESTS = (*ENDED, "draft", "ready", "canary", "paused")
"""States in which it does not go on by itself."""


class Batches:
    """A batch is a mapping as the studio tells it: `id`, `state`, `total`, `succeeded`, `failed`, `refused`, `unknown`,
    `price`, `spent` (thousandths of a credit), ... What is `wanted` is one too: `op`, `offer`, `input`, or `steps`;
    `columns`, `cap`, `canary`, `start`, ..."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def begin(self, rows: Iterable[Any], *, key: str | None = None, **wanted: Any) -> dict[str, Any]:
        """Hands rows over, each a mapping of columns to values, or a prompt. It begins once they are checked, unless
        `start` is False: then it says what it would cost. Does not wait."""
        told: dict[str, Any] = await self._client._buy("/api/batches", {"rows": [*rows], **wanted}, key)
        return told

    async def upload(
        self, path: str | os.PathLike[str], wanted: Mapping[str, Any] | None = None, *, name: str | None = None
    ) -> dict[str, Any]:
        """Hands a file of rows over: CSV, TSV, JSON Lines, JSON, or a spreadsheet. Without `wanted` it is a draft."""
        source = Path(path)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            told: dict[str, Any] = await self._client._ask(
                "POST",
                "/api/batches/file",
                files={"file": (name or source.name, file)},
                data={"wanted": json.dumps(dict(wanted))} if wanted is not None else {},
                timeout=600,
            )
        return told

    async def settle(self, id: str, **wanted: Any) -> dict[str, Any]:
        """Says what is to be done with the rows, and has them checked and priced."""
        told: dict[str, Any] = await self._client._ask("PUT", f"/api/batches/{id}", again=True, json=wanted)
        return told

    async def pictures(self, id: str, path: str | os.PathLike[str]) -> dict[str, Any]:
        """Hands over a ZIP archive of the pictures that its cells name as files."""
        source = Path(path)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            told: dict[str, Any] = await self._client._ask(
                "POST", f"/api/batches/{id}/pictures", files={"file": (source.name, file)}, timeout=3600
            )
        return told

    async def list(self, *, limit: int = 20) -> list[dict[str, Any]]:
        """The team's batches, the newest first."""
        told: dict[str, Any] = await self._client._get("/api/batches", params={"limit": limit})
        return list(told["items"])

    async def get(self, id: str) -> dict[str, Any]:
        """How it stands."""
        told: dict[str, Any] = await self._client._get(f"/api/batches/{id}")
        return told

    async def wait(self, id: str, *, on_progress: Callable[[Mapping[str, Any]], None] | None = None) -> dict[str, Any]:
        """The batch, when it does not go on by itself: at its end, checked and not begun, paused, or at its canary."""
        while True:
            told = await self.get(id)
            if on_progress is not None:
                on_progress(told)
            if told["state"] in RESTS:
                return told
            await asyncio.sleep(POLL_SECONDS)

    async def rows(self, id: str, *states: str, noted: bool = False) -> AsyncIterator[dict[str, Any]]:
        """Its rows in their order; those in these states, or of which there is something to be said."""
        after: int | None = -1
        while after is not None:
            asked = {"after": after, "limit": 500, "noted": noted} | ({"state": [*states]} if states else {})
            page = await self._client._get(f"/api/batches/{id}/rows", params=asked)
            for row in page["items"]:
                yield row
            after = page["next"]

    async def act(self, id: str, what: Literal["start", "pause", "cancel"], *, release: bool = False) -> dict[str, Any]:
        """Begins it (or lets it go on; with `release`, makes the rest after the first rows), pauses it, or stops it for
        good."""
        asked = {"release": True} if release else {}
        told: dict[str, Any] = await self._client._ask("POST", f"/api/batches/{id}/{what}", again=True, params=asked)
        return told

    async def retry(self, id: str, which: str = "failed", rows: Iterable[int] = ()) -> int:
        """Tries rows again that came to nothing: "transient", "failed", "refused", "all", or those at `rows`."""
        body = {"which": which, "rows": [*rows]}
        told: dict[str, Any] = await self._client._ask("POST", f"/api/batches/{id}/retry", json=body)
        return int(told["count"])

    async def remove(self, id: str) -> None:
        """Forgets it. What it made stays in the library."""
        await self._client._ask("DELETE", f"/api/batches/{id}")

    async def archive(self, id: str, path: str | os.PathLike[str]) -> Path:
        """Writes everything that it made to a ZIP."""
        return await self._client.assets._save("GET", f"/api/batches/{id}/archive", Path(path))

    async def manifest(self, id: str, path: str | os.PathLike[str], format: Literal["csv", "jsonl"] = "csv") -> Path:
        """Writes every row with what became of it."""
        asked = {"format": format}
        return await self._client.assets._save("GET", f"/api/batches/{id}/manifest", Path(path), params=asked)

    async def corrected(self, id: str, path: str | os.PathLike[str]) -> Path:
        """Writes the rows that could not be made, with what is wrong with each."""
        return await self._client.assets._save("GET", f"/api/batches/{id}/corrected", Path(path))
