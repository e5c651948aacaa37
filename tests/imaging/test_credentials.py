"""What strangers' files say of where they come from: read within bounds, whatever was written there."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from gesso.imaging import credentials, packets, picture
from gesso.imaging.seal import SOURCES, Action, Seal
from tests.imaging.authority import Authority

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def jpeg(xmp: bytes = b"", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (90, 120, 30)).save(out, "JPEG", **({"xmp": xmp} if xmp else {}), **options)
    return out.getvalue()


def test_iptc_is_read_new_and_old() -> None:
    attributes = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}><rdf:Description rdf:about="" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" photoshop:Credit="Agency" '
        f'e:DigitalSourceType="{SOURCES}digitalCapture"><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bo</rdf:li>'
        "</rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    wanted = {"creator": "Ann; Bo", "credit": "Agency", "source": "digitalCapture", "source_by": "iptc"}
    assert credentials.read(jpeg(attributes.encode()), "image/jpeg") == wanted
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text
        for number, text in ((80, b"Ann Lee"), (110, b"Her Agency"))
    )
    block = (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    )
    plain = jpeg()
    data = plain[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + plain[2:]
    assert credentials.read(data, "image/jpeg") == {"creator": "Ann Lee", "credit": "Her Agency"}
    exif = Image.Exif()
    exif[0x013B] = "Cy"
    assert credentials.read(jpeg(exif=exif), "image/jpeg") == {"creator": "Cy"}
    strange = packets.said(b"", {"Iptc4xmpExt:DigitalSourceType": "http://evil.example/trainedAlgorithmicMedia"})
    assert credentials.read(jpeg(strange), "image/jpeg") == {}


@pytest.mark.parametrize(
    "packet",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"),
        b"<x>" * 9_000 + b"</x>" * 9_000,
        b"<x:xmpmeta",
        b"\xff\xfe\0\0" * 50,
    ],
    ids=["bomb", "file", "utf-16", "deep", "half", "noise"],
)
def test_a_hostile_packet_says_nothing_and_is_replaced(packet: bytes) -> None:
    data = jpeg(packet)
    assert credentials.read(data, "image/jpeg") == {}
    written = packets.laid(data, packets.said(packets.of(data), {"dc:creator": "Ann"}))
    assert written is not None
    assert packets.read(packets.of(written)) == {"dc:creator": "Ann"}


def test_a_list_is_looked_for_where_lists_lie() -> None:
    # Whoever looks deeper looks through all of a hostile packet again at each of its levels.
    one = "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>"
    for inside, wanted in ((one, "Ann; Bo"), (one.replace("rdf:Seq", "rdf:Bag"), "Ann; Bo")):
        packet = f'<rdf:RDF xmlns:rdf="{packets.RDF}" xmlns:dc="{packets.SPACES["dc"]}"><rdf:Description>{inside}'
        assert packets.read(f"{packet}</rdf:Description></rdf:RDF>".encode()) == {"dc:creator": wanted}
        deep = packet.replace("<rdf:Seq>", "<rdf:Seq><x><x>").replace("</rdf:Seq>", "</x></x></rdf:Seq>")
        assert ("Seq" in inside) == (packets.read(f"{deep}</rdf:Description></rdf:RDF>".encode()) == {})


def test_no_damage_to_credentials_is_more_than_a_word() -> None:
    seal = Seal(
        source="algorithmicMedia", actions=(Action("created", source="algorithmicMedia"),), signer=Authority().signer()
    )
    whole = seal.on(picture.png(np.full((16, 16, 3), 200, np.uint8)), "image/png")
    start = whole.index(b"jumb")
    random = np.random.default_rng(3)
    states = set()
    for at in random.integers(start, start + 4_000, 60):
        torn = whole[:at] + bytes(random.integers(0, 255, 8, dtype=np.uint8)) + whole[at + 8 :]
        states.add(credentials.read(torn, "image/png").get("state", "none"))
    for end in range(start, start + 4_000, 400):
        states.add(credentials.read(whole[:end], "image/png").get("state", "none"))
    assert states <= {"none", "changed", "broken", "unknown", "expired"}
    assert {"changed", "broken"} <= states
    claimed = b"jumb c2pa" * 3
    assert credentials.read(jpeg() + claimed, "image/jpeg") == {}
