"""The house for the tests: the real application on a real database, a fresh one for each test.

`app` comes twice, on SQLite and on PostgreSQL, so every test that takes it runs on both.
"""

import itertools
import shutil
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from PIL import Image, ImageDraw

from gesso import accounts, credits, migrations
from gesso.app import create_app
from gesso.catalog import Catalog, Provider
from gesso.db import Database, Work
from gesso.imaging import picture
from gesso.kit.actor import Actor
from gesso.kit.pool import Pool
from gesso.settings import Settings
from gesso.studio import Studio, found
from tests.postgres import Postgres

_numbers = itertools.count()
_FAILED = pytest.StashKey[bool]()

LONGEST = ("jobs", "web", "test_contract.py", "runs", "api", "providers", "cli")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files go to whichever process is free: what is long first, or one would be left alone with it at the end.
    The browser's stay together, because their browser lives as long as nothing else comes between."""

    def place(item: pytest.Item) -> int:
        name = item.nodeid.partition("::")[0].removeprefix("tests/")
        return next((at for at, long in enumerate(LONGEST) if name.startswith(long)), len(LONGEST))

    items.sort(key=place)
    for item in items:
        if item.nodeid.startswith("tests/web/"):
            # Asked once more, and said at the end: three browsers on two cores find a way to be late that no one meant.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = report.failed or item.stash.get(_FAILED, False)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Whatever failed leaves nothing to its second try: studios, browser and all are opened anew."""
    if item.stash.get(_FAILED, False):
        item.stash[_FAILED] = False
        item.session._setupstate.teardown_exact(None)
    yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """Worker processes are slow to start and keep nothing between calls, so all tests share them."""
    shared = Pool(2, seconds=120, calm=picture.calm)
    yield shared
    shared.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "gesso.db"
    migrations.bring_up(Database(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        migrations.bring_up(Database(server.create("template")))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "gesso.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = f"test_{next(_numbers)}"
        yield server.create(name, template="template")
        server.drop(name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", database_url=database_url)


@dataclass
class House:
    """The running application, and the people in it."""

    app: FastAPI
    owner: Actor
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    @property
    def studio(self) -> Studio:
        found: Studio = self.app.state.studio
        return found

    def client(self, token: str | None = None, **headers: str) -> httpx2.AsyncClient:
        """Speaks to the application as a program does."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app, raise_app_exceptions=False),
            base_url="http://gesso.test",
            headers=headers,
            timeout=60,
        )
        self.clients.append(client)
        return client

    async def join(self, name: str, role: str = "editor", team: str = "Studio") -> httpx2.AsyncClient:
        """A person with this role in this team (made when new, with an unlimited purse), and their client."""
        async with self.studio.db.session() as session:
            actor = await accounts.add_person(session, name, role, team=team)
            await credits.open_purse(Work(session, actor), unlimited=True)
            token = await accounts.create_token(session, actor, "test")
        return self.client(token)

    async def as_owner(self) -> httpx2.AsyncClient:
        async with self.studio.db.session() as session:
            return self.client(await accounts.create_token(session, self.owner, "test"))

    async def work(self) -> None:
        """From now on this process also takes runs."""
        await self.studio.work()

    def offer(self, *providers: Provider) -> None:
        """Puts further providers on the shelf."""
        runs = self.studio.runs
        runs.shelf = Catalog([*runs.shelf.providers, *providers], {}, self.studio.settings.models)

    def tell(self, provider: str, **told: Any) -> None:
        """Tells a provider on the shelf what it must be told, and the others nothing."""
        self.tell_all({provider: told})

    def tell_all(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        runs = self.studio.runs
        runs.shelf = Catalog(runs.shelf.providers, told, self.studio.settings.models)


@asynccontextmanager
async def open_house(settings: Settings, pool: Pool) -> AsyncIterator[House]:
    app = create_app(settings, pool=pool)
    app.state.studio.runs.retry_seconds = 0.05
    house = House(app, await found(app.state.studio.db))
    async with app.router.lifespan_context(app):
        yield house
        for client in house.clients:
            await client.aclose()


@pytest.fixture
async def house(settings: Settings, pool: Pool) -> AsyncIterator[House]:
    """Answers, and works."""
    async with open_house(settings, pool) as house:
        yield house


@pytest.fixture
async def idle(settings: Settings, pool: Pool) -> AsyncIterator[House]:
    """Answers, and does not work until `House.work`."""
    async with open_house(settings.model_copy(update={"worker": False}), pool) as house:
        yield house


@pytest.fixture
async def client(house: House) -> httpx2.AsyncClient:
    """The owner's."""
    return await house.as_owner()


def photo(width: int = 96, height: int = 64, kind: str = "PNG", **options: Any) -> bytes:
    """A small picture with a subject: a red disc on grey."""
    image = Image.new("RGB", (width, height), (120, 125, 130))
    radius = min(width, height) // 3
    centre = (width // 2, height // 2)
    ImageDraw.Draw(image).ellipse(
        [centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius], fill=(200, 40, 30)
    )
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


async def upload(client: httpx2.AsyncClient, data: bytes | None = None, name: str = "photo.png") -> dict[str, Any]:
    """The asset, as the server describes it."""
    answer = await client.post("/api/assets", files={"file": (name, photo() if data is None else data)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
