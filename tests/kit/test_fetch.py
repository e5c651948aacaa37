"""Addresses that strangers name: what is public is fetched, and nothing else is so much as asked."""

import asyncio
import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gesso.dev.fakes.server import Answered, Asked, Fake
from gesso.kit.errors import GessoError, Invalid, OffLimits, TooLarge, Unreached
from gesso.kit.fetch import Fetcher, Rule, public
from tests.conftest import photo

pytestmark = pytest.mark.anyio

FORBIDDEN = [
    "127.0.0.1", "127.8.9.1", "10.0.0.7", "172.16.0.1", "192.168.1.1", "0.0.0.0", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "168.63.129.16",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    "fec0::1", "fe80::1%eth0",
]  # fmt: skip
"""Of every kind that there is: loopback, private, link-local, of a carrier, shared by many, of clouds, mapped, ..."""


class Files(Fake):
    """A server of files. `asks` says what each path answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asks: dict[str, Callable[[], Answered]] = {}

    def answer(self, asked: Asked, way: str) -> Answered:
        return self.asks[asked.path]() if asked.path in self.asks else Answered(404, b"no")


def named(*addresses: str) -> Callable[..., object]:
    """A resolver for which every name is at these addresses."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize("address", FORBIDDEN)
async def test_no_address_that_is_not_public_is_asked(address: str, tmp_path: Path) -> None:
    """As the address itself, and as where a name leads; also beside one that is public."""
    path = tmp_path / "file"
    literal = f"[{address}]" if ":" in address else address
    for resolve in (named(address), named("93.184.216.34", address)):
        with pytest.raises(OffLimits):
            await Fetcher(resolve=resolve).fetch("http://cats.example/a.png", path, most=1000)  # type: ignore[arg-type]
    with pytest.raises((OffLimits, Invalid)):
        await Fetcher(resolve=named("93.184.216.34")).fetch(f"http://{literal}/", path, most=1000)  # type: ignore[arg-type]
    assert not path.exists()


