"""What a file says of where it comes from: in IPTC's fields, which anyone reads, and in content credentials (C2PA),
which are signed, so that a change is seen. And the mark that tells the eye that AI had a part in it.

What is written is the same each time for the same picture and seal; a signature is not, nor is the number that C2PA
gives each of them. All of it belongs into a worker process.
"""

import io
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from gesso.imaging import annotate, packets, picture
from gesso.imaging.picture import Pixels
from gesso.kit.errors import Failed

GENERATOR: Final = "Gesso"
SOURCES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""Before the name of a digital source type, as IPTC lists them."""
_SOURCE: Final = "Iptc4xmpExt:DigitalSourceType"
AI: Final = frozenset(("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"))
"""The source types of what a trained model had a part in."""
SIGNED: Final = frozenset(("image/jpeg", "image/png", "image/webp", "image/avif", "image/tiff", "image/gif"))
SLACK: Final = 512
"""Bytes by which a signature may differ from the one that was measured: places and padding."""
QUIET: Final[dict[str, Any]] = {
    # Nothing is fetched on a file's word, and nothing of the picture is shown that was not asked for.
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
    "builder": {"thumbnail": {"enabled": False}},
}

Role = Literal["parentOf", "componentOf", "inputTo"]
Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right"]


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate with those above it, the leaf first, and its key (PEM). `root` is what a reader is told to trust
    when what was written is verified."""

    chain: str
    key: str = field(repr=False)
    algorithm: str = "es256"
    root: str = ""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A picture that this one was made from. `data` is its file (or where that lies), where it has credentials of its
    own: they are kept. Of another its hash says which one it was."""

    title: str
    type: str
    sha256: str
    role: Role
    data: bytes | Path = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done, as C2PA calls it ("created"), by whom and when; `of` are its ingredients by place."""

    name: str
    agent: str = ""
    when: str = ""
    source: str = ""
    of: tuple[int, ...] = ()


@dataclass(frozen=True)
class Seal:
    """What one file is to say. `source` is a digital source type by its name at IPTC, empty where nobody knows;
    without a `signer` it is not signed, and where it is not `told` nothing is written at all. `mark` are the letters
    that are drawn into a `corner`, `label` the words for a post. `copied` are the ingredients, by place, of which the
    file itself is a copy."""

    told: bool = True
    source: str = ""
    creator: str = ""
    credit: str = ""
    alt: str = ""
    alt_by: str = ""
    label: str = ""
    mark: str = ""
    corner: Corner = "bottom_left"
    actions: tuple[Action, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    copied: tuple[int, ...] = ()
    signer: Signer | None = None

    def spooled(self, folder: Path) -> "Seal":
        """The same, with the files of its ingredients in a folder: whoever makes many files with it does not send all
        of them to another process each time."""

        def laid(each: Ingredient) -> Ingredient:
            if not isinstance(each.data, bytes) or not each.data:
                return each
            file = folder / each.sha256
            file.write_bytes(each.data)
            return replace(each, data=file)

        return replace(self, ingredients=tuple(map(laid, self.ingredients)))

    def marked(self, pixels: Pixels) -> Pixels:
        """The picture (H, W, 3 or 4) with the mark in its corner, if it is to have one. Before it is encoded."""
        if not self.mark:
            return pixels
        how = annotate.Lettering(size=0.034, shadow=False, band=(17, 17, 17))
        return annotate.words(pixels, self.mark, how, self.corner, margin=0.03)

    def on(self, data: bytes, type: str, did: Sequence[str] = ()) -> bytes:
        """The file with all that it is to say. `did` is what was done for this very file, as C2PA calls it ("cropped").

        Raises Failed where it cannot be signed, or where what was written does not hold."""
        if not self.told:
            return data
        fields, before = self._fields(), packets.of(data)
        if not self.source and SOURCES.partition(":")[2] in packets.read(before).get(_SOURCE, ""):
            # Its own word does not hold: nobody repeats it.
            fields[_SOURCE] = ""
        if fields:
            whole = packets.laid(data, packets.said(before, fields))
            # Where there is no room for both, where it comes from matters more than what else was said.
            data = whole or packets.laid(data, packets.said(b"", fields)) or data
        if self.signer is None or type not in SIGNED:
            return data
        try:
            signed = _signed(data, type, self._manifest(did), self.ingredients, self.signer)
            fault = _fault(signed, type, self.signer)
        except Exception as error:
            fault = f"{error}"[:300]
        if fault:
            raise Failed(
                f"The content credentials could not be written: {fault}. The picture in your library is as it was; "
                "export it without a signature, or look at the certificate in the settings."
            )
        return signed

    def room(self, type: str) -> int:
        """The most bytes that this adds to a file of that type."""
        if not self.told:
            return 0
        plain = _plain(type)
        return len(self.on(plain, type, _LONGEST)) - len(plain) + (SLACK if self.signer else 0)

    def facts(self, type: str) -> dict[str, Any]:
        """What the file says, as JSON values; to be kept with the asset."""
        if not self.told:
            return {"sealed": {"signed": False, "stripped": True}}
        said = {
            "signed": self.signer is not None and type in SIGNED,
            "source": self.source,
            "creator": self.creator,
            "credit": self.credit,
            "alt": self.alt,
            "alt_by": self.alt_by,
            "label": self.label,
            "mark": self.mark,
        }
        return {"sealed": {name: value for name, value in said.items() if value or name == "signed"}}

    def _fields(self) -> dict[str, str]:
        said = {
            "dc:creator": self.creator,
            "photoshop:Credit": self.credit,
            _SOURCE: SOURCES + self.source if self.source else "",
            "Iptc4xmpCore:AltTextAccessibility": self.alt,
        }
        return {name: plain for name, value in said.items() if (plain := _visible(value))}

    def _manifest(self, did: Sequence[str]) -> dict[str, Any]:
        own = [Action(name, GENERATOR) for name in did]
        if own and own[0].name not in _OF_PARENT:
            own[0] = replace(own[0], of=self.copied)
        every = [*self.actions, *own]
        return {
            "claim_generator_info": [{"name": GENERATOR, "version": version("gesso")}],
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [_action(each) for each in every]}}],
        }


