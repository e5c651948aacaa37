"""Schedules at the command line: made, looked at, paused, done now, forgotten."""

import json
from pathlib import Path

from tests.cli.conftest import Shell


def test_a_schedule_is_made_paused_run_and_forgotten(here: Shell, tmp_path: Path) -> None:
    said = "--op", "image.generate", "-s", "prompt=a lake", "-s", "width=256", "-s", "height=256"
    made = here("schedules", "add", "Morning", "--weekly", "mon,fri 09:30", "--zone", "Europe/Berlin", *said)
    assert "Every Monday and Friday at 09:30, Europe/Berlin" in made.stderr
    id = made.stdout.strip()
    assert here.ok("schedules", "ls").split("\t")[:3] == [id, "Morning", "active"]
    moments = here.ok("schedules", "next", "Morning").split()
    assert len(moments) == 5
    assert all("T09:30" in each for each in moments)
    assert here.ok("schedules", "pause", "Morning").strip() == "paused"
    assert "T09:30" in here.ok("schedules", "resume", id)
    run = here.ok("schedules", "run", id).strip()
    assert len(run) == 36
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"prompt": "a boat"}\n{"prompt": "a tower"}\n')
    many = here.ok("schedules", "add", "Rows", "--cron", "*/5 * * * *", "--rows", str(rows), *said[:2], "--json")
    assert (json.loads(many)["rows"], json.loads(many)["when"]["kind"]) == (2, "cron")
    assert len(here.ok("schedules", "next", "0 9 * * *").split()) == 5
    assert "five fields" in here("schedules", "add", "No", "--cron", "* *", *said).stderr
    assert "Say once when" in here("schedules", "add", "No", *said).stderr
    here.ok("schedules", "rm", "Morning")
    assert "no schedule “Morning”" in here("schedules", "rm", "Morning").stderr
