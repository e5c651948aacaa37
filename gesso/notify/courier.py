"""Who hears what happens and carries it out of the house: one loop that writes notices and letters, and one that sends.

A letter is taken by one sender at a time: taking it is a transaction of its own, which also says when another may take
it, should this one die. What came of it is written down after. So a sender that is killed between the server's yes and
that line sends the same letter again when its lease ends: at worst a mail comes twice, with one Message-ID, by which
readers of mail know it; none is lost. A push that comes twice replaces itself, by its topic and tag.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Final
from urllib.parse import urljoin
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from gesso import accounts, brand, events
from gesso.brand import KitBody
from gesso.db import Database, Work
from gesso.events.readers import NOBODY
from gesso.kit import mail, sign
from gesso.kit.actor import Actor
from gesso.kit.errors import BadMedia, Denied, Exhausted, NotFound, TooLarge
from gesso.kit.fetch import Fetcher
from gesso.kit.pool import Pool
from gesso.kit.time import now
from gesso.library import Asset
from gesso.library.intake import DERIVED
from gesso.notify import hear, inbox, letters, post, push, wishes
from gesso.notify.kinds import KINDS, SHOWN, Channel, words
from gesso.notify.letters import Brand, Item, Mail
from gesso.notify.post import Outcome
from gesso.notify.tables import Browser, Letter, Notice, Wish
from gesso.store import Store

NAME: Final = "notify"
HEARS_AGAIN: Final = 1.0
SENDS_AGAIN: Final = 2.0
"""Seconds between two looks."""
LEASE: Final = timedelta(minutes=5)
AT_ONCE: Final = 50
SIDE_BY_SIDE: Final = 8
"""Letters that are on their way from one worker: a slow receiver keeps no other waiting."""
PAUSES: Final = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 780))
"""Between two tries of a letter: a day in all. Then it is given up."""
OFF_HOLDS: Final = 2 * 365 * 24 * 3600
"""Seconds for which a mail can be used to end mails like it."""
TOLD_AT_ONCE: Final = 20
"""Of a digest; how many more there are is said."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Courier:
    """`base` is where people reach the page, `smtp` and `sender` the mail server and whom mails are from: empty where
    the studio sends none."""

    db: Database
    store: Store
    pool: Pool
    fetcher: Fetcher
    secret: bytes
    base: str
    smtp: str
    sender: str

    @property
    def mails(self) -> bool:
        return bool(self.smtp)

    @cached_property
    def key(self) -> str:
        """What a browser is told to be pushed to with."""
        return push.public(self._pushes)

    @cached_property
    def _pushes(self) -> Any:
        return push.keys(self.secret)

    # --- hearing

    async def hear(self) -> int:
        """Reads what has happened since, in every team; how many events that were."""
        async with self.db.session(read_only=True) as session:
            teams = await accounts.teams(session)
        return await events.read(self.db, NAME, teams, partial(hear.take, mails=self.mails))

    # --- sending

    async def send(self) -> int:
        """Sends what is due, `AT_ONCE` letters at most and `SIDE_BY_SIDE` at a time; how many were tried. To one
        recipient they go one after the other, as they were written."""
        going: dict[asyncio.Task[None], str] = {}
        count = 0
        try:
            while count < AT_ONCE:
                letter = await self._taken(going.values())
                if letter is not None:
                    going[asyncio.create_task(self._carried(letter))] = letter.recipient
                    count += 1
                elif not going:
                    break
                if letter is None or len(going) >= SIDE_BY_SIDE:
                    done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        del going[task]
        except asyncio.CancelledError:
            for task in going:
                task.cancel()
            raise
        finally:
            await asyncio.gather(*going, return_exceptions=True)
        return count

    async def _carried(self, letter: Letter) -> None:
        """Sends a letter and writes down what came of it. Whatever goes wrong with it, the others leave."""
        try:
            try:
                outcome = await self._sent(letter)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("a letter could not be written", channel=letter.channel, letter=str(letter.id))
                outcome = Outcome("later", "It could not be written. The log of the studio has the reason.")
            await self._written(letter, outcome)
        except Exception:
            # Its lease will be over, and it is tried again.
            log.exception("it could not be written down what came of a letter", letter=str(letter.id))

    async def _taken(self, busy: Collection[str] = ()) -> Letter | None:
        """The next letter that is due, to none of those that are `busy`, and nobody else's for as long as `LEASE`."""
        due = (
            select(Letter)
            .where(Letter.state == "queued", Letter.next_at <= now(), Letter.recipient.not_in(busy))
            .order_by(Letter.next_at)
            .limit(1)
        )
        async with self.db.session(read_only=True) as session:
            if await session.scalar(due.with_only_columns(Letter.id)) is None:
                return None
        async with self.db.session() as session:
            letter = await session.scalar(due.with_for_update(skip_locked=True))
            if letter is not None:
                letter.tries += 1
                letter.next_at = now() + LEASE
            return letter

    async def _sent(self, letter: Letter) -> Outcome | None:
        """What came of it. None: there was nothing left to be told."""
        if letter.form == "code" and letter.created_at <= now() - wishes.CODE_HOLDS:
            return None
        actor = Actor(NOBODY, letter.team_id, "nobody", frozenset({"library.read"}))
        if letter.channel == "push":
            return await self._pushed(actor, letter)
        if not self.mails:
            return Outcome("later", "The studio has no mail server: GESSO_SMTP_URL.")
        async with self.db.work(actor, read_only=True) as work:
            items = await _left(work, letter)
            if not items:
                return None
            message = letters.composed(await self._composed(work, letter, items))
        server = mail.Smtp.read(self.smtp)
        return await post.hand_over(server, message, mail.sender(self.sender)[1], letter.recipient)

    async def _pushed(self, actor: Actor, letter: Letter) -> Outcome | None:
        async with self.db.work(actor, read_only=True) as work:
            browser = await work.session.get(Browser, UUID(letter.recipient))
            items = await _left(work, letter)
        if browser is None or not items:
            return None
        (item,) = items
        title, text = words(item["kind"], item["data"])
        told = {"title": title, "text": text[:400], "link": item["about"], "tag": item["subject"], "kind": item["kind"]}
        where = browser.endpoint, browser.p256dh, browser.auth
        return await push.hand_over(self.fetcher, self._pushes, self._contact, where, told, item["subject"])

    @property
    def _contact(self) -> str:
        """Whom a push service may ask: RFC 8292 §2.1 wants a mailto or an https address."""
        if self.sender:
            return f"mailto:{mail.sender(self.sender)[1]}"
        return self.base if self.base.startswith("https://") else "mailto:nobody@localhost"

    async def _written(self, letter: Letter, outcome: Outcome | None) -> None:
        """What came of it, for good or until the next try."""
        async with self.db.session() as session:
            row = await session.get_one(Letter, letter.id, with_for_update=True)
            if row.tries != letter.tries:
                return
            late = row.tries > len(PAUSES)
            if outcome is not None and outcome.state == "later" and not late:
                row.error, row.next_at = outcome.why, now() + PAUSES[row.tries - 1]
                if row.form == "code":
                    # Then it is looked at once more, and its code forgotten.
                    row.next_at = min(row.next_at, row.created_at + wishes.CODE_HOLDS)
                return
            row.items = []
            if outcome is None or outcome.state == "sent":
                row.state, row.error = (
                    "sent" if outcome else "ended",
                    "" if outcome else "There was nothing left to tell.",
                )
                row.sent_at = now() if outcome else None
                return
            row.state, row.error = "ended", outcome.why
            log.warning("a letter was given up", channel=row.channel, letter=str(row.id), why=outcome.why)
            if row.channel == "push" and outcome.state == "never":
                browser = await session.get(Browser, UUID(row.recipient))
                if browser is not None:
                    await session.delete(browser)
            if row.channel == "email" and outcome.state == "never":
                whose = Wish.team_id == row.team_id, Wish.user_id == row.user_id, Wish.email == row.recipient
                await session.execute(update(Wish).where(*whose).values(failing=outcome.why))

    async def _composed(self, work: Work, letter: Letter, items: Sequence[Mapping[str, Any]]) -> Mail:
        team = await accounts.team_name(work.session, letter.team_id)
        looks = await self._brand(work, team)
        settings = urljoin(self.base, "/settings?part=notifications")
        told = Mail(
            str(letter.id),
            letter.recipient,
            mail.sender(self.sender),
            "",
            looks,
            (),
            letter.created_at,
            settings=settings,
        )
        if letter.form == "code":
            code = items[0]["code"]
            text = f"Enter this code in {team}'s studio to be told at this address. It holds for an hour."
            item = Item("Your code", text, urljoin(self.base, f"/settings?part=notifications&code={code}"), code=code)
            why = "If you did not ask for this, somebody mistyped their address: ignore this mail, and no other comes."
            return replace(told, subject=f"{code} is your code for {team}", items=[item], why=why, settings="")
        several = len(items) > 1
        shown = [await self._item(work, each, 2 if several else SHOWN) for each in items[-TOLD_AT_ONCE:][::-1]]
        kind = "digest" if letter.form == "digest" else str(items[0]["kind"])
        claim = {"off": kind, "team": str(letter.team_id), "user": str(letter.user_id)}
        off = urljoin(self.base, f"/api/notifications/off/{sign.seal(self._offs, claim, OFF_HOLDS)}")
        more = len(items) - len(shown)
        lead = f"{len(items)} things have happened." + (f" The newest {len(shown)} are here." if more else "")
        why = f"You get this because you are in “{team}”" + (
            " and want it gathered." if letter.form == "digest" else f" and want to know: {KINDS[kind].title.lower()}."
        )
        subject = f"{shown[0].title}" if not several else f"{len(items)} things have happened"
        return replace(told, subject=f"{subject} · {team}", items=shown, lead=lead if several else "", off=off, why=why)

    @property
    def _offs(self) -> bytes:
        """For what ends mails: a seal that was made for a picture opens nothing here."""
        return self.secret + b" notify off"

    async def silenced(self, token: str) -> str:
        """Ends mails of the kind that this link was made for, and says which. NotFound for what is no such link."""
        claim = self.claimed(token)
        actor = Actor(UUID(claim["user"]), UUID(claim["team"]), "nobody", frozenset())
        async with self.db.work(actor) as work:
            await wishes.silence(work, claim["off"])
        return str(claim["off"])

    def claimed(self, token: str) -> dict[str, Any]:
        return sign.unseal(self._offs, token)

    async def _item(self, work: Work, item: Mapping[str, Any], most: int) -> Item:
        title, text = words(item["kind"], item["data"])
        shown = [data for id in item["assets"][:most] if (data := await self._picture(work, id)) is not None]
        jpegs = [made for data in shown if (made := await self._made(letters.as_jpeg, data)) is not None]
        return Item(title, text, urljoin(self.base, item["about"]), jpegs)

    async def _brand(self, work: Work, team: str) -> Brand:
        """As the team's default kit has it, as far as it does."""
        name = await brand.chosen(work)
        if name is None:
            return Brand(team)
        kit = KitBody.model_validate((await brand.get(work, "kit", name)).body)
        roles = {shade.role: shade.colour for shade in reversed(kit.palette)}
        colour = roles.get("primary") or roles.get("accent") or kit.palette[0].colour
        logos = [await self._logo(work, id) for id in (kit.logo, kit.logo_dark)]
        return Brand(team, colour, logos[0], logos[1])

    async def _logo(self, work: Work, id: UUID | None) -> bytes:
        data = await self._picture(work, str(id)) if id is not None else None
        return (await self._made(letters.as_png, data) if data is not None else None) or b""

    async def _picture(self, work: Work, id: str) -> bytes | None:
        """The thumbnail of an asset of the team; None where it is gone."""
        asset = await work.session.scalar(
            Asset.visible_to(work.actor).where(Asset.id == UUID(id), Asset.deleted_at.is_(None))
        )
        if asset is None or asset.kind not in ("image", "video", "mesh"):
            return None
        try:
            return await self.store.get(asset.key.rpartition(".")[0] + DERIVED["256"])
        except NotFound:
            return None

    async def _made(self, how: Any, data: bytes) -> bytes | None:
        try:
            return bytes(await self.pool.run(how, data))
        except (BadMedia, TooLarge, Exhausted):
            return None

    async def tidy(self) -> None:
        async with self.db.session() as session:
            await inbox.sweep(session)


async def _left(work: Work, letter: Letter) -> Sequence[Mapping[str, Any]]:
    """What of a letter is still to be told: nothing to who has left the team or has another address by now, nothing of
    a kind that was silenced since, and of a digest only what was not read."""
    try:
        await accounts.actor(work.session, letter.user_id, letter.team_id)
    except Denied:
        return ()
    if letter.form in ("code", "test"):
        return letter.items
    wish = await work.session.get(Wish, (letter.team_id, letter.user_id))
    wish = wish or wishes.fresh(letter.team_id, letter.user_id)
    channel: Channel = "push" if letter.channel == "push" else "email"
    if channel == "email" and not (wish.email == letter.recipient and wishes.mailable(wish)):
        return ()
    wanted = [each for each in letter.items if wishes.wants(wish, each["kind"], channel)]
    if letter.form != "digest":
        return wanted
    ids = [UUID(each["id"]) for each in wanted]
    read = Notice.visible_to(work.actor).where(Notice.id.in_(ids), Notice.shown, Notice.read_at.is_not(None))
    known = set(await work.session.scalars(read.with_only_columns(Notice.id)))
    return [each for each in wanted if UUID(each["id"]) not in known]
