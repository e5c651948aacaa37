"""In which language a prompt is written, by its script and its small words."""

import re
from typing import Final

_SMALL: Final = {
    "en": "a an the of in on at with and or by over under from into near behind between without is are its to for",
    "de": "ein eine einen einem einer eines der die das den dem des und oder mit im am bei von vom zum zur auf unter "
    "über ueber aus ist sind ohne hinter vor neben zwischen in an für nach durch",
    "fr": "un une des le la les du de et ou avec dans sur sous au aux en par sans près est",
    "es": "un una unos el la los las del de y o con en sobre bajo al por sin cerca es",
    "it": "un una uno il lo la gli le dei della di del e o con nel nella sul sulla al alla per senza",
    "pt": "um uma o os as do da dos das de e ou com no na em sobre sob ao por sem",
    "nl": "een het de en of met in op aan bij van naar onder over zonder tussen achter door",
}
_SCRIPTS: Final = (
    ("ja", "[\u3040-\u30ff]"),
    ("zh", "[\u4e00-\u9fff]"),
    ("ko", "[\uac00-\ud7af]"),
    ("ru", "[\u0400-\u04ff]"),
    ("ar", "[\u0600-\u06ff]"),
    ("hi", "[\u0900-\u097f]"),
)
_WORDS: Final = {code: frozenset(words.split()) for code, words in _SMALL.items()}


def language(text: str) -> str:
    """The code of the language, as far as rules can tell. Bare words in Latin letters count as English, unless they
    have German letters."""
    letters = max(1, len(re.findall(r"[^\W\d_]", text)))
    for code, script in _SCRIPTS:
        if len(re.findall(script, text)) > letters / (6 if code == "ja" else 3):
            return code
    words = re.findall(r"[^\W\d_]+", text.lower())
    found = {code: sum(word in small for word in words) for code, small in _WORDS.items()}
    found["de"] += len(re.findall(r"[äöüß]", text.lower()))
    # Nouns within a sentence begin with a capital in German alone.
    found["de"] += bool(found["de"]) * len(re.findall(r"(?<=[a-zäöüß,] )[A-ZÄÖÜ][a-zäöüß]{2,}", text))
    best = max(found, key=lambda code: (found[code], code == "en", code == "de"))
    return best if found[best] else "en"
