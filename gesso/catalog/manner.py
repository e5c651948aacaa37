"""What becomes of a request's style, and of its brand, with whoever carries it out: the one place that decides it."""

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from gesso.ops.branded import OwnBrand
from gesso.presets import Style

State = Literal["", "native", "near", "text", "unsupported"]
"""Of a style: there is none; a preset of theirs; painted by the nearest that they have; told in words; not heeded."""

IN_WORDS: Final = "text"
NOT_AT_ALL: Final = "none"
OFFLINE: Final = "sketchbook"
"""`Offer.styles`, where it is not the name of presets: by this one every style is painted somehow."""


@dataclass(frozen=True, slots=True)
class Manner:
    """`preset` is the provider's name for the style; `text` and `negative` are what it is told where it has none, with
    what the brand says."""

    state: State = ""
    preset: str | None = None
    text: str = ""
    negative: str = ""
    brand: OwnBrand | None = None

    def spoken(self, words: str) -> str:
        """The prompt in the brand's words."""
        return self.brand.spoken(words) if self.brand else words

    def prompt(self, words: str) -> str:
        """The prompt, with the style in words where it has to be."""
        words = self.spoken(words)
        return _joined(words.strip().rstrip(",."), self.text) if self.text else words

    def without(self, words: str) -> str:
        """What is to be left out, with what the style leaves out."""
        return _joined(words.strip().rstrip(",."), self.negative)

    def avoided(self, words: str) -> str:
        """What is to be left out, with what the brand avoids: for models that are told it in the prompt."""
        return _joined(words.strip().rstrip(",."), self.brand.negative if self.brand else "")


def manner(request: Any, styles: str = IN_WORDS) -> Manner:
    """`styles` names the presets that the provider has (as in `native`), or says how it is told of a style."""
    worn, brand = _worn(request, styles), getattr(request, "own_brand", None)
    if brand is None or styles == NOT_AT_ALL:
        return worn
    text, negative = _joined(worn.text, brand.text), _joined(worn.negative, brand.negative)
    return replace(worn, text=text, negative=negative, brand=brand)


def _worn(request: Any, styles: str) -> Manner:
    style: Style | None = getattr(request, "worn", None)
    if style is None:
        return Manner()
    if styles == NOT_AT_ALL:
        return Manner("unsupported")
    if preset := style.native.get(styles):
        return Manner("native", preset)
    if styles == OFFLINE:
        return Manner("near", style.sketchbook)
    return Manner("text", None, style.text, style.negative)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
