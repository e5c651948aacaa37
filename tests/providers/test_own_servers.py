"""Servers that speak like OpenAI and are named by whoever has them: any address, deployments on Azure, FLUX there."""

from typing import Any

import httpx2
import pytest

from gesso.dev.fakes.azure import Azure
from gesso.dev.fakes.openai import OpenAI
from tests.conftest import House, photo, upload
from tests.providers.orders import buyer, marks

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "a-key-that-nobody-may-read"
ordered = buyer("azure")


async def offered(client: httpx2.AsyncClient, provider: str) -> dict[tuple[str, str], int | None]:
    """The operations and models of a provider, with their prices."""
    found = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    return {(offer["op"], offer["id"]): offer["price"] for offer in found[provider]["offers"]}


async def every(client: httpx2.AsyncClient, provider: str) -> list[dict[str, Any]]:
    """A run of each offer."""
    source = (await upload(client, photo(600, 400)))["id"]
    mask = (await upload(client, marks(600, 400), "mask.png"))["id"]
    inputs: dict[str, dict[str, Any]] = {
        "image.generate": {"prompt": "a lighthouse", "width": 400, "height": 300},
        "image.edit": {"image": source, "prompt": "make it blue"},
        "image.inpaint": {"image": source, "mask": mask, "prompt": "a hat"},
        "image.erase": {"image": source, "mask": mask},
    }
    runs = []
    for op, offer in sorted(await offered(client, provider)):
        run = await buyer(provider)(client, op, offer.removeprefix(f"{provider}/"), inputs[op])
        assert (run["state"], run["error"]) == ("succeeded", None), (op, offer, run)
        made = run["outputs"][0]
        assert (made["width"], made["height"]) == ((400, 300) if op == "image.generate" else (600, 400)), (op, offer)
        runs.append(run)
    return runs


async def test_a_server_of_ones_own_is_told_on_the_page_and_used(client: httpx2.AsyncClient) -> None:
    with OpenAI("", models=["sd-turbo", "painter"], prefix="/v1").running() as fake:
        fake.known = lambda asked: "authorization" not in asked.headers  # type: ignore[method-assign]
        told = {"url": f"{fake.url}/v1", "models": " sd-turbo,painter ", "editors": "painter", "price": "2"}
        found = (await client.post("/api/providers/compatible/check", json={"told": told})).json()
        assert (found["ok"], found["message"]) == (True, "It answers, and knows the models.")
        assert (await client.put("/api/providers/compatible", json={"told": told})).status_code == 200
        offers = await offered(client, "compatible")
        assert set(offers) == {
            ("image.generate", "compatible/sd-turbo"),
            ("image.generate", "compatible/painter"),
            ("image.edit", "compatible/painter"),
            ("image.inpaint", "compatible/painter"),
            ("image.erase", "compatible/painter"),
        }
        assert set(offers.values()) == {2000}
        runs = await every(client, "compatible")
        assert {run["spent"] for run in runs} == {2000}
        assert len(fake.orders) == 5
        assert fake.wrong == []
        source = (await upload(client, photo(600, 400)))["id"]
        given = {"op": "image.generate", "offer": "compatible/sd-turbo", "input": {"prompt": "x", "image": source}}
        refused = await client.post("/api/runs/estimate", json=given)
        assert "from words alone" in refused.json()["detail"]
        wrong = {"told": {**told, "models": "nobody"}}
        assert "does not name" in (await client.post("/api/providers/compatible/check", json=wrong)).json()["message"]


async def test_only_who_is_alone_here_says_where_a_server_is(house: House, client: httpx2.AsyncClient) -> None:
    told = {"url": "http://127.0.0.1:1/v1", "models": "any"}
    await house.join("stranger", team="Another")
    refused = await client.put("/api/providers/compatible", json={"told": told})
    assert refused.status_code == 422
    assert "url" in refused.text
    found = {each["name"]: each for each in (await client.get("/api/providers")).json()}
    assert "url" not in found["compatible"]["form"]["properties"]


async def test_deployments_on_azure_and_flux(house: House, client: httpx2.AsyncClient) -> None:
    with Azure(KEY, deployments=["my-image"], flux=["flux-2-pro", "flux-2-flex"]).running() as fake:
        house.tell("azure", url=fake.url, foundry=fake.url)
        told = {"resource": "studio", "key": KEY, "deployments": "my-image", "flux": "flux-2-pro, flux-2-flex"}
        assert (await client.post("/api/providers/azure/check", json={"told": told})).json()["ok"]
        assert (await client.put("/api/providers/azure", json={"told": told})).status_code == 200
        runs = await every(client, "azure")
        assert len(runs) == len(fake.orders) == 8
        assert {run["spent"] for run in runs} == {6000}
        source = (await upload(client, photo(600, 400)))["id"]
        given = {"prompt": "both", "references": [{"image": source}, {"image": source}], "seed": 3}
        await ordered(client, "image.generate", "flux-2-pro", given)
        assert (len(fake.orders[-1].pictures), fake.orders[-1].fields["seed"]) == (2, 3)
        assert fake.wrong == []
        fake.plan = ["moderated"]
        run = await ordered(client, "image.generate", "flux-2-pro", {"prompt": "no"})
        assert (run["state"], run["spent"]) == ("failed", 0)
        assert "flagged" in run["error"]["message"]
        before = len(fake.orders)
        fake.plan = ["cut after"]
        run = await ordered(client, "image.generate", "flux-2-pro", {"prompt": "once"})
        assert (run["state"], len(fake.orders)) == ("unknown", before + 1)
        fake.models = []
        run = await ordered(client, "image.generate", "my-image", {"prompt": "gone"})
        assert "does not have this model" in run["error"]["message"]
