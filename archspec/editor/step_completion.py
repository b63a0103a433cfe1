"""What may stand in a step: its word, its arguments and their values, and its clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archspec.attributes import PADDINGS, kind_of, show
from archspec.attributes import Padding as PaddingKind
from archspec.editor.hover import words
from archspec.language.document.sections import PROMISES
from archspec.language.document.spec import Module, Spec
from archspec.language.syntax.syntax import Form
from archspec.language.syntax.words import attributes_of, form_of, known_words, main_of
from archspec.operator import Attribute, words_with

_NAMED = re.compile(r"\bas:? +([a-z]\w*)")
_PADDING = kind_of(PaddingKind)
_MARKS = {"V": "no padding", "same": "as TensorFlow pads", "symmetric": "as PyTorch pads"}
_CLAUSES = {"as": "a name for the step", "from": "what it takes", "->": "the shape that it yields"}


class Candidate(NamedTuple):
    """A text that may stand at a place, what it is, a remark, and what is written if not itself.

    ``start`` is the column from which it replaces what was typed.
    """

    text: str
    sort: str
    detail: str = ""
    written: str = ""
    start: int = 0


class Known(NamedTuple):
    """What is known around a cursor: the document, the keys around, the lines above, the shapes."""

    spec: Spec | None
    keys: tuple[str, ...]
    lines: list[str]
    line: int
    shapes: tuple[str, ...]

    def module(self, word: str) -> Module | None:
        """Return the template that a word names."""
        return self.spec.module(word) if self.spec else None

    def options_of(self, word: str) -> dict[str, str]:
        """Return the options of a template, each with a remark on its default."""
        module = self.module(word)
        found = module.options if module else ()
        return {each.name.text: _default(each.default) for each in found}

    def takes_attributes(self, word: str) -> bool:
        """Whether what stands under a word are its attributes."""
        return self.module(word) is not None or form_of(word) is Form.ATTRIBUTES

    @property
    def enclosing(self) -> Module | None:
        """The template that the cursor is in."""
        is_inside = len(self.keys) > 1 and self.keys[0] in PROMISES
        return self.module(self.keys[1]) if is_inside else None


def _default(default: object) -> str:
    return f"{getattr(default, 'text', '')} by default" if default else "has to be given"


def of_step(text: str, known: Known) -> Iterable[Candidate]:
    """Offer what continues a step that is written in a row."""
    before = text.split(" ")[:-1]
    before = [each for each in before if each]
    if before[1:2] == ["x"]:
        before = before[2:]
    if not before:
        return _words(known)
    return _rest(before[0], before[1:], text, known)


def of_word(word: str, text: str, known: Known) -> Iterable[Candidate]:
    """Offer what continues the arguments of a word."""
    return _rest(word, [each for each in text.split(" ")[:-1] if each], text, known)


def _rest(word: str, before: list[str], text: str, known: Known) -> Iterable[Candidate]:
    clause = next((each for each in reversed(before) if each in _CLAUSES), "")
    if clause == "->":
        return (Candidate(each, "shape", "what it yields") for each in known.shapes)
    if clause == "from":
        return (*names(known), *_clauses(before))
    if clause == "as":
        return () if before[-1] == "as" else _clauses(before)
    key, equals, _ = text.rpartition(" ")[2].partition("=")
    if equals:
        return values((attributes_of(word) or {}).get(key), known)
    return (*_arguments(word, before, known), *_clauses(before))


def _clauses(before: list[str]) -> Iterator[Candidate]:
    left = (each for each in _CLAUSES if each not in before)
    return (Candidate(each, "clause", _CLAUSES[each], f"{each} ") for each in left)


def _words(known: Known) -> Iterator[Candidate]:
    for name, module in _modules(known.spec).items():
        if module is not known.enclosing:
            yield Candidate(name, "template", f"a {module.template.promise} of this file")
    for word in known_words():
        yield Candidate(word, "word", words()[word].summary)


def _modules(spec: Spec | None) -> dict[str, Module]:
    return {**spec.modules, **spec.imported} if spec else {}


def _arguments(word: str, before: list[str], known: Known) -> Iterator[Candidate]:
    given = {each.partition("=")[0] for each in before}
    options = known.options_of(word)
    for name, detail in options.items():
        if name not in given:
            yield Candidate(name, "option", detail, f"{name}=")
    taken = {} if known.module(word) else attributes_of(word) or {}
    for name, attribute in taken.items():
        if name not in given:
            yield Candidate(name, "attribute", _remark(attribute), f"{name}=")
    if "padding" in taken and taken["padding"].kind is _PADDING and not given & set(_MARKS):
        yield from (Candidate(mark, "value", detail) for mark, detail in _MARKS.items())
    if "norm" in taken and "linear" not in given:
        yield Candidate("linear", "value", "no norm and no activation")
    if options or main_of(word):
        yield from _variables(known)


def _remark(attribute: Attribute) -> str:
    default = "" if attribute.required else f", {show(attribute.default)} by default"
    return f"{attribute.kind.name}{default}"


def values(attribute: Attribute | None, known: Known) -> Iterator[Candidate]:
    """Offer the values of an attribute; options and params are values of any."""
    kind = attribute.kind if attribute else None
    if kind is not None and kind.role:
        yield from (
            Candidate(each, "word", words()[each].summary) for each in words_with(kind.role)
        )
        yield Candidate("none", "value", f"no {kind.role}")
    for each in _choices(kind.schema if kind else {}):
        yield Candidate(each, "value")
    yield from _variables(known)


def _choices(schema: object) -> tuple[str, ...]:
    """List the words and truths that the schema of a kind allows."""
    found = schema if isinstance(schema, dict) else {}
    if found.get("type") == "boolean":
        return ("true", "false")
    choices = found.get("enum") or next(
        (each["enum"] for each in found.get("anyOf", ()) if "enum" in each), ()
    )
    return tuple(each for each in choices if each in PADDINGS or each != "V")


def _variables(known: Known) -> Iterator[Candidate]:
    module = known.enclosing
    for each in module.options if module else ():
        yield Candidate(each.name.text, "option", f"an option, {_default(each.default)}")
    for name, param in (known.spec.params if known.spec else {}).items():
        yield Candidate(name, "param", f"a param, {show(param.value)}")
    yield Candidate("in_channels", "value", "the channels that arrive at this list")


def names(known: Known) -> Iterator[Candidate]:
    """Offer the names of steps above the cursor in the same module or network, and of inputs."""
    found: dict[str, str] = {}
    for line in reversed(known.lines[: known.line - 1]):
        found |= dict.fromkeys(_NAMED.findall(line), "a step")
        if line[:1].strip() and known.keys[:1] == (line.partition(":")[0],):
            break
        if len(known.keys) > 1 and line.strip().startswith(f"{known.keys[1]}:"):
            break
    module = known.enclosing
    inputs = (
        [each.text for each in module.inputs]
        if module
        else list(known.spec.inputs if known.spec else ())
    )
    found |= dict.fromkeys(inputs, "an input")
    return (Candidate(name, "step", detail) for name, detail in found.items())
