"""Puts every offer's request into the OpenAPI document, so that generated clients know them by type."""

import json
from typing import Any

from gesso.api.problems import TYPE
from gesso.catalog import Catalog
from gesso.ops import OPERATIONS
from gesso.ops.fields import LATER

PLACEHOLDER = str(LATER)


def describe(document: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    """`RunIn` becomes one schema for each operation, with an example that would be accepted."""
    schemas = document["components"]["schemas"]
    names: dict[str, str] = {}
    examples: dict[str, Any] = {}
    for op, offers in sorted(catalog.offers.items()):
        # An offer may mean something else by the same form: that is told once.
        forms: dict[str, str] = {}
        for kind in dict.fromkeys(offer.request for offer in offers.values()):
            request = kind.model_json_schema(ref_template="#/components/schemas/{model}")
            defs = request.pop("$defs", {})
            form = json.dumps({**request, "title": "", "description": ""}, sort_keys=True)
            if form not in forms and kind.__name__ not in forms.values():
                forms[form] = kind.__name__
                schemas.update(defs)
                schemas[kind.__name__] = request
        inputs = [*forms.values()]
        names[op] = f"Run_{op.replace('.', '_')}"
        schemas[names[op]] = {
            "type": "object",
            "title": OPERATIONS[op].title,
            "required": ["op", "input"],
            "additionalProperties": False,
            "properties": {
                "op": {"type": "string", "const": op},
                "offer": {"type": ["string", "null"], "examples": sorted(offers)},
                "input": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in inputs]},
                "prefer": {"type": "string", "enum": ["price", "quality", "speed"], "default": "price"},
                "fallbacks": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
            },
        }
        example = OPERATIONS[op].told(dict.fromkeys(("asset", "mask", "voice", "film"), PLACEHOLDER))
        examples[op] = {"summary": OPERATIONS[op].title, "value": {"op": op, "input": example}}
    schemas["RunIn"] = {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names.values()],
        "discriminator": {
            "propertyName": "op",
            "mapping": {op: f"#/components/schemas/{name}" for op, name in names.items()},
        },
    }
    _problems(document)
    for path in ("/api/runs", "/api/runs/estimate"):
        document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"] = examples
    return document


def _problems(document: dict[str, Any]) -> None:
    """Every error has one shape, and not the one that the framework would announce."""
    schemas = document["components"]["schemas"]
    for theirs in ("HTTPValidationError", "ValidationError"):
        schemas.pop(theirs, None)
    schemas["ProblemDetails"] = {
        "type": "object",
        "title": "What went wrong (RFC 9457)",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable: for programs."},
            "detail": {"type": "string", "description": "What happened and what to do next: for people."},
            "fields": {
                "type": "array",
                "items": {"type": "object"},
                "description": "Which input does not fit.",
            },
        },
    }
    answer = {
        "description": "It did not work out; `code` and `detail` say why.",
        "content": {TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = answer
