"""What is taken out of a recording: one picture of a film as it is seen at its time, a part of a sound."""

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from gesso.imaging.film import RATE, opened, reading
from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import BadMedia

UNSPECIFIED: Final = 2
"""What FFmpeg says of the colours of a film that does not tell them."""
HIGH: Final = 720
"""From so many lines on, such a film is taken for BT.709, as browsers do; below for BT.601."""
SOFT: Final = 0.004
"""Seconds in which a cut sound comes and goes: without them a cut clicks."""


def frame(source: Source, seconds: float) -> tuple[Pixels, float]:
    """The picture (H, W, 3) that is seen at this time, and when it began to be; beyond the end, the last one."""
    with opened(source) as box, reading():
        stream = next(iter(box.streams.video), None)
        if stream is None:
            raise BadMedia("This recording has no pictures.")
        first = float(stream.start_time * stream.time_base) if stream.start_time is not None else 0.0
        if seconds > 0:
            # Backwards to a picture that needs no other, then on, one by one.
            box.seek(int((seconds + first) / stream.time_base), stream=stream)
        seen = _seen(box, first, seconds)
        if seen is None and seconds > 0:
            box.seek(0, stream=stream)
            seen = _seen(box, first, seconds)
        if seen is None:
            raise BadMedia("This video has no picture that can be read.")
        return _upright(seen), max(0.0, float(seen.pts * seen.time_base) - first if seen.pts is not None else 0.0)


def _seen(box: Any, first: float, seconds: float) -> Any:
    """The last picture that begins before the time, with half a thousandth of grace for what was rounded."""
    found = None
    for picture in box.decode(video=0):
        begins = float(picture.pts * picture.time_base) - first if picture.pts is not None else 0.0
        if found is not None and begins > seconds + 0.0005:
            break
        found = picture
    return found


def _upright(picture: Any) -> Pixels:
    told = picture.colorspace
    how = ("ITU709" if picture.height >= HIGH else "ITU601") if told == UNSPECIFIED else None
    pixels = (
        picture.to_ndarray(format="rgb24") if how is None else picture.to_ndarray(format="rgb24", src_colorspace=how)
    )
    # Telephones turn the film and not the pixels.
    return np.ascontiguousarray(np.rot90(pixels, round(picture.rotation / 90) % 4), np.uint8)


def cut(source: Source, start: float, end: float) -> bytes:
    """The sound from `start` to `end` seconds, to the sample, as AAC in an .m4a file: mono, or stereo as it was. The
    same part gives the same bytes. BadMedia where nothing is heard there."""
    first, last = round(start * RATE), round(end * RATE)
    with tempfile.TemporaryDirectory(prefix="gesso-") as folder, opened(source) as box, reading():
        sound = next(iter(box.streams.audio), None)
        if sound is None:
            raise BadMedia("This file has no sound.")
        layout = "mono" if sound.codec_context.channels == 1 else "stereo"
        path = Path(folder) / "part.m4a"
        # On disk, as the index goes in front when all is known.
        out = av.open(str(path), "w", format="ipod", options={"movflags": "+faststart"})
        voice: Any = out.add_stream("aac", rate=RATE)
        voice.layout, voice.bit_rate = layout, 160_000
        taken = _part(box, av.AudioResampler(format="fltp", layout=layout, rate=RATE), first, last)
        if not taken.shape[1]:
            out.close()
            raise BadMedia("The recording ends before this part begins.")
        for at in range(0, taken.shape[1], 1024):
            part = av.AudioFrame.from_ndarray(np.ascontiguousarray(taken[:, at : at + 1024]), "fltp", layout)
            part.sample_rate, part.pts, part.time_base = RATE, at, Fraction(1, RATE)
            out.mux(voice.encode(part))
        out.mux(voice.encode(None))
        out.close()
        return path.read_bytes()


def _part(box: Any, resampler: Any, first: int, last: int) -> Any:
    """The samples (channels, N) from `first` to before `last`, softened at both ends where something was cut off."""
    parts, at = [], 0
    for heard in box.decode(audio=0):
        for made in resampler.resample(heard):
            samples = made.to_ndarray()
            parts.append(samples[:, max(0, first - at) : max(0, last - at)])
            at += samples.shape[1]
        if at >= last:
            break
    whole = np.concatenate(parts, axis=1) if parts else np.zeros((1, 0), np.float32)
    soft = min(round(SOFT * RATE), whole.shape[1] // 2)
    slope = np.linspace(0, 1, soft, dtype=np.float32)
    if first > 0:
        whole[:, :soft] *= slope
    if at >= last and soft:
        whole[:, -soft:] *= slope[::-1]
    return whole
