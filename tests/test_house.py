"""The architecture, held by tests: what may touch what."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
GESSO = ROOT / "gesso"


def files(*but: str) -> Iterator[tuple[str, str]]:
    for path in sorted(GESSO.rglob("*.py")):
        name = path.relative_to(GESSO).as_posix()
        if not any(name.startswith(prefix) for prefix in but):
            yield name, path.read_text()


def calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def test_the_floors_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_database_file_commits() -> None:
    guilty = [
        name
        for name, source in files("db.py", "migrations/env.py")
        for call in calls(source)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("commit", "rollback")
    ]
    assert guilty == []


def test_only_the_settings_read_the_environment() -> None:
    guilty = [
        name
        for name, source in files("settings.py")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv")
    ]
    assert guilty == []


def test_operations_and_providers_are_named_only_where_they_stand() -> None:
    """The named routes are the one exception in `api/`."""
    from gesso import catalog
    from gesso.ops import OPERATIONS

    shelf = catalog.load({}, ROOT / "no-such-folder")
    names = set(OPERATIONS) | {kind.__name__ for kind in OPERATIONS.values()}
    names |= {provider.name for provider in shelf.providers}
    guilty = [
        (name, node.value if isinstance(node, ast.Constant) else node.id)
        for name, source in files("ops/", "providers/", "api/image_")
        if name.partition("/")[0] in ("api", "runs", "cli", "studio.py", "app.py", "worker.py", "catalog")
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Constant) and node.value in names) or (isinstance(node, ast.Name) and node.id in names)
    ]
    assert guilty == []


def test_every_package_says_what_it_is() -> None:
    silent = [
        path.parent.name
        for path in GESSO.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text())) and path.parent.name != "versions"
    ]
    assert silent == []


def test_no_package_has_a_name_that_says_nothing() -> None:
    vague = {"manager", "service", "util", "utils", "helper", "helpers", "common", "core", "base", "misc"}
    assert [path for path in GESSO.rglob("*") if path.stem in vague] == []


def test_every_read_of_owned_rows_starts_at_visible_to() -> None:
    """`select(Asset)` and `session.get(Run, ...)` pass the door by. The pipeline's claim is the one exception: it
    finds out on whose behalf it acts, and signed links carry their own permission."""
    owned = {"Asset", "Run", "Entry", "Token", "Board", "Link", "Remark", "Verdict"}
    allowed = {("runs/pipeline.py", "Run"), ("accounts/doors.py", "Token"), ("api/assets.py", "Asset")}
    # Who comes by a link has its secret instead.
    allowed |= {("sharing/links.py", "Link")}
    guilty = {
        (name, argument.id)
        for name, source in files("db.py", "migrations/")
        for call in calls(source)
        if (isinstance(call.func, ast.Name) and call.func.id == "select")
        or (isinstance(call.func, ast.Attribute) and call.func.attr in ("get", "get_one"))
        for argument in call.args[:1]
        if isinstance(argument, ast.Name) and argument.id in owned
    }
    assert guilty <= allowed, guilty - allowed
