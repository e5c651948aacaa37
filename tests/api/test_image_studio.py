"""The named routes: the same pipeline under names that other clients know."""

import asyncio
import base64
from typing import Any

import httpx2
import pytest

from gesso.imaging import recolour
from tests.api.conftest import strays
from tests.conftest import House, photo, upload
from tests.test_contract import voice

pytestmark = pytest.mark.anyio
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""A name is only another way into the pipeline, whose own tests know both databases."""

WAIT = {"Prefer": "wait=60"}
AT = "/api/image-studio"


def inline(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def titles(client: httpx2.AsyncClient) -> list[str]:
    return [asset["title"] for asset in (await client.get("/api/assets")).json()["items"]]


@pytest.mark.row("C1", "C5", "C8", at="POST /api/image-studio/create")
@ONE
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
    # From a picture, with how far it may be left, and in the look of another one.
    other = (await upload(client, photo(64, 64)))["id"]
    like = {"image": inline(photo(96, 64)), "strength": 0.3, "references": [{"image": other, "weight": 0.8}]}
    shaped = {"prompt": "a lake", "width": 128, "height": 128, "quality": "draft", "seed": 0}
    run = (await client.post(f"{AT}/create", json=shaped | like, headers=WAIT)).json()
    assert (run["state"], run["input"]["strength"], run["input"]["seed"]) == ("succeeded", 0.3, 0)
    assert run["input"]["references"] == [{"image": other, "weight": 0.8}]
    assert set(run["outputs"][0]["parents"]) == {run["input"]["image"], other}


@pytest.mark.row("C1", at="POST /api/image-studio/create")
@ONE
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


@pytest.mark.row("C10", at="POST /api/image-studio/estimate-cost")
@ONE
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
        {"operation": "create", "height": 9},
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


@pytest.mark.row("C4", at="POST /api/image-studio/create")
@ONE
async def test_a_shape_is_a_size(idle: House) -> None:
    client = await idle.as_owner()
    for said, size in (
        ({"aspect_ratio": "16:9"}, (1360, 765)),
        ({"aspect_ratio": "1:1"}, (1024, 1024)),
        ({"aspect_ratio": "4:5"}, (912, 1140)),
        ({"aspect_ratio": "1.91:1"}, (1337, 700)),
        ({"aspect_ratio": "0.5"}, (724, 1448)),
        ({"aspect_ratio": "16:9", "width": 640}, (640, 360)),
        ({"aspect_ratio": "4:5", "height": 500}, (400, 500)),
        ({"aspect_ratio": "4:5", "width": 400, "height": 500}, (400, 500)),
        ({"width": None, "height": None, "seed": 0}, (1024, 1024)),
    ):
        answer = await client.post(f"{AT}/create", json={"prompt": "a lake"} | said)
        assert answer.status_code == 202, answer.text
        made = answer.json()["input"]
        assert (made["width"], made["height"]) == size, said
    for wrong in ("wide", "0:1", "1:0", "1:40", "", "4:5:6"):
        answer = await client.post(f"{AT}/create", json={"prompt": "a lake", "aspect_ratio": wrong})
        assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, "aspect_ratio"), wrong
    both = {"prompt": "a lake", "aspect_ratio": "1:1", "width": 300, "height": 500}
    assert "another shape" in (await client.post(f"{AT}/create", json=both)).json()["detail"]


@pytest.mark.row(
    "C2",
    "C7",
    at=[
        "POST /api/image-studio/create",
        "GET /api/image-studio/templates/search",
        "GET /api/image-studio/templates/recommend",
    ],
)
@ONE
async def test_a_template_gives_what_is_not_said(idle: House) -> None:
    client = await idle.as_owner()
    known = (await client.get(f"{AT}/templates", params={"platform": "instagram"})).json()
    assert known["total"] == len(known["templates"]) >= 3
    assert {each["platform"] for each in known["templates"]} == {"instagram"}
    best = (await client.get(f"{AT}/templates/search", params={"query": "instgram story"})).json()["templates"][0]
    assert best["id"] == "instagram_story"
    told = {"use_case": "product launch, vertical", "platform": "instagram"}
    advised = (await client.get(f"{AT}/templates/recommend", params=told)).json()["templates"]
    assert advised
    assert all(each["why"] for each in advised)
    run = (await client.post(f"{AT}/create", json={"prompt": "a lake", "template_id": "instagram_story"})).json()
    assert (run["input"]["width"], run["input"]["height"], run["input"]["prompt"]) == (1080, 1920, "a lake")
    assert (run["input"]["style"], run["input"]["quality"]) == (best["style"] or None, best["quality"])
    said = {"template_id": "instagram_story", "style_preset": "oil", "quality": "draft"}
    run = (await client.post(f"{AT}/create", json=said)).json()
    assert "{" not in run["input"]["prompt"]
    assert (run["input"]["style"], run["input"]["quality"], run["input"]["height"]) == ("oil", "draft", 1920)
    own = {"title": "Ours", "prompt": "a {thing:boat}", "width": 320, "height": 200}
    mine = (await client.post("/api/templates", json=own)).json()["id"]
    run = (await client.post(f"{AT}/create", json={"template_id": mine})).json()
    assert (run["input"]["width"], run["input"]["prompt"]) == (320, "a boat")
    kit = {"title": "Ours", "voice": "calm and clear", "palette": [{"colour": "#0b2a4a", "name": "harbour"}]}
    none = await client.post(f"{AT}/create", json={"prompt": "a lake", "use_persona": True})
    assert (none.status_code, none.json()["fields"][0]["field"]) == (422, "brand")
    made = (await client.post("/api/brand", json=kit)).json()
    assert (await client.put(f"/api/brand/{made['id']}/default", json={"default": True})).status_code == 204
    for by in ({"use_persona": True}, {"persona_id": made["id"]}):
        run = (await client.post(f"{AT}/create", json={"prompt": "a lake"} | by)).json()
        assert (run["input"]["brand"], run["input"]["own_brand"]["title"]) == (made["id"], "Ours")
    assert (await client.post(f"{AT}/create", json={"template_id": "none"})).status_code == 404
    assert (await client.post(f"{AT}/create", json={"seed": 1})).json()["fields"][0]["field"] == "prompt"


@pytest.mark.row("U1", "U2", at="POST /api/image-studio/upscale")
@ONE
async def test_larger_goes_by_the_names_that_others_know(idle: House) -> None:
    client = await idle.as_owner()
    picture = inline(photo(96, 64))
    for said, expected in (
        ({"mode": "fast"}, {"mode": "conservative", "factor": 2}),
        ({"mode": "creative", "factor": 4}, {"mode": "creative", "factor": 4}),
        ({"target_width": 192, "target_height": 128}, {"by": "pixels", "width": 192, "height": 128}),
        ({"target_width": 288}, {"by": "pixels", "width": 288}),
        ({"preset": "web", "image_base64": inline(photo(960, 640))}, {"by": "preset", "preset": "web"}),
    ):
        answer = await client.post(f"{AT}/upscale", json={"image_base64": picture} | said)
        assert answer.status_code == 202, answer.text
        assert {name: answer.json()["input"][name] for name in expected} == expected
    assert (await client.post(f"{AT}/upscale", json={"image": picture, "mode": "wild"})).status_code == 422


@pytest.mark.row("C6", at="POST /api/image-studio/create")
@ONE
async def test_a_prompt_is_improved_before_and_once(house: House) -> None:
    client = await house.as_owner()
    key = {"Idempotency-Key": "improve"}
    wanted = {"prompt": "a lake", "aspect_ratio": "1:1", "width": 256, "quality": "draft", "enhance_prompt": True}
    first = (await client.post(f"{AT}/create", json=wanted, headers=key)).json()
    assert first["input"]["prompt"].startswith("a lake")
    assert len(first["input"]["prompt"]) > len("a lake") + 10
    assert (await client.post(f"{AT}/create", json=wanted, headers=key)).json()["id"] == first["id"]
    asked = {run["op"]: run for run in (await client.get("/api/runs")).json()["items"]}
    assert asked.keys() == {"text.enhance", "image.generate"}
    assert asked["text.enhance"]["answer"]["prompt"] == first["input"]["prompt"]
    # What does not fit is known before a word is improved.
    wrong = await client.post(f"{AT}/create", json=wanted | {"width": 1, "prompt": "another"})
    assert wrong.status_code == 422
    assert len((await client.get("/api/runs")).json()["items"]) == 2


@pytest.mark.row(
    "E1",
    "E2",
    "E3",
    "E4",
    "E5",
    "E6",
    "E7",
    "E8",
    "E9",
    at=["POST /api/image-studio/edit/process", "GET /api/image-studio/edit/operations"],
)
@ONE
async def test_every_edit_goes_by_the_name_that_others_know(idle: House) -> None:
    client = await idle.as_owner()
    picture = inline(photo(96, 64))
    spot = inline(photo(96, 64, "PNG"))
    for said, op, expected in (
        ({"operation": "inpaint", "mask_base64": spot, "prompt": "a cat"}, "image.inpaint", {"prompt": "a cat"}),
        ({"operation": "erase", "mask": spot, "seed": 0}, "image.erase", {"seed": 0}),
        (
            {"operation": "outpaint", "expand_left": 8, "expand_up": 4, "expand_right": 0},
            "image.outpaint",
            {"left": 8, "top": 4, "right": 0},
        ),
        (
            {"operation": "search_replace", "search_prompt": "the red disc", "prompt": "nothing"},
            "image.search_replace",
            {"find": "the red disc"},
        ),
        (
            {"operation": "search_recolor", "select_prompt": "the red disc", "prompt": "blue"},
            "image.search_recolor",
            {"find": "the red disc", "colour": "#{:02x}{:02x}{:02x}".format(*recolour.NAMES["blue"])},
        ),
        ({"operation": "relight", "prompt": "a beach", "strength": 0.4}, "image.relight", {"strength": 0.4}),
        (
            {"operation": "relight", "background_image_base64": inline(photo(40, 40))},
            "image.relight",
            {"background": {"kind": "image", "fit": "cover"}},
        ),
        ({"operation": "general_edit", "prompt": "warmer"}, "image.edit", {"prompt": "warmer"}),
        (
            {"operation": "face_swap", "face_image_base64": picture, "consent": True, "target_face_index": 0},
            "image.face_swap",
            {"index": 0, "consent": True},
        ),
        ({"operation": "remove_background", "prompt": None, "feather": 2}, "image.remove_background", {"feather": 2}),
    ):
        for path in ("edit", "edit/process"):
            answer = await client.post(f"{AT}/{path}", json={"image_base64": picture} | said)
            assert answer.status_code == 202, (said, answer.text)
            run = answer.json()
            assert run["op"] == op
            for name, value in expected.items():
                told = run["input"][name]
                assert (told if not isinstance(value, dict) else {key: told[key] for key in value}) == value, said
    for wrong, field in (
        ({"operation": "search_recolor", "select_prompt": "it", "prompt": "sideways"}, "prompt"),
        ({"operation": "inpaint", "prompt": "a cat"}, "mask"),
        ({"operation": "erase", "mask": spot, "negative_prompt": "hats"}, "negative_prompt"),
        ({"operation": "face_swap", "face_image_base64": picture, "consent": False}, "input"),
    ):
        answer = await client.post(f"{AT}/edit", json={"image_base64": picture} | wrong)
        assert (answer.status_code, answer.json()["fields"][0]["field"]) == (422, field), answer.text
    known = (await client.get(f"{AT}/edit/operations")).json()["operations"]
    assert known["general_edit"]["op"] == "image.edit"
    assert all(each["title"] and each["description"] for each in known.values())


@pytest.mark.row(
    "K1",
    "K2",
    "K3",
    "K4",
    "K5",
    "T1",
    "T2",
    "T3",
    "T5",
    at=[
        "POST /api/image-studio/control/process",
        "POST /api/image-studio/transform/image-to-video",
        "POST /api/image-studio/transform/talking-avatar",
        "POST /api/image-studio/transform/image-to-3d",
        "POST /api/image-studio/transform/estimate-cost",
    ],
)
@ONE
async def test_control_and_transform_go_by_the_names_that_others_know(idle: House) -> None:
    client = await idle.as_owner()
    picture, sound = inline(photo(96, 64)), inline(voice())
    for path, said, op, expected in (
        (
            "control/process",
            {"operation": "sketch", "control_image_base64": picture, "prompt": "a house", "control_strength": 0.4},
            "image.sketch",
            {"strength": 0.4},
        ),
        (
            "control/process",
            {"operation": "structure", "control_image": picture, "prompt": "a house", "style_preset": None},
            "image.structure",
            {"style": None},
        ),
        (
            "control/process",
            {"operation": "style", "control_image": picture, "prompt": "x", "aspect_ratio": "3:2", "fidelity": 0.2},
            "image.style_guide",
            {"fidelity": 0.2, "width": 1254, "height": 836},
        ),
        (
            "control/process",
            {"operation": "style_transfer", "control_image": picture, "style_image_base64": picture, "seed": 0},
            "image.style_transfer",
            {"seed": 0},
        ),
        (
            "transform/image-to-video",
            {"image_base64": picture, "prompt": "waves", "duration": 5, "resolution": "480p", "audio_base64": sound},
            "video.from_image",
            {"seconds": 5.0, "resolution": "480p", "prompt": "waves"},
        ),
        (
            "transform/talking-avatar",
            {"image_base64": picture, "audio_base64": sound, "resolution": "480p", "mask_image_base64": picture},
            "video.avatar",
            {"resolution": "480p"},
        ),
        ("transform/image-to-3d", {"image_base64": picture, "grid": 64}, "mesh.from_image", {"grid": 64}),
    ):
        answer = await client.post(f"{AT}/{path}", json=said)
        assert answer.status_code == 202, (said, answer.text)
        run = answer.json()
        assert (run["op"], {name: run["input"][name] for name in expected}) == (op, expected)
    assert "sketch" in (await client.get(f"{AT}/control/operations")).json()["operations"]
    for cost in (
        {"operation": "image-to-video", "resolution": "720p", "duration": 10},
        {"operation": "talking-avatar", "resolution": "480p", "script": "Hello there."},
        {"operation": "image-to-3d"},
    ):
        answer = await client.post(f"{AT}/transform/estimate-cost", json=cost)
        assert (answer.status_code, answer.json()["price"]) == (200, 0), answer.text
    for cost in ({"operation": "generate", "num_images": 3, "width": 512, "height": 512}, {"operation": "inpaint"}):
        answer = await client.post(f"{AT}/estimate-cost", json=cost)
        assert (answer.status_code, answer.json()["price"]) == (200, 0), answer.text


@pytest.mark.row("T6", at="GET /api/image-studio/videos/{user_id}/{filename}")
@ONE
async def test_a_film_is_served_to_whom_it_belongs(house: House) -> None:
    client, other = await house.as_owner(), await house.join("a colleague")
    picture = (await upload(client))["id"]
    said = {"image": picture, "duration": 1, "resolution": "480p", "parallax": 0, "fps": 24}
    run = (await client.post(f"{AT}/transform/image-to-video", json=said, headers=WAIT)).json()
    assert run["state"] == "succeeded"
    (made,) = run["outputs"]
    me = (await client.get("/api/me")).json()["user"]
    path = f"{AT}/videos/{me}/{made['id']}.mp4"
    part = await client.get(path, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content), part.headers["content-type"]) == (206, 100, "video/mp4")
    assert (await other.get(path)).status_code == 404
    assert (await house.client().get(path)).status_code == 401
    for odd in ("..%2f..%2fetc%2fpasswd", "a.mp4", f"{made['id']}.mp4%00", f"{'0' * 36}.mp4"):
        assert (await client.get(f"{AT}/videos/{me}/{odd}")).status_code in (404, 422), odd


@ONE
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
