"""Ids that sort by birth, and secrets."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

from gesso.kit.ids import secret, uuid7


def test_ids_sort_in_the_order_of_their_birth_and_are_of_version_7() -> None:
    before = time.time_ns() // 1_000_000
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert {(id.version, id.variant) for id in made} == {(7, RFC_4122)}
    assert 0 <= (made[0].int >> 80) - before < 1_000, "the first 48 bits are the time in milliseconds"


def test_threads_make_no_id_twice_and_each_sees_its_own_in_order() -> None:
    def some(_: int) -> list[UUID]:
        return [uuid7() for _ in range(2_000)]

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(some, range(8)))
    assert all(one == sorted(one) for one in made)
    assert len({id for one in made for id in one}) == 16_000


def test_a_secret_says_what_it_opens_and_is_never_the_same() -> None:
    made = {secret("gesso") for _ in range(100)}
    assert len(made) == 100
    assert all(name.startswith("gesso_") and len(name) >= 43 + 6 for name in made)
