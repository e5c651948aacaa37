"""Prompts: what was asked for and worked, how one may go on, what it is worth, and what its wildcards become."""

from collections.abc import Iterable
from datetime import datetime
from secrets import randbelow
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gesso import library, runs
from gesso.api.desk import BODY_BYTES, AtDesk
from gesso.api.shapes import PageOut
from gesso.imaging import wording
from gesso.ops import wildcards
from gesso.runs.prompts import Asked, Sort

router = APIRouter(prefix="/prompts", tags=["prompts"], max_body_size=BODY_BYTES)

LONGEST: Final = wildcards.LONGEST
LATELY: Final = 200
"""How many runs are looked at while somebody types."""

Text = Annotated[str, StringConstraints(max_length=LONGEST)]
Entry = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]


class PromptOut(BaseModel):
    """A prompt as it was written, with what came of it. `worth` is between 0 and 1, learnt from favourites and
    ratings; `run` is the newest that asked for it, `said` what that sent; `pictures` are its newest results."""

    prompt: str
    said: str
    op: str
    run: UUID
    at: datetime
    times: int
    made: int
    favorites: int
    rating: float | None
    worth: float
    pictures: list[UUID]


class SuggestionOut(BaseModel):
    text: str
    kind: Literal["yours", "phrase", "list"]


class SuggestionsOut(BaseModel):
    """Each takes the place of what stands between `start` and the cursor."""

    start: int
    items: list[SuggestionOut]


class ScoreIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prompt: Text
    negative_prompt: Text = ""
    style: str = Field("", max_length=100)


class MendOut(BaseModel):
    """Both fields as they would be afterwards."""

    prompt: str
    negative_prompt: str


class ReasonOut(BaseModel):
    """Why a score is what it is: so many `points` of so many were gained, or lost. `what` is the place that is
    meant, `mend` puts it right."""

    code: str
    points: int
    of: int
    message: str
    what: str
    mend: MendOut | None


class ScoreOut(BaseModel):
    score: int
    reasons: list[ReasonOut]


class ResolveIn(BaseModel):
    """`variables` are values for the {names} in it. Without a `roll` the dice are thrown. What is to be left out is
    drawn with it."""

    model_config = ConfigDict(extra="forbid")

    prompt: Text
    negative_prompt: Text = ""
    count: int = Field(1, ge=1, le=10)
    roll: int | None = Field(None, ge=0, lt=wildcards.ROLLS)
    variables: dict[str, Text] = Field(default_factory=dict, max_length=40)


class VariableOut(BaseModel):
    name: str
    kind: wildcards.Kind
    default: str | None
    options: list[str]


class FaultOut(BaseModel):
    """Something, `length` letters from `at` of a `field`, that is not what it seems to be. What `stops` has to be
    mended first."""

    code: str
    field: Literal["prompt", "negative_prompt"]
    at: int
    length: int
    what: str
    message: str
    stops: bool


class WordsOut(BaseModel):
    """One resolution: an input with this `roll` gives these words again."""

    roll: int
    prompt: str
    negative_prompt: str


class ResolvedOut(BaseModel):
    """`open`: another roll may give other words. `items` differ as long as there are different ones."""

    open: bool
    wild: bool
    items: list[WordsOut]
    variables: list[VariableOut]
    faults: list[FaultOut]


class ContextOut(BaseModel):
    """What a prompt may go with: colours of a picture, words that worked, the prompts that worked best."""

    palette: list[str]
    use: list[str]
    earlier: list[str]


class ListIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    entries: list[Entry] = Field(min_length=1, max_length=2_000)


class ListOut(BaseModel):
    """A list that `__name__` draws from; `own` ones are the team's."""

    name: str
    entries: list[str]
    own: bool


class SinceOut(BaseModel):
    since: datetime


def prompt_out(one: Asked) -> PromptOut:
    return PromptOut(
        prompt=one.prompt,
        said=one.said,
        op=one.op,
        run=one.run,
        at=one.at,
        times=one.times,
        made=one.made,
        favorites=one.favorites,
        rating=one.rating,
        worth=round(one.worth, 4),
        pictures=one.pictures,
    )


