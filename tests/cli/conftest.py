"""Real commands in processes of their own, on this machine's studio and against a real server.

The processes start warm (tests/warm.py), but for the few whose start is what is looked at: `Shell.cold`.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gesso.cli import main
from tests import warm
from tests.conftest import photo

Done = subprocess.CompletedProcess[str]
Typed = Callable[..., Done]


@dataclass(frozen=True)
class Shell:
    """Where commands are typed: an environment that knows only what is said here."""

    surroundings: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**self.surroundings, **self.told}

    def given(self, **told: str) -> "Shell":
        return Shell(self.surroundings, {**self.told, **told})

    def __call__(self, *words: str, input: str = "") -> Done:
        return warm.run("gesso", *words, env=self.environment, input=input)

    def cold(self, *words: str) -> Done:
        """As anybody starts it, with all its imports."""
        command = [sys.executable, "-m", "gesso", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)

    def ok(self, *words: str, input: str = "") -> str:
        """What a command that must succeed says on stdout."""
        done = self(*words, input=input)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@dataclass(frozen=True)
class Server:
    process: warm.Process
    url: str
    link: str
    log: Path
    seconds: float
    """How long it took from the command to the link."""

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def serving(shell: Shell, log: Path, *words: str) -> Iterator[Server]:
    began = time.monotonic()
    with log.open("w") as errors:
        process = warm.start("gesso", "serve", "--port", "0", *words, env=shell.environment, stderr=errors)
    assert process.stdout is not None
    try:
        link = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/sign-in\?code=\S+", link), log.read_text()
        yield Server(process, link.partition("/sign-in")[0], link, log, time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Nothing of the outer Gesso's; what Python compiles is kept for the next command, as on any machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GESSO_")}
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(tmp_path_factory.getbasetemp().parent / "compiled"))
    return Shell(kept, {"GESSO_PROCESSES": "1"})


@pytest.fixture(scope="session")
def here(bare: Shell, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The studio of this machine, without a server."""
    return bare.given(GESSO_DATA=str(tmp_path_factory.mktemp("here")))


@pytest.fixture(scope="session")
def house_data(bare: Shell, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The server's own machine: what its administrator types there."""
    return bare.given(GESSO_DATA=str(tmp_path_factory.mktemp("there")))


@pytest.fixture(scope="session")
def server(house_data: Shell, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(house_data, tmp_path_factory.mktemp("log") / "serve.log") as found:
        yield found


@pytest.fixture(scope="session")
def there(bare: Shell, house_data: Shell, server: Server) -> Shell:
    """Any machine from which the server is spoken to."""
    token = house_data.ok("token", "create", "tests")
    return bare.given(GESSO_SERVER=server.url, GESSO_TOKEN=token, GESSO_DATA="/nowhere")


@pytest.fixture
def typed(there: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """The same commands to the same server, without a new process for each: for tests of many."""
    for name, value in there.told.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Done:
        code = main(list(words))
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, said.out, said.err)

    return run


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "disc.png"
    path.write_bytes(photo(96, 64))
    return path
