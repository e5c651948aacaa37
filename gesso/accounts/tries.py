"""Patience with wrong passwords: so many tries, and then a pause."""

import math
import time
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Final

from gesso.kit.errors import TooOften

MOST_KEPT: Final = 10_000
"""Pairs of a name and an address. Beyond that the oldest is forgotten, so that invented names fill no memory."""


@dataclass
class Tries:
    """The tries of each name from each address that this process has seen: at most `most` within `seconds`."""

    most: int = 10
    seconds: float = 300.0
    advice: str = "Too many tries with this name. Try again in {wait} s, or sign in by a link: `gesso link` prints one."
    _seen: dict[tuple[str, str], list[float]] = field(default_factory=dict, repr=False)

    def count(self, name: str, address: str) -> None:
        """One more. TooOften when it is one too many; ask before the password is looked at, or many at once pass."""
        now = time.monotonic()
        key = (name.strip(), _home(address))
        seen = [when for when in self._seen.pop(key, []) if when > now - self.seconds]
        self._seen[key] = seen
        if len(self._seen) > MOST_KEPT:
            del self._seen[next(iter(self._seen))]
        if len(seen) >= self.most:
            wait = math.ceil(seen[0] + self.seconds - now)
            raise TooOften(self.advice.format(wait=wait), retry_after=wait)
        seen.append(now)

    def forget(self, name: str, address: str) -> None:
        """That was the right password."""
        self._seen.pop((name.strip(), _home(address)), None)


def _home(address: str) -> str:
    """Of an IPv6 address the network of the house, in which whoever lives there takes any."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return address if told.version == 4 else str(ip_network((told, 64), strict=False))
