"""Collections and tags: what people arrange their assets by."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gesso_client.client import Client

SHELF = "/api/content-assets/collections"


class Collections:
    """`client.collections`. What is changed in them says an `id`, by which `undo` takes it back."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def list(self, kind: str | None = None) -> list[Mapping[str, Any]]:
        """All, by their parents; `kind` is collection or campaign."""
        found: list[Mapping[str, Any]] = await self._client._get(SHELF, params={"kind": kind} if kind else {})
        return found

    async def get(self, collection: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await self._client._get(f"{SHELF}/{collection}")
        return found

    async def make(self, name: str, **more: Any) -> Mapping[str, Any]:
        """`more`: kind, parent, before, note; of a campaign brief, starts, ends, budget (thousandths), channels."""
        made: Mapping[str, Any] = await self._client._ask("POST", SHELF, json={"name": name} | more)
        return made

    async def change(self, collection: str, **wanted: Any) -> Mapping[str, Any]:
        """The same, and `cover`; what is not named stays."""
        told: Mapping[str, Any] = await self._client._ask("PATCH", f"{SHELF}/{collection}", again=True, json=wanted)
        return told

    async def remove(self, collection: str) -> None:
        """With what is nested in it; no asset is deleted."""
        await self._client._ask("DELETE", f"{SHELF}/{collection}", again=True)

    async def restore(self, collection: str) -> Mapping[str, Any]:
        told: Mapping[str, Any] = await self._client._ask("POST", f"{SHELF}/{collection}/restore", again=True)
        return told

    async def add(self, collection: str, ids: Iterable[str]) -> Mapping[str, Any]:
        return await self._put({"add": collection}, ids)

    async def take_out(self, collection: str, ids: Iterable[str]) -> Mapping[str, Any]:
        return await self._put({"remove": collection}, ids)

    async def _put(self, what: Mapping[str, Any], ids: Iterable[str]) -> Mapping[str, Any]:
        body = {"select": {"ids": [*ids]}, "change": {"collection": what}}
        told: Mapping[str, Any] = await self._client._ask("POST", "/api/assets/bulk", json=body)
        return told


class Tags:
    """`client.tags`. What is changed says an `id`, by which `undo` takes it back."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def list(self) -> list[Mapping[str, Any]]:
        """All, in the order of the alphabet: `tag` and `count`."""
        found: list[Mapping[str, Any]] = []
        while True:
            after = {"after": found[-1]["tag"]} if found else {}
            page = await self._client._get("/api/tags", params={"limit": 1000, **after})
            found += page
            if len(page) < 1000:
                return found

    async def rename(self, tags: Iterable[str], to: str) -> Mapping[str, Any]:
        """Several into one, also into one that is there."""
        told: Mapping[str, Any] = await self._client._ask("POST", "/api/tags/rename", json={"tags": [*tags], "to": to})
        return told

    async def remove(self, tags: Iterable[str]) -> Mapping[str, Any]:
        """Takes them off all assets."""
        told: Mapping[str, Any] = await self._client._ask("POST", "/api/tags/delete", json={"tags": [*tags]})
        return told

    async def put(self, ids: Iterable[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> Mapping[str, Any]:
        body = {"select": {"ids": [*ids]}, "change": {"tags": {"add": [*add], "remove": [*remove]}}}
        told: Mapping[str, Any] = await self._client._ask("POST", "/api/assets/bulk", json=body)
        return told
