"""The Python client against the real application; and without a server."""

import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx2
import pytest
from gesso_client import Client, Problem, Run, Unreachable
from PIL import Image

from gesso import accounts
from tests.conftest import House, photo

pytestmark = pytest.mark.anyio

BARN: dict[str, Any] = {"prompt": "a red barn", "width": 256, "height": 256, "seed": 3}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind is enough here: HTTP tells nobody which database is behind it."""
    shutil.copy(sqlite_template, tmp_path / "gesso.db")
    return f"sqlite:///{tmp_path}/gesso.db"


class Line(httpx2.AsyncBaseTransport):
    """A line to the application that can go dead: before a request arrives, or before its answer does."""

    def __init__(self, house: House) -> None:
        self.inner = httpx2.ASGITransport(app=house.app, raise_app_exceptions=False)
        self.lose_requests = 0
        self.lose_answers = 0
        self.seen: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(f"{request.method} {request.url.path}")
        if self.lose_requests:
            self.lose_requests -= 1
            raise httpx2.ConnectError("connection refused")
        answer = await self.inner.handle_async_request(request)
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx2.ReadError("connection reset")
        return answer


@pytest.fixture
def line(house: House) -> Line:
    return Line(house)


@pytest.fixture
async def gesso(house: House, line: Line) -> AsyncIterator[Client]:
    """The owner's client."""
    async with house.studio.db.session() as session:
        token = await accounts.create_token(session, house.owner, "test")
    async with Client("http://gesso.test", token, transport=line) as client:
        yield client


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "disc.png"
    path.write_bytes(photo(96, 64))
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_run_reports_its_progress_and_ends_with_its_outputs(gesso: Client) -> None:
    seen: list[Run] = []
    run = await gesso.run("image.generate", BARN | {"count": 2}, on_progress=seen.append)
    assert (run.state, run.progress, run.error) == ("succeeded", 1.0, None)
    assert [(asset.width, asset.height) for asset in run.outputs] == [(256, 256)] * 2
    assert "barn" in run.understood
    assert seen[0].state == "queued"
    assert seen[-1] == run
    assert [each.progress for each in seen] == sorted(each.progress for each in seen)


async def test_the_price_is_told_before_anything_is_promised(gesso: Client, line: Line) -> None:
    estimate = await gesso.estimate("image.generate", BARN)
    assert (estimate.offer, estimate.price) == ("local/sketchbook", 0)
    assert estimate.seconds > 0
    assert (await gesso.assets.list()).items == ()
    assert line.seen == ["POST /api/runs/estimate", "GET /api/assets"]


async def test_a_purchase_whose_answer_is_lost_is_made_once(house: House, gesso: Client, line: Line) -> None:
    line.lose_answers = 1
    run = await gesso.submit("image.generate", BARN)
    assert line.seen == ["POST /api/runs", "POST /api/runs"]
    listed = (await (await house.as_owner()).get("/api/runs")).json()["items"]
    assert [each["id"] for each in listed] == [run.id]


async def test_the_same_key_is_the_same_run_and_another_input_under_it_is_refused(gesso: Client) -> None:
    first = await gesso.submit("image.generate", BARN, key="barn")
    assert (await gesso.submit("image.generate", BARN, key="barn")).id == first.id
    with pytest.raises(Problem) as refused:
        await gesso.submit("image.generate", BARN | {"seed": 4}, key="barn")
    assert (refused.value.status, refused.value.code) == (409, "conflict")


async def test_a_wait_outlives_a_server_that_is_away_for_a_moment(gesso: Client, line: Line) -> None:
    run = await gesso.submit("image.generate", BARN)
    line.lose_requests = 6
    assert (await gesso.wait(run.id)).state == "succeeded"
    assert line.lose_requests == 0


async def test_a_run_is_made_again_with_what_is_changed(gesso: Client) -> None:
    first = await gesso.run("image.generate", BARN)
    again = await gesso.rerun(first.id, input={"width": 320})
    assert again.rerun_of == first.id
    ended = await gesso.wait(again.id)
    assert ended.input == {**first.input, "width": 320}
    assert ended.outputs[0].width == 320


async def test_a_cancelled_run_ends_cancelled(gesso: Client) -> None:
    big = {"prompt": "a barn", "width": 2048, "height": 2048, "count": 10}
    run = await gesso.submit("image.generate", big)
    await gesso.cancel(run.id)
    assert (await gesso.wait(run.id)).state == "cancelled"


async def test_assets_make_the_round_trip(gesso: Client, picture: Path, tmp_path: Path) -> None:
    added = await gesso.assets.add(picture, title="A disc")
    assert (added.title, added.width, added.height) == ("A disc", 96, 64)
    back = await gesso.assets.download(added.id, tmp_path / "back.png")
    assert added.sha256 == digest(picture) == digest(back)

    assert (await gesso.assets.favorite(added.id)).favorite
    assert [each.id for each in (await gesso.assets.list(favorite=True, q="disc")).items] == [added.id]
    assert (await gesso.assets.list(q="barn")).items == ()
    assert (await gesso.assets.remove(added.id)).deleted_at is not None
    assert (await gesso.assets.list()).items == ()
    await gesso.assets.restore(added.id)
    assert (await gesso.assets.get(added.id)).deleted_at is None


async def test_every_page_of_assets_is_walked(gesso: Client, picture: Path) -> None:
    added = [(await gesso.assets.add(picture, title=f"Disc {number}")).id for number in range(5)]
    assert [asset.id async for asset in gesso.assets.every(limit=2)] == added[::-1]


