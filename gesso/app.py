"""The web application: the skin around one studio."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response

from gesso import accounts, library
from gesso.api import (
    account,
    analytics,
    assets,
    batches,
    boards,
    brand,
    changes,
    chores,
    collections,
    comparisons,
    content_assets,
    content_usage,
    credentials,
    crops,
    derived,
    differences,
    doubles,
    elsewhere,
    events,
    finding,
    footage,
    health,
    holds,
    image_files,
    image_social,
    image_studio,
    imports,
    lineage,
    live,
    looks,
    notifications,
    operations,
    packs,
    page,
    platforms,
    pointed,
    presets,
    problems,
    prompts,
    providers,
    queue,
    recipes,
    reference,
    runs,
    schedules,
    shared,
    stock,
    storage,
    tagging,
    tags,
    texts,
    trash,
    webhooks,
)
from gesso.api.schema import describe
from gesso.db import Database
from gesso.kit.pool import Pool
from gesso.settings import Settings
from gesso.studio import Studio

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(settings: Settings, *, pool: Pool | None = None, web: Path | None = None) -> FastAPI:
    """The application; its lifespan opens the studio, and with `settings.worker` also works on runs. `web` is the
    folder of the built page; None: where the build leaves it."""
    studio = Studio.build(settings, pool=pool)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with studio.opened(work=settings.worker), _read_ahead(studio.db):
            yield

    app = FastAPI(
        title="Gesso",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.studio = studio
    app.state.tries = accounts.Tries()
    app.state.link_tries = accounts.Tries(advice="Too many tries. Try again in {wait} s.")
    app.state.link_guesses = accounts.Tries(most=100, advice="Too many tries. Try again in {wait} s.")
    app.state.link_calls = accounts.Tries(most=60, seconds=60, advice="Too much at once. Try again in {wait} s.")
    app.state.shared_page = page.shared(web or page.built())
    api = APIRouter(prefix="/api")
    for module in (
        operations,
        providers,
        runs,
        packs,
        texts,
        prompts,
        comparisons,
        batches,
        schedules,
        imports,
        stock,
        changes,
        collections,
        content_usage,
        content_assets,
        tags,
        finding,
        looks,
        doubles,
        tagging,
        assets,
        footage,
        lineage,
        pointed,
        crops,
        differences,
        elsewhere,
        recipes,
        credentials,
        events,
        live,
        health,
        account,
        brand,
        boards,
        shared,
        image_files,
        image_studio,
        image_social,
        holds,
        derived,
        trash,
        chores,
        storage,
        analytics,
        webhooks,
        notifications,
        queue,
    ):
        api.include_router(module.router)
    for kind in (
        presets.styles,
        presets.templates,
        platforms.platforms,
        platforms.formats,
        assets.signed,
        imports.addressed,
        credentials.pictures,
        boards.pictures,
    ):
        api.include_router(kind)
    app.include_router(api)
    app.include_router(account.doors)
    app.include_router(shared.doors)
    app.include_router(reference.router)
    app.router.default = page.Web(web or page.built(), app.router.not_found)
    problems.install(app)
    app.middleware("http")(_guard)
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(plain(), studio.runs.shelf)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _read_ahead(db: Database) -> AsyncIterator[None]:
    """The libraries, so that the first question need not wait for that."""
    reading = asyncio.create_task(library.warm(db))
    try:
        yield
    finally:
        reading.cancel()
        await asyncio.wait([reading])


async def _guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    answer = await call(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
