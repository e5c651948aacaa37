"""Films: real MP4 that plays at once, the same bytes for the same pictures, motion without a tremble."""

import io
import struct
import tracemalloc
import wave
from functools import partial
from itertools import pairwise

import av
import cv2
import numpy as np
import pytest

from gesso.imaging import avatar, film, motion
from gesso.imaging.picture import Pixels
from gesso.kit.errors import BadMedia, Failed
from tests.imaging.photos import photo


def sound(seconds: float, tone: float = 220.0, loud: float = 0.4) -> film.Sound:
    time = np.arange(round(seconds * film.RATE)) / film.RATE
    return np.asarray(loud * np.sin(2 * np.pi * tone * time), np.float32)


def wav(samples: film.Sound, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((samples * 32_000).astype("<i2").tobytes())
    return file.getvalue()


def made(frames: int = 12, *, voice: film.Sound | None = None) -> bytes:
    writer = film.Writer(96, 64, 24, sound=voice)
    for number in range(frames):
        picture = np.zeros((64, 96, 3), np.uint8)
        picture[:, : 8 * number % 96] = (200, 90, 30)
        writer.add(picture)
    return writer.done()


def boxes(data: bytes) -> list[str]:
    """The names of the file's parts, in their order."""
    names, at = [], 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        names.append(name.decode())
        at += size or len(data)
    return names


def test_it_plays_before_it_is_whole_and_is_the_same_every_time() -> None:
    data = made(voice=sound(0.5))
    order = boxes(data)
    assert order.index("moov") < order.index("mdat")
    facts = film.inspect(data)
    assert (facts.width, facts.height, facts.video, facts.audio, facts.fps) == (96, 64, "h264", "aac", 24)
    assert facts.seconds == pytest.approx(0.5, abs=0.05)
    assert data == made(voice=sound(0.5))


def test_colours_come_back_as_they_were() -> None:
    writer = film.Writer(64, 64, 24, quality=10)
    for _ in range(3):
        writer.add(np.full((64, 64, 3), (200, 90, 30), np.uint8))
    shown = film.poster(writer.done(), max_pixels=10_000)
    assert np.abs(shown.reshape(-1, 3).mean(0) - (200, 90, 30)).max() < 4


def test_a_sound_is_cut_followed_by_silence_or_repeated_to_fit() -> None:
    one = sound(1.0)
    for seconds, loop in ((0.4, False), (2.5, False), (2.5, True)):
        fitted = film.fitted(one, seconds, film.RATE, loop=loop)
        assert len(fitted) == round(seconds * film.RATE)
    assert not film.fitted(one, 2.0, film.RATE)[-1000:].any()
    assert film.fitted(one, 2.0, film.RATE, loop=True)[-30_000:-20_000].any()


@pytest.mark.parametrize(
    "data",
    [b"", made()[:200], made()[:-400] and b"RIFF" + bytes(40), wav(np.zeros(0, np.float32))],
    ids=["empty", "cut off", "no sound", "zero length"],
)
def test_a_broken_or_empty_recording_is_refused(data: bytes) -> None:
    def taken_in() -> None:
        film.inspect(data)
        film.listen(data)

    with pytest.raises(BadMedia):
        taken_in()


def shot(move: str, fps: int = 24, seconds: float = 1.0, **how: object) -> list[Pixels]:
    return list(
        motion.travel(photo("astronaut"), (256, 256), fps, seconds, motion.Shot(motion=move, **how), seed=1)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("move", motion.Motion.__args__)  # type: ignore[attr-defined]
def test_every_move_has_its_frames_and_shows_the_picture(move: str) -> None:
    frames = shot(move, seconds=0.5)
    assert len(frames) == 12
    assert all(frame.shape == (256, 256, 3) for frame in frames)
    moved = np.abs(frames[0].astype(int) - frames[-1]).mean()
    assert (moved < 0.5) == (move == "still")


def test_a_move_does_not_tremble() -> None:
    """Between two frames of an even pan everything is shifted alike: within a tenth of a pixel."""
    frames = shot("pan_right", easing="linear", parallax=0, strength=0.6)
    greys = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32) for frame in frames]
    window = cv2.createHanningWindow((256, 256), cv2.CV_32F)
    steps = np.array([cv2.phaseCorrelate(one, other, window)[0] for one, other in pairwise(greys)])
    assert abs(steps[:, 0].mean()) > 0.3
    assert np.abs(steps - steps.mean(0)).max() < 0.1


