"""The JSON Schema of specs, made from the words of the language, for editors.

It is safe for draft-07 and sees less than ``archspec check``: no shapes, no names, of a step in one
line only its first word. A module that takes the place of a word is held to the word's attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from archspec.attributes import Kind
from archspec.language.declaration import VERSION
from archspec.language.load import KEYS
from archspec.language.names import CLAUSES
from archspec.language.sections import PROMISES
from archspec.language.syntax import Form
from archspec.language.words import REPEAT, attributes_of, form_of, known_words, operator_of
from archspec.layer import layers
from archspec.layers import residual
from archspec.operator import words_with

Schema = dict[str, Any]

_NAME = "^[a-z]([a-z0-9_]*[a-z0-9])?$"
_SHAPE = "^[1-9][0-9]*(x[1-9][0-9]*x[1-9][0-9]*)?$"
_EXPRESSION = r"^[a-z0-9_+*/%().,xeEV\s-]+$"
_STEP = r"^\s*(\S+\s+x\s+)?[a-z][a-z0-9_]*(\s.*)?$"
_BOUND = r"^\s*(<=|>=|<|>|==)?\s*[0-9][0-9_]*(\.[0-9]+)?\s*[KMGT]?\s*$"

_TEXT: Schema = {"type": ["string", "number"]}
_NAMES: Schema = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}


def schema() -> Schema:
    """Make the schema of a document."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"archspec, version {VERSION} of the language",
        "type": "object",
        "required": ["archspec"],
        "additionalProperties": False,
        "properties": {key: _document()[key] for key in KEYS},
        "definitions": _definitions(),
    }


def _document() -> Schema:
    return {
        "archspec": {"const": VERSION, "description": "Version of the language."},
        "name": _described(_string(_NAME), "Names the model's class and files."),
        "source": _described(_TEXT, "Where the network comes from."),
        "doc": _described(_TEXT, "What there is to say of it."),
        "input": _described(_input(), "Height x width x channels, or inputs by name."),
        "params": _described(_named(_param()), "Values that the whole spec may use."),
        "import": _described(_imports(), "Modules of other files, by file."),
        "defaults": _described(_defaults(), "What a bare word means in this file."),
        **{section: _described(_named(_ref("module")), _doc(section)) for section in PROMISES},
        "network": _described(_ref("steps"), "The steps of the network."),
        "outputs": _described(_NAMES, "Names of the steps whose values come out."),
        "auxiliary": _described(_named(_head()), "Heads for training alone."),
        "expect": _described(_expect(), "Totals that the network must have."),
        "moved": _described(_moves(), "Renames that diffs and checkpoints follow."),
        "$schema": {"type": "string"},
    }


def _doc(section: str) -> str:
    return {
        "stems": "Modules that stand first.",
        "blocks": "Modules that leave height and width as they were.",
        "reductions": "Modules that make height or width smaller.",
        "parts": "Modules that promise nothing.",
    }[section]


def _definitions() -> Schema:
    return {
        "step": {
            "anyOf": [
                _string(_STEP),
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": _string(_NAME),
                    "properties": {**_clauses(), **_words()},
                    "additionalProperties": _ref("attributes"),
                },
            ]
        },
        "steps": {"anyOf": [_ref("step"), _list(_ref("step"))]},
        "branches": {
            "anyOf": [_list(_ref("steps")), {**_named(_ref("steps")), "minProperties": 1}]
        },
        "attributes": {"anyOf": [_text(_EXPRESSION), _named(_any_value())]},
        "module": {
            "anyOf": [
                {
                    "type": "object",
                    "required": ["steps"],
                    "additionalProperties": False,
                    "properties": {
                        "options": {"anyOf": [_string(), _list(_string())]},
                        "doc": _TEXT,
                        "source": _TEXT,
                        "steps": _ref("steps"),
                    },
                },
                _ref("steps"),
            ]
        },
        "shape": {"anyOf": [_string(_SHAPE), {"type": "integer", "minimum": 1}]},
        **_kinds(),
    }


def _clauses() -> Schema:
    known: Schema = {
        "as": _string(_NAME),
        "from": _NAMES,
        "times": {"anyOf": [{"type": "integer", "minimum": 0}, _string(_EXPRESSION)]},
        "shape": {"anyOf": [_ref("shape"), {"type": "array", "items": {"type": "integer"}}]},
    }
    return {clause: known[clause] for clause in CLAUSES}


def _words() -> Schema:
    return {word: _described(_word(word), _summary(word)) for word in known_words()}


