"""What of all that happens is worth telling somebody, whom, and how loudly.

Each event is looked at once (`events.read`). What is found becomes a notice in the inbox of those whom it concerns,
and, where it is *loud* and they want it, a letter: a mail or a push.

- A batch: that it has ended, that it waits at its canary, that the studio has paused it. Never its rows. What becomes
  of the same batch takes the notice's place; a batch that goes on waits for nobody, and its notice goes.
- A run that is of no batch: that it failed, or that nobody knows what became of it. Whoever waits for a run of some
  seconds is looking at it, so a failure is loud only when the run took longer than a minute; what is unknown is always
  loud, because money is held until a person decides. Failures of the same kind within ten minutes are one notice.
- An import that has ended, a scheduled start that failed (one that fails again for the same reason, only after it has
  started once), 80 % and all of a budget, damaged files, a webhook that the studio has switched off.

Somebody has to see to what waits, and to a schedule that fails: where whoever began it has left the team, its owners
and admins are told.

What people did themselves (a batch or an import that they stopped) is in the inbox, and not loud.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select

from gesso import accounts
from gesso.db import Work
from gesso.events import Event
from gesso.kit.text import one_line
from gesso.kit.time import now
from gesso.library import Import
from gesso.notify import inbox, wishes
from gesso.notify.kinds import LONGEST, SHOWN
from gesso.notify.tables import Browser, Letter, Notice, Wish
from gesso.runs import Run

LONG: Final = 60.0
"""Seconds: who waits longer than that for a run has gone to do something else."""
TOGETHER: Final = timedelta(minutes=10)
MOST_AN_HOUR: Final = 10
"""Mails to one person. What comes beyond is gathered until the hour is over."""
MOST_GATHERED: Final = 200
SEEN_TO: Final = ("schedule.failed", "batch.waits", "run.unknown")
"""What somebody has to see to, also when whoever began it is gone."""
ENDED: Final = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class News:
    """`to` is a person; None: the owners and admins of the team."""

    to: UUID | None
    kind: str
    subject: str
    data: Mapping[str, Any]
    about: str
    assets: tuple[str, ...] = ()
    loud: bool = True


async def take(work: Work, heard: Sequence[Event], *, mails: bool) -> None:
    """Tells what is worth it of these events of one team. `mails`: whether the studio can send any."""
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    damaged: list[str] = []
    found: list[News] = []
    for event in heard:
        data = event.data
        match event.type:
            case "batch.changed":
                last["batch", str(data["batch"])] = data
            case "run.changed" if not data.get("batch"):
                last["run", str(data["run"])] = data
            case "import.changed" if data["state"] in ENDED:
                last["import", str(data["id"])] = data
            case "schedule.changed" if data["state"] in ("failed", "started"):
                last["schedule", str(data["schedule"])] = data
            case "budget.reached":
                about = "/settings?part=budget"
                found.append(News(None, "budget.reached", f"budget:{event.seq}", data, about))
            case "webhook.disabled":
                found.append(_disabled(event.seq, data))
            case "asset.damaged":
                damaged.append(str(data["asset"]))
    of = {what: {id: data for (kind, id), data in last.items() if kind == what} for what in ("batch", "run", "import")}
    found += [news for id, data in of["batch"].items() if (news := _batch(id, data)) is not None]
    found += await _runs(work, of["run"])
    found += await _imports(work, of["import"])
    ticks = [(id, data) for (kind, id), data in last.items() if kind == "schedule"]
    await _started(work, [f"schedule:{id}" for id, data in ticks if data["state"] == "started"])
    found += [_schedule(id, data) for id, data in ticks if data["state"] == "failed"]
    if damaged:
        found.append(_damaged(damaged))
    over = [f"batch:{id}" for id, data in of["batch"].items() if data["state"] in ("running", "ready", "checking")]
    over += [f"run:{id}" for id, data in of["run"].items() if data["state"] != "unknown"]
    touched = await _over(work, over)
    if found:
        touched |= await _deliver(work, found, mails)
    if touched:
        await inbox.tell(work, touched)


def _batch(id: str, data: Mapping[str, Any]) -> News | None:
    state, note = data["state"], _short(data.get("note"))
    waits = state == "canary" or (state == "paused" and note != "")
    if state not in ENDED and not waits:
        return None
    names = ("total", "succeeded", "failed", "refused", "unknown", "cancelled", "spent")
    facts = {name: int(data.get(name) or 0) for name in names}
    told = {"batch": id, "title": _short(data.get("title")), "state": state, "note": note, **facts}
    sample = tuple(map(str, data.get("sample") or ()))[:SHOWN]
    kind = "batch.waits" if waits else "batch.ended"
    return News(UUID(str(data["user"])), kind, f"batch:{id}", told, f"/batch/{id}", sample, state != "cancelled")


async def _runs(work: Work, last: Mapping[str, Mapping[str, Any]]) -> list[News]:
    ids = [UUID(id) for id, data in last.items() if data["state"] in ("failed", "unknown")]
    if not ids:
        return []
    found = []
    for run in await work.session.scalars(Run.visible_to(work.actor).where(Run.id.in_(ids)).order_by(Run.id)):
        if run.state != last[str(run.id)]["state"]:
            # It went on meanwhile; of that, another event tells.
            continue
        error = run.error or {}
        told = {
            "run": str(run.id),
            "title": _short(run.title),
            "op": run.op,
            "state": run.state,
            "code": str(error.get("code", "")),
            "note": _short(error.get("message")),
            "count": 1,
        }
        took = ((run.ended_at or now()) - run.started_at).total_seconds() if run.started_at is not None else 0.0
        loud = run.state == "unknown" or took > LONG
        found.append(News(run.user_id, f"run.{run.state}", f"run:{run.id}", told, "/", (), loud))
    return found


async def _imports(work: Work, last: Mapping[str, Mapping[str, Any]]) -> list[News]:
    if not last:
        return []
    orders = await work.session.scalars(Import.visible_to(work.actor).where(Import.id.in_(list(map(UUID, last)))))
    return [
        News(
            order.user_id,
            "import.ended",
            f"import:{order.id}",
            {
                "import": str(order.id),
                "title": _short(order.name),
                "state": order.state,
                "note": _short(order.error),
                "kept": order.kept,
                "twins": order.twins,
                "refused": order.refused,
            },
            "/library",
            (),
            order.state != "cancelled",
        )
        for order in orders
        if order.state in ENDED
    ]


def _schedule(id: str, data: Mapping[str, Any]) -> News:
    told = {"schedule": id, "title": _short(data.get("title")), "state": "failed", "note": _short(data.get("note"))}
    batch = data.get("batch")
    about = f"/batch/{batch}" if batch else "/batch"
    return News(UUID(str(data["user"])), "schedule.failed", f"schedule:{id}", told, about)


def _disabled(seq: int, data: Mapping[str, Any]) -> News:
    told = {"webhook": str(data["webhook"]), "title": _short(data.get("name")), "note": _short(data.get("reason"))}
    return News(None, "webhook.disabled", f"webhook:{data['webhook']}:{seq}", told, "/settings?part=webhooks")


def _damaged(assets: Sequence[str]) -> News:
    several = list(dict.fromkeys(assets))
    about = f"/library?view={several[0]}" if len(several) == 1 else "/settings?part=storage"
    told = {"asset": several[0], "count": len(several)}
    return News(None, "asset.damaged", f"damaged:{several[0]}", told, about, tuple(several[:SHOWN]))


async def _started(work: Work, subjects: Sequence[str]) -> None:
    """What was told of these schedules stays, and is settled: should one fail again, that is news."""
    for some in (subjects[at : at + 200] for at in range(0, len(subjects), 200)):
        query = Notice.visible_to(work.actor).where(Notice.subject.in_(some), Notice.kind == "schedule.failed")
        for notice in await work.session.scalars(query):
            notice.subject = f"{notice.subject}:{notice.id}"
    await work.session.flush()


async def _over(work: Work, subjects: Sequence[str]) -> set[UUID]:
    """Takes away what waited for somebody and waits no longer; whose inbox that was."""
    touched: set[UUID] = set()
    for some in (subjects[at : at + 200] for at in range(0, len(subjects), 200)):
        waiting = ("batch.waits", "run.unknown")
        gone = Notice.team_id == work.actor.team_id, Notice.subject.in_(some), Notice.kind.in_(waiting)
        done = delete(Notice).where(*gone).returning(Notice.user_id)
        touched |= set(await work.session.scalars(done.execution_options(synchronize_session=False)))
    return touched


async def _deliver(work: Work, found: Sequence[News], mails: bool) -> set[UUID]:
    roles = {id: role for id, _, role in await accounts.members(work.session, work.actor)}
    rule = [id for id, role in roles.items() if role in ("owner", "admin")]
    whose = Wish.team_id == work.actor.team_id, Wish.user_id.in_(list(roles))
    known = {wish.user_id: wish for wish in await work.session.scalars(select(Wish).where(*whose))}
    touched = set()
    for news in found:
        # Who has left the team is told nothing more of it.
        heirs = rule if news.to is None or news.kind in SEEN_TO else []
        for user in [news.to] if news.to in roles else heirs:
            wish = known.get(user) or wishes.fresh(work.actor.team_id, user)
            if await _tell(work, user, wish, news, mails):
                touched.add(user)
    return touched


async def _tell(work: Work, user: UUID, wish: Wish, news: News, mails: bool) -> bool:
    """Whether the inbox of this person is another one now."""
    news = await _joined(work, user, news)
    mine = Notice.team_id == work.actor.team_id, Notice.user_id == user, Notice.subject == news.subject
    before = await work.session.scalar(select(Notice).where(*mine))
    # A schedule fails as it failed before only where it is for the same reason.
    same = ("state", "note") if news.kind == "schedule.failed" else ("state",)
    if before is not None and before.kind == news.kind and _agree(before.data, news.data, same):
        if before.data == news.data:
            return False
        if news.data.get("count", 1) == before.data.get("count", 1):
            # Told already; only its numbers were settled afterwards.
            before.data, before.assets = dict(news.data), list(news.assets)
            await work.session.flush()
            return True
        news = replace(news, loud=False)
    if before is not None:
        await work.session.delete(before)
        await work.session.flush()
    notice = Notice(
        team_id=work.actor.team_id,
        user_id=user,
        kind=news.kind,
        subject=news.subject,
        data=dict(news.data),
        about=news.about,
        assets=list(news.assets),
        shown=wishes.wants(wish, news.kind, "inbox"),
        read_at=None,
    )
    work.session.add(notice)
    await work.session.flush()
    if news.loud:
        if mails and wishes.mailable(wish) and wishes.wants(wish, news.kind, "email"):
            await _mail(work, wish, notice)
        if wishes.wants(wish, news.kind, "push"):
            await _push(work, notice)
    return notice.shown


async def _joined(work: Work, user: UUID, news: News) -> News:
    """Joins what is like something that was told a moment ago and was not read yet: twenty cells of a grid that fail
    for one reason are one notice, and so are the files of a disk that is going."""
    if news.kind not in ("run.failed", "asset.damaged"):
        return news
    query = (
        Notice.visible_to(work.actor)
        .where(Notice.user_id == user, Notice.kind == news.kind, Notice.read_at.is_(None))
        .where(Notice.created_at > now() - TOGETHER)
        .order_by(Notice.id.desc())
        .limit(20)
    )
    for known in await work.session.scalars(query):
        if _agree(known.data, news.data, ("op", "code")):
            count = int(known.data.get("count", 1)) + int(news.data.get("count", 1))
            about = news.about if news.kind == "run.failed" else "/settings?part=storage"
            shows = tuple(dict.fromkeys([*known.assets, *news.assets]))[:SHOWN]
            joined = {**news.data, "title": known.data.get("title", ""), "count": count}
            if not news.data.get("title"):
                del joined["title"]
            return replace(news, subject=known.subject, data=joined, about=about, assets=shows)
    return news


async def _mail(work: Work, wish: Wish, notice: Notice) -> None:
    """At once, or into the next digest; a queued mail about the same thing says the newest."""
    at, team, user = now(), work.actor.team_id, notice.user_id
    mine = Letter.team_id == team, Letter.user_id == user, Letter.channel == "email"
    waits = select(Letter).where(*mine, Letter.state == "queued", Letter.tries == 0)
    item = _item(notice)
    if wish.digest == "once":
        same = waits.where(Letter.form == "notice", Letter.subject == notice.subject)
        letter = await work.session.scalar(same.limit(1).with_for_update())
        if letter is not None:
            letter.items = [item]
            return
        lately = select(func.count()).where(*mine, Letter.created_at > at - timedelta(hours=1))
        if (await work.session.scalar(lately) or 0) < MOST_AN_HOUR:
            work.session.add(_letter(notice, "email", "notice", wish.email, [item], at))
            return
    digest = waits.where(Letter.form == "digest").limit(1).with_for_update()
    letter = await work.session.scalar(digest)
    if letter is None:
        when = wishes.due(wish, at, "hourly" if wish.digest == "once" else None)
        work.session.add(_letter(notice, "email", "digest", wish.email, [item], when))
    else:
        others = [each for each in letter.items if each["subject"] != notice.subject]
        letter.items = [*others, item][-MOST_GATHERED:]


async def _push(work: Work, notice: Notice) -> None:
    browsers = Browser.visible_to(work.actor).where(Browser.user_id == notice.user_id)
    for browser in await work.session.scalars(browsers):
        work.session.add(_letter(notice, "push", "notice", str(browser.id), [_item(notice)], now()))


def _letter(notice: Notice, channel: str, form: str, to: str, items: Iterable[Any], at: datetime) -> Letter:
    return Letter(
        team_id=notice.team_id,
        user_id=notice.user_id,
        channel=channel,
        form=form,
        recipient=to,
        subject=notice.subject if form == "notice" else "",
        items=list(items),
        next_at=at,
    )


def _item(notice: Notice) -> dict[str, Any]:
    return {
        "id": str(notice.id),
        "kind": notice.kind,
        "subject": notice.subject,
        "data": notice.data,
        "about": notice.about,
        "assets": notice.assets,
        "at": notice.created_at.isoformat(),
    }


def _agree(one: Mapping[str, Any], other: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(one.get(name) == other.get(name) for name in names)


def _short(said: object) -> str:
    """What others wrote, as one line of a length for a list."""
    text = one_line(str(said or ""))
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