async def test_other_ways_to_write_an_address_and_to_ask_are_no_way_around(tmp_path: Path) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    fetcher = Fetcher(resolve=resolve)
    for host in ("127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.0.0.1.", "localhost", "①②⑦.⓪.⓪.①"):
        with pytest.raises((OffLimits, Invalid)):
            await fetcher.fetch(f"http://{host}/", tmp_path / "file", most=1000)
    assert set(asked) <= {"localhost"}
    for url in (
        "http://u:p@example.com/",
        "http://u@example.com/",
        "http://93.184.216.34:22/",
        "https://93.184.216.34:8443/",
    ):
        with pytest.raises(OffLimits):
            await fetcher.fetch(url, tmp_path / "file", most=1000)
    for url in (
        *("file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "javascript:alert(1)", "example.com"),
        *("http://", "http://a b/", "http://example.com:99999/", "http://exa\nmple.com/", "http://" + "a" * 3000),
    ):
        with pytest.raises(Invalid):
            await fetcher.fetch(url, tmp_path / "file", most=1000)
    assert public(ip_address("93.184.216.34"))


async def test_a_name_is_asked_once_and_the_connection_goes_where_was_looked(tmp_path: Path) -> None:
    """DNS rebinding: the second answer would be another one, and nobody asks for it."""
    with Files().running() as files:
        files.asks["/a.png"] = lambda: Answered(200, photo(), {"content-type": "image/png"})
        port = int(files.url.rpartition(":")[2])
        answers = [["127.0.0.1"], ["10.0.0.1"]]

        async def resolve(host: str, asked: int) -> list[str]:
            return answers.pop(0)

        allowed = Fetcher([f"127.0.0.1:{port}"], resolve=resolve)
        got = await allowed.fetch(f"http://cats.example:{port}/a.png?x=1", tmp_path / "file", most=1 << 20)
        assert (got.bytes, got.type, got.name) == (len(photo()), "image/png", "a")
        assert (tmp_path / "file").read_bytes() == photo()
        assert answers == [["10.0.0.1"]]
        # The server is told the name and not the address, and no secret of ours.
        assert files.seen[0].headers["host"] == f"cats.example:{port}"
        assert not {"authorization", "cookie"} & files.seen[0].headers.keys()
        with pytest.raises(OffLimits):
            await allowed.fetch(f"http://cats.example:{port}/a.png", tmp_path / "again", most=1 << 20)
        # One address at one port is allowed, and no other.
        for url in (f"http://127.0.0.1:{port + 1}/a.png", f"http://127.0.0.2:{port}/a.png"):
            with pytest.raises(OffLimits):
                await allowed.fetch(url, tmp_path / "again", most=1 << 20)


async def test_every_redirect_is_an_address_anew(tmp_path: Path) -> None:
    with Files().running() as files:
        port = int(files.url.rpartition(":")[2])
        fetcher = Fetcher([f"127.0.0.1:{port}"])
        files.asks["/a"] = lambda: Answered(302, headers={"location": "/b%20c?d=e"})
        files.asks["/b%20c"] = lambda: Answered(200, b"found")
        got = await fetcher.fetch(f"{files.url}/a", tmp_path / "file", most=1000)
        assert (got.url, got.name) == (f"{files.url}/b%20c?d=e", "b c")
        for place in ("http://10.0.0.1/", f"http://localhost:{port + 1}/", "http://169.254.169.254/latest", "http://[::1]/",
                      f"http://u:p@127.0.0.1:{port}/"):  # fmt: skip
            files.asks["/a"] = lambda place=place: Answered(307, headers={"location": place})  # type: ignore[misc]
            with pytest.raises(OffLimits):
                await fetcher.fetch(f"{files.url}/a", tmp_path / "no", most=1000)
        files.asks["/a"] = lambda: Answered(301, headers={"location": "file:///etc/passwd"})
        with pytest.raises(Invalid):
            await fetcher.fetch(f"{files.url}/a", tmp_path / "no", most=1000)
        files.asks["/a"] = lambda: Answered(302, headers={"location": "/a"})
        with pytest.raises(Unreached, match="more than 5"):
            await fetcher.fetch(f"{files.url}/a", tmp_path / "no", most=1000)
        assert not (tmp_path / "no").exists()


async def test_what_is_too_much_too_slow_or_no_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with Files().running() as files:
        port = int(files.url.rpartition(":")[2])
        fetcher = Fetcher([f"127.0.0.1:{port}"])

        async def fails(kind: type[GessoError], answered: Answered, way: str = "") -> None:
            files.asks["/a"] = lambda: answered
            files.looks = [way]
            with pytest.raises(kind):
                await fetcher.fetch(f"{files.url}/a", path, most=100_000)
            assert not path.exists()

        await fails(TooLarge, Answered(200, b"x" * 100_001))
        # A bomb: a thousandth of what it unpacks to.
        await fails(TooLarge, Answered(200, gzip.compress(b"\0" * 50_000_000), {"content-encoding": "gzip"}))
        await fails(Unreached, Answered(200, gzip.compress(b"x" * 9000)[:-20], {"content-encoding": "gzip"}))
        await fails(Unreached, Answered(200, b"no gzip", {"content-encoding": "gzip"}))
        await fails(Unreached, Answered(200, b"x", {"content-encoding": "br"}))
        await fails(Unreached, Answered(404))
        await fails(Unreached, Answered(200, b"x" * 999), "cut answer")
        await fails(Unreached, Answered(200, b"x"), "cut before")
        fetcher = Fetcher([f"127.0.0.1:{port}"], seconds=0.2)
        await fails(Unreached, Answered(200, b"x"), "slow")
        files.asks["/a"] = lambda: Answered(200, gzip.compress(b"y" * 90_000), {"content-encoding": "gzip"})
        seen: list[int] = []
        fetcher = Fetcher([f"127.0.0.1:{port}"])
        await fetcher.fetch(f"{files.url}/a", path, most=100_000, told=lambda count, size: seen.append(count))
        assert path.read_bytes() == b"y" * 90_000
        assert seen[-1] == 90_000
        # Who stops waiting leaves nothing.
        files.looks, held = (
            ["hold"],
            asyncio.create_task(fetcher.fetch(f"{files.url}/a", tmp_path / "held", most=100_000)),
        )
        while not files.held:  # noqa: ASYNC110 - a server of another thread rings no bell
            await asyncio.sleep(0.01)
        held.cancel()
        with pytest.raises(asyncio.CancelledError):
            await held
        assert not (tmp_path / "held").exists()
        files.free()


async def test_what_cannot_be_sent_back_is_not_kept(tmp_path: Path) -> None:
    with Files().running() as server:
        tags = {"etag": '"caf\xe9"', "last-modified": "Mon,\t30 Nov"}
        server.asks = {
            "/odd": lambda: Answered(200, b"a", tags),
            "/plain": lambda: Answered(200, b"a", {"etag": '"1"'}),
        }
        fetcher = Fetcher([server.url.removeprefix("http://")])
        odd = await fetcher.fetch(f"{server.url}/odd", tmp_path / "odd", most=9)
        assert (odd.etag, odd.modified) == ("", "")
        assert (await fetcher.fetch(f"{server.url}/plain", tmp_path / "plain", most=9)).etag == '"1"'


async def test_a_server_has_to_prove_its_name_though_it_is_asked_by_its_address(tmp_path: Path) -> None:
    with secure(tmp_path, "cats.example") as (port, trust):
        fetcher = Fetcher([f"127.0.0.1:{port}"], resolve=named("127.0.0.1"), tls=trust)  # type: ignore[arg-type]
        await fetcher.fetch(f"https://cats.example:{port}/", tmp_path / "file", most=1000)
        assert (tmp_path / "file").read_bytes() == b"secure"
        with pytest.raises(Unreached, match="certificate"):
            await fetcher.fetch(f"https://dogs.example:{port}/", tmp_path / "no", most=1000)
        strict = Fetcher([f"127.0.0.1:{port}"], resolve=named("127.0.0.1"))  # type: ignore[arg-type]
        with pytest.raises(Unreached, match="certificate"):
            await strict.fetch(f"https://cats.example:{port}/", tmp_path / "no", most=1000)


def test_rules_are_read_as_they_are_written() -> None:
    assert Rule.read("10.0.0.0/8").port is None
    assert Rule.read(" [::1]:9000 ") == Rule.read("[::1]:9000")
    assert Rule.read("127.0.0.1:9000").port == 9000
    for text in ("cats.example", "", "10.0.0.1/8", "1.2.3"):
        with pytest.raises(ValueError, match=text or "address"):
            Rule.read(text)


@contextmanager
def secure(folder: Path, name: str) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A server with a certificate for `name`, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    told = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(told + pem)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "6")
            self.end_headers()
            self.wfile.write(b"secure")

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_port, ssl.create_default_context(cadata=pem.decode())
    finally:
        server.shutdown()
        server.server_close()
