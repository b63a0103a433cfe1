"""The names in a document: what stands where, and what it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from archspec.language.document.spec import Module, Spec, Variant
from archspec.language.syntax.expressions import Expression
from archspec.language.syntax.syntax import Argument, Operand, Step, Text
from archspec.language.syntax.terms import Name, walk
from archspec.language.syntax.words import known_words, main_of
from archspec.language.yaml import values
from archspec.source import VARIANT, Span, Unreadable


class Sort(StrEnum):
    """What a name is the name of; only the first six are an author's own."""

    TEMPLATE = "template"
    OPTION = "option"
    PARAM = "param"
    STEP = "step"
    INPUT = "input"
    VARIANT = "variant"
    WORD = "word"
    ATTRIBUTE = "attribute"
    FILE = "file"


OWN = (Sort.TEMPLATE, Sort.OPTION, Sort.PARAM, Sort.STEP, Sort.INPUT, Sort.VARIANT)

Place = tuple[str, int, int]
"""The name of a file, a line from 1 and a column from 0."""


class Symbol(NamedTuple):
    """What a name stands for: equal wherever it is named, in whatever reading of its file.

    ``home`` is where it is declared; words have none. An attribute is called ``conv.stride``.
    """

    sort: Sort
    name: str
    home: Place = ("", 0, 0)


class Occurrence(NamedTuple):
    """A name in a text; ``declares`` where it is introduced, ``span`` is that of the name alone."""

    span: Span
    symbol: Symbol
    declares: bool = False

    def contains(self, line: int, column: int) -> bool:
        """Whether a place is in the name, or directly behind it."""
        return self.span.line == line and self.span.start <= column <= self.span.end


def place(span: Span) -> Place:
    """Return where a span begins."""
    return (span.source.name, span.line, span.start)


def declared(sort: Sort, name: Text) -> Symbol:
    """Return the symbol that is declared at a place."""
    return Symbol(sort, name.text, place(name.span))


def occurrences(spec: Spec) -> Iterator[Occurrence]:
    """Yield all names in a document, without those in the files that it imports."""
    params = dict(_params(spec))
    yield from (Occurrence(name.span, symbol, True) for name, symbol in params.values())
    variables = {text: symbol for text, (_, symbol) in params.items()}
    yield from _variants(spec, variables)
    yield from _imports(spec)
    yield from _defaults(spec, variables)
    for module in spec.modules.values():
        yield from _module(module, variables)
    yield from _network(spec, variables)


def template(module: Module) -> Symbol:
    """Return the symbol of a template, in whichever file it is."""
    span = module.template.span
    return Symbol(Sort.TEMPLATE, module.template.name, place(span) if span else ("", 0, 0))


def _entries(value: values.Value | None) -> tuple[tuple[values.Scalar, values.Value], ...]:
    return value.entries if isinstance(value, values.Mapping) else ()


def _params(spec: Spec) -> Iterator[tuple[str, tuple[Text, Symbol]]]:
    for key, _ in _entries(spec.content.get("params") if spec.content else None):
        name = Text(key.text, key.span)
        yield key.text, (name, declared(Sort.PARAM, name))


def variants(spec: Spec) -> Iterator[tuple[Symbol, Variant]]:
    """Yield the variants of a document and of the files that it imports from."""
    for each in (spec, *dict.fromkeys(module.spec for module in spec.imported.values())):
        for variant in each.variants.values():
            yield declared(Sort.VARIANT, variant.name), variant


def _variants(spec: Spec, params: Mapping[str, Symbol]) -> Iterator[Occurrence]:
    """Yield the names of variants, and the params that they set."""
    for variant in spec.variants.values():
        yield Occurrence(variant.name.span, declared(Sort.VARIANT, variant.name), True)
    for _, value in _entries(spec.content.get("variants") if spec.content else None):
        said = value.get("params") if isinstance(value, values.Mapping) else None
        for key, _ in _entries(said):
            if key.text in params:
                yield Occurrence(key.span, params[key.text])


def _imports(spec: Spec) -> Iterator[Occurrence]:
    for key, _ in _entries(spec.content.get("import") if spec.content else None):
        file, _, variant = key.text.partition(VARIANT)
        yield Occurrence(key.span, Symbol(Sort.FILE, file))
        yield from _imported_variant(spec, key, variant)
    for name, span in spec.import_spans.items():
        yield Occurrence(span, template(spec.imported[name]))


def _imported_variant(spec: Spec, key: values.Scalar, name: str) -> Iterator[Occurrence]:
    """Yield the variant behind the name of a file from which a module comes."""
    before, mark, _ = key.span.text.partition(f"{VARIANT}{name}")
    homes = (module.spec for module in spec.imported.values())
    home = next((each for each in homes if _is_of(each, spec, key.text)), None)
    if name and mark and home and name in home.variants:
        start = key.span.start + len(before) + len(VARIANT)
        span = key.span._replace(start=start, end=start + len(name))
        yield Occurrence(span, declared(Sort.VARIANT, home.variants[name].name))


def _is_of(home: Spec, spec: Spec, name: str) -> bool:
    """Whether a document is what another one names in an import."""
    try:
        return home.file == spec.file.beside(name)
    except Unreadable:
        return False


def _defaults(spec: Spec, variables: Mapping[str, Symbol]) -> Iterator[Occurrence]:
    for key, _ in _entries(spec.content.get("defaults") if spec.content else None):
        yield Occurrence(key.span, Symbol(Sort.WORD, key.text))
        for argument in spec.defaults.get(key.text, {}).values():
            yield from _argument(key.text, None, argument, variables)


