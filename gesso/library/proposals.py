"""What programs say of pictures, kept apart until a person has looked: tags, captions, alternative texts, each with by
whom. Nothing that a person has said or rejected is ever overwritten."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from gesso import events
from gesso.db import Owned, Table, Work
from gesso.imaging import wording
from gesso.imaging.seen import Seen
from gesso.kit.errors import NotFound
from gesso.kit.ids import uuid7
from gesso.kit.text import one_line
from gesso.library import search, synonyms, tagging
from gesso.library.arranged import AssetTag, TagState
from gesso.library.tables import Asset

Mode = Literal["off", "propose", "accept"]
Field = Literal["caption", "alt"]
By = Literal["rule", "model"]

FIELDS: Final[tuple[Field, ...]] = ("caption", "alt")
PROMPTED: Final = 5
"""Words of the prompt that become tags."""
_WORDS: Final[Mapping[str, str]] = {
    "transparent": "freigestellt",
    "screenshot": "Screenshot",
    "photo": "Foto",
    "drawing": "Zeichnung",
    "upscaled": "vergrößert",
    "film": "Film",
    "3D model": "3D-Modell",
    "animation": "Animation",
}
_PLAIN: Final = frozenset(
    {"bright", "dark", "sharp", "soft", "high contrast", "low contrast", "muted colours", "colourful"}
    | {"hell", "dunkel", "scharf", "weich", "kontrastreich", "kontrastarm", "gedeckte Farben", "farbenfroh"}
)
"""What is true of half of all pictures is no tag."""
_SCREENS: Final = (16 / 9, 16 / 10, 4 / 3, 3 / 2, 19.5 / 9, 20 / 9, 21 / 9)


class Tagging(Table):
    """How a team wants it: what comes in is not tagged, tagged with proposals, or at once."""

    __tablename__ = "tagging"
    __table_args__ = (CheckConstraint("mode IN ('off', 'propose', 'accept')", name="mode"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    mode: Mapped[Mode] = mapped_column(String)
    language: Mapped[str]


class Proposal(Owned):
    """A caption or an alternative text that a program has proposed. What was rejected stays, so that it is not
    proposed again."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state IN ('kept', 'proposed', 'rejected')", name="state"),
        UniqueConstraint("asset_id", "field"),
        Index("ix_proposal_state", "team_id", "state", "asset_id"),
    )

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"))
    field: Mapped[str]
    text: Mapped[str]
    by: Mapped[str]
    state: Mapped[TagState] = mapped_column(String)