@router.get("")
async def history(
    desk: AtDesk,
    q: Annotated[str, Query(max_length=500, description="Words of the prompt.")] = "",
    sort: Annotated[Sort, Query(description="“worked” puts first what favourites and ratings speak for.")] = "recent",
    mine: Annotated[bool, Query(description="Your own alone, not the team's.")] = False,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> PageOut[PromptOut]:
    """What was asked for in words, each prompt once. Of the team's newest runs, 2000 at most."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        page = await runs.prompts.history(work, q=q, sort=sort, mine=mine, after=after, limit=limit)
    return PageOut(items=[prompt_out(one) for one in page.items], next=page.next)


@router.post("/reset")
async def reset(desk: AtDesk) -> SinceOut:
    """From now on nothing counts for your “worked” that was made before. Nothing is lost but that ranking."""
    async with desk.work() as work:
        return SinceOut(since=await runs.prompts.begin_anew(work))


@router.delete("/reset", status_code=204)
async def unreset(desk: AtDesk) -> Response:
    """All that was ever liked counts again."""
    async with desk.work() as work:
        await runs.prompts.remember_all(work)
    return Response(status_code=204)


@router.get("/suggest")
async def suggest(
    desk: AtDesk,
    text: Annotated[str, Query(max_length=LONGEST)],
    at: Annotated[int | None, Query(ge=0, le=LONGEST, description="Where the cursor is; else the end.")] = None,
) -> SuggestionsOut:
    """How a prompt may go on at the cursor: from your own prompts, from what is said of light, framing and style, and
    after two underscores, lists."""
    desk.actor.require("runs.read")
    place = len(text) if at is None else min(at, len(text))
    async with desk.read() as work:
        found = await runs.prompts.asked(work, reach=LATELY)
        names = [each.name for each in await runs.prompts.lists(work)] if "__" in text else []
    own = wording.worth((one.said, one.worth) for one in found)
    made = wording.suggested(text, place, own, names)
    return SuggestionsOut(
        start=made.start, items=[SuggestionOut(text=each.text, kind=each.kind) for each in made.items]
    )


@router.post("/score")
async def score(wanted: ScoreIn, desk: AtDesk) -> ScoreOut:
    """What a prompt tells a model, from 0 to 100, by rules and at once, with reasons and mends. Of a prompt with
    wildcards, one resolution is weighed. A model's word on it is a run of the operation that weighs prompts."""
    desk.actor.require("runs.read")
    found = wildcards.weighed(wanted.prompt, negative=wanted.negative_prompt, style=wanted.style)
    return ScoreOut(
        score=found.value,
        reasons=[
            ReasonOut(
                code=each.code,
                points=each.points,
                of=each.of,
                message=each.said,
                what=each.what,
                mend=MendOut(prompt=each.mend.prompt, negative_prompt=each.mend.negative) if each.mend else None,
            )
            for each in found.reasons
        ],
    )


@router.post("/resolve")
async def resolve(wanted: ResolveIn, desk: AtDesk) -> ResolvedOut:
    """What becomes of the wildcards and variables of a prompt: {a|b}, __list__, {name:default}. Nothing is kept."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        said = wildcards.mentioned(wanted.prompt) | wildcards.mentioned(wanted.negative_prompt)
        own = await runs.prompts.own(work, said)
    roll = randbelow(wildcards.ROLLS) if wanted.roll is None else wanted.roll
    every: wildcards.Lists = {**wording.lists(), **own}
    made = wildcards.rolled(
        wanted.prompt,
        wanted.count,
        roll,
        negative=wanted.negative_prompt,
        values=wanted.variables,
        lists=every,
    )
    _, first, out = made[0]
    named = {each.name: each for each in (*out.variables, *first.variables)}
    return ResolvedOut(
        open=first.open or out.open,
        wild=first.wild or out.wild,
        items=[WordsOut(roll=roll, prompt=each.text, negative_prompt=less.text) for roll, each, less in made],
        variables=[
            VariableOut(name=each.name, kind=each.kind, default=each.default, options=list(each.options))
            for each in named.values()
        ],
        faults=[*_faults("prompt", first), *_faults("negative_prompt", out)],
    )


def _faults(field: Literal["prompt", "negative_prompt"], made: wildcards.Resolved) -> list[FaultOut]:
    return [
        FaultOut(
            code=each.code,
            field=field,
            at=each.at,
            length=each.length,
            what=each.what,
            message=each.said,
            stops=each.stops,
        )
        for each in made.faults
    ]


@router.get("/context")
async def context(
    desk: AtDesk, asset: Annotated[UUID | None, Query(description="A picture whose colours are wanted.")] = None
) -> ContextOut:
    """What a prompt may go with: for the field `context` of the operation that improves prompts."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        found = sorted(await runs.prompts.asked(work), key=lambda one: -one.worth)
        seen = (await library.get(work, asset)).facts.get("seen") if asset else None
    return ContextOut(
        palette=list((seen or {}).get("colours", ()))[:5],
        use=runs.prompts.common(found),
        earlier=list(_best(found))[:3],
    )


def _best(found: Iterable[Asked]) -> Iterable[str]:
    return (one.said[:300] for one in found if one.worth > runs.prompts.LUCK)


@router.get("/lists")
async def lists(desk: AtDesk) -> list[ListOut]:
    """The lists that prompts draw from: the team's own, and those that come along. An own one goes before another of
    its name."""
    desk.actor.require("runs.read")
    async with desk.read() as work:
        own = [ListOut(name=each.name, entries=each.entries, own=True) for each in await runs.prompts.lists(work)]
    names = {each.name for each in own}
    given = wording.lists().items()
    return [*own, *(ListOut(name=name, entries=list(all), own=False) for name, all in given if name not in names)]


@router.put("/lists/{name}")
async def keep_list(name: Name, wanted: ListIn, desk: AtDesk) -> ListOut:
    """A list of the team's own; one of this name is replaced."""
    async with desk.work() as work:
        kept = await runs.prompts.keep_list(work, name, wanted.entries)
        return ListOut(name=kept.name, entries=kept.entries, own=True)


@router.delete("/lists/{name}", status_code=204)
async def drop_list(name: Name, desk: AtDesk) -> Response:
    """Drops a list of the team's own. Runs that drew from it keep their words."""
    async with desk.work() as work:
        await runs.prompts.drop_list(work, name)
    return Response(status_code=204)
