"""What was asked for in words, and what worked: read from the runs and from what people said of their results.

A prompt is worth what its results are, between 0 and 1: a rating counts as it is, a favourite as the best, a result
that was thrown away as the worst, and one of which nobody said anything a little as a failure. All of it stands beside
a few imagined results of middling luck, so that one favourite alone does not make a prompt the best.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gesso.db import Work
from gesso.imaging.wording import clauses
from gesso.kit.errors import Invalid, NotFound
from gesso.kit.page import Page
from gesso.kit.time import now
from gesso.library import Asset
from gesso.ops import OPERATIONS, wildcards
from gesso.runs.tables import Run, Taste, WordList

Sort = Literal["recent", "worked"]

REACH: Final = 2_000
"""How many of the newest runs are looked at."""
LUCK: Final = 0.2
"""What a prompt is worth of which nothing is known."""
IMAGINED: Final = 4.0
SILENT: Final = 0.25
"""How much a result counts that nobody said anything of."""
THROWN: Final = 0.5
PICTURES: Final = 4
MOST_LISTS: Final = 200


@dataclass
class Asked:
    """A prompt as it was written, with all that came of it. `run` is the newest that asked for it, `said` what that
    really sent, `pictures` the newest results, the best first."""

    prompt: str
    said: str
    op: str
    run: UUID
    at: datetime
    times: int = 0
    made: int = 0
    favorites: int = 0
    ratings: list[int] = field(default_factory=list)
    pictures: list[UUID] = field(default_factory=list)
    gained: float = IMAGINED * LUCK
    tried: float = IMAGINED

    @property
    def worth(self) -> float:
        return self.gained / self.tried

    @property
    def rating(self) -> float | None:
        return sum(self.ratings) / len(self.ratings) if self.ratings else None


def describing() -> list[str]:
    """The operations that make something of a prompt alone."""
    return [op for op, kind in OPERATIONS.items() if kind.capability == "create" and "prompt" in kind.model_fields]


async def asked(work: Work, *, mine: bool = False, reach: int = REACH) -> list[Asked]:
    """Every prompt of the newest runs of the team, or of the actor's alone; the newest first."""
    ops = describing()
    query = Run.visible_to(work.actor).where(Run.op.in_(ops)).order_by(Run.id.desc()).limit(reach)
    if mine:
        query = query.where(Run.user_id == work.actor.user_id)
    rows = (await work.session.execute(query.with_only_columns(Run.id, Run.op, Run.request, Run.created_at))).all()
    found: dict[str, Asked] = {}
    of_run: dict[UUID, tuple[Asked, datetime]] = {}
    for row in rows:
        said = row.request.get("prompt")
        if not isinstance(said, str):
            continue
        prompt = row.request.get("wording") or said
        one = found.setdefault(prompt, Asked(prompt, said, row.op, row.id, row.created_at))
        one.times += 1
        of_run[row.id] = one, row.created_at
    if of_run:
        await _judged(work, ops, of_run, await begun(work))
    return list(found.values())


async def _judged(
    work: Work, ops: Sequence[str], of_run: Mapping[UUID, tuple[Asked, datetime]], since: datetime | None
) -> None:
    results = (
        Asset.visible_to(work.actor)
        .where(Asset.op.in_(ops), Asset.run_id >= min(of_run))
        .order_by(Asset.favorite.desc(), Asset.rating.desc().nulls_last(), Asset.id.desc())
        .with_only_columns(Asset.id, Asset.run_id, Asset.favorite, Asset.rating, Asset.deleted_at)
    )
    for row in await work.session.execute(results):
        one, at = of_run.get(row.run_id, (None, None))
        if one is None or at is None:
            continue
        one.made += 1
        thrown = row.deleted_at is not None
        if not thrown and len(one.pictures) < PICTURES:
            one.pictures.append(row.id)
        if since is not None and at < since:
            continue
        one.favorites += row.favorite
        one.ratings += [row.rating] if row.rating else []
        value, weight = _worth(row.favorite, row.rating, thrown)
        one.gained += value * weight
        one.tried += weight


def _worth(favorite: bool, rating: int | None, thrown: bool) -> tuple[float, float]:
    """What a result is worth, and how much that counts."""
    if rating is not None:
        return (rating - 1) / 4, 1.0
    if favorite:
        return 1.0, 1.0
    return 0.0, THROWN if thrown else SILENT


