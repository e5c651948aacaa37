"""Places in an order that people make: text that sorts by its characters, with room between any two."""

from typing import Final

WHOLE: Final = 12
"""Digits before the fraction begins."""
STEP: Final = 1 << 20
MIDDLE: Final = 10**WHOLE // 2


def between(before: str | None, after: str | None, count: int = 1) -> list[str]:
    """So many places in order, after the one and before the other; None is the end of the list."""
    if before is None and after is None:
        return [_said(MIDDLE + STEP * n, WHOLE) for n in range(count)]
    if after is None:
        assert before is not None
        last = int(before[:WHOLE])
        return [_said(last + STEP * (n + 1), WHOLE) for n in range(count)]
    if before is None:
        first = int(after[:WHOLE])
        return [_said(first - STEP * (count - n), WHOLE) for n in range(count)]
    digits = max(len(before), len(after))
    low, high = int(before.ljust(digits, "0")), int(after.ljust(digits, "0"))
    while high - low <= count:
        digits, low, high = digits + 1, low * 10, high * 10
    return [_said(low + (high - low) * (n + 1) // (count + 1), digits) for n in range(count)]


def _said(number: int, digits: int) -> str:
    return str(number).zfill(digits)
