"""From what happened in a team to what its webhooks are to be sent: written in one transaction with how far was read,
so that nothing is lost and nothing is told twice."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from gesso.db import Work, inserting
from gesso.events import Event
from gesso.kit import ids
from gesso.kit.time import now
from gesso.library import Asset, Import
from gesso.runs import Run
from gesso.webhooks.hooks import told, wants
from gesso.webhooks.public import News, news
from gesso.webhooks.tables import Delivery, Heard, Webhook

_SCRATCH: Final = "trial"
"""What an asset is that was only made to be looked at, or waits to be taken in."""


class Reader:
    """Draws messages up. `public_url` begins the addresses in them."""

    def __init__(self, public_url: str) -> None:
        self._at = public_url.rstrip("/")

    async def take(self, work: Work, found: Sequence[Event]) -> None:
        """What the team's webhooks are to be sent of these events."""
        hooks = (await work.session.scalars(Webhook.visible_to(work.actor).where(Webhook.enabled))).all()
        if not hooks:
            return
        told_of = [(event, item) for event in found if (item := news(event)) is not None]
        fresh = await _unheard(work, told_of)
        wanted = [(event, item) for event, item in fresh if item.type and any(wants(hook, item.type) for hook in hooks)]
        sent: set[UUID] = set()
        for event, type, data in await self._drawn_up(work, wanted):
            sent |= post(work, hooks, type, data, event.created_at)
        for hook in hooks:
            if hook.id in sent:
                told(work, hook)

    async def _drawn_up(
        self, work: Work, items: Sequence[tuple[Event, News]]
    ) -> list[tuple[Event, str, Mapping[str, Any]]]:
        """(event, type, data) of each, with what is known of runs, assets and imports by now."""
        runs = await _rows(work, Run, items, "run")
        imports = await _rows(work, Import, items, "id")
        of_run = await _outputs(work, runs)
        made = [UUID(item.about["ids"][0]) for _, item in items if item.type == "asset.created"]
        assets = {row.id: row for row in await work.session.scalars(_of(work, Asset, made))}
        found: list[tuple[Event, str, Mapping[str, Any]]] = []
        for event, item in items:
            kind, about = item.type.partition(".")[0], item.about
            if kind == "run":
                data = self._run(about, runs.get(about["run"]), of_run)
            elif kind == "batch":
                data = self._batch(about)
            elif kind == "schedule":
                data = self._schedule(about)
            elif kind == "budget":
                data = {**about, "url": self._url("/api/credits")}
            elif kind == "import":
                data = self._import(about, imports.get(about["id"]))
            else:
                row = assets.get(UUID(about["ids"][0])) if item.type == "asset.created" else None
                if row is not None and row.purpose == _SCRATCH:
                    continue
                data = self._assets(about, row)
            found.append((event, item.type, data))
        return found

    def _run(self, about: Mapping[str, Any], run: Run | None, outputs: Mapping[UUID, list[UUID]]) -> Mapping[str, Any]:
        ids = outputs.get(run.id, []) if run else []
        return {
            "run": about["run"],
            "op": about.get("op"),
            "title": run.title if run else about.get("title"),
            "state": about["state"],
            "offer": run.offer if run else None,
            "price": run.price if run else None,
            "spent": run.spent if run else None,
            "error": run.error if run else None,
            "user": str(run.user_id) if run else about.get("user"),
            "batch": about.get("batch"),
            "assets": [self._asset(id) for id in ids],
            "url": self._url(f"/api/runs/{about['run']}"),
        }

    def _batch(self, about: Mapping[str, Any]) -> Mapping[str, Any]:
        names = ("batch", "title", "state", "note", "user", "total", "succeeded", "failed", "refused", "unknown",
                 "cancelled", "price", "spent")  # fmt: skip
        return {name: about.get(name) for name in names} | {"url": self._url(f"/api/batches/{about['batch']}")}

    def _schedule(self, about: Mapping[str, Any]) -> Mapping[str, Any]:
        names = ("schedule", "title", "state", "note", "user", "batch", "run")
        return {name: about.get(name) for name in names} | {"url": self._url(f"/api/schedules/{about['schedule']}")}

    def _import(self, about: Mapping[str, Any], order: Import | None) -> Mapping[str, Any]:
        data = {"import": about["id"], "state": about["state"], "url": self._url(f"/api/imports/{about['id']}")}
        if order is None:
            return data
        counted = {"total": order.total, "kept": order.kept, "twins": order.twins, "refused": order.refused}
        return data | counted | {"name": order.name, "error": order.error, "user": str(order.user_id)}

    def _assets(self, about: Mapping[str, Any], row: Asset | None) -> Mapping[str, Any]:
        """`count` assets, of which the first are named."""
        data: dict[str, Any] = {"count": about["count"], "assets": [self._asset(id) for id in about["ids"]]}
        if row is not None:
            data |= {"title": row.title, "kind": row.kind, "purpose": row.purpose, "user": str(row.user_id)}
            data |= {"run": str(row.run_id) if row.run_id else None}
        return data

    def _asset(self, id: UUID | str) -> Mapping[str, str]:
        return {"asset": str(id), "url": self._url(f"/api/assets/{id}")}

    def _url(self, path: str) -> str:
        return self._at + path


