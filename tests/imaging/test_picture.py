"""What strangers upload, and what the studio makes of it."""

import contextlib
import io
import logging
import re
import struct
import subprocess
import sys
import textwrap
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from skimage import data

from gesso.imaging import picture
from gesso.imaging.picture import Facts, Pixels
from gesso.kit.errors import BadMedia, GessoError, TooLarge

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def photo(name: str) -> Pixels:
    return np.asarray(getattr(data, name)(), np.uint8)


ASTRONAUT = photo("astronaut")[60:188, 150:246]


def encoded(pixels: Pixels | Image.Image, format: str, **options: Any) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[274] = orientation
    return exif


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, pixels: bytes, *extra: bytes) -> bytes:
    """A grey PNG whose header claims a size; `pixels` is the compressed data, whatever it holds."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return PNG_SIGNATURE + header + b"".join(extra) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    """`size` zero bytes (whole megabytes), compressed: after a full flush every megabyte looks the same."""
    deflate = zlib.compressobj(9)
    head = deflate.compress(b"") + deflate.flush(zlib.Z_FULL_FLUSH)
    block = deflate.compress(bytes(1_000_000)) + deflate.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack(">I", size % 65_521 << 16 | 1)
    return head + block * (size // 1_000_000) + b"\x03\x00" + checksum


def animation(format: str, **options: Any) -> bytes:
    frames = [Image.fromarray(np.roll(ASTRONAUT, 30 * step, axis=1)) for step in range(4)]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], **options)


def matrix_profile(primaries: NDArray[np.float64], gamma: float) -> bytes:
    """A version 2 ICC display profile: columns of `primaries` are the D50 XYZ of red, green and blue."""

    def xyz(values: NDArray[np.float64]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(float(value) * 65536) for value in values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    words = b"Test\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + bytes(79),
        b"cprt": b"text\0\0\0\0" + words + bytes(3),
        b"wtpt": xyz(np.array([0.9642, 1.0, 0.8249])),
        b"rXYZ": xyz(primaries[:, 0]),
        b"gXYZ": xyz(primaries[:, 1]),
        b"bXYZ": xyz(primaries[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content
    size = at + len(body)
    header = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    header = header.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + body


# The primaries adapted to D50, as Bruce Lindbloom tabulates them (http://www.brucelindbloom.com).
ADOBE_RGB = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]], np.float64
)
DISPLAY_P3 = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]], np.float64
)
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]], np.float64)


def in_srgb(rgb: tuple[int, int, int], primaries: NDArray[np.float64], gamma: float) -> NDArray[np.float64]:
    """The colour by IEC 61966-2-1: linear light, to XYZ, to linear sRGB, to its transfer curve."""
    linear = np.linalg.solve(SRGB, primaries @ (np.array(rgb) / 255) ** gamma)
    linear = np.clip(linear, 0, 1)
    return np.asarray(
        255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055), np.float64
    )


# -------------------------------------------------------------------------------------------------- sniffing


@pytest.mark.parametrize(
    ("format", "kind"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("AVIF", "image/avif"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("ICO", "image/vnd.microsoft.icon"),
        ("JPEG2000", "image/jp2"),
        ("PDF", "application/pdf"),
    ],
)
def test_each_format_is_told_from_its_first_bytes(format: str, kind: str) -> None:
    assert picture.sniff(encoded(ASTRONAUT, format)[: picture.HEAD]) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video/mp4"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a tree -->\n<svg/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "image/svg+xml"),
        (b"<x:svg xmlns:x='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\n <!doctype html><title>Hi</title>", "text/html"),
        (b"<!-- hidden --><script>alert(1)</script>", "text/html"),
        (b"<?xml version='1.0'?><feed/>", "application/xml"),
        ("Grüße aus Köln".encode(), "text/plain"),
        (("x" * 4095 + "é").encode()[:4096], "text/plain"),
        (b"BM is how this sentence starts.", "text/plain"),
        (b"\x00\x01\x02\x03", None),
        (b"\xe9", None),
        (b"", None),
    ],
)
def test_what_is_no_picture_is_told_too(head: bytes, kind: str | None) -> None:
    assert picture.sniff(head) == kind


def test_sniffing_a_head_full_of_unfinished_declarations_takes_no_time() -> None:
    begun = time.perf_counter()
    picture.sniff(b"<?a?>" * 800 + b"<!--" * 20)
    assert time.perf_counter() - begun < 0.2


# ---------------------------------------------------------------------------------------------------- facts


def test_the_header_of_a_photo_gives_its_facts() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = encoded(ASTRONAUT, "JPEG", exif=turned(6), icc_profile=profile)
    assert picture.inspect(file) == Facts(
        type="image/jpeg",
        width=128,
        height=96,
        pages=1,
        alpha=False,
        bits=8,
        space="srgb",
        icc=True,
        orientation=6,
    )


@pytest.mark.parametrize(
    ("format", "options"),
    [("GIF", {}), ("WEBP", {}), ("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})],
)
def test_the_frames_of_an_animation_and_the_pages_of_a_document_are_counted(
    format: str, options: dict[str, Any]
) -> None:
    file = animation(format, **options)
    assert picture.check(file).pages == 4
    np.testing.assert_allclose(picture.load(file).astype(int), ASTRONAUT, atol=90)
    assert np.abs(picture.load(file).astype(int) - ASTRONAUT).mean() < 6


def test_the_still_of_a_moving_avif_is_read() -> None:
    file = animation("AVIF")
    assert picture.check(file).pages == 4
    assert np.abs(picture.load(file).astype(int) - ASTRONAUT).mean() < 6


def test_bytes_and_path_give_the_same_and_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    for shade in (40, 200):
        file = encoded(np.full((5, 7, 3), shade, np.uint8), "PNG")
        path.write_bytes(file)
        assert picture.inspect(path) == picture.inspect(file)
        np.testing.assert_array_equal(picture.load(path), picture.load(file))
        assert picture.load(path)[0, 0, 0] == shade


# ------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "empty"),
        (b"Dear studio, please paint this.", "text"),
        (b"<!doctype html><script>alert(1)</script>", "web page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xde\xad\xbe\xef" * 99, "not a picture"),
        (PNG_SIGNATURE, "damaged or incomplete"),
        (b"GIF89a/*<script>alert(1)</script>*/" * 20, "damaged or incomplete"),
        (b"\xff\xd8\xff<html>" * 20, "damaged or incomplete"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, file: bytes, said: str) -> None:
    path = tmp_path / "holiday.png"
    path.write_bytes(file)
    for read in (picture.inspect, picture.check, picture.load):
        with pytest.raises(BadMedia, match=said) as caught:
            read(path)
        assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    "drawing",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>',
    ],
)
def test_svg_is_refused_and_the_way_out_is_named(drawing: str) -> None:
    with pytest.raises(BadMedia, match=r"SVG isn't accepted.*Export it as PNG"):
        picture.load(drawing.encode())


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.97])
def test_a_truncated_file_is_refused(format: str, share: float) -> None:
    file = encoded(ASTRONAUT, format)
    cut = file[: int(len(file) * share)]
    with pytest.raises(BadMedia, match="damaged or incomplete"):
        picture.check(cut)
    with pytest.raises(BadMedia, match="damaged or incomplete"):
        picture.load(cut)


@pytest.mark.parametrize("share", [0.4, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_an_animation_cut_off_after_its_first_frame_is_refused(format: str, share: float) -> None:
    file = animation(format)
    with pytest.raises(BadMedia):
        picture.check(file[: int(len(file) * share)])


def test_damage_in_a_later_frame_is_found() -> None:
    file = bytearray(animation("GIF"))
    frame = file.rindex(b",\0\0\0\0" + struct.pack("<HH", 96, 128))
    palette = 3 << (file[frame + 9] & 7) + 1 if file[frame + 9] & 0x80 else 0
    data_at = frame + 10 + palette + 2
    file[data_at : data_at + 60] = b"\xff" * 60  # The highest code of all, before any but the lowest is defined.
    assert picture.load(bytes(file)).shape == (128, 96, 3)
    with pytest.raises(BadMedia):
        picture.check(bytes(file))


def test_a_gif_without_its_trailer_is_whole() -> None:
    assert picture.check(animation("GIF")[:-1]).pages == 4


def test_a_damaged_jpeg_that_a_decoder_would_paint_over_is_refused() -> None:
    file = encoded(photo("astronaut"), "JPEG", quality=90)
    middle = len(file) // 2
    with pytest.raises(BadMedia):
        picture.check(file[:middle] + b"\xff\xc4" + file[middle + 2 :])


def test_a_png_with_a_flipped_bit_is_refused() -> None:
    file = bytearray(encoded(ASTRONAUT, "PNG"))
    file[len(file) // 2] ^= 4
    with pytest.raises(BadMedia):
        picture.check(bytes(file))


def test_padding_and_trailing_bytes_that_cameras_leave_are_accepted() -> None:
    file = encoded(ASTRONAUT, "JPEG")
    # Between the last two header segments, where a decoder says "extraneous bytes" and reads on.
    scan = file.index(b"\xff\xda")
    for odd in (file + b"made by a phone" * 9, file[:scan] + bytes(40) + file[scan:]):
        assert picture.check(odd).width == ASTRONAUT.shape[1]


def test_a_missing_file_is_the_callers_mistake_and_no_bad_picture(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        picture.inspect(tmp_path / "nothing.png")


@given(
    format=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"]),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
    early=st.booleans(),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_ends_in_a_picture_or_in_our_own_error(
    format: str, changes: list[tuple[float, int]], early: bool
) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extra = {"icc_profile": profile, "exif": turned(8)} if format in ("PNG", "JPEG", "WEBP") else {}
    file = bytearray(encoded(ASTRONAUT[:40, :30], format, **extra))
    reach = min(len(file), 150) if early else len(file)
    for place, byte in changes:
        file[int(place * reach)] = byte
    for read in (picture.check, picture.load):
        with contextlib.suppress(BadMedia, TooLarge):
            assert read(bytes(file), max_pixels=1_000_000) is not None


# --------------------------------------------------------------------------------------------------- limits


def test_a_zip_bomb_is_refused_from_its_header_in_little_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_of(30_000, 30_000, zeros(901_000_000)))
    assert bomb.stat().st_size < 1_000_000
    program = """
        import re, sys
        import pyvips
        from gesso.imaging import picture, thumb
        from gesso.kit.errors import TooLarge
        peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
        picture.calm()
        before, refused = peak(), 0
        for read in (picture.inspect, picture.check, picture.load, thumb.derive):
            try:
                read(sys.argv[1])
            except TooLarge:
                refused += 1
        grown = peak() - before
        ours = pyvips.Image.svgload_buffer(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
        try:
            pyvips.Image.new_from_buffer(b"1 2 3", "", loader="csvload")
        except pyvips.Error:
            print(refused, grown, ours.width, pyvips.cache_get_max())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(bomb)],
        capture_output=True,
        text=True,
        check=True,
    )
    refused, grown, drawn, cached = done.stdout.split()
    assert int(refused) == 4
    assert int(grown) < 10_000, "kB of memory"
    assert (drawn, cached) == ("9", "0"), "a calm process draws its own SVG, and keeps no pictures"


