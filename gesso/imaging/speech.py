"""Texts read out, by espeak-ng where the server has it, and how long that takes."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from gesso.kit.errors import Failed

LETTERS: Final = 15
"""A second, of a text that is read out."""


def about(text: str) -> float:
    """Seconds that it takes to read a text out: at least one. Digits and Chinese signs are words, a capital may be
    spelled, and marks are pauses."""
    long = re.findall(r"[\d.,;:!?\n\u3040-\u9fff\uac00-\ud7af]|[^\W\d_a-z](?=[^\W\d_a-z])", text)
    return max(1.0, (len(text) + 5 * len(long)) / LETTERS)


def generous(seconds: float) -> float:
    """What is reserved for a text that is about so long, whatever voice reads it."""
    return 1.5 * seconds + 2


def read_out(text: str, voice: str) -> bytes:
    """The text as speech, WAV. Failed where espeak-ng is not installed or does not know the voice."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise Failed("To speak a text, espeak-ng must be installed on the server. Choose a recording instead.")
    with tempfile.TemporaryDirectory(prefix="gesso-") as folder:
        path = Path(folder) / "voice.wav"
        # The text goes in by a file: as an argument it could be taken for an option.
        (Path(folder) / "text").write_text(text, "utf-8")
        said = [program, "-v", voice, "-w", str(path), "-f", str(Path(folder) / "text")]
        try:
            done = subprocess.run(said, capture_output=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            raise Failed("espeak-ng took more than two minutes to speak this. Try a shorter text.") from None
        if done.returncode or not path.exists():
            raise Failed(f"espeak-ng could not speak this as “{voice}”. Try en, de, fr, es or it.")
        return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Voice:
    """`name` is what `read_out` takes, `title` the language in English."""

    name: str
    title: str


@cache
def voices() -> tuple[Voice, ...]:
    """Those that espeak-ng knows, by their languages; none where it is not installed."""
    program = shutil.which("espeak-ng")
    if program is None:
        return ()
    told = subprocess.run([program, "--voices"], capture_output=True, timeout=20, check=False, text=True).stdout
    rows = [line.split() for line in told.splitlines()[1:]]
    found = {row[1]: row[3].replace("_", " ") for row in rows if len(row) >= 5 and VOICE.fullmatch(row[1])}
    return tuple(Voice(name, title) for name, title in sorted(found.items(), key=lambda one: one[1].lower()))


VOICE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+_-]{0,30}")
