"""What a file says of where it comes from, found in the lineage of its picture: who made it, by what, of
which pictures.

The kinds of origin are those of IPTC's vocabulary of digital source types. Where nobody knows, none is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol
from uuid import UUID

from gesso import library, vault
from gesso.catalog import Catalog
from gesso.db import Database, Work
from gesso.imaging import credentials
from gesso.imaging.seal import AI, Action, Ingredient, Role, Seal, Signer
from gesso.kit.actor import Actor
from gesso.kit.errors import Failed
from gesso.library import Asset
from gesso.ops import OPERATIONS, wording
from gesso.ops.sealed import LABELS, Sealed
from gesso.runs.tables import Run
from gesso.store import Store

PROPOSED: Final = 200
"""Of the newest descriptions, among which that of a picture is looked for."""
MOST: Final = 200
"""Pictures of a lineage that are looked at."""
NAMED: Final = 12
"""Pictures that a file names as what it was made from: the nearest."""
HEAVIEST: Final = 64 << 20
"""Bytes of files whose own credentials are kept."""

CAPTURED: Final = frozenset(("digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print"))
PAINTED: Final = "algorithmicMedia"
"""What rules have painted: made "purely by an algorithm not based on any sampled training data"."""


@dataclass
class Lineage:
    """A picture and all that it was made from. `hands` are what drew each that was made here."""

    assets: dict[UUID, Asset]
    parents: Mapping[UUID, Sequence[UUID]]
    runs: Mapping[UUID, Run]
    hands: Mapping[UUID, str]
    known: dict[UUID, str] = field(default_factory=dict)

    def source(self, id: UUID) -> str:
        """Its digital source type, by its name; empty where nobody knows."""
        if id not in self.known:
            self.known[id] = ""  # a circle ends here
            self.known[id] = self._source(self.assets[id])
        return self.known[id]

    def _source(self, asset: Asset) -> str:
        of = self.pictures(asset.id)
        before = [self.source(id) for id in of]
        hand, kind = self.hands.get(asset.id, ""), OPERATIONS.get(asset.op or "")
        if "restored" in asset.facts and before:
            return before[0]
        if asset.run_id is None:
            # (A version that was brought back says by its operation alone what it is, once the one it is of is gone.)
            drawn = "restored" in asset.facts and kind is not None and kind.adds
            return "compositeWithTrainedAlgorithmicMedia" if drawn else declared(asset)
        if hand == "rules":
            return PAINTED if not AI & set(before) else "compositeWithTrainedAlgorithmicMedia"
        if hand == "model" and (kind is None or kind.adds):
            edits = asset.version_of is not None and bool(before)
            anew = not edits or set(before) == {"trainedAlgorithmicMedia"}
            return "trainedAlgorithmicMedia" if anew else "compositeWithTrainedAlgorithmicMedia"
        return mixed(before, kind.capability if kind is not None else "edit")

    def pictures(self, id: UUID) -> list[UUID]:
        """What it was made from, without what only said where."""
        return [
            each for each in self.parents.get(id, ()) if each in self.assets and self.assets[each].purpose != "mask"
        ]

    def main(self, asset: Asset) -> UUID | None:
        """The picture that was opened to make this one; None where something new was made."""
        run = self.runs.get(asset.run_id) if asset.run_id else None
        image = asset.facts.get("picture", run.request.get("image")) if run is not None else None
        kind = OPERATIONS.get(asset.op or "")
        keeps = asset.version_of is not None or (kind is not None and kind.capability == "export")
        return next((id for id in self.pictures(asset.id) if keeps and str(id) == image), None)

    def line(self, id: UUID) -> list[Asset]:
        """From the first original to the picture, each opened to make the next. What has credentials of its own is an
        original."""
        found = [self.made(id)]
        while not signed(found[0]) and (before := self.main(found[0])) is not None and len(found) < MOST:
            found.insert(0, self.made(before))
        return found

    def made(self, id: UUID) -> Asset:
        """Itself, or of a version that was brought back the one that it is: its bytes were made there."""
        asset = self.assets[id]
        for _ in range(MOST):
            before = next(iter(self.pictures(asset.id)), None) if "restored" in asset.facts else None
            if before is None:
                break
            asset = self.assets[before]
        return asset


def declared(asset: Asset) -> str:
    """What a stranger's file says of its origin, as far as it holds."""
    return credentials.declared(asset.facts.get("provenance") or {})


