"""`gesso models`: model files that the user brings; each becomes an offer by lying in the folder."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesso.cli import ends, say
from gesso.cli.make import AsJson
from gesso.kit.errors import GessoError, Invalid, NotFound

if TYPE_CHECKING:
    from gesso.settings import Settings


def ls(*, as_json: AsJson = False) -> None:
    """List the model files, and what each offers."""
    settings = _settings()
    offers = offered(settings)
    found: list[dict[str, Any]] = [
        {
            "name": path.name,
            "bytes": path.stat().st_size,
            "offers": offers.get(path.stem, []),
            "fault": None if path.stem in offers else _fault(path),
        }
        for path in sorted(settings.models.glob("*.onnx"))
    ]
    if as_json:
        say.as_json(found)
        return
    say.table(
        ("Model", "Size", "Offers"),
        [
            (
                each["name"],
                f"{each['bytes'] / 1e6:.1f} MB",
                ", ".join(each["offers"]) or f"nothing: {each['fault']}",
            )
            for each in found
        ],
    )
    say.note(f"The folder is {settings.models}.")


def add(file: Path) -> int:
    """Copy an ONNX model into the folder, with the settings beside it (NAME.json); says what it offers.

    Parameters
    ----------
    file
        A matting, segmentation or upscaling model: NAME.onnx.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    if file.suffix.lower() != ".onnx":
        raise Invalid(f"{file.name} is no ONNX model: its name ends in .onnx.")
    from gesso.imaging import matting, superres

    try:
        matting.inspect(file)
    except Invalid:
        superres.inspect(file)
    settings = _settings()
    target = settings.models / f"{file.stem}.onnx"
    for source, copy in ((file, target), (file.with_suffix(".json"), target.with_suffix(".json"))):
        # Renamed into place, so that no run ever meets half a model.
        if source.is_file() and not (copy.exists() and copy.samefile(source)):
            part = copy.with_name(f"{copy.name}.part")
            shutil.copyfile(source, part)
            part.replace(copy)
    say.note(f"Copied to {target}. A server that runs offers it at once:")
    offers = offered(settings).get(target.stem, [])
    for offer in offers:
        say.result(offer)
    if not offers:
        say.note("It can be read, but nothing here offers it.")
    return ends.OK if offers else ends.FAILED


def rm(name: str) -> None:
    """Remove a model from the folder.

    Parameters
    ----------
    name
        As `gesso models ls` shows it, with or without .onnx.
    """
    settings = _settings()
    target = settings.models / f"{name.removesuffix('.onnx')}.onnx"
    if target.parent != settings.models or not target.is_file():
        raise NotFound(f"There is no model “{name}” in {settings.models}.")
    target.with_suffix(".json").unlink(missing_ok=True)
    target.unlink()


def offered(settings: "Settings") -> dict[str, list[str]]:
    """For each model by name: `operation offer`, as `gesso run OPERATION --offer OFFER` takes them."""
    from gesso import catalog

    found: dict[str, list[str]] = {}
    for op, offers in catalog.load(settings.providers, settings.models).offers.items():
        for offer in offers.values():
            found.setdefault(offer.model, []).append(f"{op} {offer.id}")
    return {path.stem: found[path.stem] for path in settings.models.glob("*.onnx") if path.stem in found}


def _fault(path: Path) -> str:
    from gesso.imaging import matting

    try:
        matting.inspect(path)
    except GessoError as error:
        return str(error)
    return "nothing here can use it"


def _settings() -> "Settings":
    from gesso.settings import Settings

    settings = Settings()
    settings.models.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings
