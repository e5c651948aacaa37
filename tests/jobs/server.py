"""A server or a worker in a process of its own, to be killed: `python -m tests.jobs.server serve|work`.

Beside the built-in engine it has a shop that writes down each sale in a file before it delivers, slowly.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn

from gesso import worker
from gesso.app import create_app
from gesso.catalog import Catalog, Context, Provider, per_output
from gesso.kit.media import Media
from gesso.ops.create import Generate
from gesso.settings import Settings
from gesso.studio import Studio
from tests.conftest import photo

shop = Provider("shop", "A slow shop of the tests")


@shop.offers(Generate, model="slow", title="Slow", price=per_output(2), lane="remote")
async def deliver(request: Generate, ctx: Context) -> AsyncIterator[Media]:
    async def buy() -> str:
        return sell(request.seed)

    await ctx.once("buy", buy)
    await asyncio.sleep(0.5)
    yield Media(photo(64, 64 + (request.seed or 0)))


def with_shop(studio: Studio) -> None:
    runs = studio.runs
    runs.shelf = Catalog([*runs.shelf.providers, shop], {}, studio.settings.models)


@shop.offers(Generate, model="bomb", title="Bomb", price=per_output(2), lane="remote")
async def explode(request: Generate, ctx: Context) -> AsyncIterator[Media]:
    await asyncio.sleep(0.2)
    os._exit(9)
    yield Media(b"")


def sell(seed: int | None) -> str:
    with Path(os.environ["SALES"]).open("a") as sales:
        sales.write(f"{seed}\n")
    return "sold"


async def serve(settings: Settings) -> None:
    app = create_app(settings)
    with_shop(app.state.studio)
    listening = socket.create_server(("127.0.0.1", settings.port))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    await uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve([listening])


async def work(settings: Settings) -> None:
    build = Studio.build

    def furnished(settings: Settings) -> Studio:
        studio = build(settings)
        with_shop(studio)
        return studio

    Studio.build = furnished  # type: ignore[method-assign, assignment]
    await worker.work(settings)


if __name__ == "__main__":
    asyncio.run({"serve": serve, "work": work}[sys.argv[1]](Settings()))
