"""`gesso doctor`: whether everything that the studio stands on is there, and how to mend what is not."""

import asyncio
import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final, Literal

from gesso.cli import ends, say
from gesso.cli.make import AsJson
from gesso.kit.errors import GessoError

if TYPE_CHECKING:
    from gesso.settings import Settings

State = Literal["ok", "warn", "fail"]

LITTLE: Final = 2 << 30
TOO_LITTLE: Final = 200 << 20
LOADERS: Final = ("jpeg", "png", "webp", "heif", "gif", "tiff")
MARKS: Final = {"ok": "✓", "warn": "!", "fail": "✗"}


@dataclass(frozen=True)
class Check:
    """What was looked at, how it stands, what was found, and how to mend it (empty where nothing need be)."""

    name: str
    state: State
    found: str
    mend: str = ""


async def doctor(*, as_json: AsJson = False) -> int:
    """Check the installation; says how to mend what is wrong."""
    from gesso.cli import logs
    from gesso.settings import Settings

    settings = Settings()
    logs.listen("error")
    checks = []
    async for check in _all(settings):
        checks.append(check)
        if not as_json:
            say.result(f"{MARKS[check.state]} {check.name}: {check.found}")
            if check.mend:
                say.result(f"    {check.mend}")
    if as_json:
        say.as_json([asdict(check) for check in checks])
    return ends.FAILED if any(check.state == "fail" for check in checks) else ends.OK


async def _all(settings: "Settings") -> AsyncIterator[Check]:
    yield _python()
    folder = _folder(settings)
    yield folder
    if folder.state == "fail":
        return
    yield _disk(settings)
    database = await asyncio.to_thread(_database, settings)
    yield database
    yield await _store(settings)
    if database.state == "ok":
        yield await _workers(settings)
    for check in (*_pixels(), _onnx(), *_catalog(settings), _port(settings)):
        yield check


def _python() -> Check:
    return Check("Python", "ok", f"{platform.python_version()}, {sys.executable}")


def _folder(settings: "Settings") -> Check:
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data) as file:
            file.write(b"x")
    except OSError as error:
        mend = "Make it writable for you, or choose another with GESSO_DATA."
        return Check("Data folder", "fail", f"{settings.data} cannot be written ({error.strerror})", mend)
    return Check("Data folder", "ok", str(settings.data))


def _disk(settings: "Settings") -> Check:
    free = shutil.disk_usage(settings.data).free
    found = f"{free / 2**30:.1f} GiB free"
    if free >= LITTLE:
        return Check("Disk", "ok", found)
    mend = f"Make room where {settings.data} is, or move it and set GESSO_DATA."
    return Check("Disk", "fail" if free < TOO_LITTLE else "warn", found, mend)


