"""Pieces of JSON Schema, draft-07, of which the schema of specs is put together."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

NAME = "^[a-z]([a-z0-9_]*[a-z0-9])?$"


def described(given: Schema, text: str) -> Schema:
    """Say what a value is for; draft-07 ignores what stands beside a reference."""
    alone = {"allOf": [given]} if "$ref" in given else given
    return {**alone, "description": text}


def string(pattern: str = "") -> Schema:
    """Allow a text, of a pattern if there is one."""
    return {"type": "string", "pattern": pattern} if pattern else {"type": "string"}


def any_of(*given: Schema) -> Schema:
    """Allow what one of several schemas allows."""
    return {"anyOf": list(given)}


def array(item: Schema) -> Schema:
    """Allow a list that is not empty."""
    return {"type": "array", "items": item, "minItems": 1}


def named(value: Schema) -> Schema:
    """Allow a mapping of names."""
    return {"type": "object", "propertyNames": string(NAME), "additionalProperties": value}


def record(properties: Schema, *required: str) -> Schema:
    """Allow a mapping of known keys, some of which have to be there."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", **needed, "additionalProperties": False, "properties": properties}


def ref(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/definitions/{name}"}


TEXT: Schema = {"type": ["string", "number"]}
NAMES: Schema = any_of({"type": "string"}, {**array({"type": "string"})})
