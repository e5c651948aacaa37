"""How a hosted provider is spoken to, so that nobody pays twice and no key is told to anybody.

What costs money is asked for once. Where it surely was not accepted (no connection, too many requests) it may be
asked again; where nobody can tell, the error goes up as it is, and `Context.once` makes it Undecided. What costs
nothing (looking, fetching) is asked for again by itself.
"""

import asyncio
import email.utils
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx2

from gesso.kit.errors import Failed, GessoError, Refused, Retry, Undecided

T = TypeVar("T")
Answer = httpx2.Response

SLOWEST: Final = httpx2.Timeout(30, read=300)
"""Some providers answer when the picture is done."""
BUYS: Final = "gesso.buys"
"""The extension of a request that costs money, for who only wants to see what would be sent."""
LARGEST: Final = 512 << 20
"""Bytes of a result that are fetched at most."""


@dataclass(frozen=True)
class Wire:
    """One provider at `base`. `refusal` says what an answer of status 400 and above means.

    `pause` are the seconds before the first repetition of what costs nothing; they double. It may fail `looks` times in
    a row.
    """

    title: str
    http: httpx2.AsyncClient
    base: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)
    refusal: Callable[["Wire", Answer], GessoError] = field(default=lambda wire, answer: wire.fault(answer))
    pause: float = 1.0
    looks: int = 8

    async def buy(self, path: str, accept: str = "", **content: Any) -> Answer:
        """A POST that costs money, made once.

        Raises Retry where it surely was not accepted, Refused where the provider said no, and whatever the connection
        died of where nobody can tell.
        """
        try:
            answer = await self.http.post(
                self._url(path), headers=self._told(accept), timeout=SLOWEST, extensions={BUYS: True}, **content
            )
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise Retry(f"{self.title} cannot be reached just now.") from error
        if answer.status_code >= 400:
            raise self.refusal(self, answer)
        return answer

    async def ask(self, method: str, path: str, accept: str = "", **content: Any) -> Answer:
        """What costs nothing: again, with growing pauses, while the connection fails or the provider is busy."""
        pause = self.pause
        for tries in range(self.looks):
            try:
                answer = await self.http.request(method, self._url(path), headers=self._told(accept), **content)
            except httpx2.TransportError as error:
                if tries == self.looks - 1:
                    raise Retry(f"{self.title} cannot be reached just now.") from error
            else:
                if answer.status_code < 400:
                    return answer
                if answer.status_code < 500 and (tries == self.looks - 1 or answer.status_code != 429):
                    raise self.refusal(self, answer)
                if tries == self.looks - 1:
                    # Nothing was bought: no question is left by it.
                    raise Retry(f"{self.title} has trouble of its own just now ({answer.status_code}).")
                pause = max(pause, retry_after(answer) or 0.0)
            await asyncio.sleep(pause)
            pause = min(30.0, pause * 2)
        raise AssertionError("unreachable")

    async def wait(self, look: Callable[[], Any], *, every: float, most: float) -> Any:
        """What `look` finds, looked for again every so many seconds while it finds None.

        What is being made is paid for: a provider that cannot be reached for a while is waited for. Raises Undecided
        after `most` seconds.
        """
        end = time.monotonic() + most
        while True:
            try:
                if (found := await look()) is not None:
                    return found
            except Retry:
                if time.monotonic() >= end:
                    raise
            if time.monotonic() >= end:
                raise Undecided(f"{self.title} accepted this and did not finish within {most / 60:.0f} minutes.")
            await asyncio.sleep(every)

    async def fetch(self, url: str) -> bytes:
        """A result from where the provider says that it lies, without the key, at most `LARGEST` bytes."""
        if urlsplit(url).scheme not in ("https", "http"):
            raise Failed(f"{self.title} named a result that cannot be fetched.")
        pause = self.pause
        for tries in range(self.looks):
            try:
                async with self.http.stream("GET", url, timeout=SLOWEST) as answer:
                    if answer.status_code < 400:
                        return await self._body(answer)
                    if answer.status_code < 500 and answer.status_code != 429:
                        raise Failed(f"{self.title} no longer has the result ({answer.status_code}).")
            except httpx2.TransportError:
                pass
            if tries < self.looks - 1:
                await asyncio.sleep(pause)
                pause = min(30.0, pause * 2)
        raise Retry(f"{self.title} made it, but it cannot be fetched just now.")

    async def _body(self, answer: Answer) -> bytes:
        parts, size = [], 0
        async for part in answer.aiter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise Failed(f"{self.title} sent more than {LARGEST >> 20} MiB.")
        return b"".join(parts)

    def fault(self, answer: Answer, said: str = "") -> GessoError:
        """What a status usually means, with what the provider `said` about it."""
        said = self.plain(said)
        match answer.status_code:
            case 401:
                return Refused(f"{self.title} does not accept the key. Enter it anew on the page of providers.")
            case 402:
                return Refused(f"Your account at {self.title} has too few credits. Top it up, then run this again.")
            case 403:
                return Refused(f"{self.title} does not allow this. {said}".strip())
            case 429:
                return Retry(f"{self.title} has too many requests of this key.", retry_after=retry_after(answer))
            case status if status < 500:
                return Refused(f"{self.title} does not take this request. {said}".strip())
            case status:
                return Undecided(f"{self.title} met an error of its own ({status}) and may have charged. {said}")

    def plain(self, text: str) -> str:
        """A provider's words, without the key in them, of a length for a person."""
        text = text.replace(self.secret, "…") if self.secret else text
        return " ".join(text.split())[:500]

    def _told(self, accept: str) -> dict[str, str]:
        return {**self.headers, "accept": accept} if accept else dict(self.headers)

    def _url(self, path: str) -> str:
        return self.base.rstrip("/") + path


def retry_after(answer: Answer) -> float | None:
    """The seconds that the header Retry-After asks for, as a number or a date; None without one."""
    told = answer.headers.get("retry-after", "").strip()
    if told.replace(".", "", 1).isdigit():
        return float(told)
    moment = email.utils.parsedate_tz(told)
    return max(0.0, email.utils.mktime_tz(moment) - time.time()) if moment else None