def test_the_frames_of_an_animation_count_towards_the_limit() -> None:
    file = animation("GIF")
    pixels = 128 * 96 * 4
    assert picture.inspect(file, max_pixels=pixels).pages == 4
    with pytest.raises(TooLarge, match="96 x 128 pixels x 4 frames") as caught:
        picture.inspect(file, max_pixels=pixels - 1)
    assert caught.value.facts == {"pixels": pixels, "limit": pixels - 1}


def test_a_small_header_may_not_hide_a_large_frame() -> None:
    gif = bytearray(encoded(Image.new("P", (16, 16)), "GIF"))
    frame = gif.index(b",\0\0\0\0\x10\0\x10\0")
    gif[frame + 5 : frame + 9] = struct.pack("<HH", 65_535, 65_535)
    with pytest.raises(GessoError):
        picture.load(bytes(gif))


def test_a_bmp_that_promises_more_than_it_holds_is_refused() -> None:
    file = bytearray(encoded(ASTRONAUT, "BMP"))
    file[18:26] = struct.pack("<ii", 30_000, 30_000)
    with pytest.raises(TooLarge):
        picture.load(bytes(file))
    file[18:26] = struct.pack("<ii", 3_000, 3_000)
    with pytest.raises(BadMedia):
        picture.load(bytes(file))


