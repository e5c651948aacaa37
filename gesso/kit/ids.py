"""Ids that sort by the time of their birth, and names for things that must be unguessable."""

import secrets
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562 §5.7). Within one process each is greater than the one before.

    The 12 bits after the milliseconds count fractions of a millisecond (§6.2, method 3), so ids made in one
    process sort in the order in which they were made, and a page of rows can be cut at an id.
    """
    global _last
    with _lock:
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = ticks
    milliseconds, fraction = ticks >> 12, ticks & 0xFFF
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def born(id: UUID) -> datetime:
    """When a `uuid7` was made, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def secret(prefix: str) -> str:
    """An unguessable name (256 bits) that says what it opens: `prefix_...`."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"
