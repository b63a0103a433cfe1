"""The texts that authors wrote for the parts of a graph, normalized."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from archspec.graph import Graph, Kind, Node, Step, Written
from archspec.source import Span

SpanKey = tuple[str, int, int]


def span_key(span: Span) -> SpanKey:
    """Return a span in a form that two readings of one file share."""
    return span.source.name, span.line, span.start


@dataclass(eq=False)
class AuthoredTexts:
    """The texts of one graph, computed when asked for; ``word`` returns the word of a part."""

    graph: Graph
    word: Callable[[str], str]
    _known: dict[str, str] = field(default_factory=dict)

    def of(self, path: str) -> str:
        """Return the text of a part: word, arguments and contents.

        The steps of a module are not contained: they were written elsewhere.
        """
        if path not in self._known:
            self._known[path] = self._text(path)
        return self._known[path]

    def _text(self, path: str) -> str:
        scope = self.graph.scopes.get(path)
        if scope is None:
            return self._operation(self.graph.nodes[path])
        if scope.kind is Kind.MODULE:
            return f"{self.word(path)} {self._arguments(scope.step)}"
        inner = scope.contents[:1] if scope.kind is Kind.REPEAT else scope.contents
        inside = "; ".join(self.of(each) for each in inner if scope.kind is not Kind.LAYER)
        return f"{scope.kind} {self.word(path)} {self._arguments(scope.step)} ({inside})"

    def _operation(self, node: Node) -> str:
        """Return the text of a node; that of its step is not its own if a layer made it."""
        is_own = node.word == node.op.word
        return f"{node.op.word} {self._arguments(node.step)}" if is_own else node.op.word

    def _arguments(self, step: Step | None) -> str:
        written = step.written.items() if step else ()
        return " ".join(f"{name}={each.text}" for name, each in written if self._is_own(each))

    def _is_own(self, written: Written) -> bool:
        """Whether a text stands in the step itself, and not in the file's defaults."""
        return span_key(written.span) not in self.defaults

    @cached_property
    def defaults(self) -> frozenset[SpanKey]:
        """The places of the texts in the ``defaults`` of all files."""
        written = self.graph.header.written.items()
        return frozenset(
            span_key(each.span) for (_, key), each in written if key.startswith("defaults.")
        )