def test_text_and_profiles_that_inflate_without_end_are_not_inflated() -> None:
    bomb = b"name\0\0" + zeros(300_000_000)
    row = zlib.compress(b"\0\x80")
    for extra in (chunk(b"zTXt", bomb), chunk(b"iCCP", bomb)):
        begun = time.perf_counter()
        assert picture.load(png_of(1, 1, row, extra)).tolist() == [[[128, 128, 128]]]
        assert time.perf_counter() - begun < 1


# --------------------------------------------------------------------------------------------------- pixels


def test_one_pixel_is_a_picture() -> None:
    file = encoded(np.array([[[10, 20, 30]]], np.uint8), "PNG")
    assert picture.check(file).width == 1
    assert picture.load(file, inside=5).tolist() == [[[10, 20, 30]]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "AVIF", "JPEG"])
def test_a_picture_comes_upright_from_every_orientation(format: str, orientation: int) -> None:
    lossless: dict[str, dict[str, Any]] = {
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    }
    file = encoded(ASTRONAUT, format, exif=turned(orientation), **lossless.get(format, {}))
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")).astype(int)
    loaded = picture.load(file)
    facts = picture.inspect(file)
    assert (facts.height, facts.width) == loaded.shape[:2] == upright.shape[:2]
    np.testing.assert_allclose(loaded.astype(int), upright, atol=0 if format in ("PNG", "WEBP", "TIFF") else 12)


