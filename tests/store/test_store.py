"""Bytes at rest: written once, read in pieces, and nothing half-written stays."""

from pathlib import Path

import pytest

from gesso.kit.errors import NotFound, Unavailable
from gesso.store import Store, open_store

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}/a%20store" if request.param == "file" else "memory:///")


async def all_of(store: Store, key: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in store.stream(key, start, end)])


async def keys(store: Store, prefix: str = "") -> set[str]:
    listed = store.keys(prefix)
    return {key async for key in listed}


async def test_what_is_put_can_be_had_again_whole_and_in_part(store: Store, tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    await store.put("team/ab/abc.png", data)
    assert await store.get("team/ab/abc.png") == data
    assert await store.size("team/ab/abc.png") == len(data)
    assert await all_of(store, "team/ab/abc.png", 0, len(data)) == data
    assert await all_of(store, "team/ab/abc.png", 1_048_570, 1_048_590) == data[1_048_570:1_048_590]
    file = tmp_path / "upload"
    file.write_bytes(b"from a file")
    await store.put("team/cd/cde.png", file)
    assert await store.get("team/cd/cde.png") == b"from a file"
    assert await keys(store) == {"team/ab/abc.png", "team/cd/cde.png"}
    assert await keys(store, "team/cd") == {"team/cd/cde.png"}


async def test_what_is_removed_is_gone_and_removing_it_again_is_no_matter(store: Store) -> None:
    await store.put("team/a.png", b"a")
    await store.put("team/b.png", b"b")
    for _ in range(2):
        await store.remove(["team/a.png", "team/never.png"])
        assert await keys(store) == {"team/b.png"}
    await store.put("team/a.png", b"a")
    assert await store.get("team/a.png") == b"a"


async def test_what_rests_is_never_changed(store: Store) -> None:
    await store.put("team/a", b"first")
    await store.put("team/a", b"again")
    assert await store.get("team/a") == b"first"


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.get("team/nothing")
    with pytest.raises(NotFound):
        await store.size("team/nothing")


async def test_a_store_that_is_ready_says_so_and_keeps_no_trace_of_the_question(store: Store) -> None:
    await store.ready()
    assert await keys(store) == set()


async def test_a_local_store_is_its_owners_alone(tmp_path: Path) -> None:
    open_store(f"file://{tmp_path}/store")
    assert (tmp_path / "store").stat().st_mode & 0o077 == 0


async def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/store")
    (tmp_path / "store" / "team").write_bytes(b"a file where a folder should be")
    with pytest.raises(Unavailable, match="could not be stored"):
        await store.put("team/ab/abc.png", b"x")


async def test_the_sweep_removes_what_a_killed_process_left_and_nothing_else(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/store")
    await store.put("team/ab/abc.png", b"whole")
    half = tmp_path / "store/team/ab/abd.png#1"
    half.write_bytes(b"ha")
    store.sweep(older=3600)
    assert half.exists(), "somebody may be writing it now"
    store.sweep()
    assert not half.exists()
    assert await store.get("team/ab/abc.png") == b"whole"
