"""What notices are made of, a mail server that really listens, and a push service that really takes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gesso import accounts, events
from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.kit.actor import Actor
from gesso.kit.pool import Pool
from gesso.settings import Settings
from tests.conftest import House, open_house

SENDER = "Gesso <studio@gesso.test>"


@dataclass
class Mailbox:
    """A mail server: what came, and what it answers to the next ones."""

    answers: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    came: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    url: str = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.came.append((str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
            self.encrypted.append(session.ssl is not None)
        return answer

    @property
    def mails(self) -> list[EmailMessage]:
        found = [message_from_bytes(data, policy=default) for _, _, data in self.came]
        assert all(isinstance(mail, EmailMessage) for mail in found)
        return found


class AnyPort(Controller):
    """One that is free: aiosmtpd wants to be told which."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mailbox(*, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> Iterator[Mailbox]:
    """A server on a port of its own."""
    box = Mailbox()

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login.decode(), data.password.decode()) == login)

    more: dict[str, Any] = {}
    if tls is not None:
        more = {"tls_context": tls, "require_starttls": True}
    if login is not None:
        more |= {"authenticator": known, "auth_required": True}
    controller = AnyPort(box, hostname="127.0.0.1", port=0, **more)
    controller.start()
    box.url = f"127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
async def told(settings: Settings, pool: Pool, box: Mailbox) -> AsyncIterator[House]:
    """A studio that has a mail server and does nothing by itself: a test hears and sends when it wants to."""
    with Service().running() as service:
        mails = {"smtp_url": f"smtp://{box.url}", "smtp_from": SENDER, "public_url": "https://studio.test"}
        allowed = {"push_allow": (service.url.removeprefix("http://"),), "worker": False}
        whole = Settings.model_validate(settings.model_dump() | mails | allowed)
        async with open_house(whole, pool) as house:
            house.app.state.service = service
            await house.studio.courier.hear()
            yield house


class Service(Fake):
    """A push service: it takes what is sealed, and says what it was told to say."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 201

    def answer(self, asked: Asked, way: str) -> Answered:
        for name, wanted in {"content-encoding": "aes128gcm", "ttl": "86400"}.items():
            if asked.headers.get(name) != wanted:
                self.wrong.append(f"{name}: {asked.headers.get(name)}")
        if self.status == 201:
            self.orders.append(asked)
        return Answered(self.status)


async def happen(house: House, actor: Actor, type: str, **data: Any) -> None:
    """It happens, and is heard."""
    async with house.studio.db.work(actor) as work:
        events.emit(work, type, **data)
    await house.studio.courier.hear()


def a_batch(actor: Actor, state: str = "succeeded", **more: Any) -> dict[str, Any]:
    """What a batch says of itself."""
    return {
        "batch": "0190a000-0000-7000-8000-00000000000b",
        "title": "Autumn",
        "user": str(actor.user_id),
        "state": state,
        "note": "",
        "total": 50,
        "succeeded": 48,
        "failed": 2,
        "refused": 0,
        "unknown": 0,
        "cancelled": 0,
        "price": 200_000,
        "spent": 120_000,
        "sample": [],
    } | more


async def someone(house: House, name: str, role: str = "editor", team: str = "Studio") -> Actor:
    async with house.studio.db.session() as session:
        return await accounts.add_person(session, name, role, team=team)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that this test made itself: its file, and what a server speaks with."""
    from datetime import timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from gesso.kit.time import now

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of the tests")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, private = folder / "mail.pem", folder / "mail.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, private)
    return file, context