def test_an_orientation_that_does_not_exist_is_upright() -> None:
    assert picture.inspect(encoded(ASTRONAUT, "JPEG", exif=turned(77))).orientation == 1


@pytest.mark.parametrize(("primaries", "gamma"), [(ADOBE_RGB, 563 / 256), (DISPLAY_P3, 563 / 256)])
def test_colours_of_wider_spaces_are_converted_through_their_profile(
    primaries: NDArray[np.float64], gamma: float
) -> None:
    profile = matrix_profile(primaries, gamma)
    for colour in ((200, 60, 50), (60, 160, 90), (50, 70, 150), (128, 128, 128)):
        file = encoded(Image.new("RGB", (9, 6), colour), "PNG", icc_profile=profile)
        expected = in_srgb(colour, primaries, gamma)
        np.testing.assert_allclose(picture.load(file)[0, 0], expected, atol=2.5)
        if colour != (128, 128, 128):
            assert np.abs(expected - colour).max() > 8, "the profile makes a difference that can be seen"


def test_a_profile_is_applied_under_transparency_and_at_16_bits() -> None:
    profile = matrix_profile(ADOBE_RGB, 563 / 256)
    deep = pyvips.Image.new_from_array(
        np.tile((np.array([200, 60, 50, 100]) * 257).astype(np.uint16), (6, 9, 1)), interpretation="rgb16"
    ).copy()
    deep.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    expected = [*in_srgb((200, 60, 50), ADOBE_RGB, 563 / 256), 100]
    np.testing.assert_allclose(picture.load(deep.write_to_buffer(".png"))[0, 0], expected, atol=2.5)


def test_a_broken_or_mismatched_profile_is_ignored() -> None:
    whole = matrix_profile(ADOBE_RGB, 2.2)
    grey: Pixels = ASTRONAUT[..., 0]
    for profile in (b"no profile at all" * 20, whole[:200], whole[:128] + bytes(len(whole) - 128)):
        file = encoded(ASTRONAUT, "JPEG", quality=95, icc_profile=profile)
        assert np.abs(picture.load(file).astype(int) - ASTRONAUT).mean() < 3
        picture.check(file)
    file = encoded(grey, "JPEG", quality=95, icc_profile=whole)
    assert np.abs(picture.load(file)[..., 1].astype(int) - grey).mean() < 3


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk_comes_as_the_colours_of_print(format: str) -> None:
    def ink(*amounts: int) -> list[int]:
        file = encoded(Image.new("CMYK", (16, 16), amounts), format)
        assert picture.inspect(file).space == "cmyk"
        colour: list[int] = picture.load(file)[3, 3].tolist()
        return colour

    assert min(ink(0, 0, 0, 0)) > 250
    assert max(ink(0, 0, 0, 255)) < 60
    red, green, blue = ink(255, 0, 0, 0)
    assert red < 60 < green < blue
    red, green, blue = ink(0, 255, 255, 0)
    assert red > 200
    assert max(green, blue) < 80


