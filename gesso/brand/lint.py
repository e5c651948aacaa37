"""What of a picture, or of a prompt, does not keep to a kit."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gesso.brand.kit import KitBody
from gesso.imaging import brand, picture
from gesso.imaging.brand import Finding, Lettered, Logo, Spot
from gesso.imaging.seen import look, named
from gesso.imaging.sketchbook.lettering import FACES
from gesso.ops.adjust import Annotate
from gesso.ops.branded import Shade


def lettered(op: str, request: Mapping[str, Any]) -> Lettered | None:
    """The text that a run has set on its picture, if it is one that does so."""
    if op != Annotate.op or request.get("kind", "text") != "text" or not str(request.get("text", "")).strip():
        return None
    said = {name: field.default for name, field in Annotate.model_fields.items()} | dict(request)
    return Lettered(FACES[said["font"]][0], said["colour"], said["band"], said["place"], said["scale"])


def of_texts(body: KitBody, texts: Sequence[tuple[str, str]]) -> list[Finding]:
    """Each text with the name of where it stands: prompt, title."""
    return brand.of_words(texts, [(each.pattern, each.word, each.instead) for each in body.avoid])


def of_picture(
    data: bytes, body: KitBody, marks: Sequence[bytes], spot: Spot, letters: Lettered | None
) -> tuple[list[Finding], float]:
    """In a worker process: what is wrong with a picture, and how much of it, 0..1, is in the palette. `marks` are the
    files of the logo, none for a kit without."""
    facts = picture.inspect(data)
    pixels = picture.load(data, inside=1024)
    scale = max(facts.width, facts.height) / max(pixels.shape[:2])
    palette = [shade.colour for shade in body.palette]
    found = brand.of_palette(pixels, palette)
    if marks:
        logo = Logo([picture.load(mark, inside=1024) for mark in marks], body.clear_space, body.least)
        found += brand.of_logo(pixels, logo, spot, scale)
    if letters is not None:
        found += brand.of_letters(pixels, letters, [font for font in (body.heading, body.body) if font])
    return found, brand.fitting(pixels, palette)[0]


def palette_of(data: bytes) -> list[Shade]:
    """In a worker process: the main colours of a picture as a palette. The lightest is the ground, the darkest the
    text, the most vivid of the others the accent."""
    codes = list(look(picture.load(data, inside=512)).colours)
    by_light = sorted(codes, key=brand.light)
    left = [code for code in codes if code not in (by_light[0], by_light[-1])]
    accent = max(left, key=brand.vivid, default=None)
    roles = {by_light[0]: "text", by_light[-1]: "ground", accent: "accent"}
    return [Shade(colour=code, name=named(code), role=cast(Any, roles.get(code, "primary"))) for code in codes]


def spot(place: str, size: float) -> Spot:
    return Spot(cast(Any, place), size)
