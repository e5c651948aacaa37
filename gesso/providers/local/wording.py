"""Words by rules: always there, free, and plain about what rules cannot do."""

from collections.abc import AsyncIterator
from typing import Literal

from gesso.catalog import Context, Reading
from gesso.imaging import picture, seen, wording
from gesso.kit.errors import Failed
from gesso.kit.media import Reply
from gesso.ops import wildcards
from gesso.ops.wording import Around, Describe, Enhance, Restyle, Translate, Weigh, language
from gesso.providers.local import provider

SMALL = 1024


class IntoEnglish(Translate):
    """From German into English, word by word, by a lexicon of what prompts are made of."""

    to: Literal["en"] = language("Into", "en")


class Facts(Describe):
    """Tells colours, light, shape, faces and writing; what is shown, no rule can see."""

    language: Literal["en", "de"] = language("Language", "en", "de")


@provider.offers(
    Enhance,
    model="rules",
    title="By rules (offline)",
    seconds=lambda request, sources: 0.2,
    lane="cpu",
    rank=10,
    quality=1,
)
async def enhance(request: Enhance, ctx: Context) -> AsyncIterator[Reply]:
    context = around(request.context or Around(), wording.language(request.prompt) == "de")
    made = wording.enhanced(
        request.prompt, style=request.style, detail=request.detail, seed=request.seed or 0, context=context
    )
    if made is None:
        raise Failed("Rules improve prompts in English and in German only. A language model knows more of them.")
    if made == " ".join(request.prompt.split()):
        ctx.say("Nothing to add: this prompt says all that rules know of.")
    yield Reply({"prompt": made})


def around(told: Around, german: bool) -> wording.Context:
    """With the colours by their names."""
    colours = [seen.named(colour) for colour in told.palette]
    names = [wording.german_colour(name) if german else name for name in colours]
    return wording.Context(tuple(dict.fromkeys(names)), told.use, told.avoid, told.earlier)


@provider.offers(
    Restyle,
    model="rules",
    title="By rules (offline)",
    seconds=lambda request, sources: 0.2,
    lane="cpu",
    rank=10,
    quality=1,
)
async def restyle(request: Restyle, ctx: Context) -> AsyncIterator[Reply]:
    made = wording.restyled(request.prompt, request.tone, towards=request.towards, seed=request.seed or 0)
    if made is None:
        raise Failed("Rules restyle prompts in English and in German only. A language model knows more of them.")
    if made.said:
        ctx.say(f"No rule knows “{made.said}”, so it was added as it stands. A language model knows more.")
    yield Reply({"prompt": made.text})


@provider.offers(
    Weigh,
    model="rules",
    title="By rules (offline)",
    seconds=lambda request, sources: 0.2,
    lane="cpu",
    rank=10,
    quality=1,
)
async def weigh(request: Weigh, ctx: Context) -> AsyncIterator[Reply]:
    style = request.style or ""
    found = wildcards.weighed(request.prompt, negative=request.negative_prompt, style=style)
    if request.language != "en":
        ctx.say("Rules give their reasons in English.")
    more = wording.enhanced(request.prompt, style=style, detail="long") or request.prompt
    known = {clause.lower() for clause in wording.clauses(request.prompt)}
    added = [clause for clause in wording.clauses(more) if clause.lower() not in known]
    yield Reply(wording.answered(found.value, found.reasons, added))


def read(request: Translate) -> Reading:
    """The words that no lexicon has are told before."""
    if wording.language(request.prompt) != "de":
        return Reading()
    return Reading(ignored=wording.translated(request.prompt).unknown)


@provider.offers(
    IntoEnglish,
    model="lexicon",
    title="By lexicon (offline)",
    seconds=lambda request, sources: 0.2,
    read=read,
    lane="cpu",
    rank=10,
    quality=1,
)
async def translate(request: IntoEnglish, ctx: Context) -> AsyncIterator[Reply]:
    spoken = wording.language(request.prompt)
    if spoken == "en":
        ctx.say("This is English already.")
        yield Reply({"prompt": request.prompt, "from": "en"})
    elif spoken == "de":
        made = wording.translated(request.prompt)
        if made.unknown:
            ctx.say(f"Not in the lexicon, and left as they are: {', '.join(made.unknown)}.")
        yield Reply({"prompt": made.text, "from": "de"})
    else:
        raise Failed("The lexicon knows German only. A language model knows more.")


@provider.offers(
    Facts,
    model="facts",
    title="By facts (offline)",
    seconds=lambda request, sources: 0.4,
    lane="cpu",
    rank=10,
    quality=1,
)
async def describe(request: Facts, ctx: Context) -> AsyncIterator[Reply]:
    image = await ctx.open(request.image)
    size = image.facts["width"], image.facts["height"]
    told = await ctx.compute(facts, image.data, size, request.language)
    ctx.say("Without a model that sees, these are facts alone: colours, light, faces, writing. Not what is shown.")
    yield Reply({"caption": told.caption, "alt": told.alt, "tags": list(told.tags)})


def facts(data: bytes, size: tuple[int, int], language: str) -> wording.Told:
    """In a worker process."""
    return wording.told(picture.load(data, inside=SMALL), *size, language)
