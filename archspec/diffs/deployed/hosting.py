"""A file written in the names and the structure of a spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isclose
from typing import Any

from archspec.attributes import Value, show
from archspec.diffs.deployed.counterparts import sequence
from archspec.diffs.deployed.more_branches import with_branches
from archspec.graph import (
    Graph,
    Imported,
    Input,
    Kind,
    Node,
    Origin,
    Scope,
    Step,
    Wire,
    Written,
    parent,
)
from archspec.graph.boundary import naming_boundaries
from archspec.graph.rewriting import Regrouping, Rewriter
from archspec.layers.residual import WRITTEN_AS
from archspec.operator import Operator
from archspec.operators.pool import AvgPool, Pool
from archspec.tensor import TensorType

_OF_WINDOW = ("padding", "ceil", "count_padding")


def hosted(spec: Graph, file: Graph, partners: Mapping[str, str]) -> Graph:
    """Write a file in the names of a spec; raise ``ValueError`` where its structure fits none.

    ``partners`` maps nodes of the file to those of the spec.
    """
    whole, placed = with_branches(spec, file, partners)
    return _Hosting(whole, file, partners, placed).graph()


def needed(graph: Graph) -> Graph:
    """Leave out what leads to no output, such as an output of a module that nothing reads."""
    alive = {node.path: node for node in sequence(graph)}
    if len(alive) == len(graph.nodes):
        return graph
    return hosted(graph, replace(graph, nodes=alive), {path: path for path in alive})


@dataclass
class _Hosting:
    spec: Graph
    file: Graph
    partners: Mapping[str, str]
    placed: Mapping[str, str]
    paths: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)

    def graph(self) -> Graph:
        """Write inputs, nodes, outputs and the scopes around them."""
        self.taken = {*self.spec.nodes, *self.spec.scopes, *self.spec.inputs}
        inputs = self._inputs()
        for node in self.file.nodes.values():
            self._place(node)
        outputs = {self._output(name): self.paths[at] for name, at in self.file.outputs.items()}
        ends = {name: at for name, at in outputs.items() if name not in self.spec.heads}
        heads = {name: at for name, at in outputs.items() if name in self.spec.heads}
        if not ends:
            ends, heads = heads, {}
        scopes = self._scopes(tuple(outputs.values()))
        header = replace(self.spec.header, texts=self.file.header.texts)
        return Graph(header, self.nodes, scopes, inputs, ends, heads).verify()

    def _inputs(self) -> dict[str, Input]:
        """Name inputs as the spec does if it has as many, in order."""
        given, known = self.file.inputs, self.spec.inputs
        names = [*known] if len(known) == len(given) else [*given]
        self.paths.update(zip(given, names, strict=True))
        told = {name: each.preprocessing for name, each in known.items()}
        return {
            name: Input(each.type, told.get(name, each.preprocessing))
            for name, each in zip(names, given.values(), strict=True)
        }

    def _output(self, name: str) -> str:
        """Name an output as the spec does where it is the same value, or the only one."""
        partner = self.partners.get(self.file.outputs[name], "")
        ends = {**self.spec.outputs, **self.spec.heads}
        same = next((mine for mine, path in ends.items() if path == partner), "")
        is_only = len(self.spec.outputs) == len(self.file.outputs) == 1
        return same or (next(iter(self.spec.outputs)) if is_only else name)

    def _place(self, node: Node) -> None:
        partner = self.spec.nodes.get(self.partners.get(node.path, ""))
        sources = tuple(self.paths[each] for each in node.sources)
        path = partner.path if partner else self._added(node, sources)
        op = settled(partner.op, node) if partner else node.op
        origin = _origin(partner, op) if partner else Imported(node.path)
        self.paths[node.path] = path
        placed = replace(node, path=path, op=op, sources=sources, origin=origin)
        self.nodes[path] = _in_order_of(partner, placed) if partner else placed

    def _added(self, node: Node, sources: tuple[str, ...]) -> str:
        """Find a place for a node that the spec lacks: behind the first value that it reads."""
        if node.path in self.placed:
            return self.placed[node.path]
        anchor = self.anchors.get(sources[0]) or self._anchor(sources[0])
        home, stem = parent(anchor), f"{parent(anchor)}." if parent(anchor) else ""
        path, count = f"{stem}{node.op.word}", 0
        while path in self.taken:
            count += 1
            path = f"{stem}{node.op.word}_{count}"
        self.taken.add(path)
        if sources[0] in self.file.inputs or anchor in self.spec.inputs:
            first = self.spec.scopes[home].contents[0]
            self.before.setdefault(first, []).append(path)
        else:
            self.after.setdefault(anchor, []).append(path)
        self.anchors[path] = anchor
        return path

    def _anchor(self, value: str) -> str:
        """Find the outermost part that gives a value, in the branch or copy that it ends."""
        anchor = value
        while (around := parent(anchor)) and self._ends(around, value):
            anchor = around
        return anchor

    def _ends(self, path: str, value: str) -> bool:
        """Whether a step behind a value would stand behind a part that gives it."""
        kind = self.spec.scopes[path].kind
        if kind is Kind.COPY:
            return self.spec.boundary(parent(path)).outputs == (value,)
        return kind is not Kind.BRANCH and self.spec.boundary(path).outputs == (value,)

    def _scopes(self, leaving: tuple[str, ...]) -> dict[str, Scope]:
        spec = self.spec
        done = Rewriter(lambda *_: None, "", spec.scopes, self._wires(), self.taken, self.nodes)
        done.before, done.after = self.before, self.after
        left = {path: spec.boundary(path).output for path in spec.scopes}
        found = Regrouping(done, self.nodes, left).scopes()
        named = naming_boundaries(self.nodes, found, leaving)
        return {path: _counted(scope, spec.scopes[path]) for path, scope in named.items()}

    def _wires(self) -> dict[str, Wire]:
        """Map values of the spec to those that stand for them; what went, to what it read."""
        found = {name: Wire(name, each.type) for name, each in self.spec.inputs.items()}
        for path, node in self.spec.nodes.items():
            mine = self.nodes.get(path)
            before = found.get(node.sources[0]) if self.spec.uses(path) else None
            stands_in = Wire(path, mine.output) if mine else before
            found.update({path: stands_in} if stands_in else {})
        return found


def _in_order_of(partner: Node, node: Node) -> Node:
    """Order what a node merges as its partner does where any order computes the same."""
    if not node.op.commutative or sorted(node.sources) != sorted(partner.sources):
        return node
    types = dict(zip(node.sources, node.inputs, strict=True))
    inputs = tuple(types[source] for source in partner.sources)
    return replace(node, sources=partner.sources, inputs=inputs)


def settled(mine: Operator, node: Node) -> Operator:
    """Return the operator of a spec with all that a node of a file does otherwise in inference."""
    theirs = node.op
    if type(mine) is not type(theirs):
        return theirs
    alike = {*mine.training_only, *_unbiased(mine, theirs)}
    if _window(mine, node.inputs) == _window(theirs, node.inputs):
        alike.update(_OF_WINDOW)
    said = vars(mine)
    other = {
        name: value
        for name, value in vars(theirs).items()
        if name not in alike and not _equal(said[name], value)
    }
    return mine.replace(**other) if other else mine


def _unbiased(mine: Operator, theirs: Operator) -> Iterator[str]:
    """Yield the name of a bias that a file lacks: exporters leave one out that is zero."""
    if vars(mine).get("bias") is True and not vars(theirs)["bias"]:
        yield "bias"


def _equal(mine: Value, theirs: Value) -> bool:
    """Whether two values are equal, numbers as far as a file in float32 keeps them."""
    if isinstance(mine, float) and isinstance(theirs, float):
        return isclose(mine, theirs, rel_tol=1e-6)
    return mine == theirs


def _window(op: Operator, inputs: tuple[TensorType, ...]) -> Any:
    """Return what the padding of an operator comes to on a grid."""
    if isinstance(op, Pool):
        counts = isinstance(op, AvgPool) and op.count_padding and any(op.pads(*inputs))
        return op.reach(*inputs), counts, op.infer(*inputs).grid
    resolve = getattr(op, "pads", None) or getattr(op, "crops", None)
    return (resolve(*inputs), op.infer(*inputs).grid) if resolve else None


def _origin(partner: Node, op: Operator) -> Origin | None:
    """Return the step of a spec as it would say what a file does."""
    step = partner.step
    if step is None or op == partner.op:
        return partner.origin
    if type(op) is not type(partner.op):
        return _saying(step, {op.role: op.word} if op.role else {})
    said = {name: value for name, value in vars(op).items() if vars(partner.op)[name] != value}
    texts = {WRITTEN_AS.get(name, name): show(value) for name, value in said.items()}
    return _saying(step, texts)


def _saying(step: Step, texts: Mapping[str, str]) -> Step:
    written = {name: Written(text, step.span) for name, text in texts.items()}
    return step._replace(written={**step.written, **written})


def _counted(scope: Scope, before: Scope) -> Scope:
    is_other = scope.kind is Kind.REPEAT and len(scope.contents) != len(before.contents)
    return counted(scope) if is_other else scope


def counted(repeat: Scope) -> Scope:
    """Let the step of a repeat say how many copies there are."""
    times = len(repeat.contents)
    origin = _saying(repeat.step, {"times": str(times)}) if repeat.step else repeat.origin
    return replace(repeat, origin=origin, arguments={**repeat.arguments, "times": times})
