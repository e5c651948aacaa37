"""Every operation of the rooms where one picture is worked on is carried out from its page, as its example says; a new
one is held to it without a line of test written for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from gesso import catalog
from gesso.imaging import picture
from gesso.ops import OPERATIONS, Operation
from tests.conftest import photo
from tests.web.conftest import Visit
from tests.web.studio import FINAL, Studio
from tests.web.test_edit import RUN_MS, easel, stroke

SHELF = catalog.load({}, Path("no models"))
ROOMS: Final = ("edit", "control")
SIDES: Final = (240, 160)


def rows(room: str) -> list[type[Operation]]:
    kinds = [kind for kind in OPERATIONS.values() if kind.capability == room and not kind.brought]
    return sorted(kinds, key=lambda kind: (kind.rank, kind.title))


def draft(kinds: list[type[Operation]], asset: str) -> dict[str, str]:
    """What a browser keeps of forms that were filled in as the examples are, but for what is painted."""
    drafts = {
        kind.op: {
            "offer": None,
            "values": {name: value for name, value in kind.told({"asset": asset}).items() if name != "mask"},
        }
        for kind in kinds
    }
    return {"gesso.drafts": json.dumps({"state": {"drafts": drafts}, "version": 1})}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.row("E3", "E4", "E5", "E6", "E7", "E8", "E9", "E12", "K1", "K2", "K3", "K4", "K7")
def test_each_operation_is_carried_out_from_its_page(visit: Visit, studio: Studio, room: str) -> None:
    kinds = rows(room)
    assert len(kinds) >= 5
    source = studio.upload(photo(*SIDES), f"{room}.png")
    before = studio.ask("GET", source["file"]).content
    page = visit(f"/{room}", keep=draft(kinds, source["id"]))
    for kind in kinds:
        painted = "mask" in kind.example
        page.goto(f"/{room}?asset={source['id']}&op={kind.op}{'&tool=paint' if painted else ''}")
        if painted:
            stroke(page, easel(page), (0.45, 0.45), (0.55, 0.5))
            expect(page.get_by_role("button", name="Painted")).to_be_visible()
        page.locator("[aria-describedby=run-facts]").click()
        page.wait_for_url(re.compile("show="), timeout=RUN_MS)
        shown = re.findall(r"show=([\w-]+)", page.url)[0]
        made: dict[str, Any] = studio.api("GET", f"/api/assets/{shown}")
        assert (made["op"], made["parents"][0]) == (kind.op, source["id"])
        assert studio.over(made["run"])["state"] in FINAL - {"failed"}
        after = studio.ask("GET", made["file"]).content
        assert after != before
        assert picture.load(after).std() > 1, f"{kind.op} shows nothing"
