"""A portrait that speaks a typed text, where the server can speak, and says what is missing where it cannot."""

import shutil

import pytest

from gesso.imaging import film
from gesso.kit.errors import Failed
from gesso.providers.local.transform import read_out


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here; .ci/run installs it")
def test_a_text_is_spoken_as_long_as_it_takes() -> None:
    short, long = (len(film.listen(read_out(text, "en"))) / 16_000 for text in ("Hello.", "Hello there, " * 6))
    assert 0.2 < short < 2
    assert long > 3 * short


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here; .ci/run installs it")
def test_a_voice_that_there_is_not_is_named() -> None:
    with pytest.raises(Failed, match="“klingon-9”"):
        read_out("Hello.", "klingon-9")


def test_without_a_voice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failed, match="espeak-ng must be installed"):
        read_out("Hello.", "en")
