"""What programs elsewhere are told of: signed, and again until they have heard it."""

from gesso.webhooks.hooks import (
    BOTH_SIGN,
    MOST,
    Standing,
    change,
    create,
    find,
    listed,
    log,
    remove,
    replay,
    rotate,
    standing,
)
from gesso.webhooks.post import Webhooks, sweep
from gesso.webhooks.public import TEST, TYPES
from gesso.webhooks.tables import Delivery, State, Webhook

__all__ = [
    "BOTH_SIGN",
    "MOST",
    "TEST",
    "TYPES",
    "Delivery",
    "Standing",
    "State",
    "Webhook",
    "Webhooks",
    "change",
    "create",
    "find",
    "listed",
    "log",
    "remove",
    "replay",
    "rotate",
    "standing",
    "sweep",
]
