"""Adding an operation with a local offer takes one new file in `ops/` and one in `providers/local/`: it then stands in
the API, the command line, the docs and the contract tests, with nothing else touched. Done here, in a copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OPERATION = '''"""Negative: light for dark."""

from gesso.ops.fields import ImageRef
from gesso.ops.operation import Operation


class Negate(Operation):
    """Turns every colour into its opposite."""

    op = "image.negate"
    title = "Negative"
    capability = "edit"
    example = {"image": "asset"}

    image: ImageRef
'''

OFFER = '''"""The negative of a picture."""

from collections.abc import AsyncIterator

from gesso.catalog import Context
from gesso.imaging import picture
from gesso.kit.media import Media
from gesso.ops.negate import Negate
from gesso.providers.local import provider


@provider.offers(Negate, model="negate", title="Negative (offline)", lane="cpu")
async def negate(request: Negate, ctx: Context) -> AsyncIterator[Media]:
    image = await ctx.open(request.image)
    yield Media(await ctx.compute(negative, image.data))


def negative(data: bytes) -> bytes:
    return picture.png(255 - picture.load(data, alpha=False))
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, with the two files."""
    root = tmp_path_factory.mktemp("copy")
    shut_out = shutil.ignore_patterns("__pycache__", ".venv", ".git", "data", ".*_cache", "node_modules")
    shutil.copytree(ROOT, root, ignore=shut_out, dirs_exist_ok=True)
    (root / "gesso/ops/negate.py").write_text(OPERATION)
    (root / "gesso/providers/local/negate.py").write_text(OFFER)
    return root


def done(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """The command, run in the copy and with the copy's code."""
    told = {"PYTHONPATH": f"{copy}:{copy / 'sdk/python'}", "GESSO_DATA": str(copy / "data"), "COLUMNS": "200"}
    result = subprocess.run([sys.executable, *command], cwd=copy, env=os.environ | told, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def test_it_passes_the_contract(copy: Path) -> None:
    said = done(copy, "-m", "pytest", "tests/test_contract.py", "-v", "-k", "negate").stdout
    assert "test_an_operation_says_what_it_is[image.negate] PASSED" in said
    assert "test_an_offer_can_be_drawn_as_a_form[image.negate local/negate] PASSED" in said


def test_it_stands_in_the_command_line_and_runs(copy: Path) -> None:
    from tests.conftest import photo

    (copy / "photo.png").write_bytes(photo())
    assert "image.negate" in done(copy, "-m", "gesso", "operations").stdout
    done(copy, "-m", "gesso", "run", "image.negate", "image=photo.png", "-o", "negative.png")
    from gesso.imaging import picture

    before, after = (picture.load(copy / name, alpha=False) for name in ("photo.png", "negative.png"))
    assert (before == 255 - after).all()


def test_it_stands_in_the_docs_and_the_openapi_document(copy: Path) -> None:
    done(copy, "docs/make.py")
    assert "## `image.negate`: Negative" in (copy / "docs/reference/operations.md").read_text()
    assert '"image.negate"' in (copy / "docs/reference/openapi.json").read_text()
