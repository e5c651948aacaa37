"""A portrait that speaks a typed text, where the server can speak, and says what is missing where it cannot."""

import shutil

import pytest

from gesso.imaging import film
from gesso.kit.errors import Failed
from gesso.providers.local.transform import read_out


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


@pytest.mark.usefixtures("voice")
def test_a_voice_that_there_is_not_is_named() -> None:
    with pytest.raises(Failed, match="“klingon-9”"):
        read_out("Hello.", "klingon-9")


def test_without_a_voice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failed, match="espeak-ng must be installed"):
        read_out("Hello.", "en")
