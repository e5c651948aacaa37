"""A reader of content credentials of our own, written from the specifications (C2PA 2.2, ISO 19566-5, RFC 8949, RFC
9052) and nothing else: what signs shall not be the only one that says that it holds."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256


class Broken(Exception):
    """The credentials do not hold, and why."""


@dataclass(frozen=True)
class Box:
    """A JUMBF superbox: its label, all its bytes after the header, and what lies in it."""

    label: str
    payload: bytes
    content: bytes
    boxes: "list[Box]"

    def __getitem__(self, label: str) -> "Box":
        return next(box for box in self.boxes if box.label == label)


def store(data: bytes) -> Box:
    """The manifest store of a JPEG, PNG, WebP or TIFF file."""
    if data[:2] == b"\xff\xd8":
        return next(boxes(_of_jpeg(data)))
    at = data.index(b"jumb") - 4
    return next(boxes(data[at : at + int.from_bytes(data[at : at + 4], "big")]))


def _of_jpeg(data: bytes) -> bytes:
    """Put together from segments, each of which repeats the header of the box."""
    whole, at = b"", 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at + 4 : at + 2 + size]
        if data[at + 1] == 0xEB and segment[:2] == b"JP":
            whole += segment[8:] if not whole else segment[16:]
        at += 2 + size
    return whole


def boxes(data: bytes) -> Iterator[Box]:
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        payload = data[at + 8 : at + size]
        if kind == b"jumb":
            told = int.from_bytes(payload[:4], "big")
            label = payload[8 + 17 : told].split(b"\0")[0].decode()
            rest = payload[told:]
            yield Box(label, payload, rest[8 : int.from_bytes(rest[:4], "big")], list(boxes(rest)))
        at += size


def cbor(data: bytes) -> Any:
    return _value(data, 0)[0]


def _value(data: bytes, at: int) -> tuple[Any, int]:
    kind, low = data[at] >> 5, data[at] & 31
    at += 1
    number = low
    if 24 <= low <= 27:
        size = 1 << (low - 24)
        number, at = int.from_bytes(data[at : at + size], "big"), at + size
    match kind:
        case 0:
            return number, at
        case 1:
            return -1 - number, at
        case 2:
            return data[at : at + number], at + number
        case 3:
            return data[at : at + number].decode(), at + number
        case 4:
            found = []
            for _ in range(number):
                value, at = _value(data, at)
                found.append(value)
            return found, at
        case 5:
            named = {}
            for _ in range(number):
                name, at = _value(data, at)
                named[name], at = _value(data, at)
            return named, at
        case 6:
            return _value(data, at)
    return {20: False, 21: True, 22: None}.get(low, number), at


def _bytes(data: bytes, kind: int = 2) -> bytes:
    """A CBOR string."""
    size = len(data)
    head = bytes([kind << 5 | size]) if size < 24 else (
        bytes([kind << 5 | 24, size]) if size < 256 else
        bytes([kind << 5 | 25]) + struct.pack(">H", size) if size < 65536 else
        bytes([kind << 5 | 26]) + struct.pack(">I", size)
    )  # fmt: skip
    return head + data


def verified(data: bytes, root: x509.Certificate) -> dict[str, Any]:
    """The assertions of the active manifest, by label. Raises Broken unless a certificate under `root` has signed them
    and these very bytes."""
    manifest = store(data).boxes[-1]
    claim = manifest["c2pa.claim.v2"].content
    _signed(claim, cbor(manifest["c2pa.signature"].content), root)
    told, assertions = cbor(claim), manifest["c2pa.assertions"]
    for each in (*told["created_assertions"], *told.get("gathered_assertions", ())):
        box = assertions[each["url"].rpartition("/")[2]]
        if sha256(box.payload).digest() != each["hash"]:
            raise Broken(f"the assertion {box.label} was changed")
    found = {box.label: cbor(box.content) for box in assertions.boxes}
    bound, at, rest = found["c2pa.hash.data"], 0, sha256()
    for gap in sorted(bound["exclusions"], key=lambda gap: int(gap["start"])):
        rest.update(data[at : gap["start"]])
        at = gap["start"] + gap["length"]
    rest.update(data[at:])
    if rest.digest() != bound["hash"]:
        raise Broken("the file was changed")
    return found


def _signed(claim: bytes, cose: list[Any], root: x509.Certificate) -> None:
    protected, loose, _, signature = cose
    told = cbor(protected)
    if told[1] != -7:
        raise Broken("it is not ES256")
    chain = told.get(33) or loose.get("x5chain") or loose.get(33)
    leaf = x509.load_der_x509_certificate(chain[0] if isinstance(chain, list) else chain)
    leaf.verify_directly_issued_by(root)
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    half = len(signature) // 2
    pair = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    said = b"\x84" + _bytes(b"Signature1", 3) + _bytes(protected) + _bytes(b"") + _bytes(claim)
    try:
        key.verify(encode_dss_signature(*pair), said, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise Broken("the claim was signed by somebody else") from error
