"""The processes that stay, the doctor, and the help."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from gesso.cli.root import app
from tests.cli.conftest import Server, Shell, serving
from tests.imaging.test_matting import luminance


def test_a_server_starts_again_signs_in_once_and_stops_cleanly(here: Shell, tmp_path: Path) -> None:
    with serving(here, tmp_path / "log") as first:
        assert httpx2.get(f"{first.url}/api/health").json()["ready"]
        with httpx2.Client() as browser:
            visit = browser.get(first.link).cookies["gesso_visit"]
            assert "gesso_visit" not in httpx2.get(first.link).cookies
        assert first.stop(signal.SIGTERM) == 0
    with serving(here, tmp_path / "again") as second:
        assert second.link != first.link
        # A stream of events never ends by itself, and must not hold the server up.
        headers = {"Cookie": f"gesso_visit={visit}"}
        with httpx2.stream("GET", f"{second.url}/api/events", headers=headers, timeout=30) as events:
            lines = events.iter_lines()
            assert next(lines).startswith("retry:")
            began = time.monotonic()
            assert second.stop(signal.SIGINT) == 0
            assert time.monotonic() - began < 8
            assert not any(line.startswith("event:") for line in lines)
    logged = (tmp_path / "log").read_text() + (tmp_path / "again").read_text()
    assert first.link.partition("code=")[2] not in logged
    assert "Traceback" not in logged


def test_a_port_that_is_taken_is_told_at_once(here: Shell, server: Server) -> None:
    taken = here("serve", "--port", server.url.rpartition(":")[2])
    assert (taken.returncode, taken.stdout) == (2, "")
    assert "is in use" in taken.stderr
    assert "--port 0" in taken.stderr


def test_a_worker_of_its_own_is_refused_on_sqlite(here: Shell) -> None:
    refused = here("worker")
    assert refused.returncode == 2
    assert "PostgreSQL" in refused.stderr


def test_wrong_settings_are_named(here: Shell) -> None:
    refused = here.given(GESSO_PORT="high")("doctor")
    assert refused.returncode == 2
    assert "port: Input should be a valid integer" in refused.stderr
    away = here.given(GESSO_DATABASE_URL="postgresql://ada:secret@127.0.0.1:9/gesso")("credits")
    assert away.returncode == 6
    assert "The database cannot be used" in away.stderr
    assert "secret" not in away.stderr


def test_the_doctor_finds_a_running_server_well(house_data: Shell, server: Server) -> None:
    checks = json.loads(house_data.ok("doctor", "--json"))
    found = {check["name"]: check["state"] for check in checks}
    expected = {"Python", "Data folder", "Disk", "Database", "Store", "Worker", "libvips", "OpenCV", "Port"}
    assert found.keys() >= expected
    assert found["Worker"] == found["Database"] == found["Store"] == "ok"


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(here: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    ill = here.given(GESSO_DATA=str(tmp_path / "file" / "data"))("doctor")
    assert ill.returncode == 1
    assert "✗ Data folder" in ill.stdout
    assert "GESSO_DATA" in ill.stdout

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        odd = here.given(GESSO_PORT=port, GESSO_PROVIDERS='{"nobdy": {"key": "s3cret"}}')("doctor")
    assert odd.returncode == 0
    assert f"! Port: {port}" in odd.stdout
    assert "! nobdy: no provider has this name" in odd.stdout
    assert "s3cret" not in odd.stdout + odd.stderr


def test_a_model_that_is_added_becomes_an_offer(here: Shell, tmp_path: Path) -> None:
    model = luminance(tmp_path / "bright.onnx", 64)
    [offer] = here.ok("models", "add", str(model)).splitlines()
    assert offer.endswith("/bright")
    assert json.loads(here.ok("models", "ls", "--json"))[0]["offers"] == [offer]
    here.ok("models", "rm", "bright")
    assert here.ok("models", "ls") == ""
    (tmp_path / "bad.onnx").write_text("no model")
    refused = here("models", "add", str(tmp_path / "bad.onnx"))
    assert refused.returncode == 2
    assert "cannot be read as an ONNX model" in refused.stderr


def test_help_is_quick_and_tells_the_exit_codes(bare: Shell) -> None:
    bare.cold("--help")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = bare.cold("--help").stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.6
    words = " ".join(said.split())
    for told in ("0 done", "2 wrong usage", "5 not enough credits", "130 interrupted"):
        assert told in words


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name in app:
        if name.startswith("-"):
            continue
        inner = [(name, each) for each in app[name] if not each.startswith("-")]
        found += [(name,), *inner]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    app([*words, "--help"], exit_on_error=False, result_action="return_value")
    said = " ".join(capsys.readouterr().out.split())
    assert f"Usage: gesso {' '.join(words)}" in said
    assert len(said.split(".")) > 1


def test_a_reader_that_has_enough_ends_the_command_quietly(bare: Shell) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "gesso", "version"],
        env=bare.environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (0, "")
