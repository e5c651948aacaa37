"""What was made for platforms, as one ZIP archive: each platform's files in a folder of its own, what they are as a
table and for programs, and the words that go beside them. It is written while it is sent, as `bundle` is."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zipfile import ZipFile

from gesso import presets
from gesso.kit import sheet
from gesso.kit.errors import NotFound
from gesso.kit.media import extension
from gesso.kit.time import now
from gesso.library.bundle import Names, Sink, entry, poured, safe
from gesso.library.tables import Asset
from gesso.presets import Format
from gesso.store import Store

COLUMNS: Final = (
    "file",
    "picture",
    "platform",
    "format",
    "width",
    "height",
    "type",
    "bytes",
    "limit",
    "quality",
    "ssim",
    "scale",
    "enlarged",
    "padded",
    "crop_left",
    "crop_top",
    "crop_width",
    "crop_height",
    "sha256",
    "alt",
    "alt_by",
    "credentials",
    "label",
    "asset",
    "run",
)
"""Of the table, in their order."""


@dataclass(frozen=True)
class Batch:
    """The outputs of one run: `picture` is what it was made from, and `alt` what that shows, in the words of `alt_by`
    where they are no person's. `missed` are the formats that were wanted and are not there, with the reason; `caption`
    is the text of the post, and `captions` those of platforms that say something else."""

    run: str
    picture: str
    outputs: Sequence[Asset]
    alt: str = ""
    alt_by: str = ""
    missed: Mapping[str, str] = field(default_factory=dict)
    caption: str = ""
    captions: Mapping[str, str] = field(default_factory=dict)


async def pack(store: Store, batches: AsyncIterator[Batch], *, several: bool = False) -> AsyncIterator[bytes]:
    """The archive, piece by piece. Of `several` runs, each picture has a folder of its own around those of its
    platforms. The last files say what the others are: `manifest.csv`, `manifest.json`, `posts.txt`."""
    sink, folders = Sink(), Names("manifest.csv", "manifest.json", "posts.txt")
    names: dict[str, Names] = {}
    rows: list[dict[str, Any]] = []
    missing: list[dict[str, str]] = []
    posts: list[str] = []
    with ZipFile(sink, "w") as archive:
        async for batch in batches:
            top = f"{folders.folder(batch.picture)}/" if several else ""
            for id, why in batch.missed.items():
                missing.append({"picture": batch.picture, "format": id, "why": why, "run": batch.run})
            written = []
            for asset in batch.outputs:
                try:
                    size = await store.size(asset.key)
                except NotFound:
                    id = str(asset.facts.get("format", ""))
                    missing.append(
                        {"picture": batch.picture, "format": id, "why": "Its bytes are gone.", "run": batch.run}
                    )
                    continue
                folder = top + _folder(asset)
                name = folder + names.setdefault(folder, Names()).next(_name(asset), extension(asset.type))
                async for piece in poured(archive, sink, store, asset, name, size):
                    yield piece
                written.append(_row(batch, asset, name))
            rows += written
            posts.append(_posts(batch, written))
        said = {
            "manifest.csv": sheet.table(COLUMNS, rows),
            "manifest.json": json.dumps({"files": rows, "missing": missing}, ensure_ascii=False, indent=1),
            "posts.txt": "\n\n".join(filter(None, posts)) + "\n",
        }
        for name, text in said.items():
            data = text.encode(errors="replace")
            archive.writestr(entry(name, now(), len(data)), data)
    yield sink.taken()


def _folder(asset: Asset) -> str:
    platform = asset.facts.get("platform")
    return f"{safe(str(platform))}/" if platform else ""


def _name(asset: Asset) -> str:
    id = str(asset.facts.get("format", ""))
    what = id.partition(".")[2] or presets.slug(str(asset.facts.get("title") or asset.title))
    return f"{what}_{asset.width}x{asset.height}"


def _row(batch: Batch, asset: Asset, name: str) -> dict[str, Any]:
    facts = asset.facts
    sealed, own = facts.get("sealed") or {}, facts.get("described") or {}
    box = facts.get("box") or [None] * 4
    by = (own.get("by") or {}).get("alt", "person") if own.get("alt") else batch.alt_by
    return {
        "file": name,
        "picture": batch.picture,
        "platform": facts.get("platform", ""),
        "format": facts.get("format", ""),
        "width": asset.width,
        "height": asset.height,
        "type": asset.type,
        "bytes": asset.bytes,
        **{key: facts.get(key) for key in ("limit", "quality", "ssim", "scale", "enlarged", "padded")},
        **dict(zip(("crop_left", "crop_top", "crop_width", "crop_height"), box, strict=True)),
        "sha256": asset.sha256,
        "alt": sealed.get("alt") or own.get("alt") or batch.alt,
        "alt_by": sealed.get("alt_by", "") if sealed.get("alt") else by,
        "credentials": "signed" if sealed.get("signed") else "none",
        "label": sealed.get("label", ""),
        "asset": str(asset.id),
        "run": batch.run,
    }


def _posts(batch: Batch, rows: Sequence[Mapping[str, Any]]) -> str:
    """The words beside the pictures, platform by platform, and where they are too long for it."""
    parts = []
    for id in dict.fromkeys(row["platform"] for row in rows):
        some = [row for row in rows if row["platform"] == id]
        formats = [found for row in some if (found := presets.format(row["format"])) is not None]
        title = formats[0].platform_title if formats else id
        lines = [f"{batch.picture}: {title}" if title else batch.picture]
        text = "\n\n".join(filter(None, [batch.captions.get(id, batch.caption), some[0]["label"]]))
        if text:
            lines += ["", text]
            lines += [f"[{said}]" for said in _too_long(text, formats)]
        if some[0]["alt"]:
            by = some[0]["alt_by"]
            whose = f" (written by a {by}, please check)" if by in ("model", "rule") else ""
            lines += ["", f"Alt text{whose}: {some[0]['alt']}"]
            most = min((each.alt_max for each in formats if each.alt_max), default=None)
            if most is not None and len(some[0]["alt"]) > most:
                lines.append(f"[The alt text is longer than the {most} characters that are taken there.]")
        if len(lines) > 1:
            parts.append("\n".join(lines))
    return "\n\n---\n\n".join(parts)


def _too_long(text: str, formats: Sequence[Format]) -> list[str]:
    caption = next((each.caption for each in formats if each.caption), None)
    if caption is None:
        return []
    said = []
    if caption.max is not None and len(text) > caption.max:
        said.append(f"This has {len(text)} characters; {caption.max} are taken there.")
    for sign, most, what in (("#", caption.hashtags, "hashtags"), ("@", caption.mentions, "mentions")):
        count = sum(word.startswith(sign) and len(word) > 1 for word in text.split())
        if most is not None and count > most:
            said.append(f"This has {count} {what}; {most} are taken there.")
    return said
