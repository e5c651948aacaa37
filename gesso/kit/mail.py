"""Where mails are handed over, as a person writes it: `smtp://name:password@host:587?starttls=off`."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Smtp:
    """`tls`: encrypted from the first byte. `starttls`: True demands it, None takes it where it is offered, False never
    asks. `ca` is a file of certificates that are trusted beside those of the machine."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool | None
    ca: str

    @classmethod
    def read(cls, url: str) -> "Smtp":
        """ValueError says what is wrong, without the password. A name and a password go over an encrypted line, or
        where `starttls=off` was said: whoever sits in between could else take the offer of encryption away."""
        parts = urlsplit(url.strip())
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("an address of a mail server begins with smtp:// or smtps://, and names a host")
        try:
            port = parts.port or PORTS[parts.scheme]
        except ValueError:
            raise ValueError("the port of the mail server is no number up to 65535") from None
        asked = parse_qs(parts.query)
        how = (asked.pop("starttls", ["auto"]))[-1]
        ca = (asked.pop("ca", [""]))[-1]
        if asked or how not in ("auto", "off", "required"):
            raise ValueError(
                "after the “?” a mail server takes starttls=auto, starttls=off, starttls=required and ca=FILE"
            )
        user, tls = unquote(parts.username or ""), parts.scheme == "smtps"
        starttls = {"off": False, "required": True, "auto": True if user else None}[how]
        return cls(parts.hostname, port, user, unquote(parts.password or ""), tls, False if tls else starttls, ca)


def sender(text: str) -> tuple[str, str]:
    """The name and the address of `Gesso <studio@example.com>`; ValueError for what is none."""
    name, address = parseaddr(text)
    if not re.fullmatch(r"[^@\s<>\"(),:;\[\]\\]+@[A-Za-z0-9.-]+", address) or re.search(r"[\r\n]", text):
        raise ValueError("the sender of mails is an address, like “Gesso <studio@example.com>”")
    Address(addr_spec=address)
    return name, address
