"""Versions of one picture, and masks that do not crowd the library."""

import httpx2
import pytest

from gesso.kit.ids import uuid7
from tests.api.conftest import resting
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio

WAIT = {"Prefer": "wait=60"}


async def made(client: httpx2.AsyncClient, op: str, **input: object) -> dict[str, object]:
    """The one output of a run."""
    run = (await client.post("/api/runs", json={"op": op, "input": input}, headers=WAIT)).json()
    assert run["state"] == "succeeded", run
    output: dict[str, object] = run["outputs"][0]
    return output


async def family(client: httpx2.AsyncClient, id: object) -> list[object]:
    answer = await client.get(f"/api/assets/{id}/versions")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()]


@pytest.mark.row("E13", at="GET /api/assets/{asset_id}/versions")
async def test_every_edit_of_an_edit_is_a_version_of_the_first_original(house: House) -> None:
    client = await house.as_owner()
    original, other = await upload(client), await upload(client)
    assert original["version_of"] is None
    larger = await made(client, "image.upscale", image=original["id"], factor=2)
    cut = await made(client, "image.remove_background", image=larger["id"])
    apart = await made(client, "image.upscale", image=other["id"], factor=2)
    assert [each["version_of"] for each in (larger, cut, apart)] == [original["id"], original["id"], other["id"]]
    for member in (original, larger, cut):
        assert await family(client, member["id"]) == [original["id"], larger["id"], cut["id"]]
    assert await family(client, other["id"]) == [other["id"], apart["id"]]
    await client.delete(f"/api/assets/{larger['id']}")
    assert await family(client, larger["id"]) == [original["id"], cut["id"]], "asked of one that is in the trash"
    await client.delete(f"/api/assets/{original['id']}")
    assert await family(client, cut["id"]) == [cut["id"]]


async def test_a_version_is_made_the_newest_again_without_a_copy(house: House) -> None:
    client = await house.as_owner()
    original = await upload(client)
    larger = await made(client, "image.upscale", image=original["id"], factor=2)
    cut = await made(client, "image.remove_background", image=original["id"])
    rests = await resting(house)
    answer = await client.post(f"/api/assets/{original['id']}/versions")
    back = answer.json()
    assert (answer.status_code, await resting(house)) == (201, rests)
    assert (back["sha256"], back["version_of"], back["parents"]) == (
        original["sha256"],
        original["id"],
        [original["id"]],
    )
    assert (back["run"], back["facts"]["restored"]) == (None, original["id"])
    assert (await client.get(back["file"])).content == (await client.get(original["file"])).content
    assert (await client.get(back["thumbnail"])).status_code == 200
    every = [original["id"], larger["id"], cut["id"], back["id"]]
    assert await family(client, cut["id"]) == every

    # Twice is once; one that was made here is restored as well, and says still what made it.
    twice = (await client.post(f"/api/assets/{original['id']}/versions")).json()
    assert twice["id"] == back["id"]
    again = (await client.post(f"/api/assets/{larger['id']}/versions")).json()
    assert (again["op"], again["facts"]["fidelity"]) == ("image.upscale", larger["facts"]["fidelity"])  # type: ignore[index]
    assert await family(client, original["id"]) == [*every, again["id"]]

    # Taken back, it is as it was; what is in the trash is not restored so.
    await client.delete(f"/api/assets/{again['id']}")
    assert await family(client, original["id"]) == every
    assert (await client.post(f"/api/assets/{again['id']}/versions")).status_code == 404
    await client.delete(f"/api/assets/{original['id']}")
    await client.delete(f"/api/assets/{original['id']}", params={"forever": True})
    assert (await client.get(back["file"])).content == photo(), "its bytes rest there still"
    viewer = await house.join("Bob", "viewer")
    assert (await viewer.post(f"/api/assets/{larger['id']}/versions")).status_code == 403


async def test_a_new_picture_is_a_version_of_nothing(house: House) -> None:
    client = await house.as_owner()
    new = await made(client, "image.generate", prompt="a lake", width=256, height=256)
    assert new["version_of"] is None
    assert await family(client, new["id"]) == [new["id"]]
    assert (await client.get(f"/api/assets/{uuid7()}/versions")).status_code == 404
    stranger = await house.join("Ada", team="Elsewhere")
    assert (await stranger.get(f"/api/assets/{new['id']}/versions")).status_code == 404


async def test_a_mask_is_kept_but_not_listed_among_the_pictures(idle: House) -> None:
    client = await idle.as_owner()
    picture = await upload(client)
    answer = await client.post("/api/assets", files={"file": ("m.png", photo())}, data={"purpose": "mask"})
    mask = answer.json()
    assert (picture["purpose"], mask["purpose"]) == ("picture", "mask")
    assert (await client.get(f"/api/assets/{mask['id']}")).json() == mask

    async def listed(**asked: str) -> list[str]:
        return [item["id"] for item in (await client.get("/api/assets", params=asked)).json()["items"]]

    assert await listed() == await listed(purpose="picture") == [picture["id"]]
    assert await listed(purpose="mask") == [mask["id"]]
    assert await listed(purpose="any") == [mask["id"], picture["id"]]
    assert (await client.get("/api/assets", params={"purpose": "matte"})).status_code == 422
    wrong = await client.post("/api/assets", files={"file": ("m.png", photo())}, data={"purpose": "matte"})
    assert (wrong.status_code, wrong.json()["fields"]) == (422, [{"field": "purpose"}])


async def test_an_asset_says_where_its_preview_is(idle: House) -> None:
    client = await idle.as_owner()
    asset = await upload(client)
    answer = await client.get(asset["preview"])
    assert answer.content == photo(), "no smaller one is made of a picture this small"
    for shown in ("preview", "thumbnail", "file"):
        assert "immutable" in (await client.get(asset[shown])).headers["cache-control"]