def post(
    work: Work, hooks: Collection[Webhook], type: str, data: Mapping[str, Any], at: datetime, *, since: bool = True
) -> set[UUID]:
    """Writes down what each webhook that wants it is to be sent; answers which those are. With `since`, none of what
    happened before it was made."""
    # In ASCII: half of a surrogate pair, as it may be in what a provider says, is no text that could be kept or sent.
    body = json.dumps({"type": type, "timestamp": stamp(at), "data": data}, separators=(",", ":"))
    sent: set[UUID] = set()
    for hook in hooks:
        if wants(hook, type) and not (since and at < hook.created_at):
            work.session.add(
                Delivery(
                    id=ids.uuid7(),
                    team_id=hook.team_id,
                    webhook_id=hook.id,
                    type=type,
                    payload=body,
                    next_at=now(),
                    attempts=[],
                )
            )
            sent.add(hook.id)
    return sent


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _unheard(work: Work, items: Sequence[tuple[Event, News]]) -> list[tuple[Event, News]]:
    """Those in which something is in another state than it was last told of; remembers the new ones."""
    subjects = {item.subject for _, item in items if item.subject}
    rows = await work.session.scalars(
        select(Heard).where(Heard.team_id == work.actor.team_id, Heard.subject.in_(subjects))
    )
    before = {row.subject: row.state for row in rows}
    known = dict(before)
    fresh: list[tuple[Event, News]] = []
    for event, item in items:
        if not item.subject or known.get(item.subject) != item.state:
            fresh.append((event, item))
        if item.subject:
            known[item.subject] = item.state
    await _remember(work, {subject: state for subject, state in known.items() if before.get(subject) != state})
    return fresh


async def _remember(work: Work, states: Mapping[str, str]) -> None:
    if not states:
        return
    at = now()
    rows = [
        {"team_id": work.actor.team_id, "subject": subject, "state": state, "at": at}
        for subject, state in sorted(states.items())
    ]
    written = inserting(work.session)(Heard).values(rows)
    await work.session.execute(
        written.on_conflict_do_update(
            index_elements=["team_id", "subject"], set_={"state": written.excluded.state, "at": written.excluded.at}
        )
    )


async def _rows(work: Work, kind: Any, items: Sequence[tuple[Event, News]], name: str) -> dict[str, Any]:
    type = "run" if kind is Run else "import"
    named = [UUID(item.about[name]) for _, item in items if item.type.startswith(f"{type}.")]
    return {str(row.id): row for row in await work.session.scalars(_of(work, kind, named))}


def _of(work: Work, kind: Any, named: Collection[UUID]) -> Any:
    return kind.visible_to(work.actor).where(kind.id.in_(named))


async def _outputs(work: Work, runs: Mapping[str, Run]) -> dict[UUID, list[UUID]]:
    query = Asset.visible_to(work.actor).where(Asset.run_id.in_([run.id for run in runs.values()]))
    found: dict[UUID, list[UUID]] = {}
    for row in await work.session.execute(query.with_only_columns(Asset.id, Asset.run_id).order_by(Asset.id)):
        if row.run_id is not None:
            found.setdefault(row.run_id, []).append(row.id)
    return found
