"""How each person wants to be told: which kinds by which way, at which address, at once or gathered.

An address is somebody's only when they say the code that was sent there: until then, and after it has refused a mail
for good, nothing else goes to it.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gesso.db import Work, inserting
from gesso.kit.errors import Conflict, Invalid, TooOften
from gesso.kit.time import now
from gesso.notify.kinds import CHANNELS, KINDS, Channel
from gesso.notify.tables import Letter, Wish

Digest = Literal["once", "hourly", "daily"]
CODE_HOLDS: Final = timedelta(hours=1)
MOST_TRIES: Final = 5
"""Of a code; then another is asked for."""
REST: Final = timedelta(seconds=60)
MOST_CODES: Final = 10
"""In a day, so that nobody has the studio fill a stranger's mailbox."""
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,255}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


async def mine(work: Work) -> Wish:
    """The actor's wishes; where they have none yet, those of everybody, not written down."""
    found = await work.session.get(Wish, (work.actor.team_id, work.actor.user_id), populate_existing=True)
    return found or fresh(work.actor.team_id, work.actor.user_id)


def fresh(team: UUID, user: UUID) -> Wish:
    return Wish(
        team_id=team, user_id=user, kinds={}, digest="once", hour=8, zone="UTC", email="", confirmed_at=None, failing=""
    )


def wants(wish: Wish, kind: str, channel: Channel) -> bool:
    said: dict[str, bool] = wish.kinds.get(kind, {})
    return said.get(channel, KINDS[kind].by(channel) if kind in KINDS else channel == "inbox")


def mailable(wish: Wish) -> bool:
    """Whether anything but a code may go to the address."""
    return bool(wish.email) and wish.confirmed_at is not None and not wish.failing


async def settle(
    work: Work,
    kinds: Mapping[str, Mapping[Channel, bool]],
    *,
    digest: Digest | None = None,
    hour: int | None = None,
    zone: str | None = None,
) -> Wish:
    """What is not named stays."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise Invalid(f"There is no kind “{unknown[0]}”. Kinds: {', '.join(KINDS)}.", fields=[{"field": "kinds"}])
    try:
        # A path out of the folder of zones is a ValueError, a folder in it an OSError.
        ZoneInfo(zone if zone is not None else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"There is no time zone “{zone}”, like Europe/Vienna.", fields=[{"field": "zone"}]) from None
    wish = await _locked(work)
    wish.kinds = {
        kind: {way: each for way in CHANNELS if (each := said.get(way, wants(wish, kind, way))) != known.by(way)}
        for kind, known in KINDS.items()
        for said in (kinds.get(kind, {}),)
    }
    wish.digest, wish.zone = digest or wish.digest, zone or wish.zone
    wish.hour = wish.hour if hour is None else hour
    await work.session.flush()
    return wish


async def silence(work: Work, kind: str) -> None:
    """From now on nothing of this kind is mailed; of "digest", nothing at all."""
    wish = await _locked(work)
    quiet = KINDS if kind == "digest" else [kind]
    wish.kinds = {**wish.kinds, **{each: {**wish.kinds.get(each, {}), "email": False} for each in quiet}}
    await work.session.flush()


async def ask(work: Work, secret: bytes, address: str) -> Wish:
    """Makes this the actor's address, and has a code sent there. TooOften where that was asked for too often."""
    address = address.strip()
    if not (_ADDRESS.fullmatch(address) and _writable(address)):
        raise Invalid("This is no e-mail address, like ada@example.com.", fields=[{"field": "email"}])
    wish = await _locked(work)
    at = now()
    if wish.codes_since is None or wish.codes_since < at - timedelta(days=1):
        wish.codes, wish.codes_since = 0, at
    if wish.code_at is not None and wish.code_at > at - REST:
        wait = int((wish.code_at + REST - at).total_seconds()) + 1
        raise TooOften(f"A code was sent a moment ago. Ask for another in {wait} s.", retry_after=wait)
    if wish.codes >= MOST_CODES:
        wait = int((wish.codes_since + timedelta(days=1) - at).total_seconds()) + 1
        raise TooOften("Ten codes were sent today. Ask for another tomorrow.", retry_after=wait)
    code = f"{secrets.randbelow(1_000_000):06}"
    wish.email, wish.confirmed_at, wish.failing = address, None, ""
    wish.code, wish.code_at, wish.code_tries = _digest(secret, work, address, code), at, 0
    wish.codes += 1
    letter = Letter(
        team_id=work.actor.team_id,
        user_id=work.actor.user_id,
        channel="email",
        form="code",
        recipient=address,
        items=[{"code": code}],
    )
    work.session.add(letter)
    await work.session.flush()
    return wish


async def confirm(work: Work, secret: bytes, code: str) -> tuple[Wish, bool]:
    """Whether that is the code; then the address is the actor's. Five wrong ones, or an hour, and it holds no longer.
    A wrong one has to be written down, so the caller commits before it says so."""
    wish = await _locked(work)
    if not wish.code or wish.code_at is None or wish.code_at < now() - CODE_HOLDS or wish.code_tries >= MOST_TRIES:
        raise Conflict("No code is waited for, or no longer. Ask for another.")
    wish.code_tries += 1
    right = hmac.compare_digest(wish.code, _digest(secret, work, wish.email, "".join(code.split())))
    if right:
        wish.confirmed_at, wish.code, wish.failing = now(), "", ""
    await work.session.flush()
    return wish, right


async def forget_address(work: Work) -> Wish:
    """Nothing is mailed any more."""
    wish = await _locked(work)
    wish.email, wish.confirmed_at, wish.code, wish.failing = "", None, "", ""
    await work.session.flush()
    return wish


def due(wish: Wish, at: datetime, digest: str | None = None) -> datetime:
    """When what happens now is to be mailed: at once, at the next full hour, or at the next of the hour that was named
    in the person's own time zone."""
    how = digest or wish.digest
    if how == "once":
        return at
    if how == "hourly":
        return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    zone = ZoneInfo(wish.zone)
    local = at.astimezone(zone)
    # By the clock on the wall: where a day has 23 hours, the mail still comes at eight.
    wanted = local.replace(hour=wish.hour, minute=0, second=0, microsecond=0)
    if wanted <= local:
        wanted += timedelta(days=1)
    return wanted.astimezone(at.tzinfo)


async def _locked(work: Work) -> Wish:
    """The row, made where there is none, and nobody else's until the commit."""
    team, user = work.actor.team_id, work.actor.user_id
    values: dict[str, Any] = {"team_id": team, "user_id": user, "kinds": {}}
    await work.session.execute(inserting(work.session)(Wish).values(values).on_conflict_do_nothing())
    return await work.session.get_one(Wish, (team, user), with_for_update=True, populate_existing=True)


def _writable(address: str) -> bool:
    """Whether a mail can be written to it: what looks like an address may be none, as `a..b@example.com`."""
    try:
        return bool(Address(addr_spec=address).addr_spec)
    except (ValueError, IndexError, MessageError):
        return False


def _digest(secret: bytes, work: Work, address: str, code: str) -> str:
    """Bound to whose and to where: six digits alone could be tried out from a copy of the database."""
    said = f"gesso mail code {work.actor.team_id} {work.actor.user_id} {address} {code}"
    return hmac.new(secret, said.encode(), sha256).hexdigest()
