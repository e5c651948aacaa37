"""One picture in the sizes of many platforms, to the pixel and to the byte."""

import io
from functools import lru_cache
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from gesso.imaging import crop, overlay, picture, social
from gesso.imaging.brand import Logo, Spot
from gesso.imaging.crop import Box
from gesso.imaging.overlay import Over, Text, Watermark
from gesso.imaging.picture import Pixels
from gesso.imaging.social import Opened, Target, Way
from gesso.kit.errors import Failed
from gesso.kit.media import Media
from gesso.ops.social import SocialSet
from gesso.presets import FORMATS
from gesso.providers.local.social import made, read, target
from tests.imaging.photos import photo

ANY = str(UUID(int=1))
EVERY = [*FORMATS.values()]


@lru_cache
def large() -> Pixels:
    return np.asarray(cv2.resize(photo("astronaut"), (2560, 2560), interpolation=cv2.INTER_CUBIC), np.uint8)


def noise(width: int, height: int, channels: int = 3) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (height, width, channels), dtype=np.uint8)


def file(pixels: Pixels, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def everything(data: bytes, formats: list[str], **said: Any) -> list[Media]:
    """As a run makes them, but in this process."""
    request = SocialSet.model_validate({"image": ANY, "formats": formats, "crop": "centre", **said})
    opened, boxes = read(request, data, request.wanted())
    return [made(request, opened, format, box, []) for format, box in zip(request.wanted(), boxes, strict=True)]


def other(data: bytes) -> Pixels:
    """Its pixels by another decoder than ours."""
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    code = cv2.COLOR_BGRA2RGBA if found.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(found, code), np.uint8)


def opened(pixels: Pixels) -> Opened:
    return Opened(pixels, (pixels.shape[1], pixels.shape[0]))


