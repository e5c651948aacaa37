"""The built-in engine against named peers, in the same run: upscaling, mending, filters, sizes, films.

Run it: `python -m bench engine`, or a part: `python -m bench.engine upscale`. Photos are scikit-image's own. Times are
the best of three; every line names its peer and the goal.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyvips
import skimage.filters
import skimage.transform
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from gesso.imaging import avatar, film, filters, inpaint, mesh, motion, picture, quality, relief, resize, thumb, upscale
from gesso.imaging.picture import Pixels
from tests.imaging.photos import photo

NAMES = ("astronaut", "coffee", "chelsea", "rocket", "brick")


def best(call: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def large() -> Pixels:
    """A photo of 12 megapixels: the astronaut and the cup beside each other, enlarged, with grain of its own."""
    both = np.hstack([photo("astronaut"), resize.cover(photo("coffee"), 171, 512)])
    made = resize.to(np.ascontiguousarray(both), 4000, 3000)
    grain = np.random.default_rng(1).normal(0, 3, made.shape)
    return np.asarray(np.clip(made + grain, 0, 255), np.uint8)


def bench_upscale() -> None:
    """PSNR, SSIM and edge sharpness (share of the truth's) at 4x and 2x, means over five photos."""
    for factor in (2, 4, 8):
        rows: dict[str, list[tuple[float, float, float]]] = {}
        taken = 0.0
        for name in NAMES:
            truth = photo(name)
            height, width = (side // factor * factor for side in truth.shape[:2])
            truth = np.ascontiguousarray(truth[:height, :width])
            small = np.asarray(cv2.resize(truth, (width // factor, height // factor), interpolation=cv2.INTER_AREA))
            small = np.asarray(small, np.uint8)
            begun = time.perf_counter()
            ours = upscale.enlarge(small, factor)
            taken += time.perf_counter() - begun
            made = {
                "ours": ours,
                "libvips lanczos3": np.asarray(pyvips.Image.new_from_array(small).resize(factor).numpy(), np.uint8),
                "OpenCV Lanczos4": np.asarray(
                    cv2.resize(small, (width, height), interpolation=cv2.INTER_LANCZOS4), np.uint8
                ),
            }
            for who, pixels in made.items():
                sharp = quality.sharpness(pixels) / quality.sharpness(truth)
                rows.setdefault(who, []).append((quality.psnr(pixels, truth), quality.ssim(pixels, truth), sharp))
        means = {who: np.mean(found, 0) for who, found in rows.items()}
        for who, (psnr, ssim, sharp) in means.items():
            print(f"  {factor}x {who:18} PSNR {psnr:6.2f} dB  SSIM {ssim:.4f}  edges {sharp:.2f} of the truth")
        gains = [means["ours"][0] - means[who][0] for who in ("libvips lanczos3", "OpenCV Lanczos4")]
        goal = "   (goals at 4x: +0.75 and +0.2)" if factor == 4 else ""
        print(f"  {factor}x ours - vips {gains[0]:+.2f} dB, - OpenCV {gains[1]:+.2f} dB{goal}; {taken:.2f} s in all")


def bench_inpaint() -> None:
    """Scratches over six photos: PSNR inside of the damage against Telea and Navier-Stokes (OpenCV)."""
    gains = []
    for name in (*NAMES, "gravel"):
        truth = photo(name)
        hole = np.zeros(truth.shape[:2], np.uint8)
        random = np.random.default_rng(5)
        for _ in range(18):
            x, y, dx, dy = random.integers(0, (truth.shape[1], truth.shape[0], 160, 160))
            cv2.line(hole, (int(x), int(y)), (int(x + dx - 80), int(y + dy - 80)), 255, 4)
        there = hole > 0

        def inside(made: Pixels, truth: Pixels = truth, there: np.ndarray = there) -> float:
            return float(10 * np.log10(255**2 / np.mean((made[there].astype(float) - truth[there]) ** 2)))

        damaged = truth.copy()
        damaged[there] = 255
        ours = inside(inpaint.fill(damaged, there, seed=1))
        telea = inside(np.asarray(cv2.inpaint(damaged, hole, 3, cv2.INPAINT_TELEA), np.uint8))
        stokes = inside(np.asarray(cv2.inpaint(damaged, hole, 3, cv2.INPAINT_NS), np.uint8))
        gains.append(ours - telea)
        print(f"  {name:10} ours {ours:5.2f} dB   Telea {telea:5.2f}   Navier-Stokes {stokes:5.2f}")
    print(f"  ours - Telea: {np.mean(gains):+.2f} dB in the mean (goal: +0.9)")


def bench_filters() -> None:
    """12 filters at 12 megapixels against how Pillow or scikit-image does the same."""
    pixels = large()
    image = Image.fromarray(pixels)
    grey = np.asarray(ImageOps.grayscale(image))
    unit = pixels.astype(np.float32) / 255

    def sepia() -> object:
        return ImageOps.colorize(ImageOps.grayscale(image), (33, 19, 11), (255, 238, 201))

    def vignette() -> object:
        y, x = np.mgrid[-1:1:3000j, -1:1:4000j]
        return (unit * (1 - 0.5 * np.clip(np.hypot(x, y) - 0.4, 0, 1))[..., None] * 255).astype(np.uint8)

    def vivid() -> object:
        return ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(1.5)).enhance(1.2)

    def grain() -> object:
        noise = Image.effect_noise(image.size, 40).convert("RGB")
        return Image.blend(image, noise, 0.1)

    farid: Any = skimage.filters.farid
    swirl: Any = skimage.transform.swirl
    pairs: dict[str, tuple[str, str, Callable[[], object]]] = {
        "mono": ("mono", "Pillow grayscale", lambda: ImageOps.grayscale(image).convert("RGB")),
        "sepia": ("sepia", "Pillow colorize", sepia),
        "invert": ("invert", "Pillow invert", lambda: ImageOps.invert(image)),
        "vivid": ("vivid", "Pillow Color and Contrast", vivid),
        "posterize": ("posterize levels=8", "Pillow posterize", lambda: ImageOps.posterize(image, 3)),
        "blur": ("gaussian radius=0.01", "Pillow GaussianBlur", lambda: image.filter(ImageFilter.GaussianBlur(30))),
        "sharpen": ("sharpen radius=0.001", "Pillow UnsharpMask", lambda: image.filter(ImageFilter.UnsharpMask(3))),
        "emboss": ("emboss", "scikit-image farid", lambda: farid(grey)),
        "swirl": ("swirl", "scikit-image swirl", lambda: swirl(unit, strength=2, radius=1300)),
        "vignette": ("vignette", "numpy", vignette),
        "grain": ("grain", "Pillow noise and blend", grain),
        "oil": ("oil", "Pillow ModeFilter(9)", lambda: image.filter(ImageFilter.ModeFilter(9))),
    }  # fmt: skip
    faster = 0
    for name, (chain, peer, theirs) in pairs.items():
        links = filters.read(chain)
        ours = best(lambda links=links: filters.apply(pixels, links), 2)  # type: ignore[misc]
        other = best(theirs, 1)
        faster += other > ours
        print(f"  {name:10} {ours * 1000:7.0f} ms   {peer:24} {other * 1000:8.0f} ms   {other / ours:6.1f}x")
    print(f"  {faster} of {len(pairs)} are faster than their peer (goal: all)")


SIZES = (
    (1080, 1080), (1080, 1350), (1080, 1920), (1200, 630), (1200, 675), (1600, 900), (820, 312), (1500, 500),
    (1584, 396), (1000, 1500), (1280, 720), (2560, 1440), (400, 400), (180, 180), (320, 320), (1080, 566),
    (1920, 1080), (800, 800), (600, 314), (1024, 512),
)  # fmt: skip


def bench_sizes() -> None:
    """One 12-megapixel JPEG to 20 social sizes, each cropped and saved, against the straightforward Pillow script."""
    data = picture.jpeg(large(), quality=90)

    def ours() -> None:
        # Decoded once, no larger than the largest size needs.
        facts = picture.inspect(data)
        most = max(resize.covering(facts.width, facts.height, *size) for size in SIZES)
        view = picture.load(data, inside=most)
        for width, height in SIZES:
            picture.jpeg(resize.cover(view, width, height), quality=85)

    def script() -> None:
        for width, height in SIZES:
            with Image.open(io.BytesIO(data)) as file:
                ImageOps.fit(file.convert("RGB"), (width, height), Image.Resampling.LANCZOS).save(
                    io.BytesIO(), "JPEG", quality=85
                )

    mine, theirs = best(ours), best(script, 1)
    print(f"  ours {mine:.2f} s   Pillow, opened for each size {theirs:.2f} s   {theirs / mine:.1f}x (goal: 4x)")
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(data)
        file.flush()
        other = sharp(file.name)
        peaks = [peak(which, file.name) for which in ("ours", "script")]
    print(
        f"  sharp, decoding once {other:.2f} s: ours takes {mine / other:.2f} of it (goal: at most 1.2)"
        if other
        else "  sharp could not be fetched"
    )
    print(f"  peak memory: ours {peaks[0]:.0f} MB, Pillow {peaks[1]:.0f} MB (goal: at most Pillow's + 60)")


SHARP = """
const sharp = require("sharp"), fs = require("fs");
const [file, json] = process.argv.slice(1), data = fs.readFileSync(file), sizes = JSON.parse(json);
async function once() {
  const most = Math.max(...sizes.map(([w, h]) => Math.max(w / 4000, h / 3000)));
  const decoded = sharp(data).resize(Math.ceil(4000 * most)).raw();
  const { data: raw, info } = await decoded.toBuffer({ resolveWithObject: true });
  for (const [width, height] of sizes)
    await sharp(raw, { raw: info }).resize(width, height, { fit: "cover" }).jpeg({ quality: 85 }).toBuffer();
}
(async () => {
  let best = Infinity;
  for (let turn = 0; turn < 4; turn++) {
    const start = performance.now();
    await once();
    best = Math.min(best, performance.now() - start);
  }
  console.log(best / 1000);
})();
"""


def sharp(path: str) -> float | None:
    """Seconds that sharp takes to make the sizes from one decode; None where npm cannot fetch it."""
    with tempfile.TemporaryDirectory() as folder:
        got = subprocess.run(["npm", "install", "--silent", "--prefix", folder, "sharp"], capture_output=True)
        if got.returncode:
            return None
        asked = ["node", "-e", SHARP, path, json.dumps(SIZES)]
        done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=folder)
        return float(done.stdout)


def peak(which: str, path: str) -> float:
    """The most memory that a process of its own takes for it, in MB."""
    asked = [sys.executable, "-m", "bench.engine", "--peak", which, path]
    return float(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()[-1])


def bench_thumb() -> None:
    """A thumbnail of a 12-megapixel JPEG against Pillow's way of decoding it whole and resizing it."""
    data = picture.jpeg(large(), quality=90)

    def decode() -> None:
        with Image.open(io.BytesIO(data)) as file:
            file.load()

    def thumbnail() -> None:
        picture.webp(picture.load(data, inside=256))

    def script() -> None:
        with Image.open(io.BytesIO(data)) as file:
            file.load()
            file.resize((256, 192), Image.Resampling.LANCZOS).save(io.BytesIO(), "WEBP", quality=80)

    def scaled() -> None:
        with Image.open(io.BytesIO(data)) as file:
            file.draft("RGB", (256, 192))
            file.load()

    small, theirs, floor, bare = (best(way) for way in (thumbnail, script, scaled, decode))
    print(
        f"  a thumbnail {small * 1000:.0f} ms, Pillow's whole {theirs * 1000:.0f} ms: {small / theirs:.2f} (goal: 0.25)"
    )
    print(
        f"  of Pillow's decode alone, {bare * 1000:.0f} ms: {small / bare:.2f}, where libjpeg's own scaled decode, "
        f"the least that any way takes, is {floor / bare:.2f}"
    )
    whole = best(lambda: thumb.derive(data))
    print(f"  both thumbnails, preview, hash and what is seen: {whole * 1000:.0f} ms")


def bench_film() -> None:
    """5 s of 720p camera move with sound; 60 s of avatar and its memory."""
    pixels = resize.to(photo("coffee"), 1920, 1280)
    seconds = np.arange(5 * film.RATE) / film.RATE
    sound = np.asarray(0.3 * np.sin(2 * np.pi * 220 * seconds), np.float32)

    def move(parallax: float) -> None:
        writer = film.Writer(1280, 720, 30, sound=sound)
        for frame in film.ahead(motion.travel(pixels, (1280, 720), 30, 5, motion.Shot(parallax=parallax))):
            writer.add(frame)
        writer.done()

    for parallax in (0.0, 0.5):
        print(f"  5 s at 720p, parallax {parallax}: {best(lambda p=parallax: move(p), 2):.2f} s (goal: 2)")  # type: ignore[misc]
    portrait = photo("astronaut")
    face = avatar.find(portrait)
    voice = np.asarray(
        0.3 * np.sin(2 * np.pi * 180 * np.arange(60 * avatar.VOICE_RATE) / avatar.VOICE_RATE), np.float32
    )
    tracemalloc.start()
    begun = time.perf_counter()
    writer = film.Writer(512, 512, 24)
    for frame in avatar.speak(portrait, face, avatar.listen(voice, 24), 24):
        writer.add(frame)
    writer.done()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"  60 s of avatar: {time.perf_counter() - begun:.1f} s, at most {most / 1e6:.0f} MB of pictures at once")
    body, _ = relief.relief(portrait, grid=256)
    print(f"  a relief of {len(body.faces):,} triangles: {best(lambda: mesh.glb(body)) * 1000:.0f} ms as GLB")


PARTS: dict[str, Callable[[], None]] = {
    "upscale": bench_upscale,
    "inpaint": bench_inpaint,
    "filters": bench_filters,
    "sizes": bench_sizes,
    "thumb": bench_thumb,
    "film": bench_film,
}


def _memory(which: str, path: str) -> None:
    data = Path(path).read_bytes()
    if which == "ours":
        facts = picture.inspect(data)
        view = picture.load(data, inside=max(resize.covering(facts.width, facts.height, *size) for size in SIZES))
        for width, height in SIZES:
            picture.jpeg(resize.cover(view, width, height), quality=85)
    else:
        for width, height in SIZES:
            with Image.open(io.BytesIO(data)) as file:
                made = ImageOps.fit(file.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
                made.save(io.BytesIO(), "JPEG", quality=85)
    # Of this program alone: getrusage would remember the one that started it.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.engine")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--peak", nargs=2)
    told = parser.parse_args()
    if told.peak:
        _memory(*told.peak)
        return
    cv2.setNumThreads(1)
    for name in told.parts or PARTS:
        print(f"-- {name}: {(PARTS[name].__doc__ or '').strip()}")
        PARTS[name]()


if __name__ == "__main__":
    main()
