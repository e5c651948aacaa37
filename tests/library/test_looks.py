"""Finding by look: what is like a picture, what has a colour, and what came in before the studio had eyes."""

from io import BytesIO
from typing import Any
from uuid import UUID

import anyio
import httpx2
import numpy as np
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import delete, select

from gesso.imaging.likeness import look, shade
from gesso.kit.ids import uuid7
from gesso.kit.time import now
from gesso.library import Like
from gesso.library.looks import Look, Sheet, _search
from tests.conftest import House, photo, upload

pytestmark = pytest.mark.anyio


def scene(sky: str = "#4a90d9", ground: str = "#2f7d32", sun: int = 60) -> Image.Image:
    image = Image.new("RGB", (480, 320), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 210, 480, 320], fill=ground)
    draw.ellipse([sun, 40, sun + 80, 120], fill="#f6d743")
    return image


def file(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


async def shelf(client: httpx2.AsyncClient) -> dict[str, str]:
    pictures = {
        "day": file(scene()),
        "small": file(scene().resize((300, 200)), "JPEG", quality=70),
        "later": file(scene(sun=200)),
        "night": file(scene("#0b1030", "#101418", 300)),
        "red": file(Image.new("RGB", (90, 160), "#c81e1e")),
        "disc": photo(),
    }
    return {name: (await upload(client, data, f"{name}.png"))["id"] for name, data in pictures.items()}


async def names(client: httpx2.AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get("/api/assets", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_what_is_alike_comes_first_and_what_has_a_colour_is_found(idle: House) -> None:
    client = await idle.as_owner()
    ids = await shelf(client)
    alike = await names(client, like=ids["day"])
    assert alike[:2] == ["small", "later"]
    assert "red" not in alike
    assert "day" not in alike, "a picture is not like itself"
    assert await names(client, colour="#c8281e", tolerance=10) == ["red", "disc"], "the most of it first"
    assert set(await names(client, colour="2f7d32")) == {"day", "small", "later"}
    assert await names(client, colour="#c81e1e", tolerance=4, shape="landscape") == ["disc"]
    # A page of it, an outline of it, and a change to all of it.
    first = (await client.get("/api/assets", params={"like": ids["day"], "limit": 1})).json()
    assert await names(client, like=ids["day"], limit=1, after=first["next"]) == ["later"]
    outline = (await client.get("/api/assets/layout", params={"like": ids["day"]})).json()
    assert outline["total"] == len(alike)
    select_all = {"select": {"all": {"colour": "#c81e1e"}}, "change": {"favorite": True}}
    assert (await client.post("/api/assets/bulk", json=select_all)).json()["changed"] == 2
    assert await names(client, colour="#c81e1e", favorite=True, q="red") == ["red"]
    scored = (await client.get("/api/assets/similar", params={"like": ids["day"]})).json()
    scores = [item["score"] for item in scored["items"]]
    assert scores == sorted(scores, reverse=True)
    assert 0.9 < scores[0] <= 1
    await client.delete(f"/api/assets/{ids['small']}")
    assert (await names(client, like=ids["day"]))[0] == "later", "what is in the trash is not found"
    assert await names(client, like=ids["day"], deleted=True) == ["small"]

    sent = await client.post("/api/assets/similar", files={"file": ("a.jpg", file(scene(), "JPEG"))})
    assert sent.status_code == 200, sent.text
    assert sent.json()["items"][0]["asset"]["title"] == "day"
    assert (await names(client, like=sent.json()["like"]))[0] == "day"
    assert len(await names(client, deleted=False)) == 5, "what was only looked for is not kept"

    other = await idle.join("Eve", team="Elsewhere")
    assert (await other.get("/api/assets", params={"like": ids["day"]})).status_code == 404
    assert await names(other, like=sent.json()["like"]) == []
    assert await names(other, colour="#c81e1e") == []
    for wrong in ("nothing", "AAAA"):
        assert (await client.get("/api/assets", params={"like": wrong})).status_code == 422
    assert (await client.get("/api/assets", params={"colour": "red"})).status_code == 422
    assert (await client.get("/api/assets/similar")).status_code == 422
    assert (await client.post("/api/assets/similar", files={"file": ("a.png", b"no picture")})).status_code == 422


async def test_what_came_in_before_is_looked_at_by_a_chore_and_a_version_looks_like_its_bytes(idle: House) -> None:
    client = await idle.as_owner()
    ids = await shelf(client)
    async with idle.studio.db.work(idle.owner) as work:
        before = {row.asset_id: row.packed for row in await work.session.scalars(select(Look))}
        await work.session.execute(delete(Look).where(Look.asset_id != UUID(ids["red"])))
    assert (await client.get("/api/assets/looks")).json() == {"due": 5, "chore": None}
    assert (await client.get("/api/assets", params={"like": ids["day"]})).status_code == 404
    begun = await client.post("/api/assets/looks")
    assert begun.status_code == 202
    again = await client.post("/api/assets/looks")
    assert again.json()["chore"]["id"] == begun.json()["chore"]["id"]
    await idle.studio.tidy()
    await idle.work()
    url = f"/api/chores/{begun.json()['chore']['id']}"
    chore = await over(client, url)
    assert chore | {"state": "succeeded", "total": 5, "done": 5, "failed": 0} == chore
    assert (await client.get("/api/assets/looks")).json() == {"due": 0, "chore": None}
    async with idle.studio.db.work(idle.owner) as work:
        after = {row.asset_id: row.packed for row in await work.session.scalars(select(Look))}
    assert set(after) == set(before)
    assert (await names(client, like=ids["day"]))[:2] == ["small", "later"]
    stranger = await idle.join("Eve", team="Elsewhere")
    assert (await stranger.get(url)).status_code == 404
    assert (await stranger.post(f"{url}/cancel")).status_code == 404


async def over(client: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    """The chore, once it has ended."""
    for _ in range(600):
        chore: dict[str, Any] = (await client.get(url)).json()
        if chore["state"] not in ("queued", "running"):
            return chore
        await anyio.sleep(0.05)
    raise AssertionError(chore)


def test_the_numbers_are_those_of_the_picture_and_a_thousand_are_found_in_their_order() -> None:
    day = look(np.asarray(scene()))
    assert day.packed() == look(np.asarray(scene())).packed()
    same = look(np.asarray(Image.open(BytesIO(file(scene().resize((300, 200)), "JPEG", quality=60)))))
    other = look(np.asarray(scene("#0b1030", "#101418", 300)))
    apart = [int(((day.vector.astype(int) - each.vector) ** 2).sum()) for each in (same, other)]
    assert apart[0] < 2_500 < 20_000 < apart[1]
    assert (day.phash ^ same.phash).bit_count() <= 6
    clear = np.dstack([np.asarray(scene()), np.zeros((320, 480), np.uint8)])
    clear[:20, :20, 3] = 255
    assert look(clear).colours[0, 3] > 200, "what is transparent is no colour"

    numbers = np.random.default_rng(3)
    rows = []
    for _ in range(2_500):
        packed = np.frombuffer(day.packed(), np.int8).copy()
        packed[: len(day.vector)] = np.clip(packed[: len(day.vector)] + numbers.integers(-9, 9, 96), -127, 127)
        rows.append((uuid7(), now(), packed.tobytes(), b"12345678"))
    sheet = Sheet()
    sheet.take(rows[:700])
    sheet.take(rows)
    assert sheet.count == 2_500, "what is read twice stands there once"
    found = _search(sheet, sheet.count, Like(day.packed()))
    distances = {
        row[0]: int(((np.frombuffer(row[2], np.int8)[:96].astype(int) - day.vector) ** 2).sum()) for row in rows
    }
    assert [hit.asset_id for hit in found] == sorted(distances, key=lambda id: (distances[id], -id.int))[:1_000]
    green = _search(sheet, sheet.count, Like(colour=shade("#2f7d32")))
    assert [hit.asset_id for hit in green] == sorted(distances, key=lambda id: -id.int)[:1_000], "equal: the newest"
    assert _search(sheet, sheet.count, Like(colour=shade("#ff00ff"))) == []
