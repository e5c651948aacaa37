"""What is laid into a file: read back, verified by a reader that did not write it, and broken by one byte."""

import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gesso.imaging import credentials, encode, packets, picture, tags
from gesso.imaging.picture import Pixels
from gesso.imaging.seal import SOURCES, Action, Ingredient, Seal
from gesso.kit.errors import Failed
from gesso.ops.export import Compress
from gesso.ops.fields import LATER
from gesso.providers.local.export import compressed
from tests.imaging import reader
from tests.imaging.authority import Authority, pem

ENCODERS: dict[str, Callable[[Pixels], bytes]] = {
    "image/jpeg": picture.jpeg,
    "image/png": picture.png,
    "image/webp": picture.webp,
    "image/avif": picture.avif,
    "image/gif": picture.gif,
    "image/tiff": picture.tiff,
}
TRAINED = "trainedAlgorithmicMedia"
OF = Ingredient("Reference", "image/png", "ab" * 32, "inputTo")
MADE = Action("created", "openai/some-model", "2026-11-01T00:00:00Z", TRAINED, (0,))
SAID = {"source": TRAINED, "creator": "Ann Ärger <a&b>", "credit": "Studio\0 X", "alt": "A red “disc”"}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def pixels() -> Pixels:
    found = np.full((120, 160, 3), 90, np.uint8)
    found[30:90, 40:120] = (200, 60, 30)
    return found


