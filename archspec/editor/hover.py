"""What is to be said of the name at a place, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from archspec.attributes import show
from archspec.editor.hints import steps_of, told
from archspec.editor.occurrences import Occurrence, Sort, declared, template, variants
from archspec.editor.provenance import origins
from archspec.editor.reading import Reading
from archspec.editor.uses import Use
from archspec.graph import Kind, Scope
from archspec.language.document.spec import Module, Variant
from archspec.language.syntax.syntax import Step
from archspec.location import file_name
from archspec.source import Span
from archspec.views.entries import Entry
from archspec.views.reference import reference

_MOST_USES = 6


class Hover(NamedTuple):
    """What is known of the name at a span."""

    span: Span
    text: str


@cache
def words() -> dict[str, Entry]:
    """Describe all words of the language, once."""
    return reference()


def hover(reading: Reading, line: int, column: int) -> Hover | None:
    """Tell what is known at a place: of the name there, or else of the step around it."""
    occurrence = reading.at(line, column)
    step = _step_at(reading, line, column)
    parts: list[str] = []
    if step is not None and (occurrence is None or _is_word(step, occurrence)):
        parts += _of_step(reading, step)
    if occurrence is not None:
        parts += _of_name(reading, occurrence)
    text = "\n\n".join(filter(None, parts))
    span = occurrence.span if occurrence else step.span if step else None
    return Hover(span, text) if text and span else None


def _is_word(step: Step, occurrence: Occurrence) -> bool:
    """Whether a name stands for the step as a whole: its word or its own name."""
    own = (step.word.span, step.name.span if step.name else None)
    return occurrence.span in own


def _step_at(reading: Reading, line: int, column: int) -> Step | None:
    """Find the step whose text contains a place; a step written as a mapping is its word."""
    steps = steps_of(reading.document) if reading.document else ()
    found = (each for each in steps if each.span.line == line)
    return next((each for each in found if each.span.start <= column <= each.span.end), None)


def _of_name(reading: Reading, found: Occurrence) -> Iterator[str]:
    symbol = found.symbol
    match symbol.sort:
        case Sort.WORD:
            yield from _of_word(symbol.name)
        case Sort.ATTRIBUTE:
            yield _of_attribute(*symbol.name.split(".", 1))
        case Sort.TEMPLATE:
            yield from _of_template(reading, found)
        case Sort.OPTION:
            yield from _of_option(reading, found)
        case Sort.PARAM:
            yield from _of_param(reading, found)
        case Sort.VARIANT:
            yield from _of_variant(reading, found)
        case Sort.INPUT if reading.document and symbol.name in reading.document.inputs:
            yield f"`{symbol.name}`, an input of {reading.document.inputs[symbol.name].given.type}"


def _of_word(word: str) -> Iterator[str]:
    entry = words().get(word)
    if entry is not None:
        yield f"`{word}`: {entry.summary}"
        rows = (f"- `{each.name}`: {_row(each.kind, each.default)}" for each in entry.attributes)
        yield "\n".join(rows)


def _of_attribute(word: str, name: str) -> str:
    rows = words()[word].attributes if word in words() else ()
    row = next((each for each in rows if each.name == name), None)
    return f"`{name}` of `{word}`: {_row(row.kind, row.default)}\n\n{row.doc}" if row else ""


def _row(kind: str, default: str) -> str:
    return f"{kind}, {default} by default" if default else f"{kind}; it has to be written"


def _modules(reading: Reading) -> Iterator[Module]:
    if reading.document is not None:
        yield from reading.document.modules.values()
        yield from reading.document.imported.values()


def _of_template(reading: Reading, found: Occurrence) -> Iterator[str]:
    module = next((each for each in _modules(reading) if template(each) == found.symbol), None)
    if module is None:
        return
    options = ", ".join(
        each.name.text + (f"={each.default.text}" if each.default else "")
        for each in module.options
    )
    yield f"{module.template.promise} `{module.template.name}` [{options}], {module.template.file}"
    yield module.template.source
    yield module.template.doc
    if found.declares:
        yield "\n".join(_uses_of(reading, found.symbol.name))


def _uses_of(reading: Reading, name: str) -> Iterator[str]:
    """Tell the uses of a template in the network."""
    scopes = reading.graph.scopes if reading.graph else {}
    found = [path for path, scope in scopes.items() if _is_use(scope, name)]
    uses = map(reading.uses.use, found[:_MOST_USES])
    yield from (f"- `{use.path}`: {_shapes(use)}" for use in uses)
    if len(found) > _MOST_USES:
        yield f"- and {len(found) - _MOST_USES} more"


def _is_use(scope: Scope, name: str) -> bool:
    return scope.kind is Kind.MODULE and scope.word == name


def _of_option(reading: Reading, found: Occurrence) -> Iterator[str]:
    name = found.symbol.name
    for module in _modules(reading):
        for option in module.options:
            if declared(Sort.OPTION, option.name) == found.symbol:
                default = f", `{option.default.text}` by default" if option.default else ""
                yield f"`{name}`, an option of `{module.template.name}`{default}"
                yield "\n".join(_values(reading, module.template.name, name))


def _values(reading: Reading, word: str, name: str) -> Iterator[str]:
    """List the values that an option has in the network, with the lines that give them."""
    scopes = reading.graph.scopes.values() if reading.graph else ()
    found: dict[str, int] = {}
    for scope in scopes:
        if _is_use(scope, word) and name in scope.arguments:
            written = scope.written.get(name)
            where = f"given in line {written.span.line}" if written else "by default"
            value = f"{show(scope.arguments[name])}, {where}"
            found[value] = found.get(value, 0) + 1
    for value, number in found.items():
        yield f"- {value}, in {number} uses" if number > 1 else f"- {value}"


def _of_param(reading: Reading, found: Occurrence) -> Iterator[str]:
    params = reading.document.params if reading.document else {}
    if found.symbol.name in params:
        param = params[found.symbol.name]
        place = f"line {param.span.line}" if not found.declares else "this file"
        yield f"`{found.symbol.name}` is {show(param.value)}, a param of {place}"


def _of_variant(reading: Reading, found: Occurrence) -> Iterator[str]:
    known = dict(variants(reading.document)) if reading.document else {}
    variant = known.get(found.symbol)
    if variant is not None:
        called = f": {variant.title}" if variant.title else ""
        yield f"`{variant.name.text}`, a variant of {file_name(found.symbol.home[0])}{called}"
        yield variant.source
        yield variant.doc
        yield "\n".join(_given(variant))


def _given(variant: Variant) -> Iterator[str]:
    """List what a variant is: its inputs, params and expected totals."""
    inputs = ((name, each.given.type) for name, each in variant.inputs.items())
    params = ((name, show(each.value)) for name, each in variant.params.items())
    yield from (f"- `{name}` is {value}" for name, value in (*inputs, *params))
    yield from (f"- {each.quantity}: {each.bound.text}" for each in variant.expect)


def _of_step(reading: Reading, step: Step) -> Iterator[str]:
    uses = reading.uses.at(step.span)
    if not uses:
        return
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    yield f"`{uses[0].path}`{more}"
    yield "\n".join(_facts(reading, uses))
    yield "\n".join(f"- {line}" for line in origins(reading, uses[0].path))


def _facts(reading: Reading, uses: tuple[Use, ...]) -> Iterator[str]:
    """Tell the shapes and costs of uses, alike ones in one line."""
    groups: dict[str, int] = {}
    for use in uses:
        totals = reading.uses.totals(use.path)
        fact = f"{_shapes(use)}; {totals.parameters:,} parameters, {totals.macs:,} MACs"
        groups[fact] = groups.get(fact, 0) + 1
    lines = [
        f"- {number} x {fact}" if number > 1 else f"- {fact}" for fact, number in groups.items()
    ]
    yield from lines[:_MOST_USES]
    if len(lines) > _MOST_USES:
        yield f"- and {len(lines) - _MOST_USES} others"


def _shapes(use: Use) -> str:
    arrives = " and ".join(map(str, use.arrives)) or "?"
    return f"{arrives} -> **{told(list(map(str, use.leaves))) or '?'}**"