def test_pictures_follow_each_other_with_every_transition() -> None:
    pictures = [lambda: photo("astronaut"), lambda: photo("coffee")]
    for how in motion.Transition.__args__:  # type: ignore[attr-defined]
        frames = list(motion.sequence(pictures, (128, 72), 12, [1.0, 1.0], [how], overlap=0.5))
        assert len(frames) == sum(motion.lengths(12, [1.0, 1.0]))
        assert all(frame.shape == (72, 128, 3) for frame in frames)


def test_each_picture_lasts_as_long_as_it_is_told_and_has_a_transition_of_its_own() -> None:
    tones = [np.full((72, 128, 3), tone, np.uint8) for tone in (40, 120, 200)]
    pictures = [partial(np.copy, tone) for tone in tones]
    told = {"overlap": 0.5, "moving": False}
    frames = list(motion.sequence(pictures, (128, 72), 10, [0.5, 2.0, 1.0], ["cut", "fade"], **told))  # type: ignore[arg-type]
    seen = [int(frame.mean()) for frame in frames]
    assert len(frames) == sum(motion.lengths(10, [0.5, 2.0, 1.0])) == 35
    assert seen[:5] == [40] * 5
    assert seen[5:20] == [120] * 15, "a cut is at once"
    assert sorted(seen[20:25]) == seen[20:25]
    assert 120 < seen[22] < 200, "the fade is in the last half second of what goes"
    assert seen[25:] == [200] * 10


def test_a_mouth_opens_with_the_voice_and_stays_shut_in_silence() -> None:
    time = np.arange(avatar.VOICE_RATE) / avatar.VOICE_RATE
    hum = np.asarray(np.sin(2 * np.pi * 220 * time) * (time > 0.5) * 0.5, np.float32)
    track = avatar.listen(hum, 24)
    assert track.open[:8].max() < 0.1
    assert track.open[-8:].max() > 0.4
    assert avatar.listen(np.zeros(avatar.VOICE_RATE, np.float32), 24).open.max() == 0


def test_a_face_is_found_and_speaks_and_nothing_moves_outside_of_the_mask() -> None:
    portrait = photo("astronaut")
    face = avatar.find(portrait)
    assert 190 < (face.left[0] + face.right[0]) / 2 < 260
    track = avatar.Track(np.linspace(0, 1, 6).astype(np.float32), np.zeros(6, np.float32))
    mask = np.zeros(portrait.shape[:2], np.uint8)
    mask[:256] = 255
    frames = list(avatar.speak(portrait, face, track, 24, seed=2, mask=mask))
    assert len(frames) == 6
    assert np.abs(frames[-1][:256].astype(int) - portrait[:256]).max() > 40
    assert (frames[-1][320:] == portrait[320:]).all()


def test_a_picture_without_a_face_says_so() -> None:
    with pytest.raises(Failed, match="face"):
        avatar.find(photo("coffee"))


def test_a_film_of_many_frames_is_written_in_the_memory_of_a_few() -> None:
    def frames() -> None:
        writer = film.Writer(640, 360, 30)
        ground = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
        for number in range(120):
            writer.add(np.roll(ground, number, 1))
        writer.done()

    tracemalloc.start()
    frames()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6  # 120 frames are 83 MB, and their file stands for some of it


def test_the_file_is_read_by_others() -> None:
    with av.open(io.BytesIO(made(24, voice=sound(1.0))), "r") as box:
        assert len(list(box.decode(video=0))) == 24
