"""The JSON Schema of specs for editors, generated from the vocabulary of the language.

It checks less than ``archspec check``: neither shapes nor whether a name is defined. So any name
may be that of a module, except one with a kernel. In files with params and modules with options,
any name may be a value, but not a word if all params are numbers. A word of another package counts
as a module, and as neither a norm nor an activation. A module that shadows a word is checked like
the word.
"""

from __future__ import annotations

from archspec.language.document.declaration import VERSION
from archspec.language.document.load import KEYS
from archspec.language.document.sections import PROMISES
from archspec.language.schema import step_schema
from archspec.language.schema.json_schema import (
    NAME,
    NAMES,
    TEXT,
    Schema,
    any_of,
    array,
    described,
    named,
    record,
    ref,
    string,
)
from archspec.language.schema.step_schema import COUNTING, NAMING, PLAIN, Grammar

_SHAPE = "^[1-9][0-9]*(x[1-9][0-9]*x[1-9][0-9]*)?$"
_BOUND = r"^\s*(<=|>=|<|>|==)?\s*[0-9][0-9_]*(\.[0-9]+)?\s*[KMGT]?\s*$"


def schema() -> Schema:
    """Return the schema of a document, which is stricter if it has no params or only numbers."""
    document = _document()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"archspec, version {VERSION} of the language",
        "type": "object",
        "required": ["archspec"],
        "additionalProperties": False,
        "properties": {key: document[key] for key in KEYS},
        "if": {"not": {"required": ["params"]}},
        "then": {"properties": _of_steps(PLAIN)},
        "else": {
            "if": {"properties": {"params": named({"type": "number"})}},
            "then": {"properties": _of_steps(COUNTING)},
        },
        "definitions": {
            "shape": any_of(string(_SHAPE), {"type": "integer", "minimum": 1}),
            **step_schema.definitions(),
        },
    }


def _of_steps(grammar: Grammar) -> Schema:
    """Return the schemas of the keys with steps or attributes, in a grammar."""
    return {
        "defaults": step_schema.defaults(grammar),
        **{section: named(grammar.ref("module")) for section in PROMISES},
        "network": grammar.ref("steps"),
        "auxiliary": named(step_schema.head(grammar)),
    }


def _document() -> Schema:
    steps = {key: described(each, _DOCS[key]) for key, each in _of_steps(NAMING).items()}
    return {
        "archspec": {"const": VERSION, "description": "Version of the language."},
        "name": described(string(NAME), "Names the model's class and files."),
        "title": described(TEXT, "The name as figures write it: ResNet-50."),
        "source": described(TEXT, "Where the network comes from."),
        "doc": described(TEXT, "A description of the network."),
        "input": described(_input(), "Height x width x channels, or inputs by name."),
        "params": described(named(_param()), "Constants of the whole spec."),
        "variants": described(named(_variant()), "Networks of a family, by their names."),
        "import": described(_imports(), "Modules of other files, by file."),
        **steps,
        "outputs": described(NAMES, "Names of the steps whose values are outputs."),
        "expect": described(_expect(), "Totals that the network must have."),
        "moved": described(_moves(), "Renames that diffs and checkpoints follow."),
        "$schema": {"type": "string"},
    }


_DOCS = {
    "defaults": "Attributes of words in this file, unless a step sets them.",
    "stems": "Modules that come first.",
    "blocks": "Modules that keep height and width.",
    "reductions": "Modules that reduce height or width.",
    "parts": "Modules without a promise.",
    "network": "The steps of the network.",
    "auxiliary": "Heads for training only.",
}


def _input() -> Schema:
    preprocessing = dict.fromkeys(("mean", "std", "range", "order"), _numbers())
    one = any_of(ref("shape"), record({"shape": ref("shape"), **preprocessing}, "shape"))
    several = {**named(one), "not": {"required": ["shape"]}}
    return any_of(*one["anyOf"], several)


def _numbers() -> Schema:
    return any_of(TEXT, {"type": "array", "items": {"type": "number"}})


def _param() -> Schema:
    return any_of({"type": ["number", "boolean"]}, string(NAME))


def _variant() -> Schema:
    said = {
        "title": described(TEXT, "The name of this variant as figures write it."),
        "source": described(TEXT, "Where this variant comes from."),
        "doc": described(TEXT, "A description of this variant."),
        "params": described(named(_param()), "The values of params that this variant sets."),
        "input": described(_input(), "Inputs in place of the file's."),
        "expect": described(_expect(), "Totals that this variant must have."),
    }
    return record(said)


def _imports() -> Schema:
    return {"type": "object", "additionalProperties": array(string(NAME))}


def _expect() -> Schema:
    total = any_of({"type": "integer", "minimum": 0}, string(_BOUND))
    return record({"parameters": total, "macs": total})


def _moves() -> Schema:
    move = record({"from": string(), "to": string()}, "from", "to")
    return any_of(move, {"type": "array", "items": move})
