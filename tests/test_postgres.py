"""The launcher of PostgreSQL, on which the suite's second database stands."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Postgres, copied, installed

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


def query(address: str, statement: str) -> object:
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def test_a_database_keeps_what_is_written_and_is_gone_once_dropped(server: Postgres) -> None:
    address = server.create("keeps")
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE picture (title text)")
        connection.execute("INSERT INTO picture VALUES ('lighthouse')")
    assert query(address, "SELECT title FROM picture") == "lighthouse"
    server.drop("keeps")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        query(address, "SELECT 1")
    server.drop("keeps")


def test_a_database_made_of_a_template_is_a_copy_that_leaves_the_template_alone(server: Postgres) -> None:
    with psycopg.connect(server.create("mould").replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE picture (title text)")
        connection.execute("INSERT INTO picture VALUES ('dusk')")
    cast = server.create("cast", template="mould")
    assert query(cast, "UPDATE picture SET title = 'dawn' RETURNING title") == "dawn"
    assert query(server.url("mould"), "SELECT title FROM picture") == "dusk"
    with pytest.raises(psycopg.errors.DuplicateDatabase):
        server.create("cast")


def test_a_database_is_dropped_even_while_someone_is_connected_to_it(server: Postgres) -> None:
    with psycopg.connect(server.create("busy").replace("+psycopg", "")) as connection:
        server.drop("busy")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_two_servers_run_side_by_side(server: Postgres) -> None:
    with Postgres() as other:
        assert other.port != server.port
        other.create("only_here")
        assert query(server.url(), "SELECT count(*) FROM pg_database WHERE datname = 'only_here'") == 0


def test_nobody_elsewhere_can_reach_the_server(server: Postgres) -> None:
    assert query(server.url(), "SHOW listen_addresses") == "127.0.0.1"
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("binaries", installed(), ids=str)
def test_every_version_installed_here_starts_knows_unicode_and_leaves_nothing(binaries: Path) -> None:
    with Postgres(binaries) as server:
        address = server.create("words")
        assert query(address, "SELECT lower('ÉTÉ ÄÖÜ')") == "été äöü"
        assert query(address, "SHOW server_encoding") == "UTF8"
        assert query(address, "SHOW max_connections") == "200"
    assert not server.folder.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_a_killed_session_leaves_no_server_and_no_folder() -> None:
    session = """
import os, signal
from tests.postgres import Postgres
with Postgres() as server:
    print(server.port, server.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", session], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    port, folder = done.stdout.split()
    deadline = time.monotonic() + 10
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(folder).exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(port))) != 0


def test_an_ordinary_user_can_run_it_too() -> None:
    # Root gives up its rights after the imports, since an interpreter in root's home is closed to everyone
    # else; for the same reason the binaries are copied to where anyone may read them.
    session = """
import os, pwd, sys
from pathlib import Path
import psycopg
from tests.postgres import Postgres
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
os.chdir("/")
with Postgres(Path(sys.argv[1])) as server:
    with psycopg.connect(server.create("mine").replace("+psycopg", "")) as connection:
        print(os.geteuid(), server.folder.owner(), connection.execute("SELECT 6 * 7").fetchone()[0])
print(server.folder.exists())
"""
    with Postgres() as readable:  # its folder is the server's user's own, and gone with it
        binaries = copied(installed()[0], readable.folder)
        done = subprocess.run([sys.executable, "-c", session, str(binaries)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    user, owner, answer, remains = done.stdout.split()
    assert (int(user) != 0, answer, remains) == (True, "42", "False")
    assert (owner == "nobody") == (os.geteuid() == 0)


def test_root_can_run_it_from_a_checkout_that_only_root_may_enter(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir(mode=0o700)
    with Postgres(copied(installed()[0], tmp_path / "private")) as server:
        assert query(server.url(), "SELECT current_setting('data_directory')") == str(server.folder / "data")


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    binaries = tmp_path / "package" / "pginstall18" / "bin"
    binaries.mkdir(parents=True)
    for program, does in {
        "postgres": "echo PostgreSQL 18",
        "initdb": "echo no room left >&2; exit 1",
    }.items():
        (binaries / program).write_text(f"#!/bin/sh\n{does}\n")
        (binaries / program).chmod(0o755)
    with pytest.raises(RuntimeError, match="initdb failed: no room left"), Postgres(binaries):
        pass