_OF_PARENT: Final = ("transcoded", "repackaged")
"""Actions that C2PA lets speak of the opened picture alone."""
UNSEALED: Final = Seal(told=False)
_LONGEST: Final = ("cropped", "resized", "adjustedColor", "edited", "converted")


def _action(told: Action) -> dict[str, Any]:
    said: dict[str, Any] = {"action": f"c2pa.{told.name}"}
    if told.when:
        said["when"] = told.when
    if told.agent:
        said["softwareAgent"] = {"name": _visible(told.agent)}
    if told.source:
        said["digitalSourceType"] = SOURCES + told.source
    if told.of:
        said["parameters"] = {"ingredientIds": [f"of-{place}" for place in told.of]}
    return said


def _signed(
    data: bytes, type: str, manifest: dict[str, Any], ingredients: Sequence[Ingredient], signer: Signer
) -> bytes:
    import c2pa

    info = c2pa.C2paSignerInfo(signer.algorithm, signer.chain.encode(), signer.key.encode(), None)
    with (
        c2pa.Context.from_dict(QUIET, signer=c2pa.Signer.from_info(info)) as context,
        c2pa.Builder(json.dumps(manifest | {"ingredients": _bare(ingredients)}), context) as builder,
    ):
        for place, each in enumerate(ingredients):
            if each.data:
                with picture.opened(each.data) as file:
                    builder.add_ingredient(json.dumps(_ingredient(place, each)), each.type, file)
        made = io.BytesIO()
        builder.sign(type, io.BytesIO(data), made)
    return made.getvalue()


def _bare(ingredients: Sequence[Ingredient]) -> list[dict[str, Any]]:
    return [
        _ingredient(place, each) | {"instance_id": f"urn:sha256:{each.sha256}"}
        for place, each in enumerate(ingredients)
        if not each.data
    ]


def _ingredient(place: int, told: Ingredient) -> dict[str, Any]:
    return {"title": told.title, "format": told.type, "relationship": told.role, "label": f"of-{place}"}


def _fault(data: bytes, type: str, signer: Signer) -> str:
    """What a reader finds wrong with what was just written; empty where it holds."""
    import c2pa

    trust = {"trust": {"trust_anchors": signer.root}} if signer.root else {}
    with (
        c2pa.Context.from_dict({**QUIET, **trust}) as context,
        c2pa.Reader(type, io.BytesIO(data), context=context) as reader,
    ):
        state = str(reader.get_validation_state())
        if state == "Trusted" or (state == "Valid" and not signer.root):
            return ""
        results: dict[str, Any] = reader.get_validation_results() or {}
    failed = [each["code"] for each in (results.get("activeManifest") or {}).get("failure", [])]
    return f"they do not hold ({', '.join(failed) or state})"


def tried(signer: Signer) -> None:
    """Signs a small picture, to see whether that can be done. Raises Failed."""
    Seal(actions=(Action("created", source="algorithmicMedia"),), signer=signer).on(_plain("image/png"), "image/png")


def _plain(type: str) -> bytes:
    """A small file of that type, to measure with."""
    pixels = np.full((16, 16, 3), 128, np.uint8)
    match type:
        case "image/jpeg":
            return picture.jpeg(pixels)
        case "image/webp":
            return picture.webp(pixels)
        case "image/avif":
            return picture.avif(pixels)
        case "image/gif":
            return picture.gif(pixels)
        case "image/tiff":
            return picture.tiff(pixels)
    return picture.png(pixels)


def _visible(text: str) -> str:
    """One line of what can be seen; the rest has no place in XML either."""
    shown = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Cn", "Co") else sign for sign in text)
    return " ".join(shown.split())
