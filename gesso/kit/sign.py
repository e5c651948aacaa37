"""Short-lived permission in a name: HMAC-SHA256 over a small claim, for links that need no sign-in."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from gesso.kit.errors import NotFound


def seal(secret: bytes, claim: dict[str, Any], seconds: int) -> str:
    """A token that says `claim` and holds for `seconds`."""
    body = json.dumps({**claim, "exp": int(time.time()) + seconds}, separators=(",", ":"), sort_keys=True)
    said = _text(body.encode())
    return f"{said}.{_mac(secret, said)}"


def unseal(secret: bytes, token: str) -> dict[str, Any]:
    """The claim inside, if the token is ours and still holds; NotFound otherwise, whatever the reason."""
    said, _, mac = token.partition(".")
    genuine = hmac.compare_digest(mac.encode(), _mac(secret, said).encode())
    claim: dict[str, Any] = json.loads(_data(said)) if genuine else {}
    if claim.get("exp", 0) <= time.time():
        raise NotFound("This link does not hold, or no longer.")
    return claim


def _mac(secret: bytes, said: str) -> str:
    """Over the text as it is sent, since base64 can spell the same bytes in several ways."""
    return _text(hmac.new(secret, said.encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _data(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
