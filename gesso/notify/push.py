"""Web push: a message sealed so that only the browser reads it (RFC 8291 over RFC 8188), with our name on the
envelope (RFC 8292), handed to the push service that the browser named."""

import asyncio
import base64
import binascii
import hashlib
import json
import os
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gesso.kit.errors import GessoError, Invalid
from gesso.kit.fetch import Fetcher
from gesso.notify.post import Outcome

TTL: Final = 24 * 3600
"""Seconds for which a push service keeps a message for a browser that is not there."""
SECONDS: Final = 15.0
"""The longest that a push service may take."""
NAMED_FOR: Final = 12 * 3600
"""Seconds that an envelope is valid; RFC 8292 §2 allows a day at most."""
RECORD: Final = 4096
MOST: Final = RECORD - 86 - 17
"""Bytes of a message: a push service takes 4096 in all (RFC 8030 §7.2), less the header and the padding and tag."""
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (FIPS 186-5, SP 800-186 §3.2.1.3)."""


def keys(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The studio's own, derived from its secret: all its servers have the same, and there is no file to be lost."""
    drawn = int.from_bytes(HKDF(hashes.SHA256(), 48, salt=None, info=b"gesso web push").derive(secret))
    return ec.derive_private_key(drawn % (_ORDER - 1) + 1, ec.SECP256R1())


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """As a page gives it to `PushManager.subscribe`: base64url of the uncompressed point."""
    return _text(_point(key))


def checked(endpoint: str, p256dh: str, auth: str) -> None:
    """Raises Invalid for what no browser would name: its keys are a point of P-256 and 16 bytes."""
    parts = urlsplit(endpoint)
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise Invalid("A push service is asked over https.", fields=[{"field": "endpoint"}])
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _data(p256dh))
        if len(_data(auth)) != 16:
            raise ValueError(auth)
    except (ValueError, binascii.Error):
        raise Invalid("These are no keys of a browser.", fields=[{"field": "keys"}]) from None


def sealed(
    message: bytes,
    p256dh: str,
    auth: str,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push: RFC 8291 §3.4, one record of RFC 8188 §2. `salt` and `own` are new each time, but in a test
    against the vector of its Appendix A."""
    salt, own = salt or os.urandom(16), own or ec.generate_private_key(ec.SECP256R1())
    theirs, ours = _data(p256dh), _point(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    secret = _derived(shared, _data(auth), b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    # A two ends the last record (RFC 8188 §2); nothing pads it.
    record = AESGCM(key).encrypt(nonce, message + b"\x02", None)
    return salt + RECORD.to_bytes(4) + len(ours).to_bytes(1) + ours + record


def envelope(key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, at: float | None = None) -> str:
    """The Authorization of a push (RFC 8292 §3): who sends it, to which service, and whom to ask."""
    parts = urlsplit(endpoint)
    audience = f"{parts.scheme}://{parts.netloc}"
    claims = {"aud": audience, "exp": int(at or time.time()) + NAMED_FOR, "sub": contact}
    said = ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEAD, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    # JWS wants the two numbers side by side (RFC 7518 §3.4), not as DER.
    return f"vapid t={said}.{_text(r.to_bytes(32) + s.to_bytes(32))}, k={public(key)}"


_HEAD: Final = {"typ": "JWT", "alg": "ES256"}


async def hand_over(
    fetcher: Fetcher,
    key: ec.EllipticCurvePrivateKey,
    contact: str,
    where: tuple[str, str, str],
    message: Mapping[str, Any],
    topic: str,
) -> Outcome:
    """Sends it to the browser at `where` (endpoint, p256dh, auth). A newer message of the same topic takes the place of
    one that still waits. `never` means that this browser is gone."""
    endpoint, p256dh, auth = where
    data = json.dumps(message, ensure_ascii=False).encode(errors="replace")[:MOST]
    headers = {
        "authorization": envelope(key, endpoint, contact),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(TTL),
        "topic": _text(hashlib.sha256(topic.encode()).digest())[:32],
        "urgency": "normal",
    }
    try:
        # In all: a service that sends a byte now and then keeps nothing else waiting.
        async with (
            asyncio.timeout(SECONDS),
            fetcher.asked(endpoint, "POST", headers, sealed(data, p256dh, auth)) as answer,
        ):
            status = answer.status
    except TimeoutError:
        return Outcome("later", "The push service took too long.")
    except GessoError as error:
        return Outcome("later", str(error))
    if 200 <= status < 300:
        return Outcome("sent")
    # Not known, gone, or made for other keys than ours, as after another secret (RFC 8030 §7.3, RFC 8292 §4.2).
    if status in (401, 403, 404, 410):
        return Outcome("never", f"The push service answered {status}.")
    return Outcome("later", f"The push service answered {status}.")


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _data(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
