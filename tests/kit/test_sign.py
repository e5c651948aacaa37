"""Signed names: they hold for a while, for what they say, and for nothing else."""

import pytest

from gesso.kit import sign
from gesso.kit.errors import NotFound

KEY = b"a key of the tests"


def test_a_sealed_claim_can_be_read_again() -> None:
    claim = sign.unseal(KEY, sign.seal(KEY, {"asset": "a", "variant": "file"}, 60))
    assert (claim["asset"], claim["variant"]) == ("a", "file")


def test_a_token_that_was_changed_anywhere_does_not_hold() -> None:
    token = sign.seal(KEY, {"asset": "a"}, 60)
    for at in range(len(token)):
        for other in "Ax_!.":
            changed = token[:at] + other + token[at + 1 :]
            if changed != token:
                with pytest.raises(NotFound):
                    sign.unseal(KEY, changed)
    for other in (token + "A", token + "=", token + ".", "A" + token, token[:-1]):
        with pytest.raises(NotFound):
            sign.unseal(KEY, other)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é", "\ud7ff.x", "=.=", "e30.e30", "x" * 10_000])
def test_what_was_never_a_token_does_not_hold(token: str) -> None:
    with pytest.raises(NotFound):
        sign.unseal(KEY, token)


def test_a_token_holds_for_its_time_and_under_its_key_only() -> None:
    with pytest.raises(NotFound):
        sign.unseal(KEY, sign.seal(KEY, {}, 0))
    with pytest.raises(NotFound):
        sign.unseal(b"another key", sign.seal(KEY, {}, 60))
