"""Credits are counted in whole thousandths, so that no sum is ever rounded. 1 credit = US$0.01."""

from typing import NewType

Credits = NewType("Credits", int)
ZERO = Credits(0)


def credits(amount: float) -> Credits:
    """`amount` whole credits as thousandths: credits(1.5) == 1500."""
    return Credits(round(amount * 1000))


def share(price: Credits, part: int, whole: int) -> Credits:
    """What `part` of `whole` equal pieces cost; a fraction of a thousandth is the buyer's."""
    return Credits(price * min(part, whole) // whole) if whole else price
