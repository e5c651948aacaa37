"""Wildcards: drawn by a roll, the same for the same roll; and braces that mean something else are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesso.kit.errors import Invalid
from gesso.ops import wildcards
from gesso.ops.wildcards import resolved, rolled, worded

LISTS = {"animal": ("fox", "owl"), "pair": ("__animal__ and __animal__",), "loop": ("__loop__ __loop__",)}


def draws(prompt: str, **more: object) -> set[str]:
    return {resolved(prompt, roll, lists=LISTS, **more).text for roll in range(60)}  # type: ignore[arg-type]


def test_every_choice_is_made_and_all_of_them_come_up() -> None:
    assert draws("a {red|blue} fox") == {"a red fox", "a blue fox"}
    assert draws("a {red|{light|dark} blue} fox") == {"a red fox", "a light blue fox", "a dark blue fox"}
    assert draws("a {very |}old house{, at night|}") == {
        "a very old house",
        "a old house",
        "a very old house, at night",
        "a old house, at night",
    }
    assert draws("an __animal__ or an __ANIMAL__") == {
        f"an {one} or an {two}" for one in LISTS["animal"] for two in LISTS["animal"]
    }
    assert draws("__pair__") == {"fox and fox", "fox and owl", "owl and fox", "owl and owl"}


def test_the_same_roll_draws_the_same_and_weights_count() -> None:
    assert resolved("{a|b|c} {d|e}", 7).text == resolved("{a|b|c} {d|e}", 7).text
    often = [resolved("{9::a|b}", roll).text for roll in range(400)]
    assert 300 < often.count("a") < 400
    assert draws("{0::never|always}") == {"always"}


def test_variables_are_filled_in_and_know_their_kind() -> None:
    made = resolved("{hero:a fox} in {year:1920}, {tone:#ff8800}, {when:dawn|dusk}, {what:text:7}, {n:number}", 1)
    assert [(each.name, each.kind, each.default) for each in made.variables] == [
        ("hero", "text", "a fox"),
        ("year", "number", "1920"),
        ("tone", "colour", "#ff8800"),
        ("when", "choice", "dawn"),
        ("what", "text", "7"),
        ("n", "number", None),
    ]
    assert made.variables[3].options == ("dawn", "dusk")
    assert made.text == "a fox in 1920, #ff8800, dawn, 7, n"
    assert [(fault.code, fault.what, fault.stops) for fault in made.faults] == [("empty", "n", True)]
    values = {"hero": "an owl", "year": "x", "when": "dusk"}
    filled = resolved("{hero:a fox} in {year:1920} at {when:dawn|dusk}, {hero}", 1, values=values)
    assert filled.text == "an owl in x at dusk, an owl"
    assert [(fault.code, fault.what) for fault in filled.faults] == [("wrong", "year")]


@pytest.mark.parametrize(
    ("prompt", "codes"),
    [
        ('{"subject": "a fox|owl", "light": "soft"}', ["kept"]),
        ("a {red fox, {{blurry}}", ["unclosed"]),
        ("an __unknown__ thing and __init__", ["list", "list"]),
        ("{{masterpiece}}, a fox", []),
        ("{a fox, an owl}", ["kept"]),
        ("(a fox:1.2) | ¯\\_(ツ)_/¯ snake_case", []),
    ],
)
def test_what_is_no_wildcard_stays_as_it_stands_and_is_explained(prompt: str, codes: list[str]) -> None:
    made = resolved(prompt, 3, lists=LISTS)
    assert (made.text, made.wild) == (prompt, False)
    assert [fault.code for fault in made.faults] == codes
    assert all(fault.said and not fault.stops for fault in made.faults)
    for fault in made.faults:
        assert prompt[fault.at] in "{_"


def test_a_backslash_takes_a_brace_as_it_stands() -> None:
    assert resolved(r"\{a|b\} {c\|d|c\|d} \__animal__", 1, lists=LISTS).text == "{a|b} c|d __animal__"


def test_several_rolls_give_different_words_as_long_as_there_are_any() -> None:
    assert {made.text for _, made, _ in rolled("{a|b|c|d}", 4, 9)} == {"a", "b", "c", "d"}
    assert [made.text for _, made, _ in rolled("{a|b}", 3, 9)].count("a") in (1, 2)
    assert [roll for roll, _, _ in rolled("a fox", 3, 9)] == [9, 9, 9]
    for roll, made, _ in rolled("__animal__ {a|b}", 4, 2**32 - 2, lists=LISTS):
        assert resolved("__animal__ {a|b}", roll, lists=LISTS).text == made.text
    both = rolled("a fox", 2, 9, negative="{red|blue}")
    assert {(made.text, less.text) for _, made, less in both} == {("a fox", "red"), ("a fox", "blue")}


def test_what_is_left_out_is_drawn_beside_its_prompt() -> None:
    given = {"prompt": "a {hero:fox} {x|y}", "negative_prompt": "{hero}, {x|y}", "roll": 3}
    made = worded(given, {})
    assert made["negative_prompt"] in ("fox, x", "fox, y"), "it has the default of the prompt's variable"
    assert (made["wording"], made["negative_wording"]) == (given["prompt"], given["negative_prompt"])
    assert worded(made, {}) == made
    told = [worded({**given, "roll": roll}, {}) for roll in range(40)]
    assert {(each["prompt"][-1], each["negative_prompt"][-1]) for each in told} == {
        (one, other) for one in "xy" for other in "xy"
    }, "dice of its own"
    assert worded({"prompt": "a fox", "negative_prompt": "{|}", "roll": 1}, {})["negative_prompt"] == ""
    changed = worded({**made, "negative_prompt": "{a|b}"}, {})
    assert (changed["prompt"], changed["negative_wording"]) == (made["prompt"], "{a|b}")
    with pytest.raises(Invalid, match="hero") as wrong:
        worded({"prompt": "a fox", "negative_prompt": "a {hero}"}, {})
    assert wrong.value.facts["fields"][0]["field"] == "negative_prompt"
    assert worded({"prompt": "{|}", "roll": 1}, {}, blank=("prompt",))["prompt"] == "", "an edit may do without"


def test_a_request_keeps_what_was_written_and_says_it_again() -> None:
    given = {"prompt": "a {red|blue} {kind:fox}", "seed": 5, "variables": {"kind": "owl"}}
    made = worded(given, {})
    assert made["prompt"] in ("a red owl", "a blue owl")
    assert (made["wording"], made["roll"]) == (given["prompt"], 5)
    assert worded(made, {}) == made, "carried out again, it is the same"
    assert worded({**made, "prompt": "a fish"}, {}) == {**given, "prompt": "a fish", "roll": 5}
    other = worded({**made, "prompt": "{a|b}", "roll": 2}, {})
    assert (other["wording"], other["prompt"] in "ab") == ("{a|b}", True)
    assert worded({"prompt": "a fox"}, {}) == {"prompt": "a fox"}
    escaped = worded({"prompt": r"\{a|b\}", "roll": 1}, {})
    assert escaped["prompt"] == "{a|b}"
    assert worded(escaped, {}) == escaped
    listed = worded({"prompt": "__mine__", "roll": 1}, {"mine": ["x"]})
    assert worded(listed, {"mine": ["y"]}) == worded(listed, {}) == listed, "the list has changed, or is gone"
    assert worded({"prompt": 7, "roll": "x"}, {}) == {"prompt": 7, "roll": "x"}, "the form says what is wrong with it"
    assert worded({"prompt": "__mine__", "roll": 1}, {"mine": ["x"]})["prompt"] == "x"


@pytest.mark.parametrize(
    ("prompt", "said"), [("a {hero}", "hero"), ("{ | }", "nothing is left"), ("{x:number}", "no value")]
)
def test_before_anything_is_bought_it_says_what_is_missing(prompt: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as wrong:
        worded({"prompt": prompt, "roll": 1}, {})
    assert wrong.value.facts["fields"][0]["field"] == "prompt"


def test_lists_that_name_themselves_come_to_an_end() -> None:
    assert len(resolved("__loop__", 1, lists=LISTS).text) < 40_000
    with pytest.raises(Invalid, match="longer"):
        worded({"prompt": "{a|b}" + "x" * (wildcards.LONGEST - 4) + "xxxx", "roll": 1}, {})


@given(st.text(alphabet="ab {}|:_\\#1\"',\n", max_size=60), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=400)
def test_any_text_can_be_resolved(text: str, roll: int) -> None:
    made = resolved(text, roll, lists=LISTS)
    assert resolved(text, roll, lists=LISTS) == made
    if not made.wild:
        assert made.text == text
    for fault in made.faults:
        assert 0 <= fault.at < len(text)
