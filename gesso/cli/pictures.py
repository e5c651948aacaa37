"""From the studio's library to files of this machine."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from gesso.kit.errors import Failed, Invalid
from gesso.kit.media import EXTENSIONS, extension

if TYPE_CHECKING:
    from gesso_client import Asset, Client

SAME: Final = {"jpeg": "jpg", "tif": "tiff"}
CONVERTED: Final = ("png", "jpg", "webp")
PICTURES: Final = frozenset(end for type, end in EXTENSIONS.items() if type.startswith("image/"))


@dataclass(frozen=True)
class Target:
    """Where outputs go. `stem` None: each is named after its title. `suffix` empty: each as it was made."""

    folder: Path
    stem: str | None
    suffix: str

    @classmethod
    def of(cls, text: str, *, makes: str = "image") -> "Target":
        """`FILE` or `DIR/`; the folder is made. Invalid for a suffix that no picture can have."""
        path = Path(text).expanduser()
        if text.endswith("/") or path.is_dir():
            target = cls(path, None, "")
        else:
            target = cls(path.parent, path.stem, path.suffix)
        kind = _kind(target.suffix)
        if makes == "image" and kind and kind not in PICTURES:
            raise Invalid(f"A picture cannot be written as {path.suffix}. Use .png, .jpg or .webp.")
        target.folder.mkdir(parents=True, exist_ok=True)
        return target

    def paths(self, assets: Sequence["Asset"]) -> list[Path]:
        """One path for each: `out.png`, or `out-1.png`, `out-2.png`, ... where there are several."""
        found = []
        for index, asset in enumerate(assets, 1):
            stem = self.stem if self.stem is not None else _plain(asset.title)
            number = f"-{index}" if len(assets) > 1 else ""
            found.append(self.folder / f"{stem}{number}{self.suffix or '.' + extension(asset.type)}")
        return found

    async def save(self, gesso: "Client", assets: Sequence["Asset"], *, recipe: bool = True) -> list[Path]:
        """Writes every asset, in the format that its file's name asks for; with how it was made in its metadata, unless
        `recipe` is false."""
        paths = self.paths(assets)
        for asset, path in zip(assets, paths, strict=True):
            wanted = _kind(path.suffix)
            if asset.kind != "image" or wanted == extension(asset.type):
                await gesso.assets.download(asset.id, path, recipe=recipe)
            else:
                await _convert(gesso, asset, path, wanted, recipe=recipe)
        return paths


async def _convert(gesso: "Client", asset: "Asset", path: Path, wanted: str, *, recipe: bool) -> None:
    kept = f"It is kept in the library: gesso assets get {asset.id} -o FILE.{extension(asset.type)}"
    if wanted not in CONVERTED:
        raise Invalid(f"This picture is {asset.type}; it can be written as .png, .jpg or .webp. {kept}")
    try:
        from gesso.imaging import picture, tags
    except ImportError as error:
        raise Failed(f"Pictures cannot be converted here ({error}). {kept}") from error
    with TemporaryDirectory() as folder:
        made = await gesso.assets.download(asset.id, Path(folder) / "made", recipe=recipe)
        pixels = await asyncio.to_thread(picture.load, made)
        told = await asyncio.to_thread(tags.texts, made)
    encoders: dict[str, Callable[[picture.Pixels], bytes]] = {
        "png": picture.png,
        "jpg": picture.jpeg,
        "webp": picture.webp,
    }
    data = await asyncio.to_thread(encoders[wanted], pixels)
    if recipe and tags.NAME in told:
        data = tags.inscribed(data, told[tags.NAME]) or data
    await asyncio.to_thread(path.write_bytes, data)


def _kind(suffix: str) -> str:
    name = suffix.lower().lstrip(".")
    return SAME.get(name, name)


def _plain(title: str) -> str:
    """A title as a file's name: `a lighthouse at dusk` becomes `a-lighthouse-at-dusk`."""
    words = re.sub(r"\s*\(\d+\)$", "", title.lower())
    return re.sub(r"[^\w]+", "-", words).strip("-")[:60].rstrip("-") or "picture"
