"""Handing a mail to the server that carries it, and reading what that says of it."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Literal

import aiosmtplib

from gesso.kit.mail import Smtp
from gesso.kit.text import one_line

SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`sent`; `later`, where trying again may help; `never`, where what was refused is this letter or its address."""

    state: Literal["sent", "later", "never"]
    why: str = ""


async def hand_over(server: Smtp, message: EmailMessage, sender: str, to: str) -> Outcome:
    """One conversation for one mail. What is wrong between the studio and its server (a password, a certificate, a
    sender that may not) is for whoever runs it to mend, and is tried again; only what is said of the recipient or of
    the mail itself is final, where its code is a 5xx (RFC 5321 §4.2.1)."""
    try:
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls,
            start_tls=server.starttls,
            tls_context=_trusted(server),
            timeout=SECONDS,
        )
        async with client:
            # As it is: `send_message` would fold it anew, and break the address in List-Unsubscribe.
            await client.sendmail(sender, [to], message.as_bytes())
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        return Outcome("never" if first.code >= 500 else "later", _said(first.code, first.message))
    except aiosmtplib.SMTPDataError as error:
        return Outcome("never" if error.code >= 500 else "later", _said(error.code, error.message))
    except aiosmtplib.SMTPResponseException as error:
        return Outcome("later", _said(error.code, error.message))
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return Outcome("later", _short(str(error) or type(error).__name__))
    return Outcome("sent")


def _trusted(server: Smtp) -> ssl.SSLContext | None:
    if server.starttls is False and not server.tls:
        return None
    context = ssl.create_default_context()
    if server.ca:
        context.load_verify_locations(server.ca)
    return context


def _said(code: int, message: object) -> str:
    return _short(f"{code} {message}")


def _short(text: str) -> str:
    # What is no UTF-8 comes as halves of surrogate pairs, which no database takes.
    return one_line(text)[:300]
