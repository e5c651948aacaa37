"""The library with 100,000 pictures in a real browser: the first tile, frames while it scrolls, a jump to the middle.

A real server in a process of its own, on SQLite, and Chromium without a screen (so without a graphics card either). The
rows are 100,000; the bytes that they rest on are those of a few hundred pictures that were really uploaded, thumbnails
and all. A frame of a screen with 60 Hz takes 16.7 ms; two of them in a row are seen as a stutter.
"""

import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import hatch_build
from tests.warm import ROOT
from tests.web.browser import SWITCHES, chromium
from tests.web.studio import Studio, opened

ROWS, PICTURES = 100_000, 200
SHAPES = ((960, 640), (640, 960), (800, 800), (1120, 630), (720, 900), (1260, 540))
STEADY, FLING = 1.5, 60.0
"""Pixels per ms: what an eye can follow, and what a hard flick of a finger or a scroll bar makes."""
SECONDS = 5

WATCH = """
document.addEventListener("load", (event) => {
  if (event.target.matches?.("[role=gridcell] img")) window.firstTile ??= performance.now();
}, true);
"""
IDLE = """
async (seconds) => {
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  const end = last + seconds * 1000;
  while (last < end) {
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames;
}
"""
"""Frames of a page that draws nothing: what the machine itself leaves over."""
SCROLL = """
async ([pace, seconds, decay]) => {
  const scroller = document.querySelector("[role=rowgroup]:has([role=gridcell])");
  const frames = [];
  let speed = pace;
  let last = await new Promise(requestAnimationFrame);
  const end = last + seconds * 1000;
  while (last < end) {
    const now = await new Promise(requestAnimationFrame);
    scroller.scrollTop += speed * Math.min(50, now - last);
    frames.push(now - last);
    speed *= decay;
    last = now;
  }
  return frames;
}
"""
JUMP = """
async () => {
  const scroller = document.querySelector("[role=rowgroup]:has([role=gridcell])");
  const begun = performance.now();
  scroller.scrollTop = scroller.scrollHeight / 2;
  for (;;) {
    await new Promise(requestAnimationFrame);
    const box = scroller.getBoundingClientRect();
    const seen = [...scroller.querySelectorAll("[role=gridcell]")].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > box.top && top < box.bottom;
    });
    const there = seen.filter((tile) => tile.querySelector("img.opacity-100"));
    if (seen.length > 0 && there.length === seen.length) return [performance.now() - begun, seen.length];
    if (performance.now() - begun > 30000) return [Infinity, there.length];
  }
}
"""


def pictures() -> Iterator[bytes]:
    rng = np.random.default_rng(7)
    for index in range(PICTURES):
        width, height = SHAPES[index % len(SHAPES)]
        coarse = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8))
        out = BytesIO()
        coarse.resize((width, height), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
        yield out.getvalue()


def fill(file: Path) -> None:
    """Rows as the server writes them, on the bytes that it took in; one every five minutes, back from now."""
    with sqlite3.connect(file, timeout=60) as database:
        database.row_factory = sqlite3.Row
        taken = [dict(row) for row in database.execute("SELECT * FROM asset")]
        names = list(taken[0])
        rng = random.Random(7)
        newest = datetime.now(UTC) - timedelta(hours=1)

        def rows() -> Iterator[list[object]]:
            for index in range(ROWS - len(taken)):
                at = newest - timedelta(minutes=5 * index)
                told = taken[index * 7 % len(taken)] | {
                    "id": UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | rng.getrandbits(62)).hex,
                    "created_at": at.replace(tzinfo=None).isoformat(" "),
                    "title": f"Picture {index}",
                    "words": f"picture {index}",
                    "favorite": index % 40 == 0,
                    "run_id": None,
                    "run_index": None,
                }
                yield [told[name] for name in names]

        marks = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        database.executemany(f"INSERT INTO asset ({columns}) VALUES ({marks})", rows())


def frames(page: Page, what: str, pace: float, decay: float) -> None:
    """Beside the frames, what of each frame the page itself took: processor time of its main thread, which does not
    depend on what else the machine does."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return float(told["TaskDuration"])

    before = spent()
    took = page.evaluate(SCROLL, [pace, SECONDS, decay])[2:]
    own = (spent() - before) / len(took) * 1000
    session.detach()
    p95 = quantiles(took, n=20)[-1]
    thumbnails = sum("/thumbnail" in url for url in asked)
    print(
        f"{what:<22} p50 {median(took):6.1f} ms   p95 {p95:6.1f} ms   {1000 * len(took) / sum(took):3.0f} frames/s   "
        f"own work {own:4.1f} ms a frame   {thumbnails} thumbnails asked for   (goal: p95 < 32 ms)"
    )


def measure(studio: Studio, page: Page) -> None:
    begun = time.perf_counter()
    outline = studio.ask("GET", "/api/assets/layout")
    print(
        f"the outline            {(time.perf_counter() - begun) * 1000:6.0f} ms   {len(outline.content)} bytes of JSON"
    )
    assert outline.json()["total"] == ROWS
    page.goto(studio.url + "/icon.svg")
    idle = page.evaluate(IDLE, SECONDS)
    print(f"nothing at all         p50 {median(idle):6.1f} ms   p95 {quantiles(idle, n=20)[-1]:6.1f} ms a frame")
    first = []
    for _ in range(4):
        page.goto(studio.url + "/library")
        page.wait_for_selector("[role=gridcell] img.opacity-100")
        first.append(page.evaluate("window.firstTile"))
        page.wait_for_timeout(1500)
    print(f"first tile, warm       p50 {median(first[1:]):6.0f} ms   the very first {first[0]:.0f} ms")
    frames(page, "scrolling steadily", STEADY, 1)
    frames(page, "a fling", FLING, 0.99)
    jumps = []
    for _ in range(3):
        page.evaluate("document.querySelector('[role=rowgroup]:has([role=gridcell])').scrollTop = 0")
        page.wait_for_timeout(800)
        jumps.append(page.evaluate(JUMP))
    took = median(each for each, _ in jumps)
    print(f"a jump to the middle   p50 {took:6.0f} ms until all {jumps[0][1]} tiles are there   (goal: <= 500 ms)")
    nodes = page.evaluate("document.querySelectorAll('*').length")
    heap = page.evaluate("performance.memory?.usedJSHeapSize ?? 0")
    print(f"in the document        {nodes} elements, {heap / 1e6:.0f} MB of heap")


def main() -> None:
    web = ROOT / "web"
    if hatch_build.stale(web):
        hatch_build.build(web)
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as studio, sync_playwright() as playwright:
        begun = time.perf_counter()
        for index, data in enumerate(pictures()):
            studio.upload(data, f"Study {index}.jpg")
        fill(studio.data / "gesso.db")
        print(f"{ROWS} rows over {PICTURES} pictures, filled in {time.perf_counter() - begun:.0f} s")
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        look = {"theme": "dark", "language": "en", "rail": False, "singleKeys": True}
        context = browser.new_context(
            viewport={"width": 1440, "height": 900},
            storage_state={
                "cookies": [studio.cookie()],
                "origins": [
                    {
                        "origin": studio.url,
                        "localStorage": [{"name": "gesso.look", "value": json.dumps({"state": look, "version": 0})}],
                    }
                ],
            },
        )
        context.add_init_script(WATCH)
        measure(studio, context.new_page())
        browser.close()