def _database(settings: "Settings") -> Check:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.exc import SQLAlchemyError

    from gesso import migrations
    from gesso.db import Database, sync_engine

    db = Database(settings.database)
    kind = "SQLite" if db.on_sqlite else "PostgreSQL"
    if db.on_sqlite and not os.path.exists(db.url.database or ""):
        return Check("Database", "warn", f"{kind}, not made yet", "The first `gesso serve` makes it.")
    engine = sync_engine(db.url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return Check("Database", "fail", f"{kind} cannot be used: {reason}", "Look at GESSO_DATABASE_URL.")
    finally:
        engine.dispose()
    head = ScriptDirectory.from_config(migrations.config(db)).get_current_head()
    if current == head:
        return Check("Database", "ok", f"{kind}, of the newest shape ({head})")
    found = f"{kind}, of shape {current or 'none'}; the newest is {head}"
    return Check("Database", "warn", found, "The next `gesso serve` brings it up.")


async def _store(settings: "Settings") -> Check:
    from gesso.store import open_store

    where = settings.store.partition("?")[0]
    try:
        async with asyncio.timeout(10):
            await open_store(settings.store).ready()
    except Exception as error:
        found = f"{where} cannot be written ({type(error).__name__})"
        return Check("Store", "fail", found, "Look at GESSO_STORE_URL and its credentials.")
    return Check("Store", "ok", where)


async def _workers(settings: "Settings") -> Check:
    from gesso.db import Database
    from gesso.jobs import Jobs

    jobs = Jobs(Database(settings.database), lease=settings.lease_seconds)
    try:
        found = await jobs.living()
    finally:
        await jobs.stop()
    if found:
        lanes = sorted({lane for worker in found for lane in worker.lanes})
        return Check("Worker", "ok", f"{len(found)} at work, on {', '.join(lanes)}")
    mend = "`gesso serve` starts one; `gesso create` works by itself."
    return Check("Worker", "warn", "none is at work", mend)


def _pixels() -> Iterator[Check]:
    try:
        import pyvips

        found = [str(pyvips.version(part)) for part in range(3)]
        missing = [kind for kind in LOADERS if not pyvips.type_find("VipsForeignLoad", f"{kind}load")]
        said = f"{'.'.join(found)}, reads {', '.join(kind for kind in LOADERS if kind not in missing)}"
        mend = f"This libvips does not read {', '.join(missing)}: install pyvips-binary." if missing else ""
        yield Check("libvips", "warn" if missing else "ok", said, mend)
    except (ImportError, OSError) as error:
        mend = "pip install --force-reinstall pyvips-binary"
        yield Check("libvips", "fail", f"cannot be loaded ({error})", mend)
    try:
        import cv2

        yield Check("OpenCV", "ok", str(cv2.__version__))
    except (ImportError, OSError) as error:
        mend = "pip install --force-reinstall opencv-python-headless"
        yield Check("OpenCV", "fail", f"cannot be loaded ({error})", mend)


def _onnx() -> Check:
    try:
        return Check("onnxruntime", "ok", version("onnxruntime"))
    except PackageNotFoundError:
        mend = "For models of your own: pip install 'gesso[onnx]'"
        return Check("onnxruntime", "ok", "not installed; everything else works without it", mend)


def _catalog(settings: "Settings") -> Iterator[Check]:
    from gesso import catalog
    from gesso.cli.models import offered

    settings.models.mkdir(exist_ok=True)
    try:
        shelf = catalog.load(settings.providers, settings.models)
        offers = offered(settings)
    except (ImportError, GessoError) as error:
        yield Check("Offers", "fail", f"the catalog cannot be read ({error})", "Install Gesso anew.")
        return
    files = sorted(path.stem for path in settings.models.glob("*.onnx"))
    idle = [name for name in files if name not in offers]
    mend = f"`gesso models ls` says why {', '.join(idle)} offers nothing." if idle else ""
    yield Check("Models", "warn" if idle else "ok", f"{len(files)} in {settings.models}", mend)
    for provider in shelf.providers:
        count = sum(offer.provider == provider.name for each in shelf.offers.values() for offer in each.values())
        missing = shelf.missing.get(provider.name)
        if missing is None:
            yield Check(provider.title, "ok", f"{count} offer{'' if count == 1 else 's'}")
        else:
            # Nobody needs every provider: one that was told nothing is no fault, one that was told half is.
            half = provider.name in settings.providers
            mend = f"GESSO_PROVIDERS__{provider.name.upper()}__...  ({missing})"
            state: State = "warn" if half else "ok"
            yield Check(provider.title, state, "half set up" if half else "not set up", mend)
    for name in sorted(settings.providers.keys() - {provider.name for provider in shelf.providers}):
        known = ", ".join(provider.name for provider in shelf.providers)
        yield Check(name, "warn", "no provider has this name", f"GESSO_PROVIDERS names one of: {known}.")


def _port(settings: "Settings") -> Check:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            found = f"{settings.port} on {settings.host} cannot be taken ({error.strerror})"
            mend = "Good if `gesso serve` runs; else choose another with GESSO_PORT."
            return Check("Port", "warn", found, mend)
    return Check("Port", "ok", f"{settings.port} on {settings.host} is free")
