"""The named routes: the same pipeline under names that other clients know."""

import asyncio
import base64
from typing import Any

import httpx2
import pytest

from tests.api.conftest import strays
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}
AT = "/api/image-studio"


def inline(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def titles(client: httpx2.AsyncClient) -> list[str]:
    return [asset["title"] for asset in (await client.get("/api/assets")).json()["items"]]


async def test_create_makes_what_was_described(house: House) -> None:
    client = await house.as_owner()
    wanted = {"prompt": "a lake at dawn", "width": 256, "height": 320, "num_variations": 2, "seed": 5}
    answer = await client.post(f"{AT}/create", json=wanted)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/runs/{answer.json()['id']}"
    run = (await client.get(answer.headers["location"], headers=WAIT)).json()
    assert (run["op"], run["state"], run["expected"]) == ("image.generate", "succeeded", 2)
    assert [(made["width"], made["height"]) for made in run["outputs"]] == [(256, 320)] * 2
    at_once = await client.post(f"{AT}/create", json=wanted, headers=WAIT)
    assert (at_once.status_code, at_once.json()["state"]) == (200, "succeeded")
    assert [made["sha256"] for made in at_once.json()["outputs"]] == [made["sha256"] for made in run["outputs"]]


async def test_a_provider_a_model_or_both_choose_the_offer(idle: House) -> None:
    client = await idle.as_owner()
    for named in ({}, {"provider": "local"}, {"model": "sketchbook"}, {"provider": "local", "model": "sketchbook"}):
        answer = await client.post(f"{AT}/create", json={"prompt": "a lake"} | named)
        assert (answer.status_code, answer.json()["offer"]) == (202, "local/sketchbook"), named
    for named in ({"provider": "nobody"}, {"model": "none"}, {"provider": "local", "model": "lanczos"}):
        answer = await client.post(f"{AT}/create", json={"prompt": "a lake"} | named)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), named
        cost = {"operation": "create", "input": {"prompt": "a lake"}} | named
        assert (await client.post(f"{AT}/estimate-cost", json=cost)).status_code == 404


async def test_the_cost_is_told_before_and_nothing_happens(idle: House) -> None:
    client = await idle.as_owner()
    some = "00000000-0000-7000-8000-000000000000"
    for operation, given, offer in (
        ("create", {"prompt": "a lake"}, "local/sketchbook"),
        ("upscale", {"image": some, "factor": 4}, "local/detail"),
        ("remove_background", {"image": some}, "local/cutout"),
    ):
        answer = await client.post(f"{AT}/estimate-cost", json={"operation": operation, "input": given})
        told: dict[str, Any] = answer.json()
        assert (answer.status_code, told["offer"], told["price"]) == (200, offer, 0)
        assert told["seconds"] > 0
    for wrong in (
        {"operation": "inflate", "input": {}},
        {"operation": "create", "input": {}},
        {"operation": "create", "input": {"prompt": "x", "width": 1}},
        {"operation": "create"},
    ):
        assert (await client.post(f"{AT}/estimate-cost", json=wrong)).status_code == 422, wrong
    assert (await client.get("/api/runs")).json()["items"] == []


async def test_a_picture_comes_by_id_as_base64_or_as_a_data_url(plain: House) -> None:
    client = await plain.as_owner()
    asset = await upload(client)
    other = photo(50, 40)
    for image, size in (
        (asset["id"], (192, 128)),
        (inline(other), (100, 80)),
        (f"data:image/png;base64,{inline(other)}", (100, 80)),
    ):
        run = (await client.post(f"{AT}/upscale", json={"image": image, "factor": 2}, headers=WAIT)).json()
        assert (run["state"], run["op"]) == ("succeeded", "image.upscale")
        assert (run["outputs"][0]["width"], run["outputs"][0]["height"]) == size
    wanted = {"operation": "remove_background", "image_base64": inline(photo()), "feather": 1}
    run = (await client.post(f"{AT}/edit/process", json=wanted, headers=WAIT)).json()
    assert (run["state"], run["outputs"][0]["facts"]["alpha"]) == ("succeeded", True)
    assert run["input"]["feather"] == 1
    mask = wanted | {"mask_base64": inline(photo())}
    run = (await client.post(f"{AT}/edit/process", json=mask, headers=WAIT)).json()
    assert run["input"]["mask"] is not None
    assert await strays(plain) == set()


