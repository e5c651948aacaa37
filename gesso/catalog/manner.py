"""What becomes of a request's style with whoever carries it out: the one place where that is decided."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from gesso.presets import Style

State = Literal["", "native", "near", "text", "unsupported"]
"""Of a style: there is none; a preset of theirs; painted by the nearest that they have; told in words; not heeded."""

IN_WORDS: Final = "text"
NOT_AT_ALL: Final = "none"
OFFLINE: Final = "sketchbook"
"""`Offer.styles`, where it is not the name of presets: by this one every style is painted somehow."""


@dataclass(frozen=True, slots=True)
class Manner:
    """`preset` is the provider's name for the style; `text` and `negative` are what it is told where it has none."""

    state: State = ""
    preset: str | None = None
    text: str = ""
    negative: str = ""

    def prompt(self, words: str) -> str:
        """The prompt, with the style in words where it has to be."""
        return ", ".join(part for part in (words.strip().rstrip(",."), self.text) if part) if self.text else words

    def without(self, words: str) -> str:
        """What is to be left out, with what the style leaves out."""
        return ", ".join(part for part in (words.strip().rstrip(",."), self.negative) if part)


def manner(request: Any, styles: str = IN_WORDS) -> Manner:
    """`styles` names the presets that the provider has (as in `native`), or says how it is told of a style."""
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
