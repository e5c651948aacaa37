"""Pictures in and out: what is kept, what is refused, and how small a file becomes."""

import io
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image

from gesso.imaging import encode, picture, quality
from gesso.kit.errors import Failed
from tests.imaging.photos import photo

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'


def file(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def camera_photo() -> bytes:
    """A JPEG lying on its side, that says where and with what it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Lens & Co"
    exif[ExifTags.Base.Copyright] = "Ada"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return file(Image.fromarray(photo("coffee")[:200, :300]), "JPEG", quality=92, exif=exif, xmp=XMP)


@pytest.mark.parametrize("format", encode.TYPES)
def test_every_format_is_written_and_read_again(format: encode.Format) -> None:
    pixels = photo("astronaut")[:120, :160]
    data = encode.still(pixels, format, level=90)
    assert picture.sniff(data[: picture.HEAD]) == encode.TYPES[format]
    assert data == encode.still(pixels, format, level=90)
    again = picture.load(data)
    assert again.shape == pixels.shape
    assert quality.psnr(again, pixels) > (98 if format in ("png", "tiff") else 26)


@pytest.mark.parametrize("format", ["png", "webp", "avif", "tiff", "gif"])
def test_transparency_stays(format: encode.Format) -> None:
    pixels = np.dstack([photo("coffee")[:90, :120], np.full((90, 120), 255, np.uint8)])
    pixels[:, :40, 3] = 0
    again = picture.load(encode.still(pixels, format))
    assert again.shape[2] == 4
    assert (again[:, :36, 3] < 8).all()
    assert (again[:, 44:, 3] > 247).all()


def test_a_heic_photo_is_read_with_its_colours_and_its_transparency() -> None:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(photo("coffee")[:201, :301])).save(out, quality=90)
    facts = picture.check(out.getvalue())
    assert (facts.type, facts.width, facts.height, facts.alpha) == ("image/heic", 301, 201, False)
    assert quality.psnr(picture.load(out.getvalue()), photo("coffee")[:201, :301]) > 32
    assert picture.load(out.getvalue(), inside=100).shape == (67, 100, 3)
    clear = np.dstack([photo("coffee")[:64, :64], np.zeros((64, 64), np.uint8)])
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(clear)).save(out, quality=90)
    assert picture.inspect(out.getvalue()).alpha
    assert (picture.load(out.getvalue())[..., 3] == 0).all()


def test_a_heic_photo_that_is_cut_off_or_broken_is_refused() -> None:
    from gesso.kit.errors import BadMedia

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(photo("coffee")[:200, :300])).save(out, quality=90)
    data = out.getvalue()
    for broken in (data[:40], data[: len(data) // 2], data[:200] + bytes(200)):
        with pytest.raises(BadMedia):
            picture.check(broken)


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif", "tiff"])
def test_metadata_is_kept_without_the_place_or_stripped_as_asked_and_reported(format: encode.Format) -> None:
    source = camera_photo()
    upright = picture.load(source).shape
    for keep in ("all", "safe", "none"):
        made = encode.convert(source, format, keep=keep, level=90)
        with Image.open(io.BytesIO(made.data)) as again:
            exif = again.getexif()
            assert exif.get(ExifTags.Base.Orientation, 1) == 1
            assert (
                (ExifTags.IFD.GPSInfo in exif)
                == ("location" in made.facts["kept"])
                == (keep == "all" and format != "tiff")
            )
            assert (ExifTags.Base.Make in exif) == (keep == "all")
            assert exif.get(ExifTags.Base.Copyright) == (None if keep == "none" else "Ada")
            assert bool(again.info.get("xmp")) == ("xmp" in made.facts["kept"])
        assert picture.load(made.data).shape == upright
        assert set(made.facts["kept"]) | set(made.facts["dropped"]) == {"exif", "xmp", "location"}
        assert set(made.facts["kept"]) & set(made.facts["dropped"]) == set()


def test_an_animation_stays_one_where_the_format_can_and_says_so_where_it_cannot() -> None:
    frames = [Image.fromarray(np.full((40, 60, 3), level, np.uint8)) for level in (30, 120, 220)]
    moving = file(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=2)
    webp = encode.convert(moving, "webp")
    assert picture.inspect(webp.data).pages == 3
    with Image.open(io.BytesIO(webp.data)) as again:
        # A GIF counts how often it starts again, a WebP how often it plays.
        assert (again.n_frames, again.info["loop"]) == (3, 3)  # type: ignore[attr-defined]
    smaller = encode.convert(moving, "gif", size=(30, 20))
    facts = picture.inspect(smaller.data)
    assert (facts.pages, facts.width, facts.height) == (3, 30, 20)
    assert encode.convert(moving, "jpeg").facts["frames_dropped"] == 2


def test_what_is_lost_is_said() -> None:
    clear = np.dstack([photo("coffee")[:50, :50], np.zeros((50, 50), np.uint8)])
    made = encode.convert(picture.png(clear), "jpeg", ground=(255, 0, 0))
    assert made.facts["flattened"]
    assert (picture.load(made.data)[25, 25] > (240, -1, -1)).all()
    deep = file(Image.fromarray(np.full((20, 20), 40_000, np.uint16)), "PNG")
    assert encode.convert(deep, "tiff").facts["depth"] == "16 → 8"


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif", "gif"])
def test_a_target_is_met_with_the_best_quality_that_fits(format: encode.Format) -> None:
    source = picture.png(photo("coffee"))
    for most in (60_000, 25_000):
        made = encode.compress(source, format, most=most)
        assert len(made.data) <= most
        assert made.facts["bytes"] == len(made.data)
        assert 0.4 < made.facts["ssim"] <= 1
        assert len(made.data) > 0.5 * most  # no smaller than it has to be
    fine = encode.compress(source, format, most=200_000)
    assert fine.facts["ssim"] >= made.facts["ssim"]


def test_a_photo_with_grain_is_written_in_every_quality() -> None:
    # Its JPEG has more bytes than pixels.
    grain = np.clip(128 + 40 * np.random.default_rng(3).standard_normal((300, 400, 3)), 0, 255).astype(np.uint8)
    for level in (88, 93, 100):
        data = encode.still(grain, "jpeg", level=level)
        assert len(data) > 300 * 400
        assert quality.psnr(picture.load(data), grain) > 26
    made = encode.compress(picture.png(grain), "jpeg", most=170_000)
    assert 120_000 < len(made.data) <= 170_000


def test_what_a_jpeg_has_no_room_for_is_left_out_and_told() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "a" * 70_000
    long = XMP.replace(b"/></x", b"/>" + b" " * 70_000 + b"</x")
    source = file(Image.fromarray(photo("coffee")[:40, :60]), "WEBP", exif=exif, xmp=long)
    made = encode.convert(source, "jpeg", keep="all")
    assert (made.facts["kept"], made.facts["dropped"]) == ([], ["exif", "xmp"])
    assert picture.told(made.data) == (Image.Exif(), b"")
    assert encode.convert(source, "png", keep="all").facts["kept"] == ["exif", "xmp"]


def test_a_file_is_never_made_larger() -> None:
    source = picture.jpeg(photo("coffee"), quality=70)
    for most in (None, 10_000_000):
        made = encode.compress(source, "jpeg", most=most, level=95)
        assert (made.data, made.facts["as_it_was"]) == (source, True)
    # Where something has to go, the file is written anew.
    assert encode.compress(camera_photo(), "jpeg", keep="none").facts["dropped"] == ["exif", "xmp", "location"]


def test_what_a_heic_photo_says_is_kept_or_stripped_too() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Copyright] = "Ada"
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(photo("coffee")[:64, :64])).save(out, quality=80, exif=exif.tobytes())
    kept = encode.convert(out.getvalue(), "jpeg")
    with Image.open(io.BytesIO(kept.data)) as again:
        assert again.getexif()[ExifTags.Base.Copyright] == "Ada"
    assert encode.convert(out.getvalue(), "jpeg", keep="none").facts["dropped"] == ["exif"]


def test_a_target_that_cannot_be_met_is_a_clear_report() -> None:
    source = picture.png(photo("coffee"))
    with pytest.raises(Failed, match=r"does not fit into 2 kB.*smallest that is allowed has \d+ kB.*smaller in pixels"):
        encode.compress(source, "jpeg", most=2_000, smaller=False)
    assert encode.compress(source, "jpeg", most=8_000, smaller=True).facts["scale"] < 1


def test_what_an_encoder_says_is_the_end_of_it_and_a_clear_error() -> None:
    with pytest.raises(Failed, match=r"could not be written as JPEG: .*Choose another"):
        picture.saved(Image.new("RGB", (70_000, 1)), "JPEG")
    with pytest.raises(Failed, match="could not be written as JPEG"):
        picture.jpeg(photo("coffee")[:8, :8].copy(), exif=b"Exif\0\0" + bytes(70_000))
