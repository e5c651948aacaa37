"""Moving pictures: what a file holds, its poster, and H.264 files that every browser plays.

PyAV reads and writes. Files are made to be seen at once: yuv420p, BT.709, the index in front (fast start), a key frame
at least every two seconds, so that one can jump about in them. Always two threads encode, so that the same frames give
the same bytes.
"""

import io
import tempfile
import wave
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from gesso.imaging.picture import Pixels, Source
from gesso.kit.errors import BadMedia, TooLarge

Sound = NDArray[np.float32]
"""Mono, -1..1, shape (N,)."""

RATE = 48_000
MAX_SECONDS = 3 * 3600


@dataclass(frozen=True)
class Facts:
    """What a video or a sound is: `seconds` long, `fps` pictures a second (0.0 for a sound), codecs by their names."""

    width: int
    height: int
    seconds: float
    fps: float
    video: str | None
    audio: str | None


def inspect(source: Source) -> Facts:
    """From the headers, where they say it. BadMedia for what is neither video nor sound, is damaged, or has no
    length."""
    with opened(source) as box:
        pictures = next((stream for stream in box.streams.video if not stream.disposition & _COVER), None)
        sound = next(iter(box.streams.audio), None)
        if pictures is None and sound is None:
            raise BadMedia("This file holds neither pictures nor sound.")
        seconds = _length(box, pictures or sound)
        if seconds <= 0:
            raise BadMedia("This recording is empty: it has no length. Choose another one.")
        rate = float(pictures.average_rate or 0) if pictures is not None else 0.0
        return Facts(
            pictures.codec_context.width if pictures is not None else 0,
            pictures.codec_context.height if pictures is not None else 0,
            round(seconds, 3),
            round(rate, 3),
            pictures.codec_context.name if pictures is not None else None,
            sound.codec_context.name if sound is not None else None,
        )


_COVER = 0x400
"""A picture of the sleeve is a stream of a sound file, and no video (AV_DISPOSITION_ATTACHED_PIC)."""


def poster(source: Source, *, max_pixels: int) -> Pixels:
    """The first picture of the first seconds that is not black. TooLarge and BadMedia as of a picture."""
    best: Pixels | None = None
    with opened(source) as box, reading():
        for number, frame in enumerate(box.decode(video=0)):
            if frame.width * frame.height > max_pixels:
                raise TooLarge(f"The video is {frame.width} x {frame.height}; that is more than may be.")
            best = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            if best.mean() > 12 or number >= 90:
                break
    if best is None:
        raise BadMedia("This video has no picture that can be read.")
    return best


def listen(source: Source, rate: int = 16_000, *, most: float = MAX_SECONDS) -> Sound:
    """The sound of a file as one channel at `rate` samples a second, at most `most` seconds of it.

    BadMedia where there is none, or it is damaged or empty.
    """
    parts: list[Sound] = []
    count, enough = 0, int(most * rate)
    with opened(source) as box, reading():
        if not box.streams.audio:
            raise BadMedia("This file has no sound.")
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        for frame in box.decode(audio=0):
            for made in resampler.resample(frame):
                parts.append(made.to_ndarray().reshape(-1).astype(np.float32))
                count += len(parts[-1])
            if count >= enough:
                break
    if not count:
        raise BadMedia("This recording is empty. Choose another one.")
    return np.concatenate(parts)[:enough]


