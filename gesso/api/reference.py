"""The reference at /api/docs: the OpenAPI document as one page of plain HTML, with an example of each request.

Drawn here and not by a script from elsewhere, so that it works offline and loads nothing.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

VERBS: Final = ("get", "post", "put", "patch", "delete")
STYLE: Final = """
:root{color-scheme:light dark;--line:#8883;--soft:#8881}
body{font:15px/1.55 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:3rem}summary{cursor:pointer;padding:.5rem 0}details{border-top:1px solid var(--line)}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:.75rem;border-radius:8px;overflow:auto}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top}
b{display:inline-block;min-width:4.2rem}a{color:inherit}
"""


@router.get("/api/docs")
async def reference(request: Request) -> HTMLResponse:
    """No actor: what can be asked is no secret; asking needs one."""
    document = request.app.openapi()
    body = "".join(_group(tag, routes, document) for tag, routes in _grouped(document).items())
    return HTMLResponse(
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Gesso API</title><style>{STYLE}</style><h1>Gesso API</h1>"
        "<p>Send <code>Authorization: Bearer TOKEN</code>; <code>gesso token create NAME</code> prints a token. "
        "Errors are <code>application/problem+json</code>. "
        f"The same as a document: <a href=/api/openapi.json>openapi.json</a>.</p>{body}</html>"
    )


def _grouped(document: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                groups.setdefault(item[verb].get("tags", ["other"])[0], []).append((verb, path, item[verb]))
    return groups


def _group(tag: str, routes: list[tuple[str, str, dict[str, Any]]], document: dict[str, Any]) -> str:
    return f"<h2>{escape(tag.capitalize())}</h2>" + "".join(_route(*route, document) for route in routes)


def _route(verb: str, path: str, route: dict[str, Any], document: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code><td>{escape(each['in'])}<td>{escape(each.get('description', ''))}"
        for each in route.get("parameters", [])
    )
    told = f"<table><tr><th>parameter<th>in<th>what it is{rows}</table>" if rows else ""
    answers = ", ".join(f"{code} {escape(answer['description'])}" for code, answer in route["responses"].items())
    return (
        f"<details><summary><b>{verb.upper()}</b> <code>{escape(path)}</code></summary>"
        f"<p>{escape(route.get('description') or route.get('summary', ''))}</p>{told}"
        f"{''.join(_examples(route, document))}<p>Answers: {answers}</p></details>"
    )


def _examples(route: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    for kind, body in route.get("requestBody", {}).get("content", {}).items():
        given = [example["value"] for example in body.get("examples", {}).values()]
        for example in given or [_sample(body["schema"], document)]:
            yield f"<pre>{escape(kind)}\n{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>"


def _sample(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """A value of the schema's shape: its example, its default, or the name of its type."""
    if "$ref" in schema:
        return _sample(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    for name in ("example", "default", "const"):
        if name in schema:
            return schema[name]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _sample(schema[choice][0], document)
    if "properties" in schema:
        return {name: _sample(field, document) for name, field in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_sample(schema.get("items", {}), document)]
    return schema.get("format") or schema.get("type", "any")
