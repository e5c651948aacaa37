"""Files from addresses that strangers name, fetched so that nobody can make this machine ask where they cannot.

A name is resolved once, every address that it has is looked at, and the connection goes to the very address that was
looked at; TLS still holds the server to its name. Every redirect is an address anew. What is not of the public
internet is off limits, unless the operator has allowed exactly that.
"""

import asyncio
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import httpcore2

from gesso.kit.errors import Invalid, OffLimits, TooLarge, Unreached

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Iterable[str]]]
Told = Callable[[int, int | None], Awaitable[None] | None]
"""How many bytes have come, of how many, where the server has said that."""

NOT_PUBLIC: Final = (
    "This address is not one of the public web. Whoever runs the studio can allow it: GESSO_FETCH_ALLOW."
)
NO_NAME: Final = "There is no server of this name."
TOO_SLOW: Final = "The server took too long."
NO_CERTIFICATE: Final = "Its certificate does not hold."
AWAY: Final = "The server could not be reached."
NO_ADDRESS: Final = "This is no address of the web."
NO_SCHEME: Final = "An address begins with https:// or http://, and names a server."
PASSWORDED: Final = "An address with a name and a password in it is not asked for."

HOPS: Final = 5
LONGEST: Final = 2_000
PIECE: Final = 1 << 16
PORTS: Final = frozenset((80, 443))
SCHEMES: Final = {"http": 80, "https": 443}
REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
CLOSED: Final = tuple(
    map(
        ip_network,
        (
            # Beside what Python knows as private: the NATs of carriers, what was between IPv4 and IPv6, and others that
            # lead on to an IPv4 address which nobody looks at.
            "100.64.0.0/10",
            "192.88.99.0/24",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2002::/16",
            "2001::/32",
            "fec0::/10",
            # What clouds tell their machines, where it is not link-local.
            "168.63.129.16/32",
            "fd00:ec2::254/128",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What an operator allows although it is not public: a network, at one port or at those of the web."""

    network: Network
    port: int | None

    @classmethod
    def read(cls, text: str) -> "Rule":
        """`10.0.0.5`, `10.0.0.0/8`, `127.0.0.1:9000`, `[::1]:9000`. ValueError for anything else."""
        told = re.fullmatch(
            r"\[([^]]+)\](?::(\d+))?|([0-9.]+(?:/\d+)?)(?::(\d+))?|([0-9a-fA-F:]+(?:/\d+)?)", text.strip()
        )
        if told is None:
            raise ValueError(f"“{text}” is no address, like 10.0.0.5, 10.0.0.0/8 or 127.0.0.1:9000")
        network, port = told[1] or told[3] or told[5], told[2] or told[4]
        return cls(ip_network(network), int(port) if port else None)

    def holds(self, address: Address, port: int) -> bool:
        fits = port in PORTS if self.port is None else port == self.port
        return fits and address.version == self.network.version and address in self.network


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: how many bytes, what the server says that it is, what its address calls it, where it lay at last; and
    by what it can be asked later whether it is another (`etag`, `modified`)."""

    bytes: int
    type: str
    name: str
    url: str
    etag: str = ""
    modified: str = ""


class Fetcher:
    """`allowed` are the rules of the operator, `resolve` answers the addresses of a name."""

    def __init__(
        self,
        allowed: Iterable[str] = (),
        *,
        resolve: Resolve | None = None,
        seconds: float = 60.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = tuple(map(Rule.read, allowed))
        self._resolve = resolve or _resolved
        self._seconds = seconds
        self._tls = tls

    async def fetch(
        self,
        url: str,
        path: Path,
        *,
        most: int,
        told: Told | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """The file at `url`, written to `path`: at most `most` bytes, as they are packed and unpacked. Nothing lies at
        `path` when it fails: OffLimits, Unreached (with what the server `answered`), TooLarge, Invalid. With `headers`
        that ask for it only where it is another, a server answers 304."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._fetched(url, path, most, told, headers)
        except BaseException as error:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            if isinstance(error, TimeoutError):
                raise Unreached(f"It took longer than {self._seconds:g} seconds.") from None
            raise

    async def _fetched(
        self, url: str, path: Path, most: int, told: Told | None, headers: Mapping[str, str] | None
    ) -> Fetched:
        for _ in range(HOPS + 1):
            async with self.asked(url, headers=headers) as answer:
                place = answer.headers.get("location", "")
                if answer.status in REDIRECTS and place:
                    url = urljoin(url, place)
                    continue
                if answer.status != 200:
                    raise Unreached(f"The server answered {answer.status}.", answered=answer.status)
                size = int(length) if (length := answer.headers.get("content-length", "")).isdigit() else None
                if size is not None and size > most:
                    raise _too_large(most)
                count = 0
                with await asyncio.to_thread(path.open, "wb") as file:
                    async for piece in answer.pieces(most):
                        count += len(piece)
                        await asyncio.to_thread(file.write, piece)
                        if told is not None and (waits := told(count, size)) is not None:
                            await waits
                type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                etag, modified = (_sendable(answer.headers.get(name, "")) for name in ("etag", "last-modified"))
                return Fetched(count, type, _name(url), url, etag, modified)
        raise Unreached(f"It is redirected more than {HOPS} times.")

    @asynccontextmanager
    async def asked(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> AsyncIterator["Answer"]:
        """One request, whose redirects are not followed."""
        parts = _parts(url)
        if self._tls is None:
            self._tls = await asyncio.to_thread(httpcore2.default_ssl_context)
        said = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "Gesso", **(headers or {})}
        patience = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        gate = _Gate(self._addresses)
        async with httpcore2.AsyncConnectionPool(ssl_context=self._tls, network_backend=gate, retries=0) as pool:
            try:
                async with pool.stream(
                    method, parts, headers=[*said.items()], content=body or None, extensions={"timeout": patience}
                ) as answer:
                    yield Answer(answer, gate.public)
            except httpcore2.TimeoutException:
                raise Unreached(TOO_SLOW) from None
            except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
                certificate = "certificate" in str(error).lower()
                why = NO_CERTIFICATE if certificate else AWAY
                raise Unreached(why) from None

    async def look(self, url: str) -> None:
        """Whether it may be asked, without asking it: OffLimits, Invalid, or Unreached where no server has that name.
        What a name leads to may be another address tomorrow, so this spares a person a mistake, and guards nothing."""
        parts = urlsplit(_parts(url))
        await self._addresses(parts.hostname or "", parts.port or SCHEMES[parts.scheme])

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Where a name leads, each address looked at. OffLimits where any of them is."""
        try:
            found = [_address(host)]
        except ValueError:
            try:
                found = [ip_address(each.partition("%")[0]) for each in await self._resolve(host, port)]
            except (OSError, UnicodeError, ValueError):
                raise Unreached(NO_NAME) from None
        if not found:
            raise Unreached(NO_NAME)
        if not all(self._open(address, port) for address in found):
            raise OffLimits(NOT_PUBLIC, fields=[{"field": "url"}])
        return [str(address) for address in found]

    def _open(self, address: Address, port: int) -> bool:
        return (port in PORTS and public(address)) or any(rule.holds(address, port) for rule in self._rules)


class Answer:
    """What a server says to one request."""

    def __init__(self, answer: httpcore2.Response, public: bool) -> None:
        self._answer = answer
        self.public = public
        """Whether it came from an address of the public web, not from one that is only allowed."""
        self.status = answer.status
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}

    async def pieces(self, most: int) -> AsyncIterator[bytes]:
        """The body, unpacked where it comes packed, and never more than `most` bytes of it (TooLarge)."""
        packed = self.headers.get("content-encoding", "identity").strip().lower()
        if packed not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Unreached(f"The server packs its answer in a way that nobody asked for ({packed[:20]}).")
        unpacks = None if packed in ("", "identity") else zlib.decompressobj(47)
        came = made = 0
        async for piece in self._answer.aiter_stream():
            came += len(piece)
            if came > most:
                raise _too_large(most)
            if unpacks is None:
                yield piece
                continue
            try:
                while piece:
                    out = await asyncio.to_thread(unpacks.decompress, piece, PIECE)
                    piece, made = unpacks.unconsumed_tail, made + len(out)
                    if made > most:
                        raise _too_large(most)
                    yield out
            except zlib.error:
                raise Unreached("What the server sent cannot be unpacked.") from None
        if unpacks is not None:
            yield unpacks.flush()
            if not unpacks.eof:
                raise Unreached("The answer broke off.")


def public(address: Address) -> bool:
    """Whether it is an address of the public internet, by itself and by what it stands for."""
    if isinstance(address, IPv6Address):
        if address.scope_id or address.sixtofour or address.teredo:
            return False
        if address.ipv4_mapped is not None:
            return False
    if any(address.version == closed.version and address in closed for closed in CLOSED):
        return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


class _Gate(httpcore2.AsyncNetworkBackend):
    """Opens connections to addresses that were looked at, and to no name: between the look and the connection, a name
    may come to mean another address."""

    def __init__(self, addresses: Callable[[str, int], Awaitable[list[str]]]) -> None:
        self._addresses = addresses
        self._lines = httpcore2.AnyIOBackend()
        self.public = False
        """Whether what was reached is."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        trouble: Exception | None = None
        for address in await self._addresses(host, port):
            try:
                line = await self._lines.connect_tcp(address, port, timeout, local_address, socket_options)
                self.public = public(ip_address(address))
                return line
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                trouble = error
        raise trouble or httpcore2.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise OffLimits("This address is not one of the web.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _parts(url: str) -> str:
    """The address as it is asked for, where it is one of the web's."""
    try:
        told = urlsplit(url.strip())
        host, port = told.hostname or "", told.port
    except ValueError:
        raise Invalid(NO_ADDRESS, fields=[{"field": "url"}]) from None
    if told.scheme.lower() not in SCHEMES or not host or len(url) > LONGEST:
        raise Invalid(NO_SCHEME, fields=[{"field": "url"}])
    if told.username is not None or told.password is not None:
        raise OffLimits(PASSWORDED, fields=[{"field": "url"}])
    try:
        asked = host.encode("ascii") if ":" in host else host.encode("idna")
    except UnicodeError:
        raise Invalid(NO_ADDRESS, fields=[{"field": "url"}]) from None
    if b"%" in asked or any(sign <= 32 for sign in asked):
        raise Invalid(NO_ADDRESS, fields=[{"field": "url"}])
    name = f"[{asked.decode()}]" if ":" in host else asked.decode()
    rest = "".join(sign if " " < sign < "\x7f" else _percent(sign) for sign in (told.path or "/"))
    query = "".join(sign if " " < sign < "\x7f" else _percent(sign) for sign in told.query)
    place = f"{told.scheme.lower()}://{name}" + (f":{port}" if port is not None else "")
    return place + rest + (f"?{query}" if query else "")


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode(errors="replace"))


def _address(host: str) -> Address:
    """An address that stands there as one, in whichever way systems read it: `127.1` and `0x7f000001` are 127.0.0.1.
    ValueError for a name."""
    with_dots = host.rstrip(".")
    try:
        return ip_address(with_dots)
    except ValueError:
        parts = with_dots.lower().split(".")
        if not all(re.fullmatch(r"0x[0-9a-f]+|[0-9]+", part) for part in parts) or len(parts) > 4:
            raise
    numbers = [int(part, 16 if part.startswith("0x") else 8 if part.startswith("0") and part != "0" else 10)
               for part in parts]  # fmt: skip
    value = 0
    for number in numbers[:-1]:
        if number > 255:
            raise ValueError(host)
        value = value << 8 | number
    room = 8 * (5 - len(numbers))
    if numbers[-1] >= 1 << room:
        raise ValueError(host)
    return IPv4Address(value << room | numbers[-1])


async def _resolved(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _name(url: str) -> str:
    """What the file is called by its address, without its ending."""
    return PurePosixPath(unquote(urlsplit(url).path, errors="replace")).stem


def _sendable(value: str) -> str:
    """What may be sent back as a header; else it is as if the server had said nothing."""
    return value[:300] if value.isascii() and value.isprintable() else ""


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The file is larger than {most >> 20} MiB, the most that this studio takes.", limit=most)
