"""`gesso words ...`: what helps to write a prompt, at a server and without one."""

import json

from tests.cli.conftest import Typed

SMALL = ("width=256", "height=256", "quality=draft")


def test_a_prompt_is_weighed_drawn_remembered_and_gone_on_with(typed: Typed) -> None:
    done = typed("words", "score", "a street at night, no people")
    assert done.returncode == 0
    assert int(done.stdout) < 70
    assert "→ a street at night" in done.stderr
    assert json.loads(typed("words", "score", "a fox", "--json").stdout)["reasons"]

    drawn = typed("words", "roll", "a {tin|paper} {what:boat}", "--count", "2", "--set", "what=kite").stdout.split("\n")
    assert set(drawn) - {""} == {"a tin kite", "a paper kite"}
    lacking = typed("words", "roll", "a {hero}")
    assert (lacking.returncode, "no value yet" in lacking.stderr) == (2, True)

    made = typed("create", "a {tin|paper} boat", "--seed", "3", *SMALL)
    assert "Drawn: a " in made.stderr
    assert "a {tin|paper} boat" in typed("words", "history", "tin boat").stdout
    assert json.loads(typed("words", "history", "--worked", "--forget", "--json").stdout)["items"]
    assert typed("words", "suggest", "a fox, golden ho").stdout == "a fox, golden hour\n"

    assert "dinghy, canoe" in typed("words", "lists", "boat", "dinghy", "canoe").stdout
    assert typed("words", "roll", "__boat__", "--roll", "1").stdout.strip() in ("dinghy", "canoe")
    assert "__boat__" not in typed("words", "lists", "boat", "--drop").stdout
    assert typed("words", "lists", "boat", "--drop").returncode == 4

    said = typed("words", "restyle", "watercolour of a fox, soft light", "towards=as a linocut")
    assert said.stdout == "linocut of a fox, soft light\n"
