"""What a stranger's file says of where it comes from: its content credentials (C2PA) and whether they hold, and what
IPTC's fields say of its maker, its credit, its source and its alternative text.

All of it was written by strangers: it is bounded, nothing is fetched on a file's word, and what cannot be understood is
left out. It belongs into a worker process, and what is read there costs no upload.
"""

import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from PIL import ExifTags, Image, IptcImagePlugin

from gesso.imaging import packets, picture
from gesso.imaging.picture import Source
from gesso.imaging.seal import AI, QUIET, SIGNED, SOURCES

SHORT: Final = 300
"""Letters of a name or a line."""
LONG: Final = 1000
MOST: Final = 30
"""Things of a list that are kept."""
HEAVIEST: Final = 256 << 20
"""Bytes of a file that is verified."""
LARGEST: Final = 8 << 20
"""Letters of a report that is read."""
DEEPEST: Final = 12
"""Generations of credentials that are looked through."""
_MARK: Final = b"jumb"
_CHANGED: Final = ("dataHash.mismatch", "bmffHash.mismatch", "boxesHash.mismatch", "hashedURI.mismatch",
                   "claimSignature.mismatch", "collectionHash.mismatch")  # fmt: skip


def signed(source: Source) -> bool:
    """Whether a file seems to have credentials; cheap, and never wrong about one that has them."""
    data = _bytes(source)
    return _MARK in data and b"c2pa" in data


def told(data: bytes) -> bool:
    """Whether it says anything that neither EXIF nor XMP does: credentials, or IPTC's older fields."""
    return signed(data) or _has_records(data)


def read(source: Source, type: str, roots: str = "") -> dict[str, Any]:
    """What the file says, as JSON values: `state` is "none", "trusted" (signed under one of the `roots`, PEM),
    "unknown" (signed by somebody who is not), "changed" since, "expired" or "broken"; `signer`, `generator`, `actions`
    and `ingredients` of what holds. `source` (a digital source type by its name, with `source_by`), `creator`, `credit`
    and `alt` are as declared. Empty where it says nothing."""
    data, found = _bytes(source), plain(source)
    if type in SIGNED and len(data) <= HEAVIEST and signed(data):
        found |= _verified(data, type, roots)
    return found


def plain(source: Source) -> dict[str, Any]:
    """What it declares in fields that are not signed."""
    data = _bytes(source)
    xmp: Mapping[str, str] = {}
    with suppress(Exception):
        xmp = packets.read(packets.of(data))
    old = dict(_iptc(data))
    said = {
        "creator": _short(xmp.get("dc:creator") or old.get("creator") or _artist(data)),
        "credit": _short(xmp.get("photoshop:Credit") or old.get("credit") or ""),
        "alt": _short(xmp.get("Iptc4xmpCore:AltTextAccessibility", ""), LONG),
        "source": _source(xmp.get("Iptc4xmpExt:DigitalSourceType", "")),
    }
    found: dict[str, Any] = {name: value for name, value in said.items() if value}
    return found | ({"source_by": "iptc"} if said["source"] else {})


def declared(told: Mapping[str, Any]) -> str:
    """The digital source type that holds of what was `read`. That it was captured counts only where that was signed and
    holds, or nothing is signed: nobody claims to be made by AI who is not."""
    source = str(told.get("source", ""))
    return "" if source not in AI and told.get("state") in ("changed", "broken") else source


def _bytes(source: Source) -> bytes:
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def _artist(data: bytes) -> str:
    with suppress(Exception):
        return str(picture.told(data)[0].get(ExifTags.Base.Artist, ""))
    return ""


def _iptc(data: bytes) -> Iterator[tuple[str, str]]:
    """IPTC's older records, of a JPEG's head."""
    if not _has_records(data):
        return
    with suppress(Exception), Image.open(io.BytesIO(data)) as file:
        records: Any = IptcImagePlugin.getiptcinfo(file) or {}
        for name, record in (("creator", (2, 80)), ("credit", (2, 110))):
            value = records.get(record)
            value = value[0] if isinstance(value, list) and value else value
            if isinstance(value, bytes):
                yield name, value.decode("utf-8", "replace")


def _has_records(data: bytes) -> bool:
    return data[:2] == b"\xff\xd8" and b"Photoshop 3.0\0" in data[: 1 << 20]


def _verified(data: bytes, type: str, roots: str) -> dict[str, Any]:
    import c2pa

    trust = {"trust": {"trust_anchors": roots}} if roots else {}
    try:
        with (
            c2pa.Context.from_dict({**QUIET, **trust}) as context,
            c2pa.Reader(type, io.BytesIO(data), context=context) as reader,
        ):
            report = reader.json()
        if len(report) > LARGEST:
            return {"state": "broken"}
        return _report(json.loads(report))
    except c2pa.C2paError.ManifestNotFound:
        return {}
    except Exception:
        # Whatever is wrong with it: the picture itself has been read.
        return {"state": "broken"}


