"""Combinators for JSON Schema, draft-07."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

NAME = "^[a-z]([a-z0-9_]*[a-z0-9])?$"


def described(given: Schema, text: str) -> Schema:
    """Add a description; a reference is wrapped, since draft-07 ignores keys beside it."""
    alone = {"allOf": [given]} if "$ref" in given else given
    return {**alone, "description": text}


def string(pattern: str = "") -> Schema:
    """Allow a text, optionally of a pattern."""
    return {"type": "string", "pattern": pattern} if pattern else {"type": "string"}


def any_of(*given: Schema) -> Schema:
    """Allow what any of several schemas allows."""
    return {"anyOf": list(given)}


def array(item: Schema) -> Schema:
    """Allow a non-empty list."""
    return {"type": "array", "items": item, "minItems": 1}


def named(value: Schema) -> Schema:
    """Allow a mapping from names to values."""
    return {"type": "object", "propertyNames": string(NAME), "additionalProperties": value}


def record(properties: Schema, *required: str) -> Schema:
    """Allow a mapping with known keys, some of which are required."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", **needed, "additionalProperties": False, "properties": properties}


def ref(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/definitions/{name}"}


TEXT: Schema = {"type": ["string", "number"]}
NAMES: Schema = any_of({"type": "string"}, {**array({"type": "string"})})