@pytest.mark.parametrize("type", ENCODERS)
def test_every_format_says_it_proves_it_and_keeps_its_pixels(type: str, authority: Authority, pixels: Pixels) -> None:
    signer = authority.signer()
    seal = pickle.loads(pickle.dumps(Seal(**SAID, actions=(MADE,), ingredients=(OF,), signer=signer)))  # type: ignore[arg-type]
    assert signer.key not in repr(seal)
    plain = ENCODERS[type](pixels)
    data = seal.on(plain, type, ("cropped", "resized"))
    assert len(data) - len(plain) <= seal.room(type) <= 8000
    assert (picture.load(data) == picture.load(plain)).all()
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(data)) as after:
        assert (np.asarray(before.convert("RGB")) == np.asarray(after.convert("RGB"))).all(), "in a second decoder"
    assert packets.read(packets.of(data)) == {
        "dc:creator": "Ann Ärger <a&b>",
        "photoshop:Credit": "Studio X",
        "Iptc4xmpExt:DigitalSourceType": SOURCES + TRAINED,
        "Iptc4xmpCore:AltTextAccessibility": "A red “disc”",
    }
    found = credentials.read(data, type)
    assert (found["state"], found["generator"], found["source"], found["source_by"]) == (
        "unknown",
        "Gesso",
        TRAINED,
        "c2pa",
    )
    assert [each["action"] for each in found["actions"]] == ["created", "cropped", "resized"]
    assert found["ingredients"] == [{"title": "Reference", "type": "image/png", "role": "inputTo", "signed": False}]
    assert found["signer"]["name"] == "Ann Lee"
    assert credentials.read(data, type, pem(authority.root))["state"] == "trusted"
    # Two readers say no to a picture of which one byte is another.
    at = data.index(plain[-len(plain) // 3 :][:24]) + 8
    broken = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert credentials.read(broken, type)["state"] == "changed"
    if type in ("image/jpeg", "image/png", "image/webp", "image/tiff"):
        told = reader.verified(data, authority.root)
        first = told["c2pa.actions.v2"]["actions"][0]
        assert (first["action"], first["digitalSourceType"]) == ("c2pa.created", SOURCES + TRAINED)
        assert told["c2pa.ingredient.v3"]["instanceID"] == f"urn:sha256:{OF.sha256}"
        with pytest.raises(reader.Broken, match="the file was changed"):
            reader.verified(broken, authority.root)
        with pytest.raises(reader.Broken, match="assertion"):
            reader.verified(data.replace(b"some-model", b"same-model"), authority.root)


def test_what_is_not_signed_is_the_same_each_time_and_what_is_stripped_says_nothing(pixels: Pixels) -> None:
    for type, encoder in ENCODERS.items():
        plain, seal = encoder(pixels), Seal(**SAID)  # type: ignore[arg-type]
        data = seal.on(plain, type)
        assert data == seal.on(plain, type)
        again = seal.on(data, type)
        assert packets.of(again) == packets.of(data), "twice is once"
        assert 0 < len(data) - len(plain) <= seal.room(type)
        assert not credentials.signed(data)
        stripped = Seal(told=False, **SAID)  # type: ignore[arg-type]
        assert (stripped.on(plain, type), stripped.room(type)) == (plain, 0)
        assert credentials.read(plain, type) == {}


def test_the_credentials_of_an_original_are_kept_and_what_it_declares_goes_on(
    authority: Authority, pixels: Pixels, tmp_path: Path
) -> None:
    signer = authority.signer()
    first = Seal(actions=(Action("created", "a model", "", TRAINED),), signer=signer).on(
        picture.png(pixels), "image/png"
    )
    original = Ingredient("Original", "image/png", "cd" * 32, "parentOf", first)
    seal = Seal(actions=(Action("opened", of=(0,)),), ingredients=(original,), signer=signer)
    # Its file lies in a folder, and is not taken along to where files are made.
    seal = seal.spooled(tmp_path)
    assert len(pickle.dumps(seal)) < len(first)
    data = seal.on(picture.jpeg(pixels), "image/jpeg", ("converted",))
    assert len(reader.store(data).boxes) == 2, "both manifests"
    reader.verified(data, authority.root)
    found = credentials.read(data, "image/jpeg")
    assert found["source"] == TRAINED, "though this manifest itself does not say it"
    assert found["ingredients"][0] == {"title": "Original", "type": "image/png", "role": "parentOf", "signed": True}
    assert tags.inscribed(data, "a recipe") is None, "nothing is laid into a signed file after"


def test_the_word_of_a_file_about_its_origin_is_not_repeated_where_it_does_not_hold(pixels: Pixels) -> None:
    said = {"Iptc4xmpExt:DigitalSourceType": SOURCES + "digitalCapture", "dc:rights": "Ada"}
    for type, encoder in ENCODERS.items():
        data = packets.laid(encoder(pixels), packets.said(b"", said)) or b""
        assert packets.read(packets.of(data)) == said
        assert packets.read(packets.of(Seal().on(data, type))) == {"dc:rights": "Ada"}
        kept = packets.read(packets.of(Seal(source=TRAINED).on(data, type)))
        assert kept["Iptc4xmpExt:DigitalSourceType"] == SOURCES + TRAINED
        assert Seal(told=False).on(data, type) == data


def test_the_mark_is_drawn_in_its_corner_and_nowhere_else(pixels: Pixels) -> None:
    large = np.kron(pixels, np.ones((5, 5, 1), np.uint8))
    for corner in ("top_left", "bottom_right"):
        made = Seal(mark="KI", corner=corner).marked(large)
        rows, columns = np.nonzero((made != large).any(axis=2))
        assert rows.size > 400
        assert (rows.max() < 100, columns.max() < 140) == (corner == "top_left",) * 2
        assert (rows.min() > 500, columns.min() > 660) == (corner == "bottom_right",) * 2
    assert Seal().marked(large) is large


def test_where_it_comes_from_goes_before_what_else_was_said_and_within_the_limit() -> None:
    many = b"".join(b'<a%d xmlns="http://e/%d">1</a%d>' % (n, n, n) for n in range(300))
    rdf = b'<RDF xmlns="%s"><Description about="">%s</Description></RDF>' % (packets.RDF.encode(), many)
    noise = np.random.default_rng(5).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    source = encode.still(noise, "jpeg", about=encode.Metadata(xmp=rdf, said=("xmp",)))
    plain = Seal(creator="Ann")
    # What was said before becomes longer when it is written again, which nobody measured.
    assert len(plain.on(source, "image/jpeg")) - len(source) > plain.room("image/jpeg")
    asked = {"image": LATER, "format": "jpeg", "target_kb": 33, "smaller": False, "metadata": "all"}
    done = compressed(Compress.model_validate(asked), source, (), plain, lambda share: None)
    assert done.facts["bytes"] == len(done.data) <= 33_000
    assert packets.read(packets.of(done.data)) == {"dc:creator": "Ann"}
    full = b'<RDF xmlns="%s"><Description about="">%s</Description></RDF>' % (packets.RDF.encode(), b" " * 65_000)
    longest = encode.still(noise, "jpeg", about=encode.Metadata(xmp=full, said=("xmp",)))
    assert packets.of(longest) == full
    assert packets.read(packets.of(plain.on(longest, "image/jpeg"))) == {"dc:creator": "Ann"}


def test_a_signature_that_fails_is_a_clear_error(authority: Authority, pixels: Pixels) -> None:
    stranger, key = Authority().signer(), authority.signer()
    swapped = Seal(actions=(MADE,), ingredients=(OF,), signer=type(key)(stranger.chain, key.key, "es256", key.root))
    with pytest.raises(Failed, match="could not be written") as said:
        swapped.on(picture.png(pixels), "image/png")
    assert "PRIVATE" not in str(said.value)
    with pytest.raises(Failed, match="could not be written"):
        Seal(actions=(MADE,), ingredients=(OF,), signer=key).on(b"no picture", "image/png")


def test_the_library_that_signs_is_loaded_only_to_sign() -> None:
    told = "import sys, gesso.app, gesso.worker, gesso.providers.local; sys.exit('c2pa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told]).returncode == 0
