"""The page of one page: a prompt, a photo, the results. The web studio will take its place."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE = (Path(__file__).parent / "page.html").read_text()


@router.get("/")
async def page() -> HTMLResponse:
    """No actor: the page holds no data; what it asks for needs one."""
    return HTMLResponse(PAGE)