def signed(asset: Asset) -> bool:
    """Whether the file of it has content credentials."""
    return "state" in (asset.facts.get("provenance") or {})


def mixed(sources: Sequence[str], capability: str) -> str:
    """The origin of what a tool made out of pictures of these origins."""
    kinds = set(sources)
    if len(kinds) == 1:
        [only] = kinds
        worked = {"export": only, "upscale": "algorithmicallyEnhanced"}.get(capability, "humanEdits")
        # Someone has worked on a photo, without anything generative.
        return worked if only in CAPTURED else only
    if kinds & AI:
        return "compositeWithTrainedAlgorithmicMedia"
    return "compositeSynthetic" if PAINTED in kinds else ""


async def sealed(
    db: Database,
    store: Store,
    actor: Actor,
    secret: bytes,
    catalog: Catalog | None,
    request: Sealed,
    *,
    lasting: bool = True,
) -> Seal:
    """What the file that the request asks for is to say, whoever makes it. One that is not `lasting` writes nothing
    down: where the team has no certificate yet, it is signed with one like it."""
    id: UUID = request.image  # type: ignore[attr-defined]
    async with db.work(actor, read_only=True) as work:
        lineage = await _lineage(work, id, catalog)
        kept = await vault.certificates.certificate(work, secret)
        words, by = await worded(work, catalog, lineage.assets[id], request.alt_text)
    source = lineage.source(id)
    mark, made, edited = LABELS[request.ai_words]
    label = (
        ""
        if source not in AI or request.ai_label == "none"
        else made
        if source == "trainedAlgorithmicMedia"
        else edited
    )
    drawn = mark if label and request.ai_label == "mark" else ""
    if request.stripped:
        return Seal(told=False, source=source, label=label, mark=drawn, corner=request.ai_corner)
    line = lineage.line(id)
    first = line[0].facts.get("provenance") or {}
    seal = Seal(
        source=source,
        creator=request.creator or str(first.get("creator", "")),
        credit=request.credit or str(first.get("credit", "")),
        alt=words,
        alt_by=by,
        label=label,
        mark=drawn,
        corner=request.ai_corner,
    )
    if request.credentials == "none":
        return seal
    if kept is None:
        certificates = vault.certificates
        async with db.work(actor, read_only=not lasting) as work:
            kept = await (certificates.issue(work, secret) if lasting else certificates.passing(work))
    if kept.expired:
        raise Failed(
            f"Your team's certificate has expired on {kept.expires_at.date()}. Bring a new one or take it out in the "
            "settings, or export without a signature."
        )
    ingredients, actions, copied = _told(lineage, line)
    return replace(
        seal,
        actions=actions,
        copied=copied,
        ingredients=tuple([await _with_own(store, lineage, each) for each in ingredients]),
        signer=Signer(kept.chain, kept.key, kept.algorithm, kept.root),
    )


class _Hears(Protocol):
    def say(self, note: str) -> None: ...


def tell(seal: Seal, context: _Hears) -> None:
    """What a person is to know of a file that says so."""
    if seal.label and not seal.told:
        context.say("Nothing in the file tells any more that AI had a part in it: say it where you show it.")
    if seal.label:
        context.say(f"For your post: “{seal.label}”")


async def origin(work: Work, catalog: Catalog, asset: Asset) -> tuple[str, bool]:
    """What the lineage of a picture amounts to: its digital source type, empty where nobody knows, and whether AI had a
    part in it."""
    found = (await _lineage(work, asset.id, catalog)).source(asset.id)
    return found, found in AI


def alt(asset: Asset) -> tuple[str, str]:
    """What is said of a picture for those who cannot see it, and who says so: a "person"; else its own "file", which
    somebody has written; else a "model" or a "rule"."""
    said = asset.facts.get("described") or {}
    words, by = str(said.get("alt", "")), str((said.get("by") or {}).get("alt", "person"))
    own = str((asset.facts.get("provenance") or {}).get("alt", ""))
    if own and (not words or by != "person"):
        return own, "file"
    return (words, by) if words else ("", "")


async def worded(work: Work, catalog: Catalog | None, asset: Asset, words: str) -> tuple[str, str]:
    """The alternative text that an export was told, or else the picture's own, and who says so: what a program has
    proposed and nobody has changed is no person's."""
    if not words.strip() or words == alt(asset)[0]:
        return alt(asset)
    op, told = wording.seen(str(asset.id), "en")
    described = Run.visible_to(work.actor).where(Run.op == op, Run.state == "succeeded").order_by(Run.id.desc())
    for run in await work.session.scalars(described.limit(PROPOSED)):
        if run.request.get("image") == told["image"] and (run.answer or {}).get("alt") == words:
            return words, "model" if _hand(catalog, run) == "model" else "rule"
    return words, "person"


