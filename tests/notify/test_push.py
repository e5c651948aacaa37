"""Pushes are sealed for one browser, leave by a real HTTP server, and stop where nobody is."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, update

from gesso.kit.time import now
from gesso.notify import Browser, Letter, push
from tests.conftest import House
from tests.notify.conftest import Service, a_batch, happen

pytestmark = pytest.mark.anyio


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


class Reader:
    """The other end: a browser with keys of its own, which opens what was sealed for it (RFC 8291 §3, RFC 8188 §2)."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.auth = b"sixteen bytes ok"

    def subscription(self, endpoint: str) -> dict[str, Any]:
        keys = {"p256dh": text(self.point), "auth": text(self.auth)}
        return {"endpoint": endpoint, "keys": keys, "name": "Chromium on Linux"}

    def opened(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

        def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)

        secret = derived(shared, self.auth, b"WebPush: info\0" + self.point + theirs, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\x02")
        return padded[:-1]


def test_a_message_is_sealed_as_the_example_of_the_standard() -> None:
    """RFC 8291, Appendix A."""
    private = int.from_bytes(data("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    body = push.sealed(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        salt=data("DGv6ra1nlYgDCS1FRnbzlw"),
        own=ec.derive_private_key(private, ec.SECP256R1()),
    )
    assert text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_longest_message_fits_what_push_services_take() -> None:
    reader = Reader()
    body = push.sealed(b"x" * push.MOST, text(reader.point), text(reader.auth))
    assert len(body) <= 4096
    assert reader.opened(body) == b"x" * push.MOST


def test_the_envelope_says_who_sends_it_and_to_which_service() -> None:
    """RFC 8292: a token signed with the key that the browser was given."""
    key = push.keys(b"a secret of the studio")
    said = push.envelope(key, "https://push.example:8443/x/y?z", "mailto:a@b.c", at=1_000_000)
    token = said.removeprefix("vapid t=").partition(", k=")[0]
    head, claims, signature = token.split(".")
    assert json.loads(data(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(data(claims)) == {"aud": "https://push.example:8443", "exp": 1_043_200, "sub": "mailto:a@b.c"}
    raw = data(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(said.partition(", k=")[2]))
    point.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert push.public(push.keys(b"a secret of the studio")) == push.public(key), "every server has the same"
    assert push.public(push.keys(b"another")) != push.public(key)


async def hurry(house: House) -> None:
    async with house.studio.db.session() as session:
        await session.execute(update(Letter).where(Letter.state == "queued").values(next_at=now()))


async def test_a_browser_is_told_of_a_batch_and_of_what_becomes_of_it_under_one_topic(told: House) -> None:
    client, owner, reader = await told.as_owner(), told.owner, Reader()
    service: Service = told.app.state.service
    known = (await client.get("/api/notifications/push")).json()
    assert (known["key"], known["browsers"]) == (told.studio.courier.key, [])
    for _ in range(2):
        made = await client.post("/api/notifications/push", json=reader.subscription(f"{service.url}/p/1"))
        assert made.status_code == 201, made.text
    (browser,) = (await client.get("/api/notifications/push")).json()["browsers"]
    assert browser["name"] == "Chromium on Linux"
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await happen(told, owner, "batch.changed", **a_batch(owner, "failed"))
    assert await told.studio.courier.send() == 2
    assert service.wrong == []
    done, failed = service.orders
    assert json.loads(reader.opened(done.body)) == {
        "title": "Autumn is done",
        "text": "48 of 50 made, 2 failed, $1.20 spent.",
        "link": "/batch/0190a000-0000-7000-8000-00000000000b",
        "tag": "batch:0190a000-0000-7000-8000-00000000000b",
        "kind": "batch.ended",
    }
    assert done.headers["topic"] == failed.headers["topic"]
    assert len(done.headers["topic"]) == 32
    assert done.headers["authorization"].startswith("vapid t=")
    assert b"Autumn" not in done.body


async def test_a_browser_that_is_gone_is_forgotten_and_a_service_that_is_busy_is_asked_again(told: House) -> None:
    client, owner, reader = await told.as_owner(), told.owner, Reader()
    service: Service = told.app.state.service
    await client.post("/api/notifications/push", json=reader.subscription(f"{service.url}/p/1"))
    service.status = 503
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await told.studio.courier.send()
    async with told.studio.db.session(read_only=True) as session:
        letter = (await session.scalars(select(Letter))).one()
    assert (letter.state, letter.error) == ("queued", "The push service answered 503.")
    service.status = 410
    await hurry(told)
    await told.studio.courier.send()
    async with told.studio.db.session(read_only=True) as session:
        assert (await session.scalars(select(Browser))).all() == []
        assert (await session.scalars(select(Letter.state))).all() == ["ended"]


async def test_a_service_that_never_ends_its_answer_is_given_up_and_others_are_told_meanwhile(
    told: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, owner, reader = await told.as_owner(), told.owner, Reader()
    service: Service = told.app.state.service
    monkeypatch.setattr("gesso.notify.push.SECONDS", 1.0)
    service.at["/p/slow"] = ["hold"]
    for path in ("slow", "fast"):
        await client.post("/api/notifications/push", json=reader.subscription(f"{service.url}/p/{path}"))
    await happen(told, owner, "batch.changed", **a_batch(owner))
    assert await told.studio.courier.send() == 2
    service.free()
    async with told.studio.db.session(read_only=True) as session:
        found = (await session.execute(select(Letter.state, Letter.error).order_by(Letter.state))).all()
    assert [tuple(each) for each in found] == [("queued", "The push service took too long."), ("sent", "")]


async def test_who_names_an_address_within_is_not_helped_to_it(told: House) -> None:
    client, owner, reader = await told.as_owner(), told.owner, Reader()
    made = await client.post("/api/notifications/push", json=reader.subscription("https://127.0.0.1:1/p"))
    assert made.status_code == 201
    await happen(told, owner, "batch.changed", **a_batch(owner))
    await told.studio.courier.send()
    async with told.studio.db.session(read_only=True) as session:
        letter = (await session.scalars(select(Letter))).one()
    assert "not one of the public web" in letter.error
    for endpoint, keys in (
        ("http://push.example/p", {}),
        ("ftp://push.example/p", {}),
        ("https://push.example/p", {"p256dh": text(b"\x04" + b"\x01" * 64)}),
        ("https://push.example/p", {"auth": text(b"only fifteen by")}),
    ):
        body = reader.subscription(endpoint)
        body["keys"] |= keys
        refused = await client.post("/api/notifications/push", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), endpoint


async def test_a_browser_is_one_persons_and_is_tried_and_taken_away_by_that_one(told: House) -> None:
    client, ed, reader = await told.as_owner(), await told.join("ed"), Reader()
    service: Service = told.app.state.service
    assert (await client.post("/api/notifications/push/test")).status_code == 409
    subscription = reader.subscription(f"{service.url}/p/1")
    id = (await client.post("/api/notifications/push", json=subscription)).json()["id"]
    assert (await ed.delete(f"/api/notifications/push/{id}")).status_code == 404
    assert (await client.post("/api/notifications/push/test")).json() == {"sent": 1}
    soon = await client.post("/api/notifications/push/test")
    assert (soon.status_code, int(soon.headers["retry-after"]) <= 61) == (429, True)
    await told.studio.courier.send()
    assert json.loads(reader.opened(service.orders[0].body))["title"] == "This browser is told"
    assert (await ed.post("/api/notifications/push", json=subscription)).status_code == 201
    assert (await client.get("/api/notifications/push")).json()["browsers"] == [], "whoever sits there now has it"
    (theirs,) = (await ed.get("/api/notifications/push")).json()["browsers"]
    assert (await ed.delete(f"/api/notifications/push/{theirs['id']}")).status_code == 204
    assert (await ed.get("/api/notifications/push")).json()["browsers"] == []
