"""Photographs of others, against servers as strict as theirs; and how they leave again, with whose they are."""

import io
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx2
import pytest
from PIL import Image

from gesso.dev.fakes.stock import Pexels, Unsplash, Window
from gesso.imaging import packets
from gesso.kit.pool import Pool
from gesso.settings import Settings
from tests.conftest import House, open_house, photo, upload

pytestmark = pytest.mark.anyio

KEY = "key-of-the-tests-1234"


@pytest.fixture
async def shop(sqlite_template: Path, tmp_path: Path, pool: Pool) -> AsyncIterator[tuple[House, Unsplash, Pexels]]:
    database = tmp_path / "plain.db"
    shutil.copy(sqlite_template, database)
    with Unsplash(KEY).running() as unsplash, Pexels(KEY).running() as pexels:
        settings = Settings(
            data=tmp_path / "plain",
            database_url=f"sqlite:///{database}",
            fetch_allow=tuple(fake.url.removeprefix("http://") for fake in (unsplash, pexels)),
            stock={"unsplash": {"url": unsplash.url}, "pexels": {"url": pexels.url, "key": KEY}},
        )
        async with open_house(settings, pool) as house:
            yield house, unsplash, pexels


async def test_photographs_are_found_taken_in_by_the_rules_and_leave_with_whose_they_are(
    shop: tuple[House, Unsplash, Pexels],
) -> None:
    house, unsplash, pexels = shop
    client = await house.as_owner()
    found = {each["name"]: each for each in (await client.get("/api/stock")).json()}
    assert {name: (each["by"], each["ending"]) for name, each in found.items()} == {
        "unsplash": (None, ""),
        "pexels": ("machine", KEY[-4:]),
    }
    # Without a key it says what to do; a wrong one is not kept; the right one is, sealed, and shown by its end.
    without = await client.get("/api/stock/unsplash/photos", params={"q": "hills"})
    assert (without.status_code, without.json()["code"]) == (503, "unavailable")
    wrong = await client.put("/api/stock/unsplash", json={"key": "wrong-wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    told = (await client.put("/api/stock/unsplash", json={"key": KEY})).json()
    assert (told["by"], told["ending"]) == ("team", KEY[-4:])
    assert KEY not in (await client.get("/api/stock")).text + (await client.get("/api/providers")).text
    other = await house.join("Eve", "owner", team="Others")
    assert (await other.get("/api/stock/unsplash/photos", params={"q": "x"})).status_code == 503
    assert (await (await house.join("Ed", "editor")).put("/api/stock/unsplash", json={"key": KEY})).status_code == 403

    page = (await client.get("/api/stock/unsplash/photos", params={"q": "hills", "orientation": "square"})).json()
    assert (page["total"], page["pages"], len(page["items"])) == (60, 3, 24)
    first = page["items"][0]
    assert first["thumb"].startswith("https://images.unsplash.com/")
    assert first["photographer_url"] == "https://unsplash.com/@ansel?utm_source=gesso&utm_medium=referral"
    assert first["credit"] == "Photo by Ansel <i>Adams on Unsplash"
    assert unsplash.told == []
    second = (await client.get("/api/stock/pexels/photos", params={"q": "hills", "page": 3})).json()
    assert (len(second["items"]), second["items"][0]["id"]) == (12, "1048")
    assert (await client.get("/api/stock/pexels/photos", params={"q": "nothing"})).json()["items"] == []

    taken = await client.post(f"/api/stock/unsplash/photos/{first['id']}")
    assert taken.status_code == 201, taken.text
    asset = taken.json()
    assert unsplash.told == [first["id"]]
    stock = asset["facts"]["stock"]
    assert (stock["photographer"], stock["licence"]) == ("Ansel <i>Adams", "Unsplash License")
    assert stock["page"].endswith("?utm_source=gesso&utm_medium=referral")
    assert asset["title"] == "grey hills number 0"
    again = await client.post(f"/api/stock/unsplash/photos/{first['id']}")
    assert (again.status_code, again.json()["id"], unsplash.told) == (200, asset["id"], [first["id"]] * 2)
    lange = (await client.post(f"/api/stock/pexels/photos/{second['items'][0]['id']}")).json()
    assert lange["facts"]["stock"]["photographer"] == "Dorothea Lange"
    for name, id in (("unsplash", "un-x"), ("pexels", "12"), ("pexels", "x"), ("getty", "1")):
        assert (await client.post(f"/api/stock/{name}/photos/{id}")).status_code == 404
    for fake, way, status in ((unsplash, "limit", 429), (pexels, "limit", 429), (pexels, "500", 502)):
        fake.looks = [way]
        name = type(fake).__name__.lower()
        assert (await client.get(f"/api/stock/{name}/photos", params={"q": "hills"})).status_code == status
    assert (unsplash.wrong, pexels.wrong) == ([], [])

    await leaves(client, asset, lange)
    assert (await client.delete("/api/stock/unsplash")).status_code == 204
    assert (await client.get("/api/stock")).json()[0]["by"] is None


async def leaves(client: httpx2.AsyncClient, asset: dict[str, Any], lange: dict[str, Any]) -> None:
    """As originals, and as other files: each with whose it is, unless it is stripped."""
    own = await upload(client, photo(400, 200), "mine.png")
    ids = [asset["id"], lange["id"], own["id"]]

    async def zipped(**told: Any) -> tuple[ZipFile, list[dict[str, Any]]]:
        answer = await client.post("/api/assets/zip", json={"ids": ids, **told})
        assert answer.status_code == 200, answer.text
        file = ZipFile(io.BytesIO(answer.content))
        return file, json.loads(file.read("manifest.json"))["files"]

    file, told = await zipped()
    assert {each["file"].rpartition(".")[2] for each in told} == {"jpg", "png"}
    assert [each["stock"]["photographer"] for each in told if "stock" in each] == ["Dorothea Lange", "Ansel <i>Adams"]
    file, told = await zipped(**{"as": {"format": "webp", "long": 100}})
    assert file.testzip() is None
    for each in told:
        data = file.read(each["file"])
        image = Image.open(io.BytesIO(data))
        assert (image.format, max(image.size), each["made"]["bytes"]) == ("WEBP", 100, len(data))
        said = packets.read(packets.of(data))
        assert said.get("photoshop:Credit") == each.get("stock", {}).get("credit")
        assert said.get("dc:creator") == each.get("stock", {}).get("photographer")
    file, told = await zipped(**{"as": {"format": "jpeg", "metadata": "none"}})
    assert all(packets.of(file.read(each["file"])) == b"" for each in told)
    for wrong in ({"long": 100}, {"format": "exe"}, {"metadata": "none"}):
        assert (await client.post("/api/assets/zip", json={"ids": ids, "as": wrong})).status_code == 422


async def test_the_named_routes_do_what_those_of_the_library_do(shop: tuple[House, Window, Window]) -> None:
    house, _, pexels = shop
    client = await house.as_owner()
    made = await client.post("/api/content-assets", files={"file": ("a.png", photo(70, 70))}, data={"tags": "x"})
    assert made.status_code == 201, made.text
    asset = made.json()
    by_url = await client.post("/api/content-assets", json={"url": f"{pexels.url}/files/7.jpeg", "title": "seven"})
    assert (by_url.status_code, by_url.json()["title"]) == (201, "seven")
    assert (await client.post("/api/content-assets", json={"url": "http://10.0.0.1/"})).json()["code"] == "off_limits"
    for wrong in ("", "[]", '{"url": 7}', "{"):
        answer = await client.post("/api/content-assets", content=wrong, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    place = f"/api/content-assets/{asset['id']}"
    assert (await client.post(f"{place}/favorite")).json()["favorite"] is True
    assert (await client.post(f"{place}/favorite")).json()["favorite"] is False
    assert (await client.post(f"{place}/favorite", json={"favorite": True})).json()["favorite"] is True
    assert (await client.put(place, json={"title": "changed", "tags": ["y"]})).json()["tags"] == ["y"]

    async def listed(**params: Any) -> list[str]:
        page = (await client.get("/api/content-assets", params=params)).json()
        return [each["title"] for each in page["items"]]

    assert await listed() == ["seven", "changed"]
    assert await listed(favorites_only=True) == await listed(search="chang") == ["changed"]
    assert await listed(asset_type="video") == await listed(source_module="image.generate") == []
    page = (await client.get("/api/content-assets", params={"limit": 1})).json()
    assert await listed(limit=1, after=page["next"]) == ["changed"]
    content = await client.get(f"{place}/content", headers={"range": "bytes=0-9"})
    assert (content.status_code, content.content) == (206, photo(70, 70)[:10])
    assert (await client.get(place)).json()["title"] == "changed"
    assert (await client.delete(place)).json()["deleted_at"] is not None
    assert await listed() == ["seven"]
    other = await house.join("Eve", team="Others")
    for method, end in (("GET", ""), ("GET", "/content"), ("PUT", ""), ("DELETE", ""), ("POST", "/favorite")):
        body = {"json": {"title": "x"}} if method == "PUT" else {}
        assert (await other.request(method, place + end, **body)).status_code == 404  # type: ignore[arg-type]
