"""The page: what a browser must fetch before it can be used, how soon it can be, and what building it takes.

A real server on this machine, and Chromium with an empty cache for each visit. Sizes are those of the built files as
they travel. "Ready" is when the prompt stands there and can be typed in.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

import hatch_build
from tests.warm import ROOT
from tests.web.browser import SWITCHES, chromium
from tests.web.studio import Studio, opened

VISITS = 5
SCRIPT_KB, STYLE_KB, FONT_KB, CHUNK_KB = 230, 19, 60, 120
"""At most, in kB of 1000 bytes as gzip: the first load of scripts, styles and letters, and any later chunk."""
BUILD_SECONDS = 30

WATCH = """
new MutationObserver((_, watch) => {
    const prompt = document.querySelector("[data-prompt]");
    if (!prompt) return;
    window.ready = performance.now();
    watch.disconnect();
}).observe(document, { childList: true, subtree: true });
"""


@dataclass(frozen=True)
class Weight:
    """Bytes as gzip, and as brotli, of what `/create` fetches before anybody touches it."""

    script: tuple[int, int]
    style: tuple[int, int]
    font: tuple[int, int]
    later: dict[str, int]
    """Of each further script, by its name, as gzip."""


def weigh(browser: Browser, studio: Studio, dist: Path) -> Weight:
    """Visits `/create` and weighs what came before the page was at rest."""
    with visit(browser, studio) as page:
        page.add_init_script("window.requestIdleCallback = () => 0")
        page.goto("/create")
        page.locator("[data-prompt]").wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => undefined)")
        names: list[str] = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    fetched = {urlsplit(name).path.removeprefix("/") for name in names}
    files = [path for path in dist.rglob("*") if path.suffix in (".js", ".css", ".woff2")]
    first = [path for path in files if path.relative_to(dist).as_posix() in fetched]

    def sum_of(kind: str) -> tuple[int, int]:
        found = [path for path in first if path.suffix == kind]
        return sum(size(path, ".gz") for path in found), sum(size(path, ".br") for path in found)

    later = {path.name: size(path, ".gz") for path in files if path.suffix == ".js" and path not in first}
    return Weight(sum_of(".js"), sum_of(".css"), sum_of(".woff2"), later)


def size(path: Path, packed: str) -> int:
    """Bytes of a built file as it travels: what is too small or packed already goes as it is."""
    smaller = path.with_name(path.name + packed)
    return (smaller if smaller.exists() else path).stat().st_size


@contextmanager
def visit(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A page with an empty cache, signed in."""
    context = browser.new_context(
        base_url=studio.url,
        viewport={"width": 1440, "height": 900},
        storage_state={"cookies": [studio.cookie()], "origins": []},
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def speed(browser: Browser, studio: Studio) -> dict[str, Any]:
    """Milliseconds from the start of the visit to `/create`, and how much stands in the page then."""
    with visit(browser, studio) as page:
        page.add_init_script(WATCH)
        page.goto("/create")
        page.locator("[data-prompt]").wait_for()
        page.wait_for_load_state("networkidle")
        found: dict[str, Any] = page.evaluate(
            """() => ({
                ...Object.fromEntries(performance.getEntriesByType("paint").map((one) => [one.name, one.startTime])),
                ready: window.ready,
                nodes: document.querySelectorAll("*").length,
            })"""
        )
    return found


def cold_build() -> float:
    """Seconds from bare sources to the built web, as in the first `make run`."""
    with tempfile.TemporaryDirectory() as folder:
        web = Path(folder) / "web"
        shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules", "dist"))
        began = time.perf_counter()
        hatch_build.build(web)
        return time.perf_counter() - began


def second_start() -> str:
    """What `make run` would do before it starts, where it has run before. Only asks: nothing is installed here."""
    began = time.perf_counter()
    asked = subprocess.run(["make", "--directory", str(ROOT), "--question", ".venv/.run"], capture_output=True)
    took = time.perf_counter() - began
    return f"{'builds nothing' if asked.returncode == 0 else 'BUILDS AGAIN'}, {took:.2f} s (goal: builds nothing)"


def row(name: str, sizes: tuple[int, int], most: int) -> None:
    print(f"{name:24} {sizes[0] / 1000:7.1f} kB gz   {sizes[1] / 1000:7.1f} kB br   (goal: <= {most} kB gz)")


def main() -> None:
    dist = ROOT / "web" / "dist"
    if hatch_build.stale(ROOT / "web"):
        hatch_build.build(ROOT / "web")
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as studio, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        weight = weigh(browser, studio, dist)
        row("first load, scripts", weight.script, SCRIPT_KB)
        row("first load, styles", weight.style, STYLE_KB)
        row("first load, letters", weight.font, FONT_KB)
        name, largest = max(weight.later.items(), key=lambda one: one[1])
        print(f"{'largest later chunk':24} {largest / 1000:7.1f} kB gz   {name} (goal: <= {CHUNK_KB} kB gz)")
        seen = [speed(browser, studio) for _ in range(VISITS)]
        for title, key in (
            ("first paint", "first-paint"),
            ("first contentful paint", "first-contentful-paint"),
            ("ready", "ready"),
        ):
            print(f"{title:24} p50 {median(one[key] for one in seen):7.0f} ms")
        print(f"{'elements in the page':24} {seen[-1]['nodes']:11}")
        browser.close()
    print(f"{'cold build':24} {cold_build():9.1f} s   (goal: < {BUILD_SECONDS} s)")
    print(f"{'second start':24} {second_start()}")
