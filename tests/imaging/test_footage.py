"""What is taken out of recordings: the very picture that is seen, the very part that is heard, how loud it is."""

import io

import av
import numpy as np
import pytest

from gesso.imaging import film, footage, sound
from gesso.kit.errors import BadMedia
from tests.imaging.test_film import sound as hum
from tests.imaging.test_film import wav


def counted(frames: int = 30, fps: int = 12) -> bytes:
    """A film whose pictures are as bright as their number, four times: one can tell which is which."""
    writer = film.Writer(96, 64, fps, quality=1)
    for number in range(frames):
        shown = np.full((64, 96, 3), 20 + 4 * number, np.uint8)
        shown[:, 48:] = (20 + 4 * number, 100, 30)
        writer.add(shown)
    return writer.done()


def test_a_frame_is_the_one_that_is_seen_then_with_its_own_colours() -> None:
    data = counted()
    for number in (0, 1, 7, 23, 24, 25, 29):
        for time in (number / 12, (number + 0.5) / 12, (number + 0.98) / 12):
            pixels, at = footage.frame(data, time)
            grey = pixels[8:-8, 8:40].reshape(-1, 3).astype(float).mean(0)
            assert grey == pytest.approx([20 + 4 * number] * 3, abs=1.6), (number, time)
            colour = pixels[8:-8, 56:88].reshape(-1, 3).astype(float).mean(0)
            assert colour == pytest.approx([20 + 4 * number, 100, 30], abs=4), (number, time)
            assert at == pytest.approx(number / 12, abs=0.001)
    last, at = footage.frame(data, 500)
    assert int(last[32, 20, 0]) == pytest.approx(20 + 4 * 29, abs=2)
    assert at == pytest.approx(29 / 12, abs=0.001)
    assert footage.frame(data, 0.5)[0].shape == (64, 96, 3)
    with pytest.raises(BadMedia, match="no pictures"):
        footage.frame(wav(hum(0.2)), 0)


def test_a_part_of_a_sound_is_that_part_and_no_more() -> None:
    time = np.arange(16_000 * 3) / 16_000
    tones = np.where(time < 1, np.sin(2 * np.pi * 300 * time), np.sin(2 * np.pi * 900 * time))
    data = wav(np.asarray(0.5 * tones * (time < 2), np.float32))
    part = footage.cut(data, 0.5, 1.5)
    assert part == footage.cut(data, 0.5, 1.5)
    facts = film.inspect(part)
    assert (facts.audio, facts.video) == ("aac", None)
    assert facts.seconds == pytest.approx(1.0, abs=0.05)
    heard = film.listen(part, 16_000)
    assert len(heard) / 16_000 == pytest.approx(1.0, abs=0.05)
    for span, tone in ((slice(1000, 7000), 300), (slice(9000, 15_000), 900)):
        power = np.abs(np.fft.rfft(heard[span]))
        assert np.argmax(power) * 16_000 / 6000 == pytest.approx(tone, abs=5)
    assert len(film.listen(footage.cut(data, 2.5, 60), 16_000)) / 16_000 == pytest.approx(0.5, abs=0.05)
    with pytest.raises(BadMedia, match="ends before"):
        footage.cut(data, 10, 20)


def test_stereo_stays_stereo() -> None:
    box = io.BytesIO()
    with av.open(box, "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=16_000, layout="stereo")
        samples = np.zeros((1, 32_000), np.int16)
        samples[0, ::2] = (np.sin(np.arange(16_000) / 5) * 12_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, "s16", "stereo")
        frame.sample_rate = 16_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with av.open(io.BytesIO(footage.cut(box.getvalue(), 0.25, 0.75)), "r") as part:
        both = np.concatenate([heard.to_ndarray() for heard in part.decode(audio=0)], axis=1)
    assert both.shape[0] == 2
    assert np.abs(both[0]).max() > 0.3
    assert np.abs(both[1]).max() < 0.02


def recorded(seconds: float) -> bytes:
    """As a browser records: WebM that goes out while nobody knows how long it will be."""

    class Line(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError("a line goes one way")

    box = Line()
    with av.open(box, "w", format="webm") as out:
        stream = out.add_stream("libopus", rate=48_000, layout="mono")
        for at in range(0, round(seconds * 48_000), 960):
            part = np.asarray(0.4 * np.sin((at + np.arange(960)) / 30), np.float32)[None]
            frame = av.AudioFrame.from_ndarray(part, "flt", "mono")
            frame.sample_rate, frame.pts = 48_000, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return box.getvalue()


def test_what_a_browser_recorded_has_its_length_though_it_does_not_say_it() -> None:
    data = recorded(1.5)
    with av.open(io.BytesIO(data), "r") as box:
        assert not box.duration
    facts = film.inspect(data)
    assert (facts.audio, facts.video) == ("opus", None)
    assert facts.seconds == pytest.approx(1.5, abs=0.06)
    assert film.inspect(footage.cut(data, 0.5, 1)).seconds == pytest.approx(0.5, abs=0.05)


def test_peaks_say_where_it_is_loud() -> None:
    quiet = np.concatenate([np.zeros(8000, np.float32), hum(1, loud=0.5), np.zeros(8000, np.float32)])
    found = sound.peaks(quiet, 64)
    assert len(found) == 64
    assert set(found[:8]) == {0}
    assert found[32] == pytest.approx(127, abs=2)
    assert set(found[-8:]) == {0}
    assert sound.peaks(hum(0.0001), 10) == sound.peaks(hum(0.0001), 10)
