"""The JSON Schema of specs, made from the words of the language, for editors.

It is safe for draft-07 and sees less than ``archspec check``: no shapes, and not whether a name is
there. So any name may be a module's, though one that is told a kernel is none; where a file has
params or a module options, any name may be a value, though no word where all params are numbers; a
word of another package counts as a module,
and is no norm and no activation. A module that takes the place of a word is held to the word.
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
    """Make the schema of a document, which is stricter where no param or none but numbers is."""
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
    """Allow what a grammar does under the keys that hold steps or what they are told."""
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
        "source": described(TEXT, "Where the network comes from."),
        "doc": described(TEXT, "What there is to say of it."),
        "input": described(_input(), "Height x width x channels, or inputs by name."),
        "params": described(named(_param()), "Values that the whole spec may use."),
        "import": described(_imports(), "Modules of other files, by file."),
        **steps,
        "outputs": described(NAMES, "Names of the steps whose values come out."),
        "expect": described(_expect(), "Totals that the network must have."),
        "moved": described(_moves(), "Renames that diffs and checkpoints follow."),
        "$schema": {"type": "string"},
    }


_DOCS = {
    "defaults": "What a bare word means in this file.",
    "stems": "Modules that stand first.",
    "blocks": "Modules that leave height and width as they were.",
    "reductions": "Modules that make height or width smaller.",
    "parts": "Modules that promise nothing.",
    "network": "The steps of the network.",
    "auxiliary": "Heads for training alone.",
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


def _imports() -> Schema:
    return {"type": "object", "additionalProperties": array(string(NAME))}


def _expect() -> Schema:
    total = any_of({"type": "integer", "minimum": 0}, string(_BOUND))
    return record({"parameters": total, "macs": total})


def _moves() -> Schema:
    move = record({"from": string(), "to": string()}, "from", "to")
    return any_of(move, {"type": "array", "items": move})
