"""What files say of where they come from: by lineage, in the file, verified by a reader that did not write it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from cryptography import x509

from gesso.dev.fakes.openai import OpenAI
from gesso.imaging import packets
from gesso.imaging.seal import SOURCES
from tests.conftest import House, photo, upload
from tests.imaging import reader
from tests.providers.orders import WAIT

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "sk-proj-that-nobody-may-read"


@pytest.fixture
def openai() -> Iterator[OpenAI]:
    with OpenAI(KEY).running() as fake:
        yield fake


@pytest.fixture
async def shop(house: House, client: httpx2.AsyncClient, openai: OpenAI) -> AsyncIterator[httpx2.AsyncClient]:
    house.tell("openai", key=KEY, url=f"{openai.url}/v1")
    yield client
    assert openai.wrong == []


async def made(client: httpx2.AsyncClient, op: str, offer: str | None = None, **input: Any) -> dict[str, Any]:
    """The run, once it is over."""
    answer = await client.post("/api/runs", json={"op": op, "offer": offer, "input": input})
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = (await client.get(f"/api/runs/{answer.json()['id']}", headers=WAIT)).json()
    assert run["state"] == "succeeded", run["error"]["message"]
    return run


async def file(client: httpx2.AsyncClient, asset: dict[str, Any]) -> bytes:
    return (await client.get(f"/api/assets/{asset['id']}/file")).content


async def root(house: House) -> x509.Certificate:
    from gesso import vault

    async with house.studio.db.work(house.owner, read_only=True) as work:
        kept = await vault.certificates.shown(work)
    assert kept is not None
    return x509.load_pem_x509_certificate(kept.root.encode())


async def test_a_label_is_what_the_lineage_truly_is(house: House, shop: httpx2.AsyncClient) -> None:
    own = await upload(shop, photo(320, 240))
    camera = packets.said(b"", {"Iptc4xmpExt:DigitalSourceType": f"{SOURCES}digitalCapture", "dc:creator": "Ann Lee"})
    captured = await upload(shop, photo(320, 240, "JPEG", xmp=camera), "camera.jpg")
    machine = packets.said(b"", {"Iptc4xmpExt:DigitalSourceType": f"{SOURCES}trainedAlgorithmicMedia"})
    declared = await upload(shop, photo(320, 240, "JPEG", xmp=machine), "machine.jpg")
    [painted] = (await made(shop, "image.generate", "local/sketchbook", prompt="a lake", width=256, height=256))[
        "outputs"
    ]
    words = {"prompt": "a lighthouse", "width": 1024, "height": 1024}
    [drawn] = (await made(shop, "image.generate", "openai/gpt-image-2.6-flare", **words))["outputs"]
    edit = {"image": own["id"], "prompt": "make it blue"}
    [edited] = (await made(shop, "image.edit", "openai/gpt-image-2.6-sunburst", **edit))["outputs"]
    [again] = (await made(shop, "image.edit", "openai/gpt-image-2.6-sunburst", **edit | {"image": drawn["id"]}))[
        "outputs"
    ]
    crop = {"x": 0, "y": 0, "width": 64, "height": 64}
    [cropped] = (await made(shop, "image.crop", image=edited["id"], box=crop))["outputs"]
    [worked] = (await made(shop, "image.crop", image=captured["id"], box=crop))["outputs"]
    generated, changed = "This picture was generated with AI.", "This picture was edited with AI."
    wanted = [
        (own, "", "", ["opened", "converted"]),
        (captured, "digitalCapture", "", ["opened", "converted"]),
        (worked, "humanEdits", "", ["opened", "cropped", "converted"]),
        (declared, "trainedAlgorithmicMedia", generated, ["opened", "converted"]),
        (painted, "algorithmicMedia", "", ["created", "converted"]),
        (drawn, "trainedAlgorithmicMedia", generated, ["created", "converted"]),
        (again, "trainedAlgorithmicMedia", generated, ["created", "edited", "converted"]),
        (edited, "compositeWithTrainedAlgorithmicMedia", changed, ["opened", "edited", "converted"]),
        (cropped, "compositeWithTrainedAlgorithmicMedia", changed, ["opened", "edited", "cropped", "converted"]),
    ]
    for asset, source, label, actions in wanted:
        run = await made(shop, "image.convert", image=asset["id"], format="png")
        [sealed] = run["outputs"]
        data = await file(shop, sealed)
        found = reader.verified(data, await root(house))
        assert [each["action"].removeprefix("c2pa.") for each in found["c2pa.actions.v2"]["actions"]] == actions
        said = packets.read(packets.of(data))
        assert said.get("Iptc4xmpExt:DigitalSourceType", "").removeprefix(SOURCES) == source, asset["title"]
        assert said.get("dc:creator", "") == ("Ann Lee" if asset in (captured, worked) else "")
        assert sealed["facts"]["sealed"].get("label", "") == label
        assert any(label in note for note in run["notes"]) if label else True
        first, *_ = found["c2pa.actions.v2"]["actions"]
        assert first.get("digitalSourceType", "").removeprefix(SOURCES) == (
            source
            if actions[0] == "created" or asset in (captured, declared)
            else first.get("digitalSourceType", "")[len(SOURCES) :]
        )
        ingredients = [value for name, value in found.items() if name.startswith("c2pa.ingredient")]
        roles = [each["relationship"] for each in ingredients]
        assert roles.count("parentOf") == (1 if actions[0] == "opened" else 0)
        assert any(asset["sha256"] in each.get("instanceID", "") for each in ingredients) or asset is own
