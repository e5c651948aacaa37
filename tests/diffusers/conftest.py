"""What stands here draws with PyTorch, which is an extra, too heavy for the tools of every day.
`make test-diffusers` installs it."""

from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("torch") and find_spec("diffusers") else ["test_*.py"]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models: two that draw, two ControlNets, two that enlarge."""
    from tests.diffusers import tiny

    return tiny.shelf(tmp_path_factory.mktemp("models"))
