"""Every error leaves as problem+json (RFC 9457): `code` is stable, `detail` is for a person."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from gesso.catalog import plain
from gesso.kit.errors import GessoError, Invalid, NotFound

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> Response:
    """All in ASCII: a name in the request may hold half a surrogate pair, which UTF-8 cannot say."""
    said = dict(headers or {}) | ({"WWW-Authenticate": "Bearer"} if status == 401 else {})
    body = facts | {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    return Response(json.dumps(body), status, said, media_type=TYPE)


def install(app: FastAPI) -> None:
    app.add_exception_handler(GessoError, _ours)
    app.add_exception_handler(RequestValidationError, _shape)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _unfit)
    app.add_exception_handler(Exception, _bug)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, GessoError)
    wait = error.facts.get("retry_after")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return problem(error.status, error.code, error.title, str(error), headers=headers, **error.facts)


async def _shape(request: Request, error: Exception) -> Response:
    """FastAPI's own 422: the body, the query or the path is not of the declared shape."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {
            "field": ".".join(str(part) for part in fault["loc"][1:]),
            "message": plain(fault["msg"]),
            "kind": fault["type"],
        }
        for fault in error.errors()
    ]
    if any(fault["loc"][0] == "path" for fault in error.errors()):
        return problem(NotFound.status, NotFound.code, NotFound.title, "There is nothing by this name.")
    first = fields[0]
    return problem(422, Invalid.code, Invalid.title, f"{first['field']}: {first['message']}.", fields=fields)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code, "http")
    return problem(error.status_code, code, str(error.detail), f"{error.detail}.", headers=error.headers)


async def _unfit(request: Request, error: Exception) -> Response:
    """PostgreSQL keeps no NUL in a text, and no database a number without end."""
    return problem(422, Invalid.code, Invalid.title, "A text or a number in this request cannot be kept.")


async def _bug(request: Request, error: Exception) -> Response:
    # Not the address itself: that of a board's page, or of a signed file, is a secret.
    path = getattr(request.scope.get("route"), "path", "")
    log.error("unforeseen error", path=path, method=request.method, exc_info=error)
    return problem(500, "internal", "Something went wrong", "This is our mistake. It was noted down.")
