"""The JSON Schema of steps: strings by patterns, mappings by the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.attributes import AttributeKind
from archspec.language.schema import step_patterns
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
from archspec.language.schema.step_patterns import ANY, Names
from archspec.language.syntax.names import CLAUSES
from archspec.language.syntax.syntax import Form
from archspec.language.syntax.words import (
    MERGED,
    REPEAT,
    attributes_of,
    form_of,
    known_words,
    operator_of,
)
from archspec.layer import layers
from archspec.layers import residual


class Grammar(NamedTuple):
    """How steps are written, by what names have values there (options, params)."""

    prefix: str
    names: Names

    def ref(self, name: str) -> Schema:
        """Refer to a definition of this grammar."""
        return ref(self.prefix + name)


NAMING = Grammar("", ANY)
COUNTING = Grammar("counting_", Names(numbers=True, words=False))
PLAIN = Grammar("plain_", Names(numbers=False, words=False))


def definitions() -> Schema:
    """Return the definitions for steps and their parts in each grammar."""
    return {
        grammar.prefix + name: each
        for grammar in (NAMING, COUNTING, PLAIN)
        for name, each in _definitions(grammar).items()
    }


def defaults(grammar: Grammar) -> Schema:
    """Allow attributes by word, for all words with attributes."""
    known = {
        word: _told(word, grammar) for word in known_words() if attributes_of(word) is not None
    }
    return record({**known, residual.WORD: _attributes(residual.WORD, grammar)})


def module(grammar: Grammar) -> Schema:
    """Allow steps, or a mapping with ``steps``; options are variables in a module's steps."""
    texts = {"doc": TEXT, "source": TEXT, "inputs": NAMES, "outputs": NAMES}
    options = {"options": any_of(string(), array(string()))}
    full = record({**options, **texts, "steps": NAMING.ref("steps")}, "options", "steps")
    return any_of(
        full, record({**texts, "steps": grammar.ref("steps")}, "steps"), grammar.ref("steps")
    )


def head(grammar: Grammar) -> Schema:
    """Allow an auxiliary head."""
    return record({"from": string(), "steps": grammar.ref("steps")}, "from", "steps")


def _definitions(grammar: Grammar) -> Schema:
    steps, line = grammar.ref("steps"), grammar.ref("line")
    mapping = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": string(NAME),
        "properties": {**_clauses(grammar), **_words(grammar)},
        "additionalProperties": grammar.ref("attributes"),
    }
    return {
        "line": string(step_patterns.step(grammar.names)),
        "step": any_of(line, mapping),
        "steps": any_of(grammar.ref("step"), array(grammar.ref("step"))),
        "branches": any_of(array(steps), {**named(steps), "minProperties": 1}),
        "attributes": any_of(
            _text(step_patterns.module_rest()),
            named(_any_value()),
        ),
        "module": module(grammar),
        **_kinds(grammar),
        **_rests(grammar),
    }


def _clauses(grammar: Grammar) -> Schema:
    known: Schema = {
        "as": string(NAME),
        "from": NAMES,
        "times": any_of({"type": "integer", "minimum": 0}, _expression(grammar)),
        "shape": any_of(ref("shape"), {"type": "array", "items": {"type": "integer"}}),
    }
    merged = {name: grammar.ref(_slug(each.kind)) for name, each in MERGED.items()}
    return {clause: known[clause] for clause in CLAUSES} | merged


def _words(grammar: Grammar) -> Schema:
    return {word: described(_word(word, grammar), _summary(word)) for word in known_words()}


def _summary(word: str) -> str:
    """Return the first line of the documentation of a word."""
    if word in (residual.WORD, REPEAT):
        return {residual.WORD: "A shortcut plus a body.", REPEAT: "Steps, repeated `times` times."}[
            word
        ]
    return str((layers().get(word) or operator_of(word)).__doc__).partition("\n")[0]


def _word(word: str, grammar: Grammar) -> Schema:
    form = form_of(word)
    if form is Form.BRANCHES:
        return grammar.ref("branches")
    if word == REPEAT:
        return grammar.ref("steps")
    if form is not Form.RESIDUAL:
        return _told(word, grammar, _mark(word))
    attributes = _attributes(word, grammar)
    steps = {"steps": grammar.ref("steps"), "shortcut": grammar.ref("steps")}
    full = record(attributes["properties"] | steps, "steps")
    return any_of(full, grammar.ref("line"), array(grammar.ref("step")))


def _mark(word: str) -> Schema:
    """Allow the mark ``linear`` among the attributes of a layer."""
    return {"linear": {"const": True}} if word in layers() else {}


def _told(word: str, grammar: Grammar, mark: Schema | None = None) -> Schema:
    """Allow a word's attributes: by name, or as the rest of a step in short form."""
    attributes = _attributes(word, grammar)["properties"] | (mark or {})
    return any_of(grammar.ref(f"{word}_rest"), record(attributes))


def _rests(grammar: Grammar) -> Schema:
    words = [word for word in known_words() if form_of(word) is Form.ATTRIBUTES]
    words += [word for word in known_words() if form_of(word) is Form.BRANCHES]
    return {f"{word}_rest": _text(step_patterns.rest(word, grammar.names)) for word in words}


def _attributes(word: str, grammar: Grammar) -> Schema:
    known = attributes_of(word) or {}
    return record({name: grammar.ref(_slug(each.kind)) for name, each in known.items()})


def _kinds(grammar: Grammar) -> Schema:
    kinds = [each.kind for word in known_words() for each in (attributes_of(word) or {}).values()]
    return {_slug(kind): _value(kind, grammar) for kind in kinds}


def _slug(kind: AttributeKind) -> str:
    return "_".join(re.findall("[a-z0-9]+", kind.name))


def _value(kind: AttributeKind, grammar: Grammar) -> Schema:
    """Allow the values of a kind of attribute, and expressions in place of numbers or names."""
    if step_patterns.is_word(kind):
        own = {"enum": list(step_patterns.words_of(kind))} if kind.role else dict(kind.schema)
        return any_of(own, string(f"^{step_patterns.named(kind)}$")) if grammar.names.words else own
    return any_of(_loosened(kind.schema, grammar), _expression(grammar))


def _expression(grammar: Grammar) -> Schema:
    return string(step_patterns.alone(grammar.names))


def _loosened(given: Mapping[str, Any], grammar: Grammar) -> Schema:
    found = dict(given)
    if "items" in found:
        found["items"] = any_of(dict(found["items"]), _expression(grammar))
    if "anyOf" in found:
        found["anyOf"] = [_loosened(each, grammar) for each in found["anyOf"]]
    return found


def _any_value() -> Schema:
    single: Schema = {"type": ["string", "number", "boolean"]}
    return any_of(single, {"type": "array", "items": single})


def _text(pattern: str) -> Schema:
    """Allow a string, or the number or boolean that YAML makes of one."""
    return any_of(string(pattern), {"type": ["number", "boolean"]})
