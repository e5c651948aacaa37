"""What a team keeps: how much, for how long, whether it is well; and the figures of what it did."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client

LOOK_SECONDS = 0.3
OVER = ("succeeded", "failed", "cancelled")


class Storage:
    """`client.storage`. Answers are as the HTTP surface gives them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def show(self) -> dict[str, Any]:
        """Bytes that are kept and may be (`used`, `limit`, `own`, `own_limit`), by whom and by what, and the rules."""
        return dict(await self._client._get("/api/storage"))

    async def settle(self, **rules: int | None) -> dict[str, Any]:
        """Changes `trash_days`, `room`, `person_room` (bytes); None is the studio's setting. For admins."""
        return dict(await self._client._ask("PATCH", "/api/storage/rules", again=True, json=rules))

    async def health(self) -> dict[str, Any]:
        """Damaged assets, strays, and how far the reading of all bytes has come. For admins."""
        return dict(await self._client._get("/api/storage/health"))

    async def trash(self) -> dict[str, Any]:
        """What is in the trash, and when it goes."""
        return dict(await self._client._get("/api/trash"))

    async def begin(self, chore: str, *, dry_run: bool = True) -> dict[str, Any]:
        """Begins a chore: `empty` (the trash), `check`, `clean` or `verify`; the one that is under way, if there is
        one."""
        path = "/api/trash/empty" if chore == "empty" else f"/api/storage/{chore}"
        body = {"json": {"dry_run": dry_run}} if chore == "clean" else {}
        return dict(await self._client._ask("POST", path, again=True, **body))

    async def wait(
        self, chore: dict[str, Any], *, on_progress: Callable[[dict[str, Any]], None] | None = None
    ) -> dict[str, Any]:
        """Until the chore is over; what it has `found`."""
        while chore["state"] not in OVER:
            await asyncio.sleep(LOOK_SECONDS)
            chore = dict(await self._client._get(f"/api/chores/{chore['id']}"))
            if on_progress is not None:
                on_progress(chore)
        return chore

    async def hold(self, ids: Iterable[str], reason: str) -> list[str]:
        """Puts assets under a legal hold: they can be neither deleted nor erased. For admins."""
        return await self._hold("/api/assets/hold", ids, reason)

    async def lift(self, ids: Iterable[str], reason: str) -> list[str]:
        """Ends every hold on them. For admins."""
        return await self._hold("/api/assets/hold/lift", ids, reason)

    async def _hold(self, path: str, ids: Iterable[str], reason: str) -> list[str]:
        body = {"select": {"ids": list(ids)}, "reason": reason}
        return [str(id) for id in (await self._client._ask("POST", path, json=body))["ids"]]

    async def holds(self, asset_id: str) -> list[dict[str, Any]]:
        """The holds that an asset is and was under."""
        return list(await self._client._get(f"/api/assets/{asset_id}/holds"))

    async def derived(self, asset_id: str, *, trash: bool = False) -> dict[str, Any]:
        """The tree of all that was made from an asset, itself included: what is kept, or what is in the trash."""
        where = {"where": "trash" if trash else "kept"}
        return dict(await self._client._get(f"/api/assets/{asset_id}/derived", params=where))

    async def remove_derived(self, asset_id: str, count: int, *, forever: bool = False) -> list[str]:
        """Throws the whole tree away, which has `count` assets; `forever` erases it from the trash. The ids undo it."""
        body = {"count": count, "where": "trash" if forever else "kept"}
        told = await self._client._ask("POST", f"/api/assets/{asset_id}/derived", json=body)
        return [str(id) for id in told["ids"]]

    async def usage(self, asset_id: str, days: int = 30) -> dict[str, Any]:
        """How often an asset was viewed, downloaded, shared and worked with."""
        return dict(await self._client._get(f"/api/assets/{asset_id}/usage", params={"days": days}))

    async def analytics(self, **asked: str) -> dict[str, Any]:
        """The figures of the days `since` to `until`, of a `studio`, `op`, `offer` or `person`."""
        return dict(await self._client._get("/api/analytics", params=asked))

    async def analytics_csv(self, path: str | os.PathLike[str], by: str = "day", **asked: str) -> Path:
        """The same as a table in a file: by day, studio, operation, model or person."""
        told = {"by": by, **asked}
        return await self._client.assets._save("GET", "/api/analytics/csv", Path(path), params=told)