async def test_many_are_changed_and_packed_at_once(gesso: Client, picture: Path, tmp_path: Path) -> None:
    one, two, three = [(await gesso.assets.add(picture, title=title)).id for title in ("one", "two", "three")]
    assert await gesso.assets.change([one, two], favorite=True) == [two, one]
    assert await gesso.assets.change(all={"favorite": True}, but=[one], deleted=True) == [two]
    with pytest.raises(ValueError, match="Name the assets"):
        await gesso.assets.change(deleted=True)
    with ZipFile(await gesso.assets.zip(tmp_path / "all.zip", uploads=True)) as archive:
        assert archive.namelist() == ["three.png", "one.png", "manifest.json"]
    with ZipFile(await gesso.assets.zip(tmp_path / "two.zip", [two])) as archive:
        assert archive.read("two.png") == photo(96, 64)
    assert await gesso.assets.change([one, two, three], forever=True) == [two]
    with pytest.raises(Problem):
        await gesso.assets.zip(tmp_path / "none.zip", [two])
    assert sorted(name for name in os.listdir(tmp_path) if name.endswith(".zip")) == ["all.zip", "two.zip"]
    assert [each.id for each in await gesso.assets.versions(one)] == [one]
    mask = await gesso.assets.add(picture, purpose="mask")
    assert [each.id for each in (await gesso.assets.list(purpose="mask")).items] == [mask.id]


async def test_a_failed_download_leaves_no_file(gesso: Client, tmp_path: Path) -> None:
    with pytest.raises(Problem) as missing:
        await gesso.assets.download("00000000-0000-7000-8000-000000000000", tmp_path / "none.png")
    assert (missing.value.status, missing.value.title) == (404, "Not found")
    assert [name for name in os.listdir(tmp_path) if "none" in name] == []


async def test_a_problem_names_the_fields_that_do_not_fit(gesso: Client) -> None:
    with pytest.raises(Problem) as refused:
        await gesso.submit("image.generate", {"prompt": "a barn", "width": 3, "count": "many"})
    assert (refused.value.status, refused.value.code) == (422, "invalid")
    assert {field["field"] for field in refused.value.fields} == {"width", "count"}


async def test_credits_are_shown_limited_and_unlimited(gesso: Client) -> None:
    assert (await gesso.credits()).unlimited
    limited = await gesso.limit_credits(5000)
    assert (limited.balance, limited.unlimited) == (5000, False)
    assert (await gesso.unlimit_credits()).unlimited


async def test_a_token_works_until_it_is_revoked(house: House, gesso: Client) -> None:
    token = await gesso.create_token("second", ["library.read"])
    async with Client("http://gesso.test", token, transport=Line(house)) as second:
        assert (await second.assets.list()).items == ()
        with pytest.raises(Problem) as denied:
            await second.submit("image.generate", BARN)
        assert denied.value.status == 403
        known = {each.name: each for each in await gesso.tokens()}
        assert known["second"].scopes == ("library.read",)
        await gesso.revoke_token(known["second"].id)
        with pytest.raises(Problem) as ended:
            await second.assets.list()
        assert (ended.value.status, ended.value.code) == (401, "signed_out")


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with Client("http://127.0.0.1:9", "token") as client:
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 does not answer"):
            await client.operations()


async def test_what_a_newer_server_says_beyond_our_words_is_kept_and_does_no_harm() -> None:
    run = Run.of({"id": "1", "state": "succeeded", "mood": "good", "outputs": [{"id": "2", "depth": 3}]})
    assert (run.over, run.outputs[0].id, run.offer) == (True, "2", "")
    assert run.raw["mood"] == "good"
    assert run.outputs[0].raw["depth"] == 3


async def test_without_a_server_a_picture_is_made_in_this_process(tmp_path: Path) -> None:
    async with Client.here(tmp_path / "data") as here:
        run = await here.run("image.generate", BARN)
        assert run.state == "succeeded", run.error
        file = await here.assets.download(run.outputs[0].id, tmp_path / "barn.png")
    with Image.open(file) as image:
        assert image.size == (256, 256)
    async with Client.here(tmp_path / "data", work=False) as here:
        assert [asset.id for asset in (await here.assets.list()).items] == [run.outputs[0].id]


async def test_beside_a_running_server_the_server_does_the_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    url = house.studio.db.url.render_as_string(hide_password=False)
    monkeypatch.setenv("GESSO_DATABASE_URL", url)
    async with Client.here(house.studio.settings.data) as here:
        run = await here.run("image.generate", BARN)
        assert run.state == "succeeded", run.error
        assert len(await house.studio.jobs.living()) == 1


async def test_prompts_are_resolved_weighed_and_remembered(gesso: Client) -> None:
    await gesso.prompts.keep_list("boat", ["dinghy"])
    assert [each["name"] for each in await gesso.prompts.lists() if each["own"]] == ["boat"]
    (item,) = (await gesso.prompts.resolve("a {red|blue} __boat__", roll=4))["items"]
    run = await gesso.run("image.generate", {**BARN, "prompt": "a {red|blue} __boat__", "roll": item["roll"]})
    assert run.input["prompt"] == item["prompt"]
    assert (await gesso.assets.rate(run.outputs[0].id, 5)).rating == 5
    (one,) = (await gesso.prompts.history("red blue boat", sort="worked"))["items"]
    assert (one["rating"], one["run"]) == (5.0, run.id)
    await gesso.prompts.reset()
    assert (await gesso.prompts.history(mine=True))["items"][0]["rating"] is None
    await gesso.prompts.unreset()
    assert (await gesso.prompts.context())["earlier"] == [item["prompt"]]
    assert (await gesso.prompts.suggest("a fox, golden ho"))["items"][0]["text"] == "golden hour"
    assert (await gesso.prompts.score("a fox", negative_prompt="people"))["score"] < 50
    await gesso.prompts.drop_list("boat")
    assert (await gesso.assets.rate(run.outputs[0].id, 0)).rating is None
