"""What people are told of: in the studio, by e-mail, by their browser."""

from gesso.notify import browsers, inbox, wishes
from gesso.notify.courier import HEARS_AGAIN, SENDS_AGAIN, Courier
from gesso.notify.kinds import CHANNELS, KINDS, Channel, words
from gesso.notify.tables import Browser, Letter, Notice, Wish

__all__ = [
    "CHANNELS",
    "HEARS_AGAIN",
    "KINDS",
    "SENDS_AGAIN",
    "Browser",
    "Channel",
    "Courier",
    "Letter",
    "Notice",
    "Wish",
    "browsers",
    "inbox",
    "wishes",
    "words",
]