async def test_the_same_picture_sent_again_is_the_same_upload_and_the_same_run(idle: House) -> None:
    client = await idle.as_owner()
    wanted = {"image": inline(photo())}
    key = {"Idempotency-Key": "a retry"}
    first = await client.post(f"{AT}/upscale", json=wanted, headers=key)
    again = await client.post(f"{AT}/upscale", json=wanted, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert await titles(client) == ["Image"]
    other = await client.post(f"{AT}/upscale", json=wanted | {"factor": 4}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    unkeyed = await client.post(f"{AT}/upscale", json=wanted)
    assert unkeyed.json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("image", "status"),
    [
        ("not base64!", 422),
        ("YWJj", 422),
        ("data:image/png;base64,", 422),
        ("data:image/png;base64,YWJ", 422),
        ("https://example.com/a.png", 422),
        ("file:///etc/passwd", 422),
        ("", 422),
        ("0", 422),
        (None, 422),
        (7, 422),
        (inline(photo()[:60]), 422),
        ("00000000-0000-7000-8000-000000000000", 404),
    ],
)
async def test_a_picture_that_is_none_is_refused_and_leaves_nothing(plain: House, image: object, status: int) -> None:
    client = await plain.as_owner()
    for path, more in (("upscale", {}), ("edit/process", {"operation": "remove_background"})):
        answer = await client.post(f"{AT}/{path}", json={"image": image} | more)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await titles(client) == []
    assert await strays(plain) == set()


async def test_a_request_that_does_not_fit_takes_no_picture_in(plain: House) -> None:
    client = await plain.as_owner()
    picture = {"image": inline(photo())}
    for path, more in (
        ("upscale", {"factor": 3}),
        ("upscale", {"unknown": 1}),
        ("upscale", {"provider": "nobody"}),
        ("edit/process", {}),
        ("edit/process", {"operation": "remove_wrinkles"}),
        ("edit/process", {"operation": "remove_background", "feather": 1e9}),
    ):
        answer = await client.post(f"{AT}/{path}", json=picture | more)
        assert answer.status_code in (404, 422), (path, more, answer.text)
    assert await titles(client) == []
    small = await client.post(
        f"{AT}/edit/process",
        json={"operation": "remove_background", **picture, "mask": inline(photo(9, 9))},
    )
    assert (small.status_code, "size" in small.json()["detail"]) == (422, True)
    assert (await client.get("/api/runs")).json()["items"] == []
    assert await strays(plain) == set()


async def test_providers_and_health_are_told(house: House) -> None:
    client = await house.as_owner()
    (local,) = [found for found in (await client.get(f"{AT}/providers")).json() if found["name"] == "local"]
    assert (local["ready"], local["missing"]) == (True, None)
    assert {"image.generate: local/sketchbook", "image.upscale: local/lanczos"} <= {
        f"{offer['op']}: {offer['id']}" for offer in local["offers"]
    }
    for path in (f"{AT}/health", "/api/health"):
        answer = await house.client().get(path)
        assert (answer.status_code, answer.json()) == (
            200,
            {"ready": True, "database": "ok", "store": "ok", "worker": "ok"},
        )
    assert (await house.client().get("/api/health/live")).json() == {"status": "ok"}


async def test_health_says_what_is_wrong(idle: House) -> None:
    client = idle.client()
    answer = await client.get("/api/health")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "gesso worker" in answer.json()["worker"]
    assert (answer.json()["database"], answer.json()["store"]) == ("ok", "ok")
    store = idle.studio.settings.data / "store"
    store.rename(store.with_name("away"))
    store.write_bytes(b"a file where the folder was")
    try:
        answer = await client.get("/api/health")
        assert answer.json()["store"].startswith("cannot be written")
    finally:
        store.unlink()
        store.with_name("away").rename(store)
    assert (await client.get("/api/health/live")).status_code == 200


async def test_many_at_once_with_one_key_are_one_run(idle: House) -> None:
    client = await idle.as_owner()
    key = {"Idempotency-Key": "ten clicks"}
    wanted = {"prompt": "a lake", "width": 256, "height": 256}
    answers = await asyncio.gather(*(client.post(f"{AT}/create", json=wanted, headers=key) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    for odd in ("", "k" * 256):
        refused = await client.post(f"{AT}/create", json=wanted, headers={"Idempotency-Key": odd})
        assert refused.status_code == 422
