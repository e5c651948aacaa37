"""The queue as its page shows it: quiet, with nobody on a lane, and what is stuck taken in hand."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.browser import axe, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, opened


@pytest.fixture(scope="module")
def idle(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One that answers and does not work."""
    with opened(tmp_path_factory.mktemp("idle"), GESSO_WORKER="false") as found:
        yield found


def test_a_quiet_queue_says_who_is_ready(visit: Visit, studio: Studio) -> None:
    studio.paint("a lake at dawn")
    page = visit("/settings?part=queue")
    expect(page.get_by_text("Nothing waits. 1 worker is ready.")).to_be_visible()
    expect(page.get_by_text("Nothing is stuck.")).to_be_visible()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="cpu").get_by_role("img", name="Ended in the last 5 minutes")).to_be_visible()
    expect(page.get_by_text("holds nothing")).to_be_visible()
    axe(page)
    shot(page, "queue-quiet")


def test_what_is_stuck_where_nobody_works_is_taken_in_hand(idle: Studio, visit: Visit) -> None:
    order = {"op": "image.generate", "input": {"prompt": "hills in fog", "width": 256, "height": 256}}
    run = idle.api("POST", "/api/runs", order)["id"]
    # A worker took it, and its machine lost its power.
    with sqlite3.connect(idle.data / "gesso.db", timeout=30) as database:
        taken = "UPDATE workflow_status SET status = 'PENDING', executor_id = 'lost' WHERE workflow_uuid = ?"
        database.execute(taken, (f"{run}:0",))
        worker = "INSERT INTO worker VALUES ('lost', 'attic 1', 7, 1.7e9, 'remote:32,cpu:16', ?)"
        database.execute(worker, (time.time() - 600,))
    page = visit("/settings?part=queue", of=idle, width=390, height=844, theme="light")
    expect(page.get_by_role("alert")).to_contain_text("gesso worker")
    expect(page.get_by_text("gone for 10 min")).to_be_visible()
    expect(page.get_by_text("holds 1 job")).to_be_visible()
    expect(page.get_by_text("Its worker is dead")).to_be_visible()
    axe(page)
    shot(page, "queue-stuck-light-390")
    page.get_by_role("button", name="Take it up again: hills in fog").click()
    expect(page.get_by_text("Nothing is stuck.")).to_be_visible()
    (waits,) = [lane["waiting"] for lane in idle.api("GET", "/api/queue")["lanes"] if lane["name"] == "cpu"]
    assert waits == 1
