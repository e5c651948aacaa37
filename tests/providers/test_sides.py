"""The size that is asked for: within every limit, whatever is wanted."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gesso.catalog.limits import Frame
from gesso.dialects import openai
from gesso.providers import azure, compatible

SIDE = st.integers(16, 8192)


@pytest.mark.parametrize("frame", [openai.FRAME, compatible.FRAME, azure.FLUX])
@given(SIDE, SIDE)
def test_the_size_that_is_asked_for_is_legal_and_near(frame: Frame, width: int, height: int) -> None:
    assume(frame.takes(width, height))
    found = openai.sides(width, height, frame)
    assert [side % openai.STEP for side in found] == [0, 0]
    assert frame.smallest <= found[0] * found[1] <= frame.area
    assert max(found) <= min(frame.most, frame.ratio * min(found))
    assert all(abs(one - other) < openai.STEP for one, other in zip(found, frame.fits(width, height), strict=True))