async def writer(work: Work, catalog: Catalog, run_id: UUID, words: str) -> str:
    """Who wrote these words: the "model" or the "rule" of the run that has proposed them, or the "person" that has
    changed them since."""
    run = await work.find(Run, run_id)
    if (run.answer or {}).get("alt") != words:
        return "person"
    return "model" if _hand(catalog, run) == "model" else "rule"


async def _lineage(work: Work, id: UUID, catalog: Catalog | None) -> Lineage:
    assets: dict[UUID, Asset] = {}
    parents: dict[UUID, Sequence[UUID]] = {}
    wanted: Iterable[UUID] = [id]
    while wanted and len(assets) < MOST:
        found = await library.several(work, wanted)
        assets |= {asset.id: asset for asset in found}
        parents |= {each: told.parents for each, told in (await library.lineage(work, wanted)).items()}
        wanted = [each for asset in found for each in parents[asset.id] if each not in assets]
    query = Run.visible_to(work.actor).where(Run.id.in_({asset.run_id for asset in assets.values() if asset.run_id}))
    runs = {run.id: run for run in await work.session.scalars(query)}
    hands = {asset.id: _hand(catalog, runs[asset.run_id]) for asset in assets.values() if asset.run_id in runs}
    return Lineage(assets, parents, runs, hands)


def _hand(catalog: Catalog | None, run: Run) -> str:
    """What has drawn it. Of an offer that is gone it is held that a model was at work, unless its whole provider is
    known to have none."""
    if catalog is None:
        return "model"
    offer = catalog.offers.get(run.op, {}).get(run.offer)
    if offer is not None:
        return offer.hand
    name = run.offer.partition("/")[0]
    return next((provider.hand for provider in catalog.providers if provider.name == name), "model")


def _told(lineage: Lineage, line: Sequence[Asset]) -> tuple[list[Ingredient], tuple[Action, ...], tuple[int, ...]]:
    """The pictures that it was made from, what was done from the original on, and which of them it is a copy of."""
    first = line[0]
    opened = first.run_id is None or signed(first)
    places: dict[UUID, int] = {}
    ingredients: list[Ingredient] = []

    def of(ids: Iterable[UUID]) -> tuple[int, ...]:
        for id in ids:
            if id not in places and len(ingredients) < NAMED:
                places[id] = len(ingredients)
                asset = lineage.assets[id]
                role: Role = "parentOf" if opened and id == first.id else "inputTo"
                ingredients.append(Ingredient(_title(asset, role), asset.type, asset.sha256, role))
        return tuple(places[id] for id in ids if id in places)

    actions = []
    if opened:
        actions.append(Action("opened", source=lineage.source(first.id), of=of([first.id])))
    # (What was opened is named by that alone.)
    for asset in line[1:] if opened else line:
        run = lineage.runs.get(asset.run_id) if asset.run_id else None
        kind = OPERATIONS.get(asset.op or "")
        new = asset is first
        drawn = lineage.hands.get(asset.id) != "tool" and (kind is None or kind.adds)
        actions.append(
            Action(
                "created" if new else kind.deed if kind is not None else "edited",
                run.offer if run is not None else "",
                run.created_at.strftime("%Y-%m-%dT%H:%M:%SZ") if run is not None else "",
                lineage.source(asset.id) if new or drawn else "",
                of([each for each in lineage.pictures(asset.id) if not opened or each != first.id]),
            )
        )
    # What this file is a copy of, where that was not named as the original.
    last = of([line[-1].id]) if not opened or line[-1] is not first else ()
    return ingredients, tuple(actions), last


def _title(asset: Asset, role: str) -> str:
    """Neither a prompt nor the name of somebody's file."""
    return "Original" if role == "parentOf" else "Picture" if asset.run_id else "Reference"


async def _with_own(store: Store, lineage: Lineage, told: Ingredient) -> Ingredient:
    """With its file, where that has credentials to be kept."""
    asset = next(asset for asset in lineage.assets.values() if asset.sha256 == told.sha256)
    if not signed(asset) or asset.bytes > HEAVIEST or asset.deleted_at is not None:
        return told
    return replace(told, data=await store.get(asset.key))