def _summary(word: str) -> str:
    """Take the first sentence that is written of a word."""
    if word in (residual.WORD, REPEAT):
        return {residual.WORD: "A shortcut plus a body.", REPEAT: "Steps, `times` over."}[word]
    return str((layers().get(word) or operator_of(word)).__doc__).partition("\n")[0]


def _word(word: str) -> Schema:
    form = form_of(word)
    if form is Form.BRANCHES:
        return _ref("branches")
    if word == REPEAT:
        return _ref("steps")
    attributes = _attributes(word)
    if form is not Form.RESIDUAL:
        return {"anyOf": [_text(), attributes]}
    steps = {"steps": _ref("steps"), "shortcut": _ref("steps")}
    full = {**attributes, "required": ["steps"], "properties": attributes["properties"] | steps}
    return {"anyOf": [full, _string(_STEP), _list(_ref("step"))]}


def _attributes(word: str) -> Schema:
    known = attributes_of(word) or {}
    properties = {name: _ref(_slug(attribute.kind)) for name, attribute in known.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _kinds() -> Schema:
    kinds = [each.kind for word in known_words() for each in (attributes_of(word) or {}).values()]
    return {_slug(kind): _value(kind) for kind in kinds}


def _slug(kind: Kind) -> str:
    return "_".join(re.findall("[a-z0-9]+", kind.name))


def _value(kind: Kind) -> Schema:
    """Allow what a kind of attribute takes, and expressions where numbers stand."""
    words = {"enum": ["none", *words_with(kind.role)]} if kind.role else _loosened(kind.schema)
    return {"anyOf": [words, _string(_EXPRESSION)]}


def _loosened(given: Mapping[str, Any]) -> Schema:
    found = dict(given)
    if "items" in found:
        found["items"] = {"anyOf": [dict(found["items"]), _string(_EXPRESSION)]}
    if "anyOf" in found:
        found["anyOf"] = [_loosened(each) for each in found["anyOf"]]
    return found


def _any_value() -> Schema:
    single: Schema = {"type": ["string", "number", "boolean"]}
    return {"anyOf": [single, {"type": "array", "items": single}]}


def _defaults() -> Schema:
    words = {
        word: {"anyOf": [_text(), _attributes(word)]}
        for word in known_words()
        if attributes_of(word) is not None
    }
    words[residual.WORD] = _attributes(residual.WORD)
    return {"type": "object", "additionalProperties": False, "properties": words}


def _input() -> Schema:
    described = {
        "type": "object",
        "required": ["shape"],
        "additionalProperties": False,
        "properties": {
            "shape": _ref("shape"),
            **dict.fromkeys(("mean", "std", "range", "order"), _numbers()),
        },
    }
    one = {"anyOf": [_ref("shape"), described]}
    several = {**_named(one), "not": {"required": ["shape"]}}
    return {"anyOf": [*one["anyOf"], several]}


def _numbers() -> Schema:
    return {"anyOf": [_TEXT, {"type": "array", "items": {"type": "number"}}]}


def _param() -> Schema:
    return {"anyOf": [{"type": ["number", "boolean"]}, _string(_NAME)]}


def _imports() -> Schema:
    return {"type": "object", "additionalProperties": _list(_string(_NAME))}


def _head() -> Schema:
    return {
        "type": "object",
        "required": ["from", "steps"],
        "additionalProperties": False,
        "properties": {"from": _string(), "steps": _ref("steps")},
    }


def _expect() -> Schema:
    total = {"anyOf": [{"type": "integer", "minimum": 0}, _string(_BOUND)]}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"parameters": total, "macs": total},
    }


def _moves() -> Schema:
    move = {
        "type": "object",
        "required": ["from", "to"],
        "additionalProperties": False,
        "properties": {"from": _string(), "to": _string()},
    }
    return {"anyOf": [move, {"type": "array", "items": move}]}


def _described(given: Schema, text: str) -> Schema:
    """Say what a value is for; draft-07 ignores what stands beside a reference."""
    alone = {"allOf": [given]} if "$ref" in given else given
    return {**alone, "description": text}


def _string(pattern: str = "") -> Schema:
    return {"type": "string", "pattern": pattern} if pattern else {"type": "string"}


def _text(pattern: str = "") -> Schema:
    """Allow what may stand alone under a word: a string, or what YAML made of one."""
    return {"anyOf": [_string(pattern), {"type": ["number", "boolean"]}]}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def _named(value: Schema) -> Schema:
    return {"type": "object", "propertyNames": _string(_NAME), "additionalProperties": value}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}
