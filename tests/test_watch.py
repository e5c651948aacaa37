"""What may be watched: what is Gesso's own is for nobody to take in."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gesso.settings import Settings


@pytest.mark.parametrize("watched", ["", "data", "data/store", "way"])
def test_a_folder_that_holds_the_data_or_lies_in_it_is_refused_at_start(tmp_path: Path, watched: str) -> None:
    (tmp_path / "way").symlink_to(tmp_path)
    with pytest.raises(ValidationError, match="holds the data folder"):
        Settings(data=tmp_path / "data", watch=(tmp_path / watched,))
    assert Settings(data=tmp_path / "data", watch=(tmp_path / "drop",)).watch == (tmp_path / "drop",)
