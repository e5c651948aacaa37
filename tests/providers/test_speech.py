"""A portrait that speaks a typed text, where the server can speak, and says what is missing where it cannot."""

import shutil

import pytest

from gesso.imaging import film
from gesso.imaging.speech import about, generous, read_out
from gesso.kit.errors import Failed


@pytest.fixture
def voice() -> str:
    """The real program: what it says cannot be tried without it."""
    if shutil.which("espeak-ng") is None:
        pytest.fail("The tests of speech need espeak-ng: apt-get install espeak-ng.", pytrace=False)
    return "en"


def test_a_text_is_spoken_as_long_as_it_takes(voice: str) -> None:
    short, long = (len(film.listen(read_out(text, voice))) / 16_000 for text in ("Hello.", "Hello there, " * 6))
    assert 0.2 < short < 2
    assert long > 3 * short


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Good morning. " * 12, "en"),
        ("In 1969 there were 12,345,678 of them, and 9,876,543,210 more.", "en"),
        ("Donaudampfschifffahrtsgesellschaft, 4711, und dann: Ruhe!", "de"),
        ("WWW and HTTP, " * 8, "en"),
        ("\u4f60\u597d\u4e16\u754c" * 12, "cmn"),
        ("Yes! No? Well... " * 6, "fr"),
    ],
)
@pytest.mark.usefixtures("voice")
def test_what_is_reserved_for_a_text_is_enough(text: str, spoken: str) -> None:
    seconds = len(film.listen(read_out(text, spoken))) / 16_000
    assert seconds < generous(about(text))
    assert about(text) < 3 * seconds


@pytest.mark.usefixtures("voice")
def test_a_voice_that_there_is_not_is_named() -> None:
    with pytest.raises(Failed, match="“klingon-9”"):
        read_out("Hello.", "klingon-9")


def test_without_a_voice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failed, match="espeak-ng must be installed"):
        read_out("Hello.", "en")
