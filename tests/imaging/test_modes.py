"""Files of every mode and every movement: what goes in comes out, as another decoder sees it."""

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw

from gesso.imaging import encode, picture, quality, reel
from gesso.kit.errors import BadMedia, Failed, TooLarge
from tests.imaging.photos import photo

STILL: tuple[encode.Format, ...] = ("jpeg", "png", "webp", "avif", "gif", "tiff")
MOVING: tuple[encode.Format, ...] = ("gif", "webp", "png", "avif")
TIMES = (40, 250, 110, 600)


def file(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def seen(data: bytes) -> NDArray[np.uint8]:
    """As Pillow reads it, laid on white."""
    with Image.open(io.BytesIO(data)) as found:
        whole = Image.new("RGBA", found.size, "white")
        whole.alpha_composite(found.convert("RGBA"))
        return np.asarray(whole.convert("RGB"))


def sources() -> dict[str, bytes]:
    """One file of each mode that a picture can have."""
    colour = Image.fromarray(photo("coffee")[:120, :160])
    few = colour.quantize(20)
    clear = Image.fromarray(np.dstack([photo("coffee")[:120, :160], np.full((120, 160), 255, np.uint8)]))
    clear.paste((0, 0, 0, 0), (20, 20, 90, 60))
    cut = Image.fromarray(np.asarray(clear))
    cut.paste((200, 30, 30, 128), (100, 70, 150, 110))
    hole = few.copy()
    hole.paste(3, (10, 10, 40, 40))
    deep = (photo("coffee")[:120, :160, 0].astype(np.uint16) << 8) + 77
    p3 = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    heic = io.BytesIO()
    pillow_heif.from_pillow(colour).save(heic, quality=95)
    lying = Image.Exif()
    lying[0x0112] = 6
    return {
        "black and white": file(colour.convert("1"), "PNG"),
        "fax": file(colour.convert("1"), "TIFF", compression="group4"),
        "grey": file(colour.convert("L"), "JPEG", quality=95),
        "grey with alpha": file(clear.convert("LA"), "PNG"),
        "palette": file(few, "PNG"),
        "palette with a hole": file(hole, "PNG", transparency=3),
        "gif": file(hole, "GIF", transparency=3),
        "cmyk": file(colour.convert("CMYK"), "JPEG", quality=95),
        "cmyk tiff": file(colour.convert("CMYK"), "TIFF"),
        "16 bits": file(Image.fromarray(deep), "PNG"),
        "alpha": file(cut, "PNG"),
        "webp": file(cut, "WEBP", lossless=True),
        "avif": file(colour, "AVIF", quality=95),
        "profile": file(colour, "JPEG", quality=95, icc_profile=p3),
        "lying": file(colour, "JPEG", quality=95, exif=lying),
        "heic": heic.getvalue(),
        "bmp": file(colour, "BMP"),
    }


@pytest.mark.parametrize("name", sources())
def test_a_picture_of_any_mode_becomes_any_format(name: str) -> None:
    source = sources()[name]
    truth = picture.flat(picture.load(source))
    for format in STILL:
        made = encode.convert(source, format, level=95)
        assert picture.sniff(made.data[: picture.HEAD]) == encode.TYPES[format] == made.type
        again = seen(made.data)
        assert again.shape == truth.shape, format
        least = {"png": 60, "tiff": 60, "gif": 24}.get(format, 28)
        if format == "gif" and ("alpha" in name or name == "webp"):
            least = 12  # half transparent is all or nothing there
        assert quality.psnr(again, truth) > least, format
        assert made.data == encode.convert(source, format, level=95).data


def test_few_colours_are_stored_as_few_and_every_one_of_them_stays() -> None:
    drawing = Image.new("RGBA", (400, 300), (255, 255, 255, 255))
    pen = ImageDraw.Draw(drawing)
    for number in range(60):
        pen.line((number * 7, 0, 400 - number * 3, 300), fill=(number * 4, 90, 255 - number * 4, 255), width=3)
    pen.ellipse((150, 90, 260, 200), fill=(0, 0, 0, 0))
    whole = np.asarray(drawing)
    png = encode.convert(file(drawing, "PNG"), "png", level=100)
    with Image.open(io.BytesIO(encode.still(whole, "png"))) as found:
        assert found.mode == "P"
        np.testing.assert_array_equal(np.asarray(found.convert("RGBA"))[..., 3], whole[..., 3])
        np.testing.assert_array_equal(seen(encode.still(whole, "png")), picture.flat(whole))
    np.testing.assert_array_equal(seen(encode.still(whole, "gif")), picture.flat(whole))
    assert len(encode.still(whole, "png")) < len(picture.png(whole, level=9))
    assert len(png.data) <= len(file(drawing, "PNG"))
    one = np.where(photo("coffee")[:80, :80, :1] > 120, 255, 0).astype(np.uint8).repeat(3, axis=2)
    for format, mode in (("png", "1"), ("tiff", "1"), ("jpeg", "L")):
        with Image.open(io.BytesIO(encode.still(one, format))) as found:  # type: ignore[arg-type]
            assert found.mode == mode


def test_coloured_edges_keep_their_colours_and_photos_the_smaller_file() -> None:
    words = Image.new("RGB", (300, 200), (255, 255, 255))
    pen = ImageDraw.Draw(words)
    for row in range(0, 200, 8):
        pen.line((0, row, 300, row + 5), fill=(255, 0, 0) if row % 16 else (0, 0, 255))
    for pixels, sampling in ((np.asarray(words), 0), (photo("coffee"), 2)):
        with Image.open(io.BytesIO(encode.still(pixels, "jpeg", level=80))) as found:
            from PIL import JpegImagePlugin

            assert JpegImagePlugin.get_sampling(found) == sampling
            assert found.info.get("progressive")


@pytest.mark.parametrize("format", ["webp", "avif", "png", "tiff"])
def test_lossless_is_without_loss(format: encode.Format) -> None:
    pixels = np.dstack([photo("astronaut")[:90, :120], np.tile(np.linspace(1, 255, 120), (90, 1)).astype(np.uint8)])
    made = encode.convert(picture.png(pixels), format, lossless=True)
    with Image.open(io.BytesIO(made.data)) as found:
        np.testing.assert_array_equal(np.asarray(found.convert("RGBA")), pixels)


def test_sixteen_bits_stay_where_there_is_room_for_them_and_are_said_to_be_lost_else() -> None:
    deep = (photo("coffee")[:60, :80].astype(np.uint16) << 8) + 77
    ok, data = cv2.imencode(".png", deep[..., ::-1])
    assert ok
    for format in ("png", "tiff"):
        made = encode.convert(data.tobytes(), format, deep=True)
        again = cv2.imdecode(np.frombuffer(made.data, np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(np.asarray(again)[..., ::-1], deep)
        assert "depth" not in made.facts
        small = encode.convert(data.tobytes(), format, deep=True, size=(40, 30))
        assert np.asarray(cv2.imdecode(np.frombuffer(small.data, np.uint8), cv2.IMREAD_UNCHANGED)).shape == (30, 40, 3)
    assert encode.convert(data.tobytes(), "webp", deep=True).facts["depth"] == "16 → 8"


def test_a_profile_is_carried_out_or_carried_along() -> None:
    import pyvips

    image = pyvips.Image.new_from_array(photo("coffee")[:60, :80], interpretation="srgb")
    wide = image.icc_transform("p3", input_profile="srgb").jpegsave_buffer(Q=98, profile="p3")
    numbers = np.asarray(Image.open(io.BytesIO(wide)).convert("RGB"))
    for format in ("jpeg", "png", "webp", "avif", "tiff"):
        plain = encode.convert(wide, format, level=95)
        assert quality.psnr(picture.load(plain.data), photo("coffee")[:60, :80]) > 27
        with Image.open(io.BytesIO(plain.data)) as found:
            assert not found.info.get("icc_profile")
        own = encode.convert(wide, format, level=95, profile=True)
        with Image.open(io.BytesIO(own.data)) as found:
            assert found.info["icc_profile"] == picture.profile(wide)
            assert quality.psnr(np.asarray(found.convert("RGB")), numbers) > 29
        assert own.facts.get("profile") or own.facts.get("as_it_was")


def frames(clear: bool = False) -> list[Image.Image]:
    ground = Image.fromarray(photo("coffee")[:80, :120]).convert("RGBA" if clear else "RGB")
    found = []
    for number in range(len(TIMES)):
        one = ground.copy()
        one.paste((255, 0, 0), (10 + number * 20, 20, 30 + number * 20, 50))
        if clear:
            one.paste((0, 0, 0, 0), (0, 0, 30, 20 + number * 5))
        found.append(one)
    return found


def animation(kind: encode.Format, clear: bool = False) -> bytes:
    first, *rest = frames(clear)
    more: dict[str, Any] = {"gif": {"disposal": 2, "loop": 2}, "avif": {"quality": 95}}.get(kind, {"loop": 3})
    return file(first, kind.upper(), save_all=True, append_images=rest, duration=list(TIMES), **more)


@pytest.mark.parametrize("format", MOVING)
@pytest.mark.parametrize("kind", MOVING)
def test_an_animation_keeps_its_frames_its_times_and_its_loops(kind: encode.Format, format: encode.Format) -> None:
    for clear in (False, True):
        source = animation(kind, clear)
        made = encode.convert(source, format, level=95)
        with Image.open(io.BytesIO(made.data)) as found:
            shown, times = [], []
            for number in range(found.n_frames):  # type: ignore[attr-defined]
                found.seek(number)
                shown.append(found.convert("RGBA"))
                times.append(round(found.info["duration"]))
            # An AVIF, as Pillow writes it, does not say how often it plays.
            plays = {"gif": 2, "avif": None}.get(format, 3)
            if kind != "avif" and format != "avif":
                assert found.info.get("loop") == plays
        assert tuple(times) == TIMES
        assert made.facts["frames"] == len(TIMES)
        for number, (one, truth) in enumerate(zip(shown, frames(clear), strict=True)):
            pair = [np.asarray(frame.convert("RGBA")) for frame in (one, truth)]
            assert quality.psnr(picture.flat(pair[0]), picture.flat(pair[1])) > 21, number
            if clear:
                assert pair[0][5, 5, 3] < 8 < 248 < pair[0][70, 60, 3]
        still = encode.convert(source, format, moving=False)
        assert picture.inspect(still.data).pages == 1
        assert still.facts["frames_dropped"] == len(TIMES) - 1


@pytest.mark.parametrize("format", MOVING)
def test_an_animation_fits_into_a_target_in_fewer_colours_pixels_or_frames_and_says_so(format: encode.Format) -> None:
    first, *rest = [Image.fromarray(np.roll(photo("astronaut")[:160, :160], 9 * step, 1)) for step in range(6)]
    source = file(first, "WEBP", save_all=True, append_images=rest, duration=100, quality=90)
    for most in (30_000, 6_000):
        made = encode.compress(source, format, most=most)
        facts = picture.check(made.data)
        assert len(made.data) == made.facts["bytes"] <= most
        assert facts.pages == made.facts["frames"] > 1
        assert max(facts.width, facts.height) == round(160 * made.facts["scale"])
        assert sum(reel.read(made.data, facts).times) == 600
        assert 0.3 < made.facts["ssim"] <= 1
        assert made.data == encode.compress(source, format, most=most).data
    with pytest.raises(Failed):
        encode.compress(source, format, most=600, smaller=False)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_hostile_animations_end_in_a_word() -> None:
    apng = animation("png")
    at = apng.index(b"acTL") - 4
    lies = apng[:at] + chunk(b"acTL", struct.pack(">II", 3_000_000_000, 0)) + apng[at + 20 :]
    with pytest.raises(TooLarge):
        encode.convert(lies, "gif")
    many = apng[:at] + chunk(b"acTL", struct.pack(">II", 4001, 0)) + apng[at + 20 :]
    with pytest.raises(TooLarge):
        encode.convert(many, "gif")
    more = apng[:at] + chunk(b"acTL", struct.pack(">II", 40, 0)) + apng[at + 20 :]
    for broken in (more, apng[: len(apng) // 2], animation("webp")[:-900], animation("avif")[:-900]):
        with pytest.raises(BadMedia):
            encode.convert(broken, "gif")
    with pytest.raises(TooLarge):
        encode.convert(picture.png(photo("coffee")), "png", size=(60_000, 60_000))


def test_a_picture_is_enlarged_where_that_is_asked_for() -> None:
    made = encode.convert(picture.png(photo("coffee")[:50, :60]), "png", size=(180, 150))
    assert picture.load(made.data).shape == (150, 180, 3)
