"""Regular expressions for steps on one line, generated from the vocabulary of the language.

They are for JSON Schema, so they use only what JavaScript and Python have in common. Where
variables (options, params) are in scope, any name may be a value of their sort; elsewhere a name is
a word. No text is matched in two ways, which bounds backtracking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archspec.attributes import PADDINGS, AttributeKind
from archspec.language.syntax.names import RESERVED
from archspec.language.syntax.syntax import Form
from archspec.language.syntax.terms import FUNCTIONS
from archspec.language.syntax.words import attributes_of, form_of, known_words, main_of
from archspec.operator import words_with

_END = r"(?:\s|$)"
_NAME = rf"(?!(?:{'|'.join(sorted(RESERVED))}){_END})[a-z](?:[a-z0-9_]*[a-z0-9])?"
_NO_WORD = rf"(?!(?:{'|'.join(sorted(RESERVED - {'in_channels'}))}){_END})"
_SHAPE = "[1-9][0-9]*(?:x[1-9][0-9]*x[1-9][0-9]*)?"
_SOURCE = rf"{_NAME}(?:\.[a-z](?:[a-z0-9_]*[a-z0-9])?)?"
_TAIL = rf"(?:\s+(?:as\s+{_NAME}|from(?:\s+{_SOURCE})+))*(?:\s+->\s*{_SHAPE})?\s*$"
_NO_ARGUMENT = rf"(?!(?:as|from|x){_END}|->)"
_NO_SIZES = "(?![0-9]+[xX])"
_NUMBERS = rf"[0-9.+*/%-]|[0-9]e|in_channels|(?:{'|'.join(FUNCTIONS)})(?=\()"
_ANY = "[A-Za-z0-9_.+*/%-]"
_NO_OPERATOR_AT_THE_END = rf"(?![^\s(]*[+*/%-]{_END})"


class Names(NamedTuple):
    """What a name may stand for: a number, or a word or truth value as well."""

    numbers: bool
    words: bool


ANY = Names(numbers=True, words=True)


def expression(names: Names) -> str:
    """Match arithmetic, with variables or without; no text is matched in two ways."""
    part, group = _parts(names)
    return f"{_NO_OPERATOR_AT_THE_END}(?:{part}|{group})+"


def _parts(names: Names) -> tuple[str, str]:
    """Match a piece of arithmetic, and arithmetic in brackets."""
    part = _ANY if names.numbers else _NUMBERS
    inside = f"(?:{part}|[, ])"
    return part, rf"\((?:{inside}|\((?:{inside}|\({inside}*\))*\))*\)"


def alone(names: Names) -> str:
    """Match arithmetic that stands alone, with space around its operators."""
    part, group = _parts(names)
    return rf"^{_NO_WORD}(?!.*[+*/%-]\s*$)(?:{part}|{group}|\s)+$"


def arithmetic(names: Names) -> str:
    """Match an expression other than a reserved word."""
    return _NO_WORD + expression(names)


def value(kind: AttributeKind, names: Names) -> str:
    """Match a value of an attribute of a kind in a step."""
    if is_word(kind):
        return named(kind) if names.words else _either(words_of(kind))
    return named(kind) if names.numbers else _either(_alternatives(kind.schema, names))


def is_word(kind: AttributeKind) -> bool:
    """Whether all values of a kind are words."""
    is_listed = "enum" in kind.schema or kind.schema.get("type") == "boolean"
    return bool(kind.role) or is_listed


def words_of(kind: AttributeKind) -> tuple[str, ...]:
    """List the words among the values of a kind."""
    if kind.role:
        return ("none", *words_with(kind.role))
    if kind.schema.get("type") == "boolean":
        return ("true", "false")
    parts = (kind.schema, *kind.schema.get("anyOf", ()))
    return tuple(str(word) for part in parts for word in part.get("enum", ()))


def named(kind: AttributeKind) -> str:
    """Match a word of a kind or a variable, or else arithmetic.

    Reserved words are no names, so that no text is matched in two ways.
    """
    reserved = [word for word in words_of(kind) if word in RESERVED]
    if is_word(kind):
        return _either((*reserved, _NAME, rf"\({_NAME}\)"))
    return _either((*reserved, arithmetic(names=ANY), _list(names=ANY)))


def step(names: Names) -> str:
    """Match a step on one line.

    Any other name may be that of a module, which takes no kernel as a bare argument.
    """
    words = [_words(args, alike) for args, alike in _alike(Form.ATTRIBUTES, names).items()]
    words += [_merges(args, alike) for args, alike in _alike(Form.BRANCHES, names).items()]
    count = rf"(?:{arithmetic(names)}\s+x\s+)?"
    return rf"^\s*{count}{_either([*words, _module()])}{_TAIL}"


def rest(word: str, names: Names) -> str:
    """Match the value of a word as a string: the rest of a step in short form."""
    arguments = _arguments(word, names)
    return rf"^(?:\s*{_NO_ARGUMENT}{arguments}(?=\s|$))*{_TAIL}"


def module_rest() -> str:
    """Match the value of a module as a string: the rest of a step in short form."""
    return rf"^(?:\s*{_NO_ARGUMENT}{_module_argument()}(?=\s|$))*{_TAIL}"


def _words(arguments: str, names: Iterable[str]) -> str:
    return rf"{_either(names)}(?:\s+{_NO_ARGUMENT}{arguments}(?=\s|$))*(?=\s|$)"


def _alike(form: Form, names: Names) -> dict[str, list[str]]:
    """Group the words of a form by the pattern of their arguments."""
    found: dict[str, list[str]] = {}
    for word in known_words():
        if form_of(word) is form:
            found.setdefault(_arguments(word, names), []).append(word)
    return found


def _merges(arguments: str, names: Iterable[str]) -> str:
    """Match merges of named values; those of branches are not written as strings."""
    return rf"(?={_either(names)}\s(?:.*\s)?from\s){_words(arguments, names)}"


def _module() -> str:
    words = rf"(?!{_either(known_words())}{_END}){_NAME}"
    return rf"{words}(?:\s+{_NO_ARGUMENT}{_module_argument()}(?=\s|$))*(?=\s|$)"


def _module_argument() -> str:
    """Match an option; a kernel must be named, since only words of other packages take one."""
    values = expression(names=ANY)
    named = f"[a-z][a-z0-9_]*={_either((values, _list(names=ANY)))}"
    return _either((f"{_NO_SIZES}{values}", f"/{values}", named))


def _arguments(word: str, names: Names) -> str:
    """Match one argument of a word."""
    known = attributes_of(word) or {}
    main = known.get(main_of(word) or "")
    marks = ["linear"] if "norm" in known else []
    marks += [*PADDINGS, "V"] if "padding" in known else []
    marks += ["[0-9]+x[0-9]+"] if "kernel" in known else []
    marks += ["/" + value(known["stride"].kind, names)] if "stride" in known else []
    bare = [] if main is None else [_NO_SIZES + value(main.kind, names)]
    keyed: dict[str, list[str]] = {}
    for name, each in known.items():
        keyed.setdefault(value(each.kind, names), []).append(name)
    named = [f"{_either(alike)}={values}" for values, alike in keyed.items()]
    return _either((*marks, *bare, *named)) if known else "(?!)"


def _list(names: Names) -> str:
    item = expression(names)
    return rf"\[\s*{item}(?:,\s*{item})*\s*\]"


def _alternatives(schema: Mapping[str, Any], names: Names) -> Iterable[str]:
    """List patterns for the values that a kind's schema allows."""
    if "anyOf" in schema:
        return [each for part in schema["anyOf"] for each in _alternatives(part, names)]
    if "enum" in schema:
        return [str(each) for each in schema["enum"]]
    if "pattern" in schema:
        return [schema["pattern"].strip("^$")]
    by_type = {"boolean": "(?:true|false)", "array": _list(names)}
    return [by_type.get(schema["type"], expression(names))]


def _either(parts: Iterable[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(parts))})"