def test_every_format_of_the_catalogue_is_met_to_the_pixel_and_the_byte() -> None:
    """Of a photo that lies on its side: red at its upright top, green at its bottom."""
    upright = large().copy()
    upright[:1280, :, 1:] //= 4
    upright[1280:, :, ::2] //= 4
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = file(np.ascontiguousarray(np.rot90(upright)), quality=90, exif=exif)
    formats = [format.id for format in EVERY]
    for start in range(0, len(formats), 64):
        for format, media in zip(EVERY[start:], everything(lying, formats[start : start + 64]), strict=False):
            seen = picture.inspect(media.data)
            assert (seen.width, seen.height) == (format.width, format.height), format.id
            assert format.max_bytes is None or len(media.data) <= format.max_bytes, format.id
            assert picture.sniff(media.data) == media.type == f"image/{media.type.partition('/')[2]}"
            assert media.type.removeprefix("image/") in format.types, format.id
            assert seen.orientation == 1
            pixels = other(media.data)
            assert pixels.shape[:2] == (format.height, format.width), format.id
            rows = pixels.reshape(format.height, -1, pixels.shape[2]).mean(1)
            third = max(1, format.height // 3)
            assert rows[:third, 0].mean() > rows[:third, 1].mean(), f"{format.id} stands upright"
            assert rows[-third:, 1].mean() > rows[-third:, 0].mean(), f"{format.id} stands upright"
            assert media.facts["format"] == format.id
            assert media.facts["bytes"] == len(media.data)
            assert media.facts["ssim"] > 0.9


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = file(photo("astronaut"), quality=90)
    said = {"texts": [{"text": "twice"}], "watermark": {"text": "gesso", "tiled": True}, "crop": "smart"}
    formats = ["x.profile", "linkedin.company_cover"]
    assert [each.data for each in everything(data, formats, **said)] == [
        each.data for each in everything(data, formats, **said)
    ]


def test_transparency_stays_where_it_is_taken_and_lies_on_the_colour_where_not() -> None:
    pixels = np.dstack([large()[:1200, :1200], np.full((1200, 1200), 255, np.uint8)])
    pixels[:, :600, 3] = 0
    takes = Target(400, 400, ("jpeg", "png"))
    whole = social.laid(opened(pixels), takes, Way(Box(0, 0, 1200, 1200)))
    made = social.saved(whole.pixels, takes, ground=(0, 0, 255))
    assert made.type == "image/png"
    assert other(made.data)[200, 50, 3] == 0
    only = social.saved(whole.pixels, Target(400, 400, ("jpeg",)), ground=(0, 0, 255))
    assert (only.type, only.facts["flattened"]) == ("image/jpeg", True)
    assert np.abs(other(only.data)[200, 50].astype(int) - (0, 0, 255)).max() < 12
    asked = social.saved(whole.pixels, takes, file="jpeg", ground=(0, 255, 0))
    assert np.abs(other(asked.data)[200, 50].astype(int) - (0, 255, 0)).max() < 12
    opaque = social.saved(np.dstack([whole.pixels[..., :3], np.full((400, 400), 255, np.uint8)]), takes)
    assert opaque.type == "image/jpeg", "what has nothing to see through is a photo"
    padded = social.laid(opened(pixels), Target(600, 300, ("png",)), Way())
    assert padded.pixels[10, 10, 3] == 0, "it is not laid on a blurred copy of a picture that has holes"
    coloured = social.laid(opened(pixels), Target(600, 300, ("png",)), Way(pad="colour", ground=(9, 8, 7)))
    assert coloured.pixels[10, 10].tolist() == [9, 8, 7]


def test_a_drawing_is_no_jpeg_where_a_png_is_taken() -> None:
    pixels = np.full((800, 800, 3), 255, np.uint8)
    pixels[200:600, 200:600] = (200, 30, 40)
    made = social.saved(pixels, Target(800, 800, ("jpeg", "png")))
    assert made.type == "image/png"
    assert (other(made.data) == pixels).all()
    assert social.saved(large(), Target(2560, 2560, ("jpeg", "png"))).type == "image/jpeg"


def test_a_wide_gamut_becomes_srgb() -> None:
    import pyvips

    plain = pyvips.Image.new_from_array(np.full((900, 900, 3), (200, 120, 60), np.uint8), interpretation="srgb")
    data = plain.icc_transform("p3", input_profile="srgb").jpegsave_buffer(Q=95)
    with Image.open(io.BytesIO(data)) as opened_by_pillow:
        assert np.abs(np.asarray(opened_by_pillow)[450, 450].astype(int) - (200, 120, 60)).max() > 5
        profile = ImageCms.ImageCmsProfile(io.BytesIO(opened_by_pillow.info["icc_profile"]))
        shown = ImageCms.profileToProfile(opened_by_pillow, profile, ImageCms.createProfile("sRGB"))
    assert shown is not None
    (media,) = everything(data, ["linkedin.company_logo"], file="png")
    with Image.open(io.BytesIO(media.data)) as exported:
        assert "icc_profile" not in exported.info, "what says nothing is sRGB"
    assert np.abs(other(media.data)[150, 150, :3].astype(int) - np.asarray(shown)[450, 450]).max() <= 3


def test_what_is_too_small_is_padded_enlarged_or_left_out_as_it_was_told() -> None:
    small = large()[:512, :512]
    place = Target(1080, 1350)
    box = crop.centred((512, 512), place.size)
    padded = social.laid(opened(small), place, Way(box))
    assert (padded.padded, padded.enlarged) == (True, 1.0)
    left, top = (1080 - 512) // 2, (1350 - 512) // 2
    assert (padded.pixels[top : top + 512, left : left + 512] == small).all(), "at its own size, all of it"
    larger = social.laid(opened(small), place, Way(box, "enlarge"))
    assert larger.pixels.shape == (1350, 1080, 3)
    assert larger.padded is False
    assert larger.enlarged == pytest.approx(1350 / box.height)
    plain = cv2.resize(small[:, box.left : box.left + box.width], (1080, 1350), interpolation=cv2.INTER_LINEAR)
    assert cv2.Laplacian(larger.pixels, cv2.CV_32F).var() > cv2.Laplacian(plain, cv2.CV_32F).var(), "it is restored"
    with pytest.raises(Failed, match=r"enlarged 2\.6 times"):
        social.laid(opened(small), place, Way(box, "skip"))
    fits = social.laid(opened(small), place, Way())
    assert (fits.pixels[top : top + 512, left : left + 512] == small).all()
    tiny = opened(noise(3, 2))
    for way in (Way(), Way(Box(0, 0, 2, 2)), Way(small="enlarge"), Way(Box(0, 0, 2, 2), "enlarge")):
        assert social.laid(tiny, place, way).pixels.shape == (1350, 1080, 3)


def test_a_huge_picture_is_never_whole_in_memory() -> None:
    huge = file(np.ascontiguousarray(np.tile(large(), (3, 4, 1))[:6000]), quality=60)
    places = [(Target(1080, 1080), Box(2000, 0, 6000, 6000)), (Target(400, 400), None)]
    found = social.opened(huge, places)
    assert found.size == (10240, 6000)
    assert found.pixels.shape[0] < 2000
    assert social.laid(found, places[0][0], Way(places[0][1])).pixels.shape == (1080, 1080, 3)
    close = social.opened(huge, [(Target(1080, 1080), Box(5000, 3000, 1080, 1080))])
    exact = social.laid(close, Target(1080, 1080), Way(Box(5000, 3000, 1080, 1080)))
    assert (exact.pixels == picture.load(huge)[3000:4080, 5000:6080]).all(), "a small part is as sharp as it is"


def test_quality_goes_down_as_far_as_it_must_and_no_farther() -> None:
    pixels = np.ascontiguousarray(large()[:900, :900])
    most = 60_000
    found = social.saved(pixels, Target(900, 900, ("jpeg",), most), level=95)
    assert len(found.data) <= most
    assert 25 < found.facts["quality"] < 95
    above = picture.jpeg(pixels, quality=found.facts["quality"] + 1)
    assert len(above) > most, "one more would not have fitted"
    assert len(social.saved(pixels, Target(900, 900, ("jpeg",), most), room=lambda type: 9_000).data) <= most - 9_000
    assert social.saved(pixels, Target(900, 900, ("jpeg",), 10**7), level=70).facts["quality"] == 70


def test_what_cannot_be_met_is_told_with_what_it_would_take() -> None:
    pixels = noise(1000, 1000)
    place = Target(1000, 1000, ("jpeg", "png"), 20_000)
    with pytest.raises(Failed, match="does not fit into 20 kB") as told:
        social.saved(pixels, place)
    assert told.value.facts["type"] in place.types
    made = social.saved(pixels, place, smaller=True)
    assert len(made.data) <= 20_000
    assert made.facts["scale"] < 1
    fewer = social.saved(noise(300, 300, 4), Target(300, 300, ("png",), 150_000))
    assert fewer.type == "image/png"
    assert fewer.facts["quality"] < 100
    assert other(fewer.data).shape == (300, 300, 4)


def test_a_focal_point_is_in_the_middle_to_the_pixel() -> None:
    pixels = np.zeros((2000, 3000, 3), np.uint8)
    x, y = 1234, 1000
    pixels[y - 8 : y + 9, x - 8 : x + 9] = 255
    data = file(pixels, "PNG")
    said = {"focal": [(x + 0.5) / 3000, (y + 0.5) / 2000], "file": "png"}
    for media in everything(data, ["instagram.feed_square", "pinterest.pin", "linkedin.company_logo"], **said):
        seen = other(media.data)[..., 0].astype(float)
        rows, columns = np.indices(seen.shape)
        height, width = seen.shape
        assert abs((seen * (columns + 0.5)).sum() / seen.sum() - width / 2) <= 1
        assert abs((seen * (rows + 0.5)).sum() / seen.sum() - height / 2) <= 1


def test_a_box_made_by_hand_goes_before_all_else() -> None:
    pixels = np.zeros((1200, 2400, 3), np.uint8)
    pixels[:600, :600] = (255, 0, 0)
    box = [0.0, 0.0, 0.25, 0.5]
    plain, own = everything(
        file(pixels, "PNG"),
        ["linkedin.feed_square", "linkedin.company_logo"],
        overrides={"linkedin.company_logo": {"box": box, "crop": "fit", "file": "jpeg"}},
    )
    assert own.facts["box"] == box
    assert other(own.data)[..., 0].min() > 240
    assert plain.facts["box"] == [0.25, 0.0, 0.5, 1.0]


def test_a_way_of_cutting_of_its_own_goes_before_the_point_of_all() -> None:
    formats = ["linkedin.feed_square", "linkedin.company_logo", "instagram.feed_square", "instagram.profile"]
    own: dict[str, Any] = {
        formats[1]: {"crop": "centre"},
        formats[2]: {"crop": "centre", "focal": [0, 0.5]},
        formats[3]: {"picture": ANY},
    }
    data = file(np.zeros((1200, 2400, 3), np.uint8), "PNG")
    made = everything(data, formats, focal=[1, 0.5], overrides=own)
    assert [media.facts["box"][0] for media in made] == [0.5, 0.25, 0, 0.25]


MARK = np.zeros((40, 100, 4), np.uint8)
MARK[..., 0] = MARK[..., 3] = 255
OVER = Over(
    (Text("Two lines of words that are far too long for what is narrow", size=0.09), Text("Top", place="top_left")),
    Logo([MARK]),
    Spot("bottom_right", 0.3),
    watermark=Watermark("Gesso", place="left"),
)


def test_what_is_laid_over_stays_where_no_app_covers_it() -> None:
    for format in EVERY:
        place = target(format)
        blank = np.full((format.height, format.width, 3), 128, np.uint8)
        drawn, told = overlay.drawn(blank, place, OVER)
        assert drawn.shape == blank.shape
        x, y, wide, high = overlay.room(place)
        inside = np.zeros(blank.shape[:2], bool)
        inside[y : y + high, x : x + wide] = True
        changed = (drawn != blank).any(2)
        assert changed[inside].any(), format.id
        assert not changed[~inside].any(), f"{format.id}: something stands where the app covers it"
        assert [each["what"] for each in told] == ["logo", "text", "text"], format.id
        boxes = [np.multiply(each["box"], [format.width, format.height] * 2) for each in told]
        for one in range(3):
            for two in range(one):
                (a, b, c, d), (e, f, g, h) = boxes[one], boxes[two]
                apart = a >= e + g - 1 or e >= a + c - 1 or b >= f + h - 1 or f >= b + d - 1
                assert apart or min(wide, high) < 150, f"{format.id}: one lies over the other"
        top, bottom, left, right = place.safe
        assert y >= top * format.height - 1e-6
        assert x >= left * format.width - 1e-6
        assert y + high <= (1 - bottom) * format.height + 1e-6
        assert x + wide <= (1 - right) * format.width + 1e-6


def test_words_get_a_box_only_where_they_could_not_be_read_without() -> None:
    place = Target(600, 600)
    white = (Text("Words", colour=(255, 255, 255)),)
    for ground, boxed in ((250, True), (10, False)):
        blank = np.full((600, 600, 3), ground, np.uint8)
        drawn, (told,) = overlay.drawn(blank, place, Over(white))
        assert told["boxed"] is boxed
        x, y, wide, high = np.multiply(told["box"], 600).round().astype(int)
        under = drawn[y : y + high, x : x + wide]
        assert int(under.max()) - int(under.min()) > 120, "they are seen"
    bare, (told,) = overlay.drawn(np.full((600, 600, 3), 250, np.uint8), place, Over((Text("W", behind="none"),)))
    assert told["boxed"] is False
    assert bare.min() >= 250
    _, (told,) = overlay.drawn(np.full((40, 900, 3), 0, np.uint8), Target(900, 40), Over((Text("far too much " * 9),)))
    assert told["tiny"] is True


def test_a_watermark_is_seen_all_over_or_once() -> None:
    for ground in (0, 128, 255):
        blank = np.full((900, 1200, 3), ground, np.uint8)
        tiled, _ = overlay.drawn(blank, Target(1200, 900), Over(watermark=Watermark("Gesso", tiled=True, opacity=0.5)))
        apart = np.abs(tiled.astype(int) - blank).max(2)
        for y in range(0, 900, 300):
            for x in range(0, 1200, 300):
                assert apart[y : y + 300, x : x + 300].max() > 40
        assert apart.mean() < 40, "the picture can be seen under it"
    once, _ = overlay.drawn(blank, Target(1200, 900), Over(watermark=Watermark(mark=MARK, place="top_left", opacity=1)))
    changed = (once != blank).any(2)
    assert changed[:450, :600].any()
    assert not changed[450:].any()
    assert not changed[:, 600:].any()


def test_a_small_logo_has_no_dark_edge_where_it_is_enlarged() -> None:
    page = np.full((400, 400, 3), 255, np.uint8)
    mark = np.zeros((40, 40, 4), np.uint8)
    mark[10:30, 10:30] = (255, 0, 0, 255)
    for over in (
        Over(watermark=Watermark(mark=mark, opacity=1, size=0.4)),
        Over(watermark=Watermark(mark=mark, opacity=1, size=0.4, tiled=True)),
        Over(logo=Logo([mark]), spot=Spot(size=0.4)),
    ):
        pixels, _ = overlay.drawn(page, Target(400, 400), over)
        assert (pixels[..., 1] < 10).any()
        assert pixels[..., 0].min() > 250, "red and white mixed are as red"


def test_zones_are_drawn_only_when_asked_for() -> None:
    format = FORMATS["instagram.reel"]
    assert format.zones
    data = file(large(), quality=90)
    (plain,) = everything(data, [format.id], file="png")
    (shown,) = everything(data, [format.id], file="png", show_zones=True)
    request = SocialSet.model_validate({"image": ANY, "formats": [format.id], "crop": "centre"})
    found, (box,) = read(request, data, [format])
    assert (other(plain.data) == social.laid(found, target(format), Way(box)).pixels).all(), "nothing but the picture"
    assert "zones" not in plain.facts
    assert shown.facts["zones"] is True
    apart = (other(shown.data) != other(plain.data)).any(2)
    for zone in format.zones:
        y, x = round((zone.y + zone.height / 2) * 1920), round((zone.x + zone.width / 2) * 1080)
        assert apart[y, x], zone.name