@pytest.mark.parametrize("bands", [1, 2, 3, 4])
def test_16_bits_become_8_in_grey_and_colour_with_and_without_alpha(bands: int) -> None:
    values = (np.arange(256)[:, None] * 257 + np.zeros((1, bands))).astype(np.uint16)[None]
    deep = pyvips.Image.new_from_array(values, interpretation="grey16" if bands < 3 else "rgb16")
    file = deep.write_to_buffer(".png")
    facts = picture.inspect(file)
    assert (facts.bits, facts.alpha, facts.space) == (16, bands in (2, 4), "grey" if bands < 3 else "srgb")
    loaded = picture.load(file)
    assert loaded.shape == (1, 256, 4 if facts.alpha else 3)
    np.testing.assert_array_equal(loaded[0], np.repeat(np.arange(256)[:, None], loaded.shape[2], 1))


def test_transparency_of_palettes_and_keyed_colours_becomes_alpha() -> None:
    palette = Image.fromarray(ASTRONAUT).convert("P")
    loaded = picture.load(encoded(palette, "PNG", transparency=bytes([7]) + bytes([255]) * 255))
    index = np.asarray(palette)
    np.testing.assert_array_equal(loaded[..., 3], np.where(index == 0, 7, 255))
    np.testing.assert_array_equal(loaded[..., :3], np.asarray(palette.convert("RGB")))
    keyed = picture.load(encoded(ASTRONAUT, "PNG", transparency=tuple(map(int, ASTRONAUT[0, 0]))))
    assert keyed[0, 0].tolist() == [*ASTRONAUT[0, 0].tolist(), 0]
    assert keyed[..., 3].mean() > 250


def test_grey_with_alpha_becomes_rgba() -> None:
    pixels = np.dstack([ASTRONAUT[..., 0], ASTRONAUT[..., 1]])
    loaded = picture.load(encoded(Image.fromarray(pixels, "LA"), "PNG"))
    np.testing.assert_array_equal(loaded, ASTRONAUT[..., [0, 0, 0, 1]])


def test_the_first_frame_of_a_gif_lies_where_it_belongs_on_its_canvas() -> None:
    frame = Image.new("P", (4, 3), 1)
    frame.putpalette([0, 0, 0, 250, 10, 20])
    gif = bytearray(encoded(frame, "GIF"))
    gif[6:10] = struct.pack("<HH", 10, 8)
    at = gif.index(b",\0\0\0\0\4\0\3\0")
    gif[at + 1 : at + 5] = struct.pack("<HH", 5, 2)
    loaded = picture.load(bytes(gif), alpha=True)
    painted = np.zeros((8, 10), bool)
    painted[2:5, 5:9] = True
    np.testing.assert_array_equal((loaded[..., :3] == [250, 10, 20]).all(2), painted)


def test_alpha_is_kept_added_or_laid_on_white() -> None:
    half = np.full((3, 5, 4), [200, 0, 0, 51], np.uint8)
    file, solid = encoded(half, "PNG"), encoded(half[..., :3], "PNG")
    assert picture.load(file).shape == (3, 5, 4)
    assert picture.load(solid).shape == (3, 5, 3)
    assert picture.load(solid, alpha=True)[0, 0].tolist() == [200, 0, 0, 255]
    np.testing.assert_allclose(picture.load(file, alpha=False)[0, 0], [244, 204, 204], atol=1)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP"])
