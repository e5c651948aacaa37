"""`gesso webhooks`: addresses that are told what happens, and the log of what they were told."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson
from gesso.kit.errors import NotFound

if TYPE_CHECKING:
    from gesso_client import Client


async def ls(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List the webhooks, the oldest first."""
    async with client(where) as gesso:
        found = await gesso.webhooks.list()
    if as_json:
        say.as_json(found)
        return
    rows = [(each["id"], each["name"], each["url"], ", ".join(each["events"]), _standing(each)) for each in found]
    say.table(("Webhook", "Name", "Address", "Events", "State"), rows)


async def events(*, as_json: AsJson = False, where: Where = HERE) -> None:
    """List what a webhook may be told of."""
    async with client(where) as gesso:
        found = await gesso.webhooks.events()
    if as_json:
        say.as_json(found)
    else:
        say.table(("Event", "What it means"), [(each["type"], each["text"]) for each in found])


async def add(
    url: str,
    *types: Annotated[str, Parameter(name="events")],
    name: str = "",
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Add a webhook. Its secret is printed this once.

    Parameters
    ----------
    url
        The address that is told: https, at port 443.
    types
        What it is told of, as `gesso webhooks events` lists it; without any, of everything.
    name
        What you call it.
    """
    async with client(where) as gesso:
        made = await gesso.webhooks.create(url, types or ("*",), name=name)
    if as_json:
        say.as_json(made)
        return
    if made["plain"]:
        say.note("This address is not encrypted: whoever sits on the way can read what it is told.")
    say.note("This secret is told this once: keep it where your receiver verifies signatures.")
    say.result(f"{made['id']}\t{made['secret']}")


async def rm(webhook: str, *, where: Where = HERE) -> None:
    """Delete a webhook, with its secret and its log.

    Parameters
    ----------
    webhook
        Its id, its name or its address.
    """
    async with client(where) as gesso:
        id = await _webhook(gesso, webhook)
        await gesso.webhooks.remove(id)
        say.result(id)


async def rotate(webhook: str, *, where: Where = HERE) -> None:
    """Give a webhook another secret, printed this once. For 24 hours the one before signs, too.

    Parameters
    ----------
    webhook
        Its id, its name or its address.
    """
    async with client(where) as gesso:
        say.result((await gesso.webhooks.rotate(await _webhook(gesso, webhook)))["secret"])


async def probe(webhook: str, *, as_json: AsJson = False, where: Where = HERE) -> int:
    """Send `webhook.test` at once, and say what came of it.

    Parameters
    ----------
    webhook
        Its id, its name or its address.
    """
    async with client(where) as gesso:
        done = await gesso.webhooks.test(await _webhook(gesso, webhook))
    if as_json:
        say.as_json(done)
    else:
        say.result(done["state"])
        say.note(done["error"] or f"It answered {done['status']}, after {done['seconds']:.2f} s.")
        if done["answer"]:
            say.note(done["answer"])
    return ends.OK if done["state"] == "delivered" else ends.FAILED


async def log(
    webhook: str,
    *,
    state: Literal["queued", "delivered", "failed", "dropped"] | None = None,
    limit: int = 50,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List what a webhook was sent in the last 30 days, the newest first.

    Parameters
    ----------
    webhook
        Its id, its name or its address.
    state
        Only these.
    limit
        So many at most.
    """
    async with client(where) as gesso:
        found = await gesso.webhooks.deliveries(await _webhook(gesso, webhook), state=state, limit=limit)
    if as_json:
        say.as_json(found)
        return
    rows = [
        (
            each["id"],
            each["created_at"][:19],
            each["type"],
            each["state"],
            str(each["tries"]),
            str(each["status"] or ""),
            each["error"] or "",
        )
        for each in found
    ]
    say.table(("Delivery", "When", "Event", "State", "Tries", "Status", "Trouble"), rows)


async def replay(webhook: str, *deliveries: str, where: Where = HERE) -> None:
    """Send messages once more, with the same ids.

    Parameters
    ----------
    webhook
        Its id, its name or its address.
    deliveries
        Their ids; `gesso webhooks log` lists them.
    """
    async with client(where) as gesso:
        id = await _webhook(gesso, webhook)
        for delivery in deliveries:
            say.result((await gesso.webhooks.replay(id, delivery))["message"])


def _standing(webhook: dict[str, Any]) -> str:
    if not webhook["enabled"]:
        return f"off: {webhook['off_because']}" if webhook["off_because"] else "off"
    if webhook["failing_since"]:
        return f"failing since {webhook['failing_since'][:16]}"
    return f"{webhook['waiting']} waiting" if webhook["waiting"] else "on"


async def _webhook(gesso: "Client", name: str) -> str:
    """By id, name or address; of several, the newest."""
    for each in reversed(await gesso.webhooks.list()):
        if name in (each["id"], each["name"], each["url"]):
            return str(each["id"])
    raise NotFound(f"There is no webhook “{name}”. `gesso webhooks ls` lists them.")
