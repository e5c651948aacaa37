"""The document that clients are generated from says what is true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from gesso.app import create_app
from gesso.kit.pool import Pool
from gesso.ops import OPERATIONS
from gesso.settings import Settings

PARAMETER = {"query", "path", "header", "cookie"}


@pytest.fixture
def app(tmp_path: Path, pool: Pool) -> FastAPI:
    return create_app(Settings(data=tmp_path), pool=pool)


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def every(value: Any, key: str) -> Iterator[Any]:
    """What stands under `key`, anywhere."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from every(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner, key)


def resolve(document: dict[str, Any], ref: str) -> dict[str, Any]:
    found: Any = document
    assert ref.startswith("#/"), ref
    for name in ref[2:].split("/"):
        assert name in found, ref
        found = found[name]
    assert isinstance(found, dict)
    return found


def fits(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    """Whether a value satisfies a JSON Schema, as far as requests use the language."""
    if "$ref" in schema:
        return fits(document, resolve(document, schema["$ref"]), value)
    kinds: dict[str, Any] = {
        "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
        "integer": int, "number": (int, float),
    }  # fmt: skip
    wanted = schema.get("type")
    named = [wanted] if isinstance(wanted, str) else wanted
    if named and not any(isinstance(value, kinds[name]) for name in named):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return False
    if isinstance(value, (int, float)) and not value > schema.get("exclusiveMinimum", value - 1):
        return False
    if "not" in schema and fits(document, schema["not"], value):
        return False
    if "anyOf" in schema and not any(fits(document, one, value) for one in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(document, one, value) for one in schema["oneOf"]) != 1:
        return False
    if isinstance(value, dict):
        known = schema.get("properties", {})
        if not set(schema.get("required", ())) <= value.keys():
            return False
        if schema.get("additionalProperties") is False and not value.keys() <= known.keys():
            return False
        return all(fits(document, known[name], value[name]) for name in value if name in known)
    if isinstance(value, list) and "items" in schema:
        return all(fits(document, schema["items"], item) for item in value)
    return True


def test_the_document_is_whole(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"].keys() >= {"title", "version"}
    refs = list(every(document, "$ref"))
    assert len(refs) > 50
    for ref in refs:
        resolve(document, ref)
    for mapping in every(document, "mapping"):
        for ref in mapping.values():
            resolve(document, ref)
    for path, methods in document["paths"].items():
        assert path.startswith("/api/")
        named = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for operation in methods.values():
            parameters = operation.get("parameters", [])
            assert {found["name"] for found in parameters if found["in"] == "path"} == named, path
            assert {found["in"] for found in parameters} <= PARAMETER
            assert all("schema" in found for found in parameters)


def test_every_route_says_what_it_does_under_a_name_of_its_own(document: dict[str, Any]) -> None:
    seen: set[str] = set()
    for name, operation in operations(document):
        assert operation.get("summary"), name
        assert len(operation.get("description", "")) > 10, name
        assert operation.get("tags"), name
        assert operation["operationId"] not in seen, name
        seen.add(operation["operationId"])
    assert len(seen) > 30


def test_every_error_has_the_shape_that_is_announced(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert "422" not in operation["responses"], name
        (content,) = operation["responses"]["default"]["content"].items()
        assert content[0] == "application/problem+json", name
    assert not [name for name in document["components"]["schemas"] if name.endswith("ValidationError")]
    told = {"type": "about:blank", "title": "No", "status": 404, "code": "not_found", "detail": "No such."}
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    assert fits(document, schema, told)
    assert not fits(document, schema, told | {"status": "404"})


def test_every_operation_stands_in_it_with_an_example_that_fits(document: dict[str, Any], app: FastAPI) -> None:
    run = {"$ref": "#/components/schemas/RunIn"}
    for path in ("/api/runs", "/api/runs/estimate"):
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert body["schema"] == run
        assert body["examples"].keys() == {op for op, kind in OPERATIONS.items() if not kind.brought}
        for op, example in body["examples"].items():
            value = example["value"]
            assert value["op"] == op
            assert fits(document, run, value), op
            assert not fits(document, run, value | {"op": "image.nothing"})
            assert not fits(document, run, value | {"surprise": 1})
            assert not fits(document, run, {"op": op}), op
            _, request = app.state.studio.runs.shelf.accepting(op, None, value["input"])[0]
            assert request.op == op


def test_it_says_that_a_token_or_a_cookie_is_needed(document: dict[str, Any]) -> None:
    kinds = document["components"]["securitySchemes"]
    assert {kind["type"] for kind in kinds.values()} == {"http", "apiKey"}
    open_to_all = {name for name, operation in operations(document) if not operation.get("security")}
    # Behind a link to a board, each by its own secret.
    shared = {name for name in open_to_all if name.partition(" ")[2].startswith("/api/shared/{link_id}/")}
    assert len(shared) == 13
    assert open_to_all - shared == {
        "POST /api/session",
        "GET /api/health",
        "GET /api/health/live",
        "GET /api/image-studio/health",
        "GET /api/signed/{token}",
        # Out of a mail, by its own seal.
        "GET /api/notifications/off/{token}",
        "POST /api/notifications/off/{token}",
    }


def test_no_form_of_an_operation_is_told_twice(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for op in OPERATIONS:
        told = schemas.get(f"Run_{op.replace('.', '_')}")
        names = [one["$ref"].rpartition("/")[2] for one in told["properties"]["input"]["anyOf"]] if told else []
        forms = [{**schemas[name], "title": "", "description": ""} for name in names]
        assert all(form not in forms[:number] for number, form in enumerate(forms)), op
