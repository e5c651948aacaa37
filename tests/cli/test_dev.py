"""`gesso dev fake`: a provider without a key, an account or money, found by what the command prints."""

import shlex
import signal
import subprocess
import sys
from pathlib import Path

from gesso.dev.fakes.shelf import SHELF
from tests.cli.conftest import Shell, Typed

OWN = """
from gesso.dev.fakes.server import Answered, Asked, Fake


class Echo(Fake):
    def answer(self, asked: Asked, way: str) -> Answered:
        return Answered.of(200, {"path": asked.path})
"""


def test_a_fake_is_found_by_what_is_printed_and_stops_at_ctrl_c(here: Shell, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gesso", "dev", "fake", "replicate", "--key", "r8_of_nobody"]
    process = subprocess.Popen(command, env=here.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        name, _, value = shlex.split(process.stdout.readline())[0].partition("=")
        assert (name, address in value) == ("GESSO_PROVIDERS", True)
        told = here.given(GESSO_PROVIDERS=value)
        made = tmp_path / "lighthouse.png"
        told.ok("create", "a lighthouse", "--offer", "replicate/flux-schnell", "-o", str(made))
        assert made.read_bytes().startswith(b"\x89PNG")
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "POST /v1/models/black-forest-labs/flux-schnell/predictions 201" in said


def test_every_fake_is_listed_and_a_strange_name_is_told_them(typed: Typed) -> None:
    listed = dict(line.split("\t") for line in typed("dev", "fake", "--list").stdout.splitlines())
    assert list(listed) == list(SHELF)
    assert all(listed.values())
    done = typed("dev", "fake", "nobody")
    assert done.returncode == 4
    assert "stability, wavespeed" in done.stderr
    assert "no gesso.dev.fakes.server.Fake" in typed("dev", "fake", "pathlib:Path").stderr
    assert "cannot be made" in typed("dev", "fake", "gesso_nowhere:Thing").stderr


def test_one_of_ones_own_answers_too(here: Shell, tmp_path: Path) -> None:
    (tmp_path / "echo_fake.py").write_text(OWN)
    command = [sys.executable, "-m", "gesso", "dev", "fake", "echo_fake:Echo"]
    process = subprocess.Popen(command, env=here.environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("http://127.0.0.1:")
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
