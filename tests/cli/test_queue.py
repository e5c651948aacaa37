"""The queue at the command line: what waits, who works, and that a lane has nobody."""

import json
from pathlib import Path

import httpx2

from tests.cli.conftest import Server, Shell, serving


def test_a_quiet_studio_has_two_lanes_and_its_one_worker(house_data: Shell, there: Shell, server: Server) -> None:
    for shell in (house_data, there):
        told = json.loads(shell.ok("queue", "--json"))
        assert [lane["name"] for lane in told["lanes"]] == ["remote", "cpu"]
        assert [(each["pid"], each["gone"]) for each in told["workers"]] == [(server.process.pid, False)]
        lines = [line.split("\t") for line in shell.ok("queue").splitlines()]
        assert [line[0] for line in lines[:2]] == ["remote", "cpu"]
        assert lines[2][2].startswith("remote:32,cpu:")


def test_where_nobody_works_it_says_how_to_start_somebody(bare: Shell, tmp_path: Path) -> None:
    idle = bare.given(GESSO_DATA=str(tmp_path), GESSO_WORKER="false")
    with serving(idle, tmp_path / "log") as found:
        headers = {"Authorization": f"Bearer {idle.ok('token', 'create', 'tests')}"}
        order = {"op": "image.generate", "input": {"prompt": "a lake"}}
        run = httpx2.post(f"{found.url}/api/runs", json=order, headers=headers).json()["id"]
    seen = idle("queue")
    assert seen.returncode == 0
    assert [line.split("\t")[1] for line in seen.stdout.splitlines()] == ["0", "1"]
    assert "Nobody works on the lane cpu: start `gesso worker --lanes cpu`." in seen.stderr
    idle.ok("queue", "resume", f"{run}:0")
    idle.ok("queue", "cancel", f"{run}:0")


def test_what_is_over_cannot_be_taken_up(here: Shell) -> None:
    for deed in ("resume", "cancel"):
        refused = here("queue", deed, "0190a000-0000-7000-8000-000000000000:0")
        assert refused.returncode != 0
        assert "no such job" in refused.stderr


def test_a_worker_is_told_its_lanes_and_wrong_ones_are_named(here: Shell) -> None:
    for wrong in ("sea", "cpu:0", "cpu,cpu:2", ""):
        refused = here("worker", "--lanes", wrong)
        assert refused.returncode == 2, wrong
        assert "lanes" in refused.stderr, wrong
    assert "--lanes" in here.ok("worker", "--help")
