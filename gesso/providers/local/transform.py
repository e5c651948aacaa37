"""Films, speaking portraits and reliefs, made on this machine from a still."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial

import cv2
import numpy as np

from gesso.catalog import Context, Reading
from gesso.imaging import avatar, film, mask, mesh, motion, picture, relief, sketchbook, speech
from gesso.imaging.picture import Pixels
from gesso.kit.media import Media
from gesso.kit.pool import Report
from gesso.ops import Sources, megapixels
from gesso.ops.transform import LINES, LONGEST, Animate, Avatar, Relief, Shoot, Slideshow, Turntable
from gesso.providers.local import provider

_CAMERA = {
    "push_in": ("push", "zoom in", "closer", "näher", "heran"),
    "pull_out": ("pull", "zoom out", "away", "weg", "zurück"),
    "pan_left": ("left", "links"),
    "pan_right": ("right", "rechts"),
    "pan_up": ("up", "hoch", "oben"),
    "pan_down": ("down", "runter", "unten"),
    "orbit": ("orbit", "around", "umkreist"),
    "drift": ("drift", "handheld", "floating", "schwebt"),
}


def _pixels(lines: int, fps: int, seconds: float) -> float:
    """Megapixels of all frames, about: a film is some sixteen to nine."""
    return lines * lines * 16 / 9 * fps * seconds / 1e6


def _moves(prompt: str) -> tuple[str, ...]:
    """The words that say how the camera moves."""
    said = prompt.lower()
    return tuple(word for words in _CAMERA.values() for word in words if re.search(rf"\b{word}\b", said))


def _read(request: Animate) -> Reading:
    known = _moves(request.prompt)
    left = request.prompt.lower()
    for word in known:
        left = left.replace(word, " ")
    return Reading(known, tuple(dict.fromkeys(re.findall(r"[^\W\d_]{3,}", left))))


def _camera(prompt: str, usual: motion.Motion = "push_in") -> motion.Motion:
    """The motion that the prompt asks for."""
    moves = _moves(prompt)
    return next((name for name in motion.MOTIONS if set(moves) & set(_CAMERA.get(name, ()))), usual)


def _animate_seconds(request: Animate, sources: Sources) -> float:
    each = 0.02 if request.parallax == 0 else 0.04
    return 0.6 + 0.4 * each * _pixels(LINES[request.resolution], request.fps, request.seconds)


@provider.offers(
    Animate, model="camera", title="Camera moves (offline)", seconds=_animate_seconds, read=_read, lane="cpu"
)
async def animate(request: Animate, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    audio = await ctx.open(request.audio) if request.audio else None
    yield await ctx.compute(animated, request, image.data, audio and audio.data, span=(0.02, 0.97))


def animated(request: Animate, data: bytes, audio: bytes | None, report: Report) -> Media:
    """In a worker process: the film as MP4."""
    pixels = picture.load(data, alpha=False, inside=4096)
    height, width = pixels.shape[:2]
    size = motion.frame_size(width, height, LINES[request.resolution], request.aspect)
    # What the prompt asks for, where the field was left alone.
    way = _camera(request.prompt) if request.motion == "push_in" else request.motion
    shot = motion.Shot(way, request.strength, request.easing, (request.focus_x, request.focus_y), request.parallax)
    frames = motion.travel(pixels, size, request.fps, request.seconds, shot, seed=request.seed or 0)
    count = max(1, round(request.fps * request.seconds))
    return _filmed(frames, size, request.fps, count, audio, report)


PAINTED = 1.25
"""How much larger than the film its scene is painted, so that the camera has somewhere to go."""
SCENE_FPS = 30


def _scene(request: Shoot) -> Reading:
    said, moves = sketchbook.read(request.prompt), _moves(request.prompt)
    spoken = {part for word in moves for part in word.split()}
    ignored = tuple(word for word in said.ignored if word.lower() not in spoken)
    left = ("negative_prompt",) if request.negative_prompt else ()
    return Reading(tuple(dict.fromkeys((*said.understood, *moves))), ignored + left)


@provider.offers(
    Shoot,
    model="sketchbook",
    title="Painted scene with a camera (offline)",
    seconds=lambda request, sources: (
        1.0 + 0.018 * _pixels(LINES[request.resolution], SCENE_FPS, request.seconds) + LINES[request.resolution] / 400
    ),
    read=_scene,
    lane="cpu",
    hand="rules",
)
async def shoot(request: Shoot, ctx: Context) -> AsyncIterator[Media]:
    audio = await ctx.open(request.audio) if request.audio else None
    ctx.say("The Sketchbook painted one picture, and only a camera moves over it: nothing in it stirs.")
    yield await ctx.compute(shot, request, audio and audio.data, span=(0.02, 0.97))


def shot(request: Shoot, audio: bytes | None, report: Report) -> Media:
    """In a worker process: a painted scene, travelled over, as MP4."""
    size = motion.frame_size(16, 9, LINES[request.resolution], request.aspect)
    across, down = (round(side * PAINTED) for side in size)
    seed = request.seed or 0
    painted = sketchbook.paint(request.prompt, across, down, seed, report=lambda done: report(0.3 * done))
    seen = motion.Shot(_camera(request.prompt), 0.5, "smooth", (0.5, 0.5), 0.5)
    frames = motion.travel(painted, size, SCENE_FPS, request.seconds, seen, seed=seed)
    count = max(1, round(SCENE_FPS * request.seconds))
    return _filmed(frames, size, SCENE_FPS, count, audio, lambda done: report(0.3 + 0.7 * done))


def _filmed(
    frames: Iterator[Pixels], size: tuple[int, int], fps: int, count: int, audio: bytes | None, report: Report
) -> Media:
    seconds = count / fps
    heard = film.listen(audio, film.RATE, most=seconds + 1) if audio is not None else None
    sound = film.fitted(heard, seconds, film.RATE) if heard is not None else None
    writer = film.Writer(*size, fps, sound=sound)
    for number, frame in enumerate(film.ahead(frames), 1):
        writer.add(frame)
        report(number / count)
    return Media(writer.done(), "video/mp4", {"frames": count})


@provider.offers(
    Slideshow,
    model="slideshow",
    title="Slideshow (offline)",
    seconds=lambda request, sources: (
        0.2 + 0.05 * len(request.images) + 0.01 * _pixels(LINES[request.resolution], request.fps, sum(request.lasts()))
    ),
    lane="cpu",
)
async def join(request: Slideshow, ctx: Context) -> AsyncIterator[Media]:
    audio = await ctx.open(request.audio) if request.audio else None
    images = [(await ctx.open(image)).data for image in request.images]
    yield await ctx.compute(joined, request, images, audio and audio.data, span=(0.05, 0.97))


def joined(request: Slideshow, images: Sequence[bytes], audio: bytes | None, report: Report) -> Media:
    """In a worker process: the pictures one after the other, as MP4."""
    size = motion.frame_size(16, 9, LINES[request.resolution], request.aspect)
    pictures = [partial(picture.load, data, alpha=False, inside=2 * max(size)) for data in images]
    frames = motion.sequence(
        pictures,
        size,
        request.fps,
        request.lasts(),
        request.between(),
        overlap=request.overlap,
        fit=request.fit,
        moving=request.moving,
        seed=request.seed or 0,
    )
    count = sum(motion.lengths(request.fps, request.lasts()))
    return _filmed(frames, size, request.fps, count, audio, report)


@provider.offers(
    Avatar,
    model="portrait",
    title="Animated portrait (offline)",
    seconds=lambda request, sources: (
        0.3 + 0.025 * _pixels(LINES[request.resolution], request.fps, (request.lasts(sources) or 5.0))
    ),
    lane="cpu",
)
async def speak(request: Avatar, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    audio = await ctx.open(request.audio) if request.audio else None
    marks = await ctx.open(request.mask) if request.mask else None
    ctx.say("A still portrait, warped by what is heard: no model has learnt this face.")
    yield await ctx.compute(spoken, request, image.data, audio and audio.data, marks and marks.data, span=(0.02, 0.97))


def spoken(request: Avatar, data: bytes, audio: bytes | None, marks: bytes | None, report: Report) -> Media:
    """In a worker process: the portrait speaking, as MP4. Frames are made one by one, in bounded memory."""
    pixels = picture.load(data, alpha=False, inside=4096)
    box = request.face
    face = avatar.find(pixels, (box.x, box.y, box.width, box.height) if box else None)
    if audio is None:
        audio = speech.read_out(request.script, request.voice)
    sound = film.listen(audio, film.RATE, most=LONGEST)
    height, width = pixels.shape[:2]
    size = motion.frame_size(width, height, LINES[request.resolution], "source")
    scale = max(size[0] / width, size[1] / height)
    shape = max(size[0], round(width * scale)), max(size[1], round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    plate = np.asarray(cv2.resize(pixels, shape, interpolation=how), np.uint8)
    left, top = (shape[0] - size[0]) // 2, (shape[1] - size[1]) // 2
    may = None
    if marks is not None:
        marked = mask.read(marks)
        mask.marked(marked)
        may = np.asarray(cv2.resize(marked, shape, interpolation=cv2.INTER_AREA), np.uint8)
    voice = film.listen(audio, avatar.VOICE_RATE, most=LONGEST)
    track = avatar.listen(voice, request.fps)
    count = len(track.open)
    frames = avatar.speak(
        plate,
        face.scaled(scale),
        track,
        request.fps,
        expressiveness=request.expressiveness,
        seed=request.seed or 0,
        mask=may,
    )
    writer = film.Writer(*size, request.fps, sound=film.fitted(sound, count / request.fps, film.RATE))
    for number, frame in enumerate(film.ahead(frames), 1):
        writer.add(frame[top : top + size[1], left : left + size[0]])
        report(number / count)
    silent = not track.open.any()
    return Media(writer.done(), "video/mp4", {"frames": count, "silent": silent})


def _grid_seconds(request: Relief | Turntable) -> float:
    return 0.6 + 7e-6 * request.grid**2


@provider.offers(
    Relief,
    model="relief",
    title="Relief (offline)",
    seconds=lambda request, sources: _grid_seconds(request) + 0.1 * megapixels(request, sources),
    lane="cpu",
)
async def shape(request: Relief, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    done = await ctx.compute(shaped, request, image.data)
    _advise(request, done.facts["confidence"], ctx)
    yield done


def _advise(request: Relief | Turntable, sure: float, ctx: Context) -> None:
    ctx.say("The depth was guessed from one picture: its front is a relief, and nothing is known of its back.")
    if request.subject and sure < 0.35:
        ctx.say("The subject did not stand out clearly. Remove the background first, and use that picture.")


def shaped(request: Relief, data: bytes) -> Media:
    """In a worker process: the relief as a binary glTF file."""
    pixels = picture.load(data, inside=2048)
    made, sure = relief.relief(
        pixels,
        grid=request.grid,
        strength=request.strength,
        back=request.back,
        subject=request.subject,
        texture=request.texture,
    )
    return Media(mesh.glb(made), "model/gltf-binary", {"confidence": round(sure, 3)})


@provider.offers(
    Turntable,
    model="relief",
    title="Relief on a turntable (offline)",
    seconds=lambda request, sources: (
        _grid_seconds(request)
        + (0.1 + 3e-6 * request.grid**2)
        * (LINES[request.resolution] / 480) ** 2
        * request.fps
        * request.seconds
        * (0.5 if request.swing == "sway" else 1.0)
    ),
    lane="cpu",
)
async def spin(request: Turntable, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    done = await ctx.compute(spun, request, image.data, span=(0.05, 0.97))
    _advise(request, done.facts["confidence"], ctx)
    yield done


def spun(request: Turntable, data: bytes, report: Report) -> Media:
    """In a worker process: the relief turning, as MP4."""
    pixels = picture.load(data, inside=2048)
    back: relief.Back = "mirrored" if request.swing == "round" else "flat"
    made, sure = relief.relief(pixels, grid=request.grid, strength=request.strength, back=back, subject=request.subject)
    side = LINES[request.resolution]
    count = max(1, round(request.fps * request.seconds))
    writer = film.Writer(side, side, request.fps)
    # Swaying, every side but the outermost is seen twice.
    drawn: dict[float, picture.Pixels] = {}
    for number in range(count):
        way = number / count
        turn = round(360 * way if request.swing == "round" else 42 * float(np.sin(2 * np.pi * way)), 6)
        shown = drawn.pop(turn) if turn in drawn else mesh.render(made, side, side, turn=turn)
        if request.swing == "sway":
            drawn[turn] = shown
        writer.add(shown)
        report((number + 1) / count)
    return Media(writer.done(), "video/mp4", {"confidence": round(sure, 3), "frames": count})
