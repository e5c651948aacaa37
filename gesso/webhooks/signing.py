"""Signatures as Standard Webhooks wants them (https://www.standardwebhooks.com): HMAC-SHA256 over the id, the time and
the body, each try anew, since a receiver refuses what is older than some minutes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
BYTES = 32
"""Of a secret; the standard allows 24 to 64."""


def fresh() -> str:
    """A new secret: `whsec_` and its bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC in base64, of a body sent at `timestamp` (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(keys: Iterable[str], message: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """What goes with a body: one signature for each of the secrets, so that either of two may be known there."""
    return {
        "content-type": "application/json",
        "user-agent": "Gesso-Webhooks",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message, timestamp, body) for key in keys),
    }
