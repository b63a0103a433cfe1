"""The table of a network's steps, with modules and repeats folded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.analysis.copies import are_equal
from archspec.analysis.count import Totaller, Totals
from archspec.attributes import show
from archspec.graph import Graph, Kind, Node, Scope, Step, last
from archspec.tensor import TensorType

_COUNT = re.compile(r"^\S+ x ")
_NAME = re.compile(r" as \S+")


class StepRow(NamedTuple):
    """One step, or equal copies of one: path, depth, text, kind, template, types and totals.

    The totals are those of all ``times`` copies; rows inside a repeat describe one copy. ``values``
    are the paths of what it gives, of the last copy.
    """

    path: str
    depth: int
    times: int
    step: str
    kind: str
    template: str
    input: TensorType | None
    outputs: tuple[TensorType, ...]
    totals: Totals
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return last(self.path)

    @property
    def shapes(self) -> str:
        """The shapes of all that it gives."""
        return ", ".join(map(str, self.outputs))


def summary(graph: Graph, depth: int = 1) -> list[StepRow]:
    """List the steps of a network and, to ``depth`` levels, their contents; heads come last."""
    table = _Summary(graph, depth)
    return [table.row(path, table.levels[path]) for path in graph.walk("", table.listed)]


@dataclass(frozen=True)
class _Summary:
    """The tree of steps as the table folds it; ``levels`` says how deep each listed step lies."""

    graph: Graph
    depth: int
    totaller: Totaller = field(default_factory=Totaller)
    levels: dict[str, int] = field(default_factory=lambda: {"": 0})

    def listed(self, path: str) -> tuple[str, ...]:
        """Return the steps that the table lists inside one: none below its depth."""
        level = self.levels[path] + 1
        found = self.inside(path) if level <= self.depth else ()
        self.levels.update(dict.fromkeys(found, level))
        return found

    def row(self, path: str, depth: int) -> StepRow:
        """Describe a step."""
        scope, node = self.graph.scopes.get(path), self.graph.nodes.get(path)
        totals = self.totaller.total(self.graph.within(path))
        if scope is None:
            assert node is not None
            word, step = node.op.word, _operation(node)
            types = (node.output,)
            return StepRow(
                path, depth, 1, step, "operator", word, node.inputs[0], types, totals, (path,)
            )
        inputs, outputs = self.graph.boundary(path)
        inputs = (*scope.takes.values(), *inputs)
        outputs = tuple(scope.gives.values()) or outputs[:1]
        return StepRow(
            path,
            depth,
            len(scope.contents) if scope.kind is Kind.REPEAT else 1,
            self.step(scope),
            str(scope.template.promise if scope.template else scope.kind),
            scope.word,
            self.graph.type_of(inputs[0]) if inputs else None,
            tuple(map(self.graph.type_of, outputs)),
            totals,
            outputs,
        )

    def step(self, scope: Scope) -> str:
        """Write a step as its author did; a branch of one step is that step."""
        if scope.kind is Kind.HEAD:
            return "auxiliary head"
        if scope.kind is Kind.BRANCH:
            return self.row(scope.contents[0], 0).step if len(scope.contents) == 1 else ""
        if scope.kind is Kind.REPEAT:
            return f"{len(scope.contents)} x {self.repeated(scope)}"
        return self.text(scope)

    def repeated(self, scope: Scope) -> str:
        """Write the step that is repeated as its copies have it; without copies, its word."""
        if not scope.contents:
            return scope.word
        copy = self.graph.scopes.get(scope.contents[0])
        return self.text(copy) if copy else _operation(self.graph.nodes[scope.contents[0]])

    def text(self, scope: Scope) -> str:
        """Write the author's text of a scope, or its operators where a pass has changed them."""
        paths = (*scope.contents, scope.path)
        nodes = [self.graph.nodes[path] for path in paths if path in self.graph.nodes]
        if scope.step is None:
            return scope.word
        if scope.kind in (Kind.LAYER, Kind.MERGE, Kind.RESIDUAL) and not _holds(scope, nodes):
            return ", ".join(node.text for node in nodes)
        return _written(scope.step)

    def inside(self, path: str) -> tuple[str, ...]:
        """Return the steps inside one; a branch of one step and equal copies are that step."""
        while path in self.graph.scopes:
            scope = self.graph.scopes[path]
            if scope.kind is Kind.LAYER:
                return ()
            if not self.is_folded(scope):
                return scope.contents
            path = scope.contents[0]
        return ()

    def is_folded(self, scope: Scope) -> bool:
        """Whether a scope is shown as its first step: a branch of one, or equal copies."""
        if scope.kind is Kind.REPEAT:
            return are_equal(self.graph, scope.contents)
        return scope.kind is Kind.BRANCH and len(scope.contents) == 1


def _holds(scope: Scope, nodes: list[Node]) -> bool:
    """Whether the operators of a layer, merge or residual are still those of its step."""
    tail = (str(scope.arguments.get(name, "none")) for name in ("norm", "activation"))
    said = [word for word in tail if word != "none"]
    words = [node.op.word for node in nodes]
    if scope.kind is Kind.RESIDUAL:
        said = [*(["scale"] if scope.arguments.get("scale", 1) != 1 else []), "add", *said]
    elif words:
        said = [words[0], *said]
    return said == words and all(isinstance(node.origin, Step) for node in nodes)


def _operation(node: Node) -> str:
    """Write the step of a node, or the operator where the step has several or another one."""
    if node.step is None or not isinstance(node.origin, Step):
        return node.text
    if node.word == node.op.word:
        return _written(node.step)
    main = node.op.main
    return f"{node.op.word} {show(getattr(node.op, main))}" if main else node.op.word


def _written(step: Step) -> str:
    """Write a step as its author did, without its count, its name and its contract."""
    source, line, start, end = step.span
    text = source.line(line)[start:end].partition("->")[0]
    short = " ".join(_NAME.sub("", _COUNT.sub("", text)).split())
    if short != step.word:
        return short
    arguments = (f"{key}={value.text}" for key, value in step.written.items() if key != "times")
    return " ".join([short, *arguments])
