"""Every word that a page takes from the server, and not from its own catalogue, is known in each other language."""

import ast
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import gesso
from gesso import catalog, presets
from gesso.accounts import ROLES
from gesso.catalog.catalog import ONLY, TROUBLED, UNPAID, WHY
from gesso.dialects.steered import REFERENCE_ONLY
from gesso.imaging.cutout import cut
from gesso.imaging.wording import weigh
from gesso.kit import fetch
from gesso.kit.errors import GessoError
from gesso.library import archive, query
from gesso.ops import OPERATIONS, upscale, wildcards
from gesso.ops.upscale import SHOWS_ENOUGH, SHOWS_FACES, SHOWS_LITTLE, SHOWS_SOFT, SHOWS_WORDS
from gesso.runs.changes import WHOLE
from gesso.runs.comparison import MODEL
from gesso.runs.recall import NO_FIELD, NO_MODEL, NO_OPERATION, NO_PICTURE
from gesso.schedules import clock, moments, schedules
from gesso.upkeep import queue
from gesso.webhooks import TYPES
from gesso.webhooks.hooks import LOST, NONE_CHOSEN
from gesso.webhooks.post import SAYS as SENT

WORDS = Path(__file__).parents[2] / "web/src/i18n"
LANGUAGES = sorted(folder.name for folder in WORDS.iterdir() if folder.is_dir() and folder.name != "en")
SYMBOL = 2  # letters at most: px, ° and × are the same everywhere
NUMBER = re.compile(r"[\d:.]+[p°×]?")  # and so are 16:9, 720p and 90°


def of_schema(schema: Mapping[str, Any]) -> Iterator[str]:
    """What stands at the fields of a form: titles, descriptions, units, options; also of the kinds in `$defs`."""
    for field in schema.get("properties", {}).values():
        hint = field.get("x-ui", {})
        yield from (field[key] for key in ("title", "description") if key in field)
        yield from (option["title"] for option in hint.get("options", ()) if not NUMBER.fullmatch(option["title"]))
        if len(hint.get("unit", "")) > SYMBOL:
            yield hint["unit"]
    for kind in schema.get("$defs", {}).values():
        yield from of_schema(kind)


def of_operations() -> Iterator[str]:
    shelf = catalog.load({}, Path("no models"))
    for op, kind in OPERATIONS.items():
        yield from (kind.title, (kind.__doc__ or "").strip())
        for offer in shelf.offers.get(op, {}).values():
            yield offer.title
            yield from of_schema(offer.request.model_json_schema())


def of_providers() -> Iterator[str]:
    """What a team is asked for, and what a provider's server says of it. Names of models are names everywhere."""
    shelf = catalog.load({}, Path("no models"))
    for provider in shelf.providers:
        for offer in shelf.listed(provider):
            yield from of_schema(offer.request.model_json_schema())
        fields = provider.settings.model_json_schema().get("properties", {})
        asked = {name: told for name, told in fields.items() if not {"x-machine", "x-brought"} & told.keys()}
        yield from of_schema({"properties": asked})
    for source in Path(gesso.__file__).parent.rglob("providers/**/*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            match node:
                case ast.Call(ast.Name("Checked"), arguments):
                    yield from (text for each in arguments if (text := sentence(each)))


def of_runs() -> Iterator[str]:
    """What a run says of its work, read from the sources: these sentences are made anew each time, with numbers."""
    for source in Path(gesso.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            match node:
                case ast.Call(ast.Attribute(ast.Name("ctx" | "context" | "self"), "say" | "progress"), arguments):
                    yield from filter(None, map(sentence, arguments))


def sentence(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            places = itertools.count(1)
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else f"{{{{{next(places)}}}}}" for part in parts
            )
    return None


def of_presets() -> Iterator[str]:
    """Styles and templates, their groups, what they are for, and the gaps to be filled."""
    for style in presets.STYLES.values():
        yield style.title
    for template in presets.TEMPLATES.values():
        yield from (template.title, *template.use_cases)
        yield from (gap.title for gap in presets.variables(template.prompt))
    yield from (*presets.GROUPS.values(), *presets.CATEGORIES.values(), *presets.PLATFORMS.values())
    for platform in presets.grouped(presets.FORMATS.values()):
        yield platform.title
        for format in platform.formats:
            yield from (format.title, *(zone.name for zone in format.zones))
            yield from filter(None, (format.note, "" if format.source.startswith("https://") else format.source))


def of_errors(kind: type[GessoError] = GessoError) -> Iterator[str]:
    yield kind.title
    for narrower in kind.__subclasses__():
        if narrower.__module__.startswith("gesso."):
            yield from of_errors(narrower)


def of_webhooks() -> Iterator[str]:
    """What one is told of, and what is said of an address and of a delivery."""
    yield from (*TYPES.values(), LOST, NONE_CHOSEN)
    yield from (fetch.NOT_PUBLIC, fetch.NO_NAME, fetch.TOO_SLOW, fetch.NO_CERTIFICATE, fetch.AWAY)
    yield from (fetch.NO_ADDRESS, fetch.NO_SCHEME, fetch.PASSWORDED)
    for text in SENT:
        # Numbers are left open, but for those that stand in the sentence itself.
        yield text if "{status}" not in text else text.replace("{status}", "{{1}}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_server_says_is_known_in_every_language_and_nothing_is_left_over(language: str) -> None:
    advice = (cut.NOTHING, cut.BLEND, cut.BOXED, cut.MORE)
    why = (*WHY.values(), ONLY, TROUBLED, UNPAID, REFERENCE_ONLY)
    chosen = (SHOWS_FACES, SHOWS_WORDS, SHOWS_LITTLE, SHOWS_SOFT, SHOWS_ENOUGH, *upscale.ONLY.values())
    left = (NO_FIELD, NO_MODEL, NO_OPERATION, NO_PICTURE, MODEL)
    prompts = (*weigh.SAYS.values(), *wildcards.SAYS.values())
    may_say = {
        *of_operations(),
        *(archive.OUT, archive.LINK, archive.NESTED, archive.LOCKED, archive.HEAVY, archive.PACKED),
        *of_providers(),
        *of_runs(),
        *of_errors(),
        *of_presets(),
        *of_webhooks(),
        *ROLES,
        *advice,
        *why,
        *chosen,
        *left,
        *prompts,
        *query.SAYS.values(),
        *WHOLE.values(),
        *moments.SAYS,
        *(queue.NOWHERE, queue.ALIVE),
        *(schedules.PASSED, schedules.TOO_SOON, schedules.NO_CAP, clock.MISSED, clock.MISTAKE),
    }
    known: dict[str, str] = json.loads((WORDS / language / "server.json").read_text())
    assert may_say - known.keys() == set(), "these are not translated"
    assert known.keys() - may_say == set(), "nobody says these any more"
    assert [text for text, word in known.items() if not word.strip()] == []