@pytest.mark.parametrize("inside", [511, 300, 200, 64, 1])
def test_a_picture_is_decoded_to_fit_inside_a_square(format: str, inside: int) -> None:
    coffee = photo("coffee")
    loaded = picture.load(encoded(coffee, format), inside=inside)
    width, height = picture.within(coffee.shape[1], coffee.shape[0], inside)
    assert loaded.shape == (height, width, 3)
    same = np.asarray(Image.fromarray(coffee).resize((width, height), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(loaded.astype(int) - same).mean() < 6


def test_scaling_down_does_not_bleed_the_colour_of_what_is_transparent() -> None:
    pixels = np.full((200, 200, 4), [0, 255, 0, 0], np.uint8)
    pixels[40:160, 43:157] = [255, 0, 0, 255]
    loaded = picture.load(encoded(pixels, "PNG"), inside=37)
    seen = loaded[loaded[..., 3] > 20]
    assert (seen[:, 0] >= 253).all()
    assert (seen[:, 1] <= 2).all()


def test_scaling_down_rounds_and_does_not_darken() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (240, 320, 4), dtype=np.uint8)
    pixels[..., 3] = 200
    loaded = picture.load(encoded(pixels, "PNG"), inside=80)
    # Cutting instead of rounding would lose half a level of light on the mean.
    assert abs(loaded[..., :3].mean() - pixels[..., :3].mean()) < 0.25


def test_pixels_of_a_kind_without_a_range_are_refused() -> None:
    numbers = (pyvips.Image.gaussnoise(8, 8) * 1000).cast("int")
    with pytest.raises(BadMedia, match="unusual kind"):
        picture.load(numbers.write_to_buffer(".tif"))


def test_damage_is_not_reported_in_the_log_or_on_the_terminal(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.NOTSET):
        for format in ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "AVIF"):
            file = encoded(ASTRONAUT, format)
            with pytest.raises(BadMedia):
                picture.check(file[: len(file) // 2])
            picture.check(file)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert capfd.readouterr().err == ""


# ------------------------------------------------------------------------------------------------- encoding


def test_png_and_lossless_webp_give_every_pixel_back_and_the_same_bytes_twice() -> None:
    alpha = np.dstack([ASTRONAUT, ASTRONAUT[..., 0] // 128 * 255])
    for pixels in (ASTRONAUT, alpha, ASTRONAUT[::2, ::-3], ASTRONAUT[:1, :1]):
        for file in (picture.png(pixels), picture.webp(pixels, lossless=True)):
            np.testing.assert_array_equal(picture.load(file), pixels)
        assert picture.png(pixels) == picture.png(pixels)
        assert picture.webp(pixels) == picture.webp(pixels)
        assert picture.jpeg(pixels) == picture.jpeg(pixels)


def test_jpeg_and_webp_stay_close_to_the_picture() -> None:
    coffee = photo("coffee")
    for file in (picture.jpeg(coffee), picture.webp(coffee, quality=90)):
        assert np.abs(picture.load(file).astype(int) - coffee).mean() < 4
    assert len(picture.jpeg(coffee, quality=60)) < len(picture.jpeg(coffee, quality=90)) / 2


def test_jpeg_lays_transparency_on_a_background() -> None:
    half = np.full((16, 16, 4), [255, 0, 0, 128], np.uint8)
    blue = picture.load(picture.jpeg(half, background=(0, 0, 255)))
    np.testing.assert_allclose(blue[8, 8], [128, 0, 127], atol=3)
    np.testing.assert_array_equal(picture.flat(half)[0, 0], [255, 127, 127])
    faint = np.full((1, 1, 4), [254, 130, 3, 51], np.uint8)
    assert picture.flat(faint, (0, 0, 0)).tolist() == [[[51, 26, 1]]]


def test_an_xmp_packet_travels_in_every_format() -> None:
    packet = '<x:xmpmeta xmlns:x="adobe:ns:meta/">ä</x:xmpmeta>'.encode()
    for write in (picture.png, picture.jpeg, picture.webp):
        with Image.open(io.BytesIO(write(ASTRONAUT, xmp=packet))) as image:
            found = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
        assert found == packet


def test_a_picture_too_long_for_its_format_is_refused() -> None:
    with pytest.raises(TooLarge, match=re.escape("16,383")):
        picture.webp(np.zeros((1, 16_384, 3), np.uint8))
    with pytest.raises(TooLarge, match=re.escape("65,500")):
        picture.jpeg(np.zeros((65_501, 1, 3), np.uint8))