async def history(
    work: Work, *, q: str = "", sort: Sort = "recent", mine: bool = False, after: UUID | None = None, limit: int
) -> Page[Asked]:
    """Prompts in which every word of `q` stands; `after` is the run of the last one of the page before."""
    words = q.casefold().split()
    found = [one for one in await asked(work, mine=mine) if all(word in one.prompt.casefold() for word in words)]
    if sort == "worked":
        found.sort(key=lambda one: (-one.worth, -one.times))
    place = next((place for place, one in enumerate(found, 1) if one.run == after), 0) if after else 0
    return Page.cut(found[place : place + limit + 1], limit, lambda one: one.run)


async def begun(work: Work) -> datetime | None:
    """Since when what was liked counts for the actor; None: since ever."""
    taste = await work.session.get(Taste, (work.actor.team_id, work.actor.user_id))
    return taste.since if taste else None


async def begin_anew(work: Work) -> datetime:
    """From now on nothing counts that was made before. Nothing is lost but the ranking."""
    work.actor.require("runs.create")
    taste = await work.session.get(Taste, (work.actor.team_id, work.actor.user_id))
    if taste is None:
        taste = Taste(team_id=work.actor.team_id, user_id=work.actor.user_id)
        work.session.add(taste)
    taste.since = now()
    return taste.since


async def remember_all(work: Work) -> None:
    """All that was ever liked counts again."""
    work.actor.require("runs.create")
    if taste := await work.session.get(Taste, (work.actor.team_id, work.actor.user_id)):
        await work.session.delete(taste)


def common(found: Iterable[Asked], most: int = 8) -> list[str]:
    """The clauses that prompts which worked have in common, apart from what they begin with; the best first."""
    shared: dict[str, list[float]] = {}
    for one in found:
        if one.worth > LUCK:
            for clause in dict.fromkeys(each.lower() for each in clauses(one.said)[1:] if len(each) <= 80):
                shared.setdefault(clause, []).append(one.worth - LUCK)
    ranked = sorted((worths for worths in shared.items() if len(worths[1]) > 1), key=lambda each: -sum(each[1]))
    return [clause for clause, _ in ranked[:most]]


# -- lists of words of one's own


async def lists(work: Work) -> Sequence[WordList]:
    return (await work.session.scalars(WordList.visible_to(work.actor).order_by(WordList.name))).all()


async def own(work: Work, names: Iterable[str]) -> dict[str, Sequence[str]]:
    """The entries of those of these lists that the team has."""
    wanted = list(names)
    if not wanted:
        return {}
    found = await work.session.scalars(WordList.visible_to(work.actor).where(WordList.name.in_(wanted)))
    return {each.name: each.entries for each in found}


async def keep_list(work: Work, name: str, entries: Sequence[str]) -> WordList:
    """A list by that name, instead of one that was there."""
    work.actor.require("runs.create")
    found: WordList | None = await work.session.scalar(WordList.visible_to(work.actor).where(WordList.name == name))
    if found is None:
        if len(await lists(work)) >= MOST_LISTS:
            raise Invalid(f"A team has at most {MOST_LISTS} lists.")
        found = WordList(team_id=work.actor.team_id, name=name, entries=[])
        work.session.add(found)
    found.entries = list(dict.fromkeys(entries))
    await work.session.flush()
    return found


async def drop_list(work: Work, name: str) -> None:
    work.actor.require("runs.create")
    found = await work.session.scalar(WordList.visible_to(work.actor).where(WordList.name == name))
    if found is None:
        raise NotFound("There is no such list.")
    await work.session.delete(found)


def changed(recipe: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe with what is changed. With another prompt, what the old one was written as goes."""
    dropped = {place for field, place in wildcards.WRITTEN.items() if field in changes}
    return {name: value for name, value in recipe.items() if name not in dropped} | dict(changes)


async def worded(work: Work, op: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is asked for, with the wildcards of its words resolved, where the operation knows any."""
    kind = OPERATIONS.get(op)
    if kind is None or "wording" not in kind.model_fields:
        return given
    places = (given.get(name) for pair in wildcards.WRITTEN.items() for name in pair)
    names = frozenset[str]().union(*(wildcards.mentioned(text) for text in places if isinstance(text, str)))
    blank = [name for name, field in kind.model_fields.items() if not field.is_required()]
    return wildcards.worded(given, await own(work, names), blank=blank)