def fitted(sound: Sound, seconds: float, rate: int, *, loop: bool = False) -> Sound:
    """The sound at exactly this length: cut with a fade of half a second, or repeated, or followed by silence."""
    count = round(seconds * rate)
    if loop and len(sound) < count and len(sound):
        sound = np.tile(sound, -(-count // len(sound)))
    made = np.zeros(count, np.float32)
    made[: min(count, len(sound))] = sound[:count]
    if len(sound) > count:
        fade = min(count, rate // 2)
        made[count - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return made


def wav(sound: Sound, rate: int) -> bytes:
    """The sound as a WAV file of 16 bits."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    return out.getvalue()


class Writer:
    """An MP4 in the making: `add` its pictures in order, then take the file by `done`."""

    def __init__(self, width: int, height: int, fps: int, *, quality: int = 19, sound: Sound | None = None) -> None:
        """`width` and `height` are even; `quality` is x264's CRF, lower is better; `sound` is of `RATE`."""
        # On disk, as the index that goes in front is known last, and the file is read again for it then.
        self._folder = tempfile.TemporaryDirectory(prefix="gesso-")
        self._path = Path(self._folder.name) / "film.mp4"
        self._box = av.open(str(self._path), "w", format="mp4", options={"movflags": "+faststart"})
        self._pictures: Any = self._box.add_stream("libx264", rate=fps)
        self._pictures.width, self._pictures.height, self._pictures.pix_fmt = width, height, "yuv420p"
        self._pictures.time_base = Fraction(1, fps)
        context = self._pictures.codec_context
        context.thread_count = 2
        context.gop_size = 2 * fps
        context.color_range, context.colorspace, context.color_primaries, context.color_trc = 1, 1, 1, 1
        self._pictures.options = {"preset": "superfast", "crf": str(quality)}
        self._sound = sound
        self._count = 0
        self._voice: Any = None
        if sound is not None:
            self._voice = self._box.add_stream("aac", rate=RATE)
            self._voice.layout = "mono"
            self._voice.bit_rate = 128_000
        self._heard = 0
        self._fps = fps

    def add(self, pixels: Pixels) -> None:
        """One picture, (height, width, 3)."""
        frame = av.VideoFrame.from_ndarray(_planes(pixels), format="yuv420p")
        frame.pts, frame.time_base = self._count, Fraction(1, self._fps)
        self._count += 1
        for packet in self._pictures.encode(frame):
            self._box.mux(packet)
        self._speak(round(self._count / self._fps * RATE))

    def _speak(self, until: int) -> None:
        """The sound up to here, so that both lie side by side in the file."""
        if self._sound is None:
            return
        while self._heard < min(until, len(self._sound)):
            part = self._sound[self._heard : self._heard + 1024]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part[None]), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, self._heard, Fraction(1, RATE)
            self._heard += len(part)
            for packet in self._voice.encode(frame):
                self._box.mux(packet)

    def done(self) -> bytes:
        self._speak(10**12)
        for stream in filter(None, (self._pictures, self._voice)):
            for packet in stream.encode(None):
                self._box.mux(packet)
        self._box.close()
        with self._folder:
            return self._path.read_bytes()


_BT709: Final = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255, 16],
        [-0.1146 * 224 / 255, -0.3854 * 224 / 255, 0.5 * 224 / 255, 128],
        [0.5 * 224 / 255, -0.4542 * 224 / 255, -0.0458 * 224 / 255, 128],
    ]
)
"""Y'CbCr of R'G'B' 0..255, narrow range (ITU-R BT.709)."""


def _planes(pixels: Pixels) -> NDArray[np.uint8]:
    """(3/2 H, W): all of Y, then Cb and Cr of each two by two pixels. Several times as fast as FFmpeg's own way."""
    height, width = pixels.shape[:2]
    mixed = cv2.transform(np.ascontiguousarray(pixels), _BT709)
    half = cv2.resize(mixed, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    made = np.empty((height * 3 // 2, width), np.uint8)
    made[:height] = mixed[..., 0]
    flat = made.reshape(-1)
    flat[height * width :] = np.concatenate([half[..., 1].reshape(-1), half[..., 2].reshape(-1)])
    return made


def ahead(frames: Iterator[Pixels]) -> Iterator[Pixels]:
    """The same frames, each drawn while the one before it is encoded."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, frames, None)
        while (frame := coming.result()) is not None:
            coming = pool.submit(next, frames, None)
            yield frame


def even(size: Iterable[float]) -> tuple[int, int]:
    """Width and height as H.264 takes them."""
    width, height = (max(2, 2 * round(side / 2)) for side in size)
    return width, height


def opened(source: Source) -> Any:
    """The file, to be read by PyAV and closed. BadMedia where it is none."""
    with reading():
        return av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source), metadata_errors="ignore")


@contextmanager
def reading() -> Iterator[None]:
    """Turns a decoder's complaint into ours."""
    try:
        yield
    except (av.FFmpegError, ValueError) as error:
        what = "This recording is damaged or of a kind that cannot be read."
        raise BadMedia(f"{what} Export it as MP4 or MP3 and try again.") from error


def _length(box: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if box.duration:
        return float(box.duration) / av.time_base
    # What a browser has recorded does not say how long it is: it was written while nobody knew.
    ends = 0.0
    with reading():
        for packet in box.demux(stream):
            if packet.pts is not None:
                ends = max(ends, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return ends
