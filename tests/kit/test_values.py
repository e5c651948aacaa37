"""Money, pages, actors and errors: plain values."""

import pickle
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gesso.kit import errors
from gesso.kit.actor import Actor
from gesso.kit.errors import Denied, GessoError
from gesso.kit.ids import uuid7
from gesso.kit.money import Credits, credits, share
from gesso.kit.page import Page


@dataclass(frozen=True)
class Thing:
    id: UUID


def by_id(thing: Thing) -> UUID:
    return thing.id


def test_a_page_says_where_the_next_begins_only_when_there_is_more() -> None:
    things = [Thing(uuid7()) for _ in range(3)]
    assert Page.cut(things, 3, by_id) == Page(things, None)
    assert Page.cut(things, 2, by_id) == Page(things[:2], things[1].id)
    assert Page[Thing].cut([], 2, by_id) == Page([], None)


def test_credits_are_whole_thousandths() -> None:
    assert credits(1.5) == 1500
    assert credits(0.0004) == 0
    assert credits(0.1) + credits(0.2) == credits(0.3)


@given(st.integers(0, 10**12), st.integers(1, 100), st.data())
def test_parts_never_cost_more_than_the_whole(price: int, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    paid = share(Credits(price), part, whole)
    assert 0 <= paid <= price
    assert paid + share(Credits(price), whole - part, whole) <= price
    assert share(Credits(price), whole, whole) == price


def test_an_actor_may_what_is_permitted_and_nothing_else() -> None:
    actor = Actor(uuid7(), uuid7(), "viewer", frozenset({"library.read"}))
    actor.require("library.read")
    with pytest.raises(Denied, match=r"library\.write.*viewer"):
        actor.require("library.write")


def test_every_error_travels_between_processes_and_has_a_code_and_a_status() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GessoError)]
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))
    for kind in kinds:
        sent = kind("What happened.", limit=3)
        come = pickle.loads(pickle.dumps(sent))
        assert (type(come), str(come), come.facts) == (kind, "What happened.", {"limit": 3})
        assert 400 <= kind.status < 600