def _module(module: Module, params: Mapping[str, Symbol]) -> Iterator[Occurrence]:
    assert module.template.span is not None
    yield Occurrence(module.template.span, template(module), True)
    variables = dict(params)
    for option in module.options:
        symbol = declared(Sort.OPTION, option.name)
        yield Occurrence(option.name.span, symbol, True)
        if option.default is not None:
            yield from _operand(option.default, variables)
        variables[option.name.text] = symbol
    yield from _Steps(module.spec, variables).whole(module.steps, module.inputs, module.outputs)


def _network(spec: Spec, variables: Mapping[str, Symbol]) -> Iterator[Occurrence]:
    names = [Text(name, each.span) for name, each in spec.inputs.items() if each.span.text == name]
    steps = _Steps(spec, variables)
    yield from steps.whole(spec.network or (), tuple(names), spec.outputs)
    for head in spec.auxiliary:
        source = steps.root.find(head.source.text)
        if source is not None:
            yield Occurrence(head.source.span, source)
        yield from steps.list(head.steps, steps.root)


@dataclass
class _Names:
    """The names of steps that a list can refer to: its own, and those of the lists around it."""

    own: dict[str, Symbol] = field(default_factory=dict)
    outer: _Names | None = None

    def find(self, text: str) -> Symbol | None:
        """Find what a name or ``step.output`` refers to; None for names that nobody wrote."""
        name = text.partition(".")[0]
        return self.own.get(name) or (self.outer.find(text) if self.outer else None)


@dataclass
class _Steps:
    """The names in the steps of a module or a network; ``root`` are those of its outermost list."""

    spec: Spec
    variables: Mapping[str, Symbol]
    root: _Names = field(default_factory=_Names)

    def whole(
        self, steps: tuple[Step, ...], inputs: tuple[Text, ...], outputs: tuple[Text, ...]
    ) -> Iterator[Occurrence]:
        """Yield the names in all steps, and in the declarations of what enters and leaves them."""
        for each in inputs:
            self.root.own[each.text] = declared(Sort.INPUT, each)
            yield Occurrence(each.span, self.root.own[each.text], True)
        yield from self.list(steps, self.root)
        yield from self.references(outputs, self.root)

    def list(self, steps: tuple[Step, ...], names: _Names) -> Iterator[Occurrence]:
        """Yield the names in a list of steps."""
        for step in steps:
            if step.name is not None:
                names.own.setdefault(step.name.text, declared(Sort.STEP, step.name))
        for step in steps:
            yield from self.step(step, names)

    def references(self, texts: tuple[Text, ...], names: _Names) -> Iterator[Occurrence]:
        """Yield what names of steps refer to; the part after a dot is an output's."""
        for each in texts:
            symbol, text = names.find(each.text), each.text.partition(".")[0]
            if symbol is not None and each.span.text.startswith(text):
                yield Occurrence(each.span._replace(end=each.span.start + len(text)), symbol)

    def word(self, word: str, module: Module | None) -> Symbol:
        """Return what the word of a step is: a module's name, or that of a variable or a word."""
        own = Symbol(Sort.WORD, word)
        if module is not None:
            return template(module)
        return own if word in known_words() else self.variables.get(word, own)

    def step(self, step: Step, names: _Names) -> Iterator[Occurrence]:
        """Yield the names in a step and in the steps inside it."""
        module = self.spec.module(step.word.text)
        yield Occurrence(step.word.span, self.word(step.word.text, module))
        if step.name is not None:
            yield Occurrence(step.name.span, declared(Sort.STEP, step.name), True)
        if step.count is not None:
            yield from _operand(step.count, self.variables)
        for argument in step.arguments:
            yield from _argument(step.word.text, module, argument, self.variables)
        yield from self.references(step.sources, names)
        for branch in step.branches:
            yield from self.list(branch.steps, _Names(outer=names))


def _argument(
    word: str, module: Module | None, argument: Argument, variables: Mapping[str, Symbol]
) -> Iterator[Occurrence]:
    symbol = _of_argument(word, module, argument)
    if symbol is not None:
        yield Occurrence(_key_span(argument), symbol)
    yield from _operand(argument.operand, variables)


def _of_argument(word: str, module: Module | None, argument: Argument) -> Symbol | None:
    """Return the option or attribute that an argument sets."""
    if module is None:
        key = argument.key or main_of(word)
        return Symbol(Sort.ATTRIBUTE, f"{word}.{key}") if key else None
    options = {option.name.text: option.name for option in module.options}
    name = options.get(argument.key) if argument.key else next(iter(options.values()), None)
    return declared(Sort.OPTION, name) if name else None


def _key_span(argument: Argument) -> Span:
    """Return the span of an argument's name; of the whole argument where it has none."""
    key, span = argument.key or "", argument.span
    return span._replace(end=span.start + len(key)) if _is_named(argument) else span


def _is_named(argument: Argument) -> bool:
    key = argument.key
    return key is not None and argument.span.text.startswith(key) and key != "linear"


def _operand(operand: Operand, variables: Mapping[str, Symbol]) -> Iterator[Occurrence]:
    if not isinstance(operand.value, Expression):
        for each in operand.value:
            yield from _operand(each, variables)
        return
    for term in walk(operand.value.root):
        if not isinstance(term, Name):
            continue
        span = operand.part(term.start, term.end)
        if span.text != term.name:
            continue
        symbol = variables.get(term.name)
        if symbol is not None:
            yield Occurrence(span, symbol)
        elif term.name in known_words():
            yield Occurrence(span, Symbol(Sort.WORD, term.name))
