"""A browser, a studio that it looks at, and a page that must stay without trouble.

Tests take `page` (signed in, dark, 1440 x 900) or `visit`, which opens pages of other kinds. Each has a context of its
own, so nothing of one test is left for the next but what it made in the studio. Any script error, any word of
complaint on the console, any request that fails or is refused fails the test, unless it said `trouble.allow(...)`.
"""

from __future__ import annotations

import fcntl
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, StorageStateCookie, expect, sync_playwright

import hatch_build
from gesso.dev.fakes.openai import OpenAI
from gesso.dev.fakes.shelf import SHELF
from gesso.dev.fakes.stability import Stability
from tests.warm import ROOT
from tests.web.browser import SWITCHES, Theme, Trouble, chromium
from tests.web.studio import Studio, opened

WEB = ROOT / "web"
PATIENCE_MS = 15_000
KEY = "sk-0123456789-of-the-tests"

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def built() -> Path:
    """The web as its sources are now; one process builds it, others wait."""
    with (Path(tempfile.gettempdir()) / "gesso-web-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if hatch_build.stale(WEB):
            hatch_build.build(WEB)
        return WEB / "dist"


# Playwright's loop runs in this thread for as long as it is open, and tests that bring a loop of their own could not
# run meanwhile: so for this package, not for the whole session.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        yield launched
        launched.close()


# A studio for each file: which files share a process is chance, and what one made would be found by the next.
@pytest.fixture(scope="module")
def studio(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """As it is when nobody has told it anything: the built-in engine alone."""
    with opened(tmp_path_factory.mktemp("studio")) as found:
        yield found


@pytest.fixture(scope="module")
def market(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """With a second provider, `tests/web/stall.py`, put on the shelf as anybody's package would be."""
    shelf = tmp_path_factory.mktemp("shelf")
    package = shelf / "gesso_stall-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: gesso-stall\nVersion: 1\n")
    (package / "entry_points.txt").write_text("[gesso.providers]\nstall = tests.web.stall:provider\n")
    with opened(tmp_path_factory.mktemp("market"), PYTHONPATH=str(shelf)) as found:
        yield found


@pytest.fixture(scope="package")
def openai() -> Iterator[OpenAI]:
    with OpenAI(KEY).running() as fake:
        yield fake
        assert fake.wrong == []


@pytest.fixture(scope="package")
def stability() -> Iterator[Stability]:
    with Stability(KEY, mesh=b"").running() as fake:
        yield fake
        assert fake.wrong == []


@pytest.fixture(scope="module")
def shop(
    built: Path, openai: OpenAI, stability: Stability, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """With keys of two hosted providers, whose servers are fakes as strict as their own."""
    told = {
        "openai": SHELF["openai"].settings(openai.url, KEY),
        "stability": SHELF["stability"].settings(stability.url, KEY),
    }
    with opened(tmp_path_factory.mktemp("shop"), GESSO_PROVIDERS=json.dumps(told)) as found:
        yield found


@pytest.fixture(scope="package")
def visits() -> dict[str, StorageStateCookie]:
    """One visit of the owner for each studio, so that not every test signs in anew."""
    return {}


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


class Visit(Protocol):
    """Opens `path` in a browser of its own. `keep` is what it remembers from earlier (localStorage), as JSON."""

    def __call__(
        self,
        path: str = "/",
        *,
        of: Studio | None = None,
        theme: Theme = "dark",
        width: int = 1440,
        height: int = 900,
        touch: bool = False,
        locale: str = "en-GB",
        signed_in: bool = True,
        keep: dict[str, str] | None = None,
        motion: bool = False,
    ) -> Page: ...


@pytest.fixture
def visit(browser: Browser, studio: Studio, visits: dict[str, StorageStateCookie], trouble: Trouble) -> Iterator[Visit]:
    with ExitStack() as stack:

        def opens(
            path: str = "/",
            *,
            of: Studio | None = None,
            theme: Theme = "dark",
            width: int = 1440,
            height: int = 900,
            touch: bool = False,
            locale: str = "en-GB",
            signed_in: bool = True,
            keep: dict[str, str] | None = None,
            motion: bool = False,
        ) -> Page:
            house = of or studio
            if signed_in and house.url not in visits:
                visits[house.url] = house.cookie()
            state: StorageState = {
                "cookies": [visits[house.url]] if signed_in else [],
                "origins": [
                    {
                        "origin": house.url,
                        "localStorage": [{"name": name, "value": value} for name, value in (keep or {}).items()],
                    }
                ],
            }
            context: BrowserContext = browser.new_context(
                base_url=house.url,
                viewport={"width": width, "height": height},
                color_scheme=theme,
                locale=locale,
                timezone_id="Europe/Vienna",
                has_touch=touch,
                is_mobile=touch,
                reduced_motion="no-preference" if motion else "reduce",
                accept_downloads=True,
                permissions=["clipboard-read", "clipboard-write"],
                storage_state=state,
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            trouble.watch(context)
            page = context.new_page()
            page.goto(path)
            return page

        yield opens
        trouble.check()


@pytest.fixture
def page(visit: Visit) -> Page:
    """Home, signed in, dark, 1440 x 900."""
    return visit("/")
