"""One part on one side of a comparison, and its text in the source."""

from __future__ import annotations

import re
from typing import NamedTuple

from archspec.attributes import Value, show
from archspec.diffs.explain.cause import NOTHING, SourceText
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.graph import Kind, Node, Scope, Step, last, parent
from archspec.language.syntax.expressions import ExpressionError, parse
from archspec.source import Span

_LINEAR = re.compile(r"\blinear\b")


class WrittenPart(NamedTuple):
    """A part and the step that made it, if one did."""

    side: IndexedGraph
    path: str
    step: Step | None

    def says(self, name: str) -> SourceText | None:
        """Find the text of an attribute in the step, or in the file's defaults."""
        written = self.step.written.get(name) if self.step else None
        return SourceText(*written) if written else None

    def defaults_to(self, said: SourceText | None) -> bool:
        """Whether a text is in the file's defaults and not in the step."""
        return said is not None and said.key in self.side.texts.defaults

    @property
    def is_linear(self) -> bool:
        """Whether the step says ``linear``."""
        return self.step is not None and _LINEAR.search(source_text(self.step.span)) is not None

    @property
    def scope(self) -> Scope | None:
        """The scope at the path, or the one that holds the node."""
        return self.side.scope(self.path) or self.side.scope(parent(self.path))

    @property
    def module(self) -> Scope | None:
        """The nearest module around."""
        around = self.side.graph.ancestors(self.path)
        return next((scope for scope in around if scope.template), None)

    @property
    def of_module(self) -> WrittenPart:
        """The nearest module around, and the step that uses it."""
        module = self.module
        assert module is not None
        return WrittenPart(self.side, module.path, module.step)

    @property
    def file(self) -> str:
        """The file whose defaults and params hold here."""
        module = self.module
        template = module.template if module else None
        return template.file if template else self.side.graph.header.file

    def fact(self, key: str) -> SourceText | None:
        """Find a text of the file outside of steps, by its dotted name."""
        written = self.side.graph.header.written.get((self.file, key))
        return SourceText(*written) if written else None

    def argument(self, name: str) -> Value | None:
        """Find the value of an option of the nearest module around."""
        module = self.module
        return module.arguments.get(name) if module else None

    def option(self, name: str) -> SourceText:
        """Find the text of an option in this use of a module, or that of its default."""
        scope = self.side.graph.scopes[self.path]
        assert scope.template is not None
        default = SourceText(scope.template.options.get(name) or "", scope.template.span)
        return self.says(name) or default

    def knows(self, name: str) -> bool:
        """Whether a name is that of an option or a param here."""
        return self.argument(name) is not None or self.fact(f"params.{name}") is not None

    def names_in(self, text: str) -> list[str]:
        """List the options and params in an expression; none where it is another text."""
        try:
            return [name for name in sorted(parse(text).names) if self.knows(name)]
        except ExpressionError:
            return []

    def definition(self, name: str) -> tuple[str, SourceText]:
        """Find the text that defines a name: in a use of an enclosing module, else in the file."""
        if self.argument(name) is None:
            return f"param {name}", self.fact(f"params.{name}") or NOTHING
        use = self.of_module
        given = use.option(name)
        if use.says(name) and use.knows(given.text):
            return use.definition(given.text)
        return f"{self.side.word(use.path)} {name}", given

    @property
    def span(self) -> Span | None:
        """The place of the step."""
        return self.step.span if self.step else None

    @property
    def step_word(self) -> str:
        """The word of the step; without a step, that of the part."""
        return self.step.word if self.step else self.side.word(self.path)

    @property
    def word(self) -> str:
        """The word of the operator at the path, or of the step."""
        node = self.side.node(self.path)
        return node.op.word if node else self.side.word(self.path)


def source_text(span: Span) -> str:
    """Read the text of a span."""
    return span.source.line(span.line)[span.start : span.end]


def step_text(step: Step | None) -> SourceText:
    """Read a step as its author wrote it, without its contract."""
    if step is None:
        return SourceText()
    return SourceText(" ".join(source_text(step.span).partition("->")[0].split()), step.span)


def value_of(node: Node, attribute: str) -> str:
    """Show the value of an attribute; for a role, the word of the operator that fills it."""
    if attribute == node.op.role:
        return node.op.word
    value: Value = getattr(node.op, attribute, "none")
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        value = value[0]
    return show(value)


def part_text(side: IndexedGraph, path: str) -> tuple[str, SourceText]:
    """Describe a part as its author wrote it: what it is, and its text."""
    kind, name = side.kind(path), last(path)
    if kind is Kind.HEAD:
        written = side.graph.header.written.get((side.graph.header.file, f"auxiliary.{name}"))
        return "auxiliary head", SourceText(name, written.span if written else None)
    if kind is Kind.BRANCH:
        first = next((side.step(each) for each in side.graph.children(path)), None)
        return f"branch {name}", step_text(first or side.step(path))
    said, scope = step_text(side.step(path)), side.scope(path)
    if side.step(path) is None:
        node = side.node(path)
        return "operator", SourceText(node.text if node else side.word(path))
    if scope is not None and kind is Kind.REPEAT:
        return "step", SourceText(f"{show(scope.arguments['times'])} x {said.text}", said.span)
    if scope is not None and kind is Kind.MERGE:
        branches = ", ".join(last(each) for each in scope.contents)
        return "step", SourceText(f"{said.text} of {branches}", said.span)
    return "step", said
