"""`gesso assets tree` and `changes`: where an asset came from, what came of it, and how two of them differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from cyclopts import Parameter

from gesso.cli import say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson

STATES = {"here": "", "trash": " (in the trash)", "erased": "(erased)"}


async def tree(
    id: str,
    *,
    fan: Annotated[int, Parameter(help="At most so many children of each, the newest.")] = 8,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """Show where an asset came from and what came of it, generation by generation, with what each step cost.

    The asset itself is marked with *. Costs are in credits; of a run with several outputs each bears its share.
    """
    async with client(where) as gesso:
        told = await gesso.assets.lineage(id, fan=fan)
    if as_json:
        say.as_json(told)
        return
    say.table(("Generation", "Id", "Cost", "Made by", "Title"), list(_rows(told)))
    total = told["total"]
    least = "at least " if total["least"] else ""
    say.note(
        f"From its first words on: {least}{_credits(total['cost'])} credits; all of their runs: {least}"
        f"{_credits(total['whole'])}."
    )


async def changes(before: str, after: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Show what differs between how two assets were made: words, settings, model, cost. Of words, what is [-gone-] and
    what is {+new+}."""
    async with client(where) as gesso:
        told = await gesso.assets.changes(after, before)
    if as_json:
        say.as_json(told)
        return
    for known, id in ((told["before_known"], before), (told["after_known"], after)):
        if not known:
            say.note(f"Nobody knows how {id} was made.")
    say.table(("What", "Change"), [(each["title"], _change(each)) for each in told["items"]])


def _change(each: Mapping[str, Any]) -> str:
    before, after = each["before"], each["after"]
    if each["name"] == "cost":
        before, after = (None if amount is None else _credits(amount) for amount in (before, after))
    if isinstance(before, str) and isinstance(after, str) and " " in before + after:
        return _worded(before.split(), after.split())
    shown = ["nothing" if value in (None, "", [], {}) else str(value) for value in (before, after)]
    return " → ".join(shown)


def _worded(before: Sequence[str], after: Sequence[str]) -> str:
    from difflib import SequenceMatcher

    told: list[str] = []
    for kind, i, j, k, l in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            told += before[i:j]
            continue
        if j > i:
            told.append(f"[-{' '.join(before[i:j])}-]")
        if l > k:
            told.append(f"{{+{' '.join(after[k:l])}+}}")
    return " ".join(told)


def _rows(told: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """Each asset below what it was made of; of one that was made of several, below the first of them."""
    nodes = {node["id"]: node for node in told["nodes"]}
    made = [edge for edge in told["edges"] if edge["relation"] != "again"]
    children: dict[str, list[str]] = {id: [] for id in nodes}
    for edge in made:
        children[edge["parent"]].append(edge["child"])
    kept = {edge["child"] for edge in made}
    seen: set[str] = set()
    waiting = [(id, 0) for id in reversed(nodes) if id not in kept]
    while waiting:
        id, depth = waiting.pop()
        if id in seen:
            continue
        seen.add(id)
        node = nodes[id]
        yield _row(node, depth, mark="*" if id == told["asset"] else "")
        if (more := node["children"] - len(children[id])) > 0:
            yield str(depth + 1), "", "", "", f"{'  ' * (depth + 1)}… {more} more"
        waiting += [(child, depth + 1) for child in reversed(children[id])]


def _row(node: Mapping[str, Any], depth: int, mark: str) -> Sequence[str]:
    cost = "?" if node["cost"] is None else _credits(node["cost"])
    if node["outputs"] > 1 and node["whole"] and not node["told"]:
        cost += f" (of {_credits(node['whole'])} for {node['outputs']})"
    by = " by ".join(filter(None, (node["op"] or "upload", node["offer"])))
    title = f"{'  ' * depth}{mark}{node['title']}{STATES[node['state']]}"
    return str(depth), node["id"], cost, "restored" if node["restored"] else by, title


def _credits(amount: int) -> str:
    return f"{amount / 1000:g}"
