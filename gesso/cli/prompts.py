"""`gesso words score`, `suggest`, `roll`, `history`, `lists`: what helps to write a prompt."""

from typing import Annotated

from cyclopts import Parameter

from gesso.cli import ends, say
from gesso.cli.door import HERE, Where, client
from gesso.cli.make import AsJson

Flag = Parameter(negative="", show_default=False)


async def score(
    prompt: str, *, leave_out: str = "", style: str = "", as_json: AsJson = False, where: Where = HERE
) -> None:
    """Say what a prompt tells a model, from 0 to 100, with reasons and mends: by rules, at once. `gesso words weigh`
    asks whom you name with --offer.

    Parameters
    ----------
    leave_out
        What the picture shall not show.
    style
        A style that is chosen beside the prompt.
    """
    async with client(where, work=False) as gesso:
        told = await gesso.prompts.score(prompt, negative_prompt=leave_out, style=style)
    if as_json:
        say.as_json(told)
        return
    say.score(told)


async def suggest(text: str, *, as_json: AsJson = False, where: Where = HERE) -> None:
    """Suggest how a prompt may go on."""
    async with client(where, work=False) as gesso:
        told = await gesso.prompts.suggest(text)
    if as_json:
        say.as_json(told)
        return
    for item in told["items"]:
        say.result(text[: told["start"]] + item["text"])


async def roll(
    prompt: str,
    *,
    leave_out: str = "",
    count: int = 1,
    roll: Annotated[int | None, Parameter(help="The same roll gives the same words.")] = None,
    value: Annotated[tuple[str, ...], Parameter(name="--set", help="NAME=VALUE for a {name} in the prompt.")] = (),
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Draw the wildcards of a prompt: {red|blue}, __animal__, {name:default}. Makes and spends nothing.

    Parameters
    ----------
    leave_out
        What the picture shall not show, which is drawn with it.
    count
        How many different ones.
    """
    values = dict(each.partition("=")[::2] for each in value)
    async with client(where, work=False) as gesso:
        told = await gesso.prompts.resolve(prompt, negative_prompt=leave_out, count=count, roll=roll, variables=values)
    if as_json:
        say.as_json(told)
        return ends.OK
    for fault in told["faults"]:
        text = prompt if fault["field"] == "prompt" else leave_out
        say.note(f"“{fault['what'] or text[fault['at'] : fault['at'] + fault['length']]}”: {fault['message']}")
    for item in told["items"]:
        say.result(item["prompt"])
        if item["negative_prompt"]:
            say.note(f"        without: {item['negative_prompt']}")
    return ends.USAGE if any(fault["stops"] for fault in told["faults"]) else ends.OK


async def history(
    query: str = "",
    *,
    worked: Annotated[bool, Flag] = False,
    mine: Annotated[bool, Flag] = False,
    limit: int = 20,
    forget: Annotated[bool, Flag] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List what was asked for in words, each prompt once.

    Parameters
    ----------
    query
        Words of the prompt.
    worked
        First what favourites and ratings speak for.
    mine
        Your own alone.
    forget
        From now on nothing counts for --worked that was liked before.
    """
    async with client(where, work=False) as gesso:
        if forget:
            await gesso.prompts.reset()
        told = await gesso.prompts.history(query, sort="worked" if worked else "recent", mine=mine, limit=limit)
    if as_json:
        say.as_json(told)
        return
    say.table(
        ("Prompt", "Asked", "Made", "Liked", "Rating"),
        [
            (
                one["prompt"],
                str(one["times"]),
                str(one["made"]),
                str(one["favorites"]),
                "–" if one["rating"] is None else f"{one['rating']:.1f}",
            )
            for one in told["items"]
        ],
    )


async def lists(
    name: str | None = None,
    *entries: str,
    drop: Annotated[bool, Flag] = False,
    as_json: AsJson = False,
    where: Where = HERE,
) -> None:
    """List the lists that __name__ draws from; with a name and entries, keep one of your own.

    Parameters
    ----------
    name
        The list that is meant.
    entries
        What it is to hold; one of this name is replaced.
    drop
        Remove it.
    """
    async with client(where, work=False) as gesso:
        if name is not None and drop:
            await gesso.prompts.drop_list(name)
        elif name is not None and entries:
            await gesso.prompts.keep_list(name, entries)
        found = [each for each in await gesso.prompts.lists() if drop or name in (None, each["name"])]
    if as_json:
        say.as_json(found)
        return
    say.table(
        ("List", "", "Entries"),
        [(f"__{each['name']}__", "own" if each["own"] else "", ", ".join(each["entries"])) for each in found],
    )
