"""Every error leaves as problem+json (RFC 9457): `code` is stable, `detail` is for a person."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gesso.kit.errors import GessoError, Invalid, NotFound

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"


def problem(status: int, code: str, title: str, detail: str, **facts: Any) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **facts}
    return JSONResponse(body, status, headers, media_type=TYPE)


def install(app: FastAPI) -> None:
    app.add_exception_handler(GessoError, _ours)
    app.add_exception_handler(RequestValidationError, _shape)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GessoError)
    return problem(error.status, error.code, error.title, str(error), **error.facts)


async def _shape(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's own 422: the body, the query or the path is not of the declared shape."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {
            "field": ".".join(str(part) for part in fault["loc"][1:]),
            "message": fault["msg"],
            "kind": fault["type"],
        }
        for fault in error.errors()
    ]
    if any(fault["loc"][0] == "path" for fault in error.errors()):
        return problem(NotFound.status, NotFound.code, NotFound.title, "There is nothing by this name.")
    first = fields[0]
    return problem(422, Invalid.code, Invalid.title, f"{first['field']}: {first['message']}.", fields=fields)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http")
    return problem(error.status_code, code, str(error.detail), f"{error.detail}.")


async def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("unforeseen error", path=request.url.path, method=request.method, exc_info=error)
    return problem(500, "internal", "Something went wrong", "This is our mistake. It was noted down.")
