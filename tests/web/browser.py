"""What a browser test looks at beside the page itself: that nothing went wrong unseen, that everybody can use it,
and that it looks as it did."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page

from tests.warm import ROOT

ARTIFACTS = ROOT / "tests" / "artifacts" / "web"
PICTURES = Path(__file__).parent / "pictures"
RENEW = "GESSO_RENEW_PICTURES"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

SWITCHES = ["--no-sandbox", "--font-render-hinting=none", "--force-color-profile=srgb", "--hide-scrollbars"]
"""Letters and colours are the same on every machine; root, as in a container, has no sandbox."""

Theme = Literal["dark", "light"]


def chromium() -> str:
    """The program: `GESSO_CHROMIUM`, or what Debian, Ubuntu and others call it."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    found = os.environ.get("GESSO_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(
            "The tests of the web need Chromium: apt-get install chromium, or name yours in GESSO_CHROMIUM.",
            pytrace=False,
        )
    return found


@dataclass
class Trouble:
    """What went wrong in any tab: errors of scripts, words on the console, requests that failed or were refused.

    A line is `page: ...`, `console: ...`, `failed: GET path (why)` or `answer: 422 POST path`.
    """

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("weberror", lambda error: self.seen.append(f"page: {error.error}"))
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("requestfailed", lambda request: self._failed(request.method, request.url, request.failure or ""))
        context.on("response", lambda answer: self._answered(answer.status, answer.request.method, answer.url))

    def allow(self, pattern: str) -> None:
        """A line that this test expects."""
        self.allowed.append(pattern)

    def check(self) -> None:
        left = [line for line in self.seen if not any(re.search(pattern, line) for pattern in self.allowed)]
        assert left == [], "The browser saw trouble:\n" + "\n".join(left)

    def _said(self, kind: str, text: str) -> None:
        # Chromium says this of every answer that `_answered` and `_failed` know better.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.seen.append(f"console: {text}")

    def _failed(self, method: str, url: str, why: str) -> None:
        # The page itself has given up asking: it moved on, or asks for something newer.
        if why != "net::ERR_ABORTED":
            self.seen.append(f"failed: {method} {_path(url)} ({why})")

    def _answered(self, status: int, method: str, url: str) -> None:
        if status >= 400:
            self.seen.append(f"answer: {status} {method} {_path(url)}")


def _path(url: str) -> str:
    return re.sub(r"^\w+://[^/]+", "", url)


def axe(page: Page, *, within: str | None = None) -> None:
    """Fails on every breach of WCAG 2.2 AA that axe-core finds in the page as it stands."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text())
    _still(page)
    found: dict[str, Any] = page.evaluate(
        """([within, tags]) => axe.run(within ?? document, {
            runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false,
        })""",
        [within, WCAG],
    )
    breaches = [
        f"{breach['id']}: {breach['help']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for breach in found["violations"]
        for node in breach["nodes"]
    ]
    assert breaches == [], f"axe at {_path(page.url)}:\n" + "\n".join(breaches)


def shot(page: Page, name: str) -> Path:
    """Keeps a picture of the page for people to look at."""
    path = ARTIFACTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    return path


MOST_DIFFERENT = 0.01
"""Of all pixels."""
FAINT = 40
"""Of 255, in any channel: what reduced palettes and another version of the browser do to letters."""
COLOURS = 224


def same(page: Page, name: str, *, mask: list[Locator] | None = None) -> None:
    """Fails when the page no longer looks as in `pictures/{name}.png`, which is half as large and of few colours.

    With `GESSO_RENEW_PICTURES=1` the picture is written anew instead: look at it before you commit it.
    """
    _still(page)
    taken = page.screenshot(mask=mask or [], mask_color="#808080", animations="disabled", caret="hide")
    now = Image.open(BytesIO(taken)).convert("RGB").reduce(2)
    kept = PICTURES / f"{name}.png"
    if os.environ.get(RENEW):
        kept.parent.mkdir(exist_ok=True)
        now.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, optimize=True)
        return
    assert kept.exists(), f"There is no picture {kept.name} yet: {RENEW}=1 make test only=tests/web"
    then = Image.open(kept).convert("RGB")
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    now.save(ARTIFACTS / f"{name}.now.png")
    assert now.size == then.size, f"{name}: {now.size} instead of {then.size}"
    off = np.abs(np.asarray(now, np.int16) - np.asarray(then, np.int16)).max(axis=2) > FAINT
    different = float(off.mean())
    if different > MOST_DIFFERENT:
        shown = np.asarray(now) // 3
        shown[off] = (255, 0, 90)
        Image.fromarray(shown).save(ARTIFACTS / f"{name}.difference.png")
        pytest.fail(
            f"{name} looks different in {different:.1%} of its pixels (at most {MOST_DIFFERENT:.0%}). Look at "
            f"tests/artifacts/web/{name}.difference.png; when it shall look so: {RENEW}=1 make test only=tests/web"
        )


def _still(page: Page) -> None:
    """Waits for pictures, letters and what moves once (a dialog that opens, a tile that appears)."""
    page.evaluate(
        """async () => {
            await document.fonts.ready;
            const near = [...document.images].filter((one) => one.loading !== "lazy" || one.complete);
            await Promise.all(near.map((one) => one.decode().catch(() => undefined)));
            const ends = (one) => one.effect?.getComputedTiming().iterations !== Infinity;
            await Promise.all(document.getAnimations().filter(ends).map((one) => one.finished.catch(() => undefined)));
        }"""
    )


def overflow(page: Page) -> list[str]:
    """What sticks out of the page to the right, so that it would have to be scrolled sideways."""
    found: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > width + 1)
                .map((one) => one.outerHTML.slice(0, 120));
        }"""
    )
    return found