def _report(told: Mapping[str, Any]) -> dict[str, Any]:
    manifests: Mapping[str, Any] = told.get("manifests") or {}
    active = manifests.get(told.get("active_manifest", "")) or {}
    results = (told.get("validation_results") or {}).get("activeManifest") or {}
    faults = [_short(each.get("code")) for each in results.get("failure") or []]
    state = _state(str(told.get("validation_state", "")), faults)
    signature = active.get("signature_info") or {}
    signer = {
        "name": _short(signature.get("common_name")),
        "issuer": _short(signature.get("issuer")),
        "serial": _short(signature.get("cert_serial_number")),
        "algorithm": _short(signature.get("alg")),
        "time": _short(signature.get("time")),
    }
    generators = active.get("claim_generator_info") or [{}]
    source = _origin(manifests, told.get("active_manifest", ""))
    found: dict[str, Any] = {
        "state": state,
        "signer": {name: value for name, value in signer.items() if value},
        "generator": _short(generators[0].get("name") or active.get("claim_generator")),
        "actions": [
            {
                name: value
                for name, value in (
                    ("action", _short(each.get("action")).removeprefix("c2pa.")),
                    ("agent", _short(_agent(each.get("softwareAgent")))),
                    ("when", _short(each.get("when"))),
                    ("source", _source(each.get("digitalSourceType"))),
                )
                if value
            }
            for each in _actions(active)[:MOST]
        ],
        "ingredients": [
            {
                "title": _short(each.get("title")),
                "type": _short(each.get("format")),
                "role": _short(each.get("relationship")),
                "signed": bool(each.get("active_manifest")),
            }
            for each in (active.get("ingredients") or [])[:MOST]
        ],
        "faults": faults[:MOST] if state not in ("trusted", "unknown") else [],
    }
    if source:
        found |= {"source": source, "source_by": "c2pa"}
    return {name: value for name, value in found.items() if value}


def _state(said: str, faults: list[str]) -> str:
    if said == "Trusted":
        return "trusted"
    if said == "Valid":
        return "unknown"
    if any(fault.endswith(_CHANGED) for fault in faults):
        return "changed"
    if any("expired" in fault or "outsideValidity" in fault for fault in faults):
        return "expired"
    return "broken"


def _origin(manifests: Mapping[str, Any], label: Any) -> str:
    """The digital source type that its credentials say, from the first original on: what AI had a part in stays so."""
    chain: list[Mapping[str, Any]] = []
    while isinstance(label, str) and label in manifests and len(chain) < DEEPEST:
        chain.insert(0, manifests[label])
        parents = [each for each in manifests[label].get("ingredients") or [] if each.get("relationship") == "parentOf"]
        label = parents[0].get("active_manifest") if parents else None
    found = ""
    for manifest in chain:
        for action in _actions(manifest):
            source = _source(action.get("digitalSourceType"))
            if not source or (found in AI and source not in AI) or found == "trainedAlgorithmicMedia":
                continue
            edits = _short(action.get("action")) not in ("c2pa.created", "c2pa.opened")
            mixes = found and edits and source == "trainedAlgorithmicMedia"
            found = "compositeWithTrainedAlgorithmicMedia" if mixes else source
    return found


def _actions(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for each in manifest.get("assertions") or []:
        if str(each.get("label", "")).startswith("c2pa.actions"):
            found += [one for one in (each.get("data") or {}).get("actions") or [] if isinstance(one, dict)]
    return found


def _agent(told: Any) -> str:
    return str(told.get("name", "")) if isinstance(told, dict) else str(told or "")


def _source(told: Any) -> str:
    """A digital source type by its name; empty for what is none of IPTC's or C2PA's."""
    text = _short(told).rstrip("/")
    name = text.rpartition("/")[2]
    known = text.replace("https://", "http://").startswith((SOURCES, "http://c2pa.org/digitalsourcetype/"))
    return name if known and name.isascii() and name.isalnum() else ""


def plainly(told: Any, most: int) -> str:
    """One line of at most so many letters, without what cannot be seen; empty for what is no text."""
    return _short(told, most)


def _short(told: Any, most: int = SHORT) -> str:
    if not isinstance(told, str):
        return ""
    seen = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Cs", "Cn", "Co", "Cf") else sign for sign in told[:10_000]
    )
    return " ".join(seen.split())[:most]