@dataclass(frozen=True, slots=True)
class Told:
    """What a program says of a picture."""

    tags: Sequence[str] = ()
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person's word on one asset: texts by their field, tags, each with by whom."""

    asset: Asset
    texts: Mapping[str, tuple[str, str]]
    tags: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, by asset: to undo it, propose exactly these again."""

    tags: dict[UUID, list[str]] = field(default_factory=dict)
    fields: dict[UUID, list[Field]] = field(default_factory=dict)

    @property
    def assets(self) -> int:
        return len(self.tags.keys() | self.fields.keys())


async def mode(work: Work) -> tuple[Mode, str]:
    """How the team wants it, and in which language."""
    kept = await work.session.get(Tagging, work.actor.team_id)
    return (kept.mode, kept.language) if kept is not None else ("propose", "en")


async def set_mode(work: Work, mode: Mode, language: str) -> None:
    kept = await work.session.get(Tagging, work.actor.team_id)
    if kept is None:
        work.session.add(Tagging(team_id=work.actor.team_id, mode=mode, language=language))
    else:
        kept.mode, kept.language = mode, language


def ruled(asset: Asset, prompt: str, language: str) -> Told:
    """By rules alone, of what the intake has seen: nothing is guessed at."""
    german = language == "de"
    tags: list[str] = [_WORDS[tag] if german else tag for tag in _kinds(asset)]
    caption = alt = ""
    seen = asset.facts.get("seen")
    if asset.kind == "image" and seen:
        told = wording.retold(Seen(**{**seen, "colours": tuple(seen["colours"])}), asset.width, asset.height, language)
        tags += [tag for tag in told.tags if tag not in _PLAIN]
        caption, alt = told.caption, told.alt
    tags += synonyms.concepts(prompt, language)[:PROMPTED]
    return Told(list(dict.fromkeys(tags)), caption, alt)


def _kinds(asset: Asset) -> Iterable[str]:
    facts, seen = asset.facts, asset.facts.get("seen") or {}
    if asset.kind == "video":
        yield "film"
    if asset.kind == "mesh":
        yield "3D model"
    if asset.kind != "image":
        return
    if facts.get("alpha") is True:
        yield "transparent"
    if (facts.get("pages") or 1) > 1:
        yield "animation"
    if asset.op == "image.upscale":
        yield "upscaled"
    if asset.op is not None or not seen:
        return
    long, short = max(asset.width, asset.height), max(1, min(asset.width, asset.height))
    screen = any(abs(long / short - ratio) < 0.02 for ratio in _SCREENS)
    if asset.type == "image/png" and seen.get("text") and screen and short >= 600:
        yield "screenshot"
    elif asset.type in ("image/heic", "image/jpeg") and not facts.get("recipe"):
        yield "photo"
    elif seen.get("sharpness", 0) > 0.6 and len(seen.get("colours", ())) <= 3 and facts.get("alpha") is not True:
        yield "drawing"


async def at_intake(work: Work, asset: Asset, prompt: str) -> None:
    """What comes in is tagged by rules, as the team wants it. The caption of facts is kept to those who ask for it."""
    if asset.purpose != "picture" or asset.kind in ("audio", "text"):
        return
    wanted, language = await mode(work)
    if wanted == "off":
        return
    told = ruled(asset, prompt, language)
    await _propose_all(work, asset, Told(told.tags), "rule", accept=wanted == "accept")


async def propose(work: Work, asset: Asset, told: Told, by: By, *, accept: bool = False) -> int:
    """How much of it is new. Only what nobody has said, rejected or proposed before is; with `accept` it holds at
    once."""
    new = await _propose_all(work, asset, told, by, accept=accept)
    if new:
        events.emit(work, "asset.changed", asset=str(asset.id))
    return new


async def _propose_all(work: Work, asset: Asset, told: Told, by: By, *, accept: bool) -> int:
    state: TagState = "kept" if accept else "proposed"
    there = {row.key: row for row in await work.session.scalars(select(AssetTag).where(AssetTag.asset_id == asset.id))}
    shown = tagging.spelled(tag[: tagging.LONGEST] for tag in told.tags)
    fresh = {key: tag for key, tag in shown.items() if key not in there}
    work.session.add_all(
        AssetTag(asset_id=asset.id, key=key, team_id=asset.team_id, tag=tag, by=by, state=state)
        for key, tag in fresh.items()
    )
    if accept:
        for key in shown:
            if key in there and there[key].state == "proposed":
                there[key].state = "kept"
    new = len(fresh)
    texts = {name: one_line(getattr(told, name)) for name in FIELDS if getattr(told, name).strip()}
    if texts:
        rows = await work.session.scalars(select(Proposal).where(Proposal.asset_id == asset.id))
        before = {row.field: row for row in rows}
        for name, text in texts.items():
            new += _propose(work, asset, name, text, by, before.get(name), accept)
    return new


def _propose(work: Work, asset: Asset, name: Field, text: str, by: By, before: Proposal | None, accept: bool) -> int:
    said = asset.facts.get("described") or {}
    if said.get(name) and (said.get("by") or {}).get(name, "person") == "person":
        return 0
    if before is not None:
        if accept and before.state == "proposed" and before.text == text:
            before.state = "kept"
            _say(asset, before)
            return 1
        # A model knows more than rules do, and what was rejected may be said in other words.
        if before.text == text or (before.by == "model" and by == "rule"):
            return 0
        before.text, before.by, before.state = text, by, "proposed"
    else:
        before = Proposal(
            id=uuid7(), team_id=asset.team_id, asset_id=asset.id, field=name, text=text, by=by, state="proposed"
        )
        work.session.add(before)
    if accept:
        before.state = "kept"
        _say(asset, before)
    return 1


def _say(asset: Asset, proposal: Proposal) -> None:
    """It holds from now on, marked as what it is by."""
    said = dict(asset.facts.get("described") or {})
    said[proposal.field] = proposal.text
    said["by"] = {**(said.get("by") or {}), proposal.field: proposal.by}
    asset.facts = {**asset.facts, "described": said}
    asset.words = search.also(asset.words, proposal.text)


def _unsay(asset: Asset, proposal: Proposal) -> None:
    said = dict(asset.facts.get("described") or {})
    if said.get(proposal.field) != proposal.text:
        return
    del said[proposal.field]
    said["by"] = {name: by for name, by in (said.get("by") or {}).items() if name != proposal.field}
    plain = {name: told for name, told in asset.facts.items() if name != "described"}
    left = {name: told for name, told in said.items() if told}
    asset.facts = plain | ({"described": left} if left else {})
    asset.words = search.without(asset.words, proposal.text)


async def waiting(work: Work, *, after: UUID | None, limit: int, asset_id: UUID | None = None) -> list[Waiting]:
    """What waits for a word, the newest asset first."""
    proposed = select(AssetTag.asset_id).where(AssetTag.team_id == work.actor.team_id, AssetTag.state == "proposed")
    worded = select(Proposal.asset_id).where(Proposal.team_id == work.actor.team_id, Proposal.state == "proposed")
    query = Asset.visible_to(work.actor).where(
        Asset.deleted_at.is_(None), or_(Asset.id.in_(proposed), Asset.id.in_(worded))
    )
    if asset_id is not None:
        query = query.where(Asset.id == asset_id)
    if after is not None:
        query = query.where(Asset.id < after)
    assets = (await work.session.scalars(query.order_by(Asset.id.desc()).limit(limit))).all()
    ids = [asset.id for asset in assets]
    tags: dict[UUID, list[tuple[str, str]]] = {id: [] for id in ids}
    texts: dict[UUID, dict[str, tuple[str, str]]] = {id: {} for id in ids}
    if ids:
        rows = select(AssetTag).where(AssetTag.asset_id.in_(ids), AssetTag.state == "proposed").order_by(AssetTag.key)
        for tag in await work.session.scalars(rows):
            tags[tag.asset_id].append((tag.tag, tag.by))
        said = select(Proposal).where(Proposal.asset_id.in_(ids), Proposal.state == "proposed")
        for row in await work.session.scalars(said):
            texts[row.asset_id][row.field] = row.text, row.by
    return [Waiting(asset, texts[asset.id], tags[asset.id]) for asset in assets]


async def pending(work: Work) -> int:
    """How many proposals wait; at most a thousand and one are counted."""
    tags = select(AssetTag.key).where(AssetTag.team_id == work.actor.team_id, AssetTag.state == "proposed").limit(1_001)
    texts = select(Proposal.id).where(Proposal.team_id == work.actor.team_id, Proposal.state == "proposed").limit(1_001)
    found = 0
    for query in (tags, texts):
        found += await work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return min(found, 1_001)


async def decide(
    work: Work,
    asset_ids: Sequence[UUID] | None,
    state: TagState,
    *,
    tags: Sequence[str] | None = None,
    fields: Sequence[str] | None = None,
) -> Decided:
    """A person's word on what is proposed for these assets, or for all: it is kept, or rejected. Named `tags` and
    `fields` alone, where either is named. With “proposed”, what was decided on them waits again."""
    seen = {asset.id: asset for asset in await _meant(work, asset_ids, state)}
    decided = Decided()
    some = tags is not None or fields is not None
    was: Iterable[TagState] = ("kept", "rejected") if state == "proposed" else ("proposed",)
    for start in range(0, len(ids := list(seen)), 500):
        portion = ids[start : start + 500]
        rows = select(AssetTag).where(AssetTag.asset_id.in_(portion), AssetTag.state.in_(was), AssetTag.by != "person")
        keys = {tagging.key(tag) for tag in tags or ()}
        for tag in await work.session.scalars(rows):
            if not some or tag.key in keys:
                tag.state = state
                decided.tags.setdefault(tag.asset_id, []).append(tag.tag)
        # An alternative text may begin as the caption does: taken back, it goes first.
        said = select(Proposal).where(Proposal.asset_id.in_(portion), Proposal.state.in_(was)).order_by(Proposal.field)
        for row in await work.session.scalars(said):
            if some and row.field not in (fields or ()):
                continue
            if state == "kept":
                _say(seen[row.asset_id], row)
            elif state == "proposed" and row.state == "kept":
                _unsay(seen[row.asset_id], row)
            row.state = state
            decided.fields.setdefault(row.asset_id, []).append(_field(row.field))
    changed = [str(id) for id in decided.tags.keys() | decided.fields.keys()]
    if len(changed) == 1:
        events.emit(work, "asset.changed", asset=changed[0])
    elif changed:
        events.emit(work, "assets.changed", count=len(changed), ids=changed[:200], change={"described": True})
    return decided


def _field(name: str) -> Field:
    return next(field for field in FIELDS if field == name)


async def _meant(work: Work, asset_ids: Sequence[UUID] | None, state: TagState) -> Sequence[Asset]:
    if asset_ids is None:
        return [each.asset for each in await waiting(work, after=None, limit=10_000)] if state != "proposed" else []
    wanted = set(asset_ids)
    found = (await work.session.scalars(Asset.visible_to(work.actor).where(Asset.id.in_(wanted)))).all()
    if len(found) < len(wanted):
        raise NotFound("There is no such asset.")
    return found


def answered(answer: Mapping[str, Any]) -> Told:
    """What a run of `text.describe` has said."""
    tags = answer.get("tags")
    listed = [str(tag) for tag in tags] if isinstance(tags, list) else []
    return Told(listed[:20], str(answer.get("caption") or "")[:500], str(answer.get("alt") or "")[:1000])
