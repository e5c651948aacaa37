"""What files say of where they come from: by lineage, in the file, verified by a reader that did not write it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy import select, update

from gesso import vault
from gesso.accounts.tables import Team
from gesso.dev.fakes.openai import OpenAI
from gesso.imaging import credentials, packets, picture
from gesso.imaging.seal import SOURCES
from gesso.vault import Certificate
from tests.conftest import House, photo, upload
from tests.imaging import reader
from tests.imaging.authority import Authority, pem
from tests.providers.orders import WAIT, noise

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
    # A version that is brought back is what it was.
    restored = (await shop.post(f"/api/assets/{edited['id']}/versions")).json()
    assert restored["facts"]["restored"] == edited["id"]
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
        (restored, "compositeWithTrainedAlgorithmicMedia", changed, ["opened", "edited", "converted"]),
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
        if actions == ["created", "converted"] or asset in (captured, declared):
            assert first["digitalSourceType"] == SOURCES + source
        ingredients = [value for name, value in found.items() if name.startswith("c2pa.ingredient")]
        roles = [each["relationship"] for each in ingredients]
        assert roles.count("parentOf") == (1 if actions[0] == "opened" else 0)
        assert any(asset["sha256"] in each.get("instanceID", "") for each in ingredients) or asset is own


async def test_a_file_says_what_was_asked_for_and_the_studio_knows_it_again(
    house: House, client: httpx2.AsyncClient
) -> None:
    machine = packets.said(b"", {"Iptc4xmpExt:DigitalSourceType": f"{SOURCES}trainedAlgorithmicMedia"})
    asset = await upload(client, photo(640, 480, "JPEG", xmp=machine), "machine.jpg")
    order = {"image": asset["id"], "format": "png"}
    # Stripped, there is nothing left, and a person is told what that means.
    run = await made(client, "image.convert", **order, metadata="none", ai_label="mark")
    [bare] = run["outputs"]
    data = await file(client, bare)
    assert (packets.of(data), credentials.read(data, "image/png")) == (b"", {})
    assert any("AI had a part" in note for note in run["notes"])
    # Not signed, it says so all the same. The mark is in the corner and nowhere else.
    plain = {"credentials": "none", "ai_words": "de", "creator": "Ann"}
    [one] = (await made(client, "image.convert", **order, **plain))["outputs"]
    [other] = (await made(client, "image.convert", **order, **plain, ai_label="mark"))["outputs"]
    without, marked = await file(client, one), await file(client, other)
    assert one["facts"]["sealed"]["label"] == "Dieses Bild wurde mit KI erzeugt."
    assert credentials.read(without, "image/png")["creator"] == "Ann"
    rows, columns = np.nonzero((picture.load(without) != picture.load(marked)).any(axis=2))
    assert (rows.min() > 400, columns.max() < 120, rows.size > 200) == (True, True, True)
    # The limit is that of the whole file.
    noisy = await upload(client, noise(300, 200))
    [small] = (await made(client, "image.compress", image=noisy["id"], format="jpeg", target_kb=24))["outputs"]
    data = await file(client, small)
    assert len(data) == small["facts"]["bytes"] <= 24_000
    reader.verified(data, await root(house))

    # What we have signed is known again, whatever way it comes back; and so is a change.
    async def provenance(asset: dict[str, Any]) -> dict[str, Any]:
        answer = await client.get(f"/api/assets/{asset['id']}/provenance")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    back = await upload(client, data, "back.jpg")
    assert (await provenance(small))["state"] == (await provenance(back))["state"] == "yours"
    torn = bytearray(data)
    torn[-40] ^= 1
    changed = await upload(client, bytes(torn), "torn.jpg")
    assert (await provenance(changed))["state"] == "changed"
    told = await provenance(asset)
    trained = "trainedAlgorithmicMedia"
    assert (told["state"], told["source"], told["origin"], told["ai"]) == ("none", trained, trained, True)
    answer = await client.post("/api/credentials/verify", files={"file": ("x.jpg", data)})
    assert (answer.json()["state"], answer.json()["generator"]) == ("yours", "Gesso")
    # An export of what was signed keeps what it said.
    [again] = (await made(client, "image.convert", image=back["id"], format="webp"))["outputs"]
    data = await file(client, again)
    assert len(reader.store(data).boxes) == 2
    reader.verified(data, await root(house))
    # What cannot be read of a file does not keep its picture out.
    at = data.index(b"c2pa.claim")
    broken = await upload(client, data[:at] + b"\xff" * 40 + data[at + 40 :], "broken.webp")
    assert (await provenance(broken))["state"] in ("broken", "changed")


async def test_what_a_person_has_written_for_those_who_cannot_see_stays(
    house: House, client: httpx2.AsyncClient
) -> None:
    packet = packets.said(b"", {"Iptc4xmpCore:AltTextAccessibility": "Its file"})
    asset = await upload(client, photo(320, 240, "JPEG", xmp=packet), "a.jpg")
    plain = await upload(client, photo(320, 240))

    async def proposed(asset: dict[str, Any]) -> tuple[str, str]:
        run = await made(client, "text.describe", "local/facts", image=asset["id"])
        return run["id"], run["answer"]["alt"]

    async def written(asset: dict[str, Any], **said: Any) -> dict[str, Any]:
        answer = await client.patch(f"/api/assets/{asset['id']}", json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()["facts"]["described"]  # type: ignore[no-any-return]

    async def exported(asset: dict[str, Any], **more: Any) -> tuple[str, str]:
        order = {"image": asset["id"], "format": "png", "credentials": "none", **more}
        [made_of] = (await made(client, "image.convert", **order))["outputs"]
        sealed = made_of["facts"]["sealed"]
        assert credentials.read(await file(client, made_of), "image/png").get("alt", "") == sealed.get("alt", "")
        return sealed.get("alt", ""), sealed.get("alt_by", "")

    assert await exported(plain) == ("", "")
    assert await exported(asset) == ("Its file", "file")
    run, words = await proposed(plain)
    said = await written(plain, alt=words, alt_run=run)
    assert (said["alt"], said["by"]) == (words, {"alt": "rule"})
    assert await exported(plain) == (words, "rule")
    said = await written(plain, alt="A red disc, as I see it", alt_run=run)
    assert (said["alt"], "by" in said) == ("A red disc, as I see it", False), "changed by a person: a person's"
    said = await written(plain, alt=words, alt_run=run)
    assert said["alt"] == "A red disc, as I see it", "and no program's any more"
    assert await exported(plain) == ("A red disc, as I see it", "person")
    assert await exported(plain, alt_text="For this one") == ("For this one", "person")
    await written(asset, alt="Mine")
    assert await exported(asset) == ("Mine", "person")


async def test_a_team_signs_with_its_own_certificate_and_takes_it_out_again(
    house: House, client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await client.get("/api/credentials")).json()["issued"] is False
    async with house.studio.db.session() as session:
        # A certificate has room for 64 bytes of it.
        called = await session.scalar(select(Team.name))
        await session.execute(update(Team).values(name="株式会社" + "Übergrößenträger " * 5))
    asset = await upload(client, photo(64, 48))
    [first] = (await made(client, "image.convert", image=asset["id"], format="png"))["outputs"]
    ours = (await client.get("/api/credentials")).json()
    assert ours["name"].startswith("株式会社Übergrößenträger Überg")
    async with house.studio.db.session() as session:
        await session.execute(update(Team).values(name=called))
    assert (ours["own"], ours["issued"], ours["expired"], ours["expires_soon"]) == (False, True, False, False)
    authority, other = Authority(), Authority()
    leaf, key = authority.leaf()
    rsa_key = rsa.generate_private_key(65537, 1024)
    wrong = [
        (authority.leaf()[0], key, "belongs to another"),
        (authority.leaf(key, use=ExtendedKeyUsageOID.SERVER_AUTH)[0], key, "something else"),
        (authority.leaf(key, use=None)[0], key, "something else"),
        (authority.leaf(key, days=-1, since=9)[0], key, "has expired on"),
        (authority.leaf(key, since=-2)[0], key, "is not valid before"),
        (authority.leaf(key, ca=True)[0], key, "may not sign files"),
        (authority.leaf(key, signs=False)[0], key, "may not sign files"),
        (authority.leaf(rsa_key)[0], rsa_key, "from 2048 bits"),
    ]
    for certificate, held, reason in wrong:
        sent = {"chain": pem(certificate) + pem(authority.root), "key": pem(held)}
        answer = await client.put("/api/credentials", json=sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert reason in answer.json()["detail"]
        assert answer.json()["fields"][0]["field"] in ("chain", "key")
    misordered = {"chain": pem(leaf) + pem(other.root), "key": pem(key)}
    assert "in order" in (await client.put("/api/credentials", json=misordered)).json()["detail"]
    alone = {"chain": pem(authority.root), "key": pem(authority.key)}
    assert (await client.put("/api/credentials", json=alone)).status_code == 422
    junk = await client.put("/api/credentials", json={"chain": pem(leaf), "key": "a secret that is no key"})
    assert "a secret" not in junk.text
    editor = await house.join("ed")
    good = {"chain": pem(leaf) + pem(authority.root), "key": pem(key)}
    assert (await editor.put("/api/credentials", json=good)).status_code == 403
    answer = await client.put("/api/credentials", json=good)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["own"], answer.json()["name"], answer.json()["algorithm"]) == (True, "Ann Lee", "es256")
    assert "PRIVATE" not in answer.text + caplog.text
    assert (await editor.get("/api/credentials")).json()["serial"] == str(leaf.serial_number)
    [second] = (await made(client, "image.convert", image=asset["id"], format="png"))["outputs"]
    reader.verified(await file(client, second), authority.root)
    for each in (first, second):
        assert (await client.get(f"/api/assets/{each['id']}/provenance")).json()["state"] == "yours"
    # Nothing of the key is readable in the database.
    async with house.studio.db.session(read_only=True) as session:
        for row in (await session.execute(select(Certificate))).scalars():
            assert b"PRIVATE" not in (row.sealed or b"")
    # When it runs out, that is said before anything is signed with it.
    async with house.studio.db.session() as session:
        old, _ = authority.leaf(key, days=-1, since=9)
        await session.execute(update(Certificate).where(Certificate.own).values(chain=pem(old) + pem(authority.root)))
    assert (await client.get("/api/credentials")).json()["expired"] is True
    order = {"op": "image.convert", "input": {"image": asset["id"], "format": "png"}}
    failed = await client.post("/api/runs", json=order)
    run = (await client.get(f"/api/runs/{failed.json()['id']}", headers=WAIT)).json()
    assert (run["state"], "has expired on" in run["error"]["message"]) == ("failed", True)
    assert (await client.delete("/api/credentials")).status_code == 204
    assert (await client.get("/api/credentials")).json() == ours, "the same as before"
    [third] = (await made(client, "image.convert", image=asset["id"], format="png"))["outputs"]
    reader.verified(await file(client, third), await root(house))
