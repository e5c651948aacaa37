"""The browsers that a person lets be pushed to."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, func

from gesso.db import Work
from gesso.kit.errors import Conflict, NotFound, TooOften
from gesso.kit.text import one_line
from gesso.kit.time import now
from gesso.notify import push
from gesso.notify.tables import Browser, Letter

MOST: Final = 20
REST: Final = timedelta(seconds=60)
"""Between two tests of one person."""


async def listed(work: Work) -> Sequence[Browser]:
    """The actor's own, the newest first."""
    return (await work.session.scalars(_mine(work).order_by(Browser.id.desc()))).all()


async def add(work: Work, endpoint: str, p256dh: str, auth: str, name: str) -> Browser:
    """Pushes there from now on. A browser is one person's: who subscribes last in it, has it. Of more than `MOST`, the
    oldest is forgotten."""
    push.checked(endpoint, p256dh, auth)
    digest = sha256(endpoint.encode()).hexdigest()
    others = Browser.sha256 == digest, Browser.user_id != work.actor.user_id
    await work.session.execute(delete(Browser).where(*others))
    found = await work.session.scalar(_mine(work).where(Browser.sha256 == digest).with_for_update())
    if found is None:
        team, user = work.actor.team_id, work.actor.user_id
        found = Browser(team_id=team, user_id=user, endpoint=endpoint, sha256=digest)
        work.session.add(found)
    found.p256dh, found.auth, found.name = p256dh, auth, one_line(name)[:100] or "A browser"
    await work.session.flush()
    for old in (await listed(work))[MOST:]:
        await work.session.delete(old)
    return found


async def remove(work: Work, id: UUID) -> None:
    found = await work.session.scalar(_mine(work).where(Browser.id == id))
    if found is None:
        raise NotFound("There is no such browser.")
    await work.session.delete(found)


async def test(work: Work) -> int:
    """Sends each of them a word, that people see whether it comes; how many there are. TooOften where that was done a
    moment ago."""
    # Locked, so that of two at once the second sees what the first has written.
    mine = (await work.session.scalars(_mine(work).order_by(Browser.id.desc()).with_for_update())).all()
    if not mine:
        raise Conflict("No browser of yours is pushed to yet.")
    tests = Letter.visible_to(work.actor).where(Letter.user_id == work.actor.user_id, Letter.form == "test")
    last = await work.session.scalar(tests.with_only_columns(func.max(Letter.created_at)))
    if last is not None and last > now() - REST:
        wait = int((last + REST - now()).total_seconds()) + 1
        raise TooOften(f"Your browsers were pushed to a moment ago. Try again in {wait} s.", retry_after=wait)
    for browser in mine:
        item = {"id": "", "kind": "test", "subject": "test", "data": {}, "about": "/settings?part=notifications"}
        work.session.add(
            Letter(
                team_id=work.actor.team_id,
                user_id=work.actor.user_id,
                channel="push",
                form="test",
                recipient=str(browser.id),
                subject="test",
                items=[item | {"assets": []}],
            )
        )
    return len(mine)


def _mine(work: Work) -> Select[Browser]:
    return Browser.visible_to(work.actor).where(Browser.user_id == work.actor.user_id)
