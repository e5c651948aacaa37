"""The first load stays small: what the bench measures, held."""

import json
from pathlib import Path

from playwright.sync_api import Browser

from bench.web import CHUNK_KB, FONT_KB, SCRIPT_KB, STYLE_KB, weigh
from tests.warm import ROOT
from tests.web.studio import Studio


def test_what_a_first_visit_fetches_stays_within_its_budget(browser: Browser, studio: Studio, built: Path) -> None:
    weight = weigh(browser, studio, built)
    assert 0 < weight.script[0] <= SCRIPT_KB * 1000
    assert 0 < weight.style[0] <= STYLE_KB * 1000
    assert 0 < weight.font[0] <= FONT_KB * 1000
    assert [name for name, size in weight.later.items() if size > CHUNK_KB * 1000] == []


def test_the_lock_names_no_host_and_every_version() -> None:
    locked = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    assert [path for path, package in locked.items() if "resolved" in package] == []
    wanted = json.loads((ROOT / "web/package.json").read_text())
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"]
