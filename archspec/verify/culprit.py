"""Finding the first operator that disagrees, and what each backend made of it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archspec.backend import Backend
from archspec.graph import Graph, GraphBuilder, Header, Input, Kind, Node, Scope, Wire
from archspec.verify import side
from archspec.verify.difference import Difference, difference
from archspec.verify.side import Side, Trial

ALONE = "alone"


@dataclass(frozen=True, eq=False)
class Culprit:
    """The first operator that disagrees, how far, and the lines that each backend wrote for it.

    ``alone`` is how far it disagrees by itself, given the same values; where that is little, the
    differences of the operators before it have added up.
    """

    node: Node
    difference: Difference
    alone: Difference
    written: Mapping[str, tuple[str, ...]]


def find(
    trial: Trial,
    path: str,
    pair: tuple[Side, Side],
    backends: Sequence[Backend],
    tolerance: float,
) -> Culprit:
    """Find the operator to blame for the value at a path, the first that disagrees.

    A framework may have no part of its own for some operators before it. Those are run alone, one
    after the other, on the same values.
    """
    reference, other = pair
    gap = difference(reference.values[path], other.values[path])
    known = {**trial.inputs, **reference.values}
    agreed = reference.values.keys() & other.values.keys()
    suspects = _suspects(trial.graph, path, agreed)
    found = [(each, _alone(each, trial, known, backends)) for each in suspects]
    wrong = [each for each in found if not each[1].relative <= tolerance]
    blamed, apart = (wrong or found[-1:])[0]
    return Culprit(blamed, gap, apart, {each.name: lines(each, blamed) for each in backends})


def _suspects(graph: Graph, path: str, compared: Collection[str]) -> list[Node]:
    """List the node at a path and, in order, those before it whose values were not compared."""
    wanted, found = [graph.nodes[path]], {path}
    while wanted:
        for source in wanted.pop().sources:
            if source in graph.nodes and source not in compared and source not in found:
                found.add(source)
                wanted.append(graph.nodes[source])
    return [each for each in graph.nodes.values() if each.path in found]


def _alone(
    node: Node, trial: Trial, known: dict[str, Any], backends: Sequence[Backend]
) -> Difference:
    """Run one operator on two backends, given the same values; remember the first's."""
    graph = alone(node)
    prefix = f"{node.path}."
    tensors = {
        f"{node.op.word}.{key.removeprefix(prefix)}": array
        for key, array in trial.tensors.items()
        if key.rpartition(".")[0] == node.path
    }
    inputs = dict(zip(graph.inputs, (known[path] for path in node.sources), strict=True))
    one, other = (side.run(each, Trial(graph, tensors, inputs)).outputs[0] for each in backends)
    known.setdefault(node.path, one)
    return difference(one, other)


def alone(node: Node) -> Graph:
    """Make the graph of one operator by itself."""
    word = node.op.word
    names = tuple(f"x{place}" for place in range(len(node.inputs)))
    wires = tuple(Wire(name, given) for name, given in zip(names, node.inputs, strict=True))
    builder = GraphBuilder()
    left = builder.add(word, node.op, wires, node.step, ())
    builder.close(Scope("", Kind.NETWORK, names, left.path, (word,), {}, None))
    inputs = {wire.path: Input(wire.type) for wire in wires}
    return Graph(Header(ALONE), builder.nodes, builder.scopes, inputs, {"left": word}, {})


def lines(backend: Backend, node: Node) -> tuple[str, ...]:
    """List the lines that a backend writes for one operator by itself."""
    source = backend.emit(alone(node))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return tuple(source.splitlines())
    return tuple(line for each in _steps(tree) for line in ast.unparse(each).splitlines())


def _steps(tree: ast.Module) -> Iterator[ast.stmt]:
    """Find the statements of the model: neither its docstring nor the call of its parent."""
    tops = [node for node in tree.body if getattr(node, "name", "").lower() == ALONE]
    for top in tops:
        for node in ast.walk(top):
            if isinstance(node, (ast.Assign, ast.Return)):
                yield node
