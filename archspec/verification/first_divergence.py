"""Locating the first operator whose values differ, and the lines each backend wrote for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archspec.graph import Graph, GraphBuilder, Header, Input, Kind, Node, Scope, Wire, parent
from archspec.verification.difference import Deviation, difference
from archspec.verification.party import Party
from archspec.verification.side import Trial

ALONE = "alone"
MOST = 12
"""Lines of a source that are shown for an operator that is right by itself."""


@dataclass(frozen=True, eq=False)
class FirstDivergence:
    """The first operator whose values differ, how much, and the lines written for it by backend.

    ``alone`` is the difference when it is run by itself on equal values. If that is small, the
    source passes it other values than the graph, or differences before it have accumulated.
    """

    node: Node
    difference: Deviation
    alone: Deviation
    written: Mapping[str, tuple[str, ...]]


def find(
    trial: Trial,
    known: dict[str, Any],
    gaps: Mapping[str, Deviation],
    parties: tuple[Party, Party],
    tolerance: float,
) -> FirstDivergence:
    """Locate the fault: the first operator that differs; ``known`` are values by path.

    A framework may not show the values of some operators before it. These are run alone, one after
    the other, on equal values. If all are right by themselves, the wiring between them is wrong:
    then it is the first that takes several values.
    """
    path = next(path for path, gap in gaps.items() if gap.exceeds(tolerance))
    suspects = _suspects(trial.graph, path, gaps.keys())
    found = [(each, _alone(each, trial, known, parties)) for each in suspects]
    apart = [each for each in found if each[1].exceeds(tolerance)]
    joining = [each for each in found if len(each[0].sources) > 1]
    blamed, by_itself = (apart or joining or found[-1:])[0]
    shown = alone(blamed) if apart else trial.graph
    written = {each.name: _lines(each.source(shown), blamed, whole=not apart) for each in parties}
    lines = {name: each for name, each in written.items() if each}
    return FirstDivergence(blamed, gaps[path], by_itself, lines)


def _suspects(graph: Graph, path: str, compared: Collection[str]) -> list[Node]:
    """List the node at a path and, in order, the nodes before it that were not compared."""
    wanted, found = [graph.nodes[path]], {path}
    while wanted:
        for source in wanted.pop().sources:
            if source in graph.nodes and source not in compared and source not in found:
                found.add(source)
                wanted.append(graph.nodes[source])
    return [each for each in graph.nodes.values() if each.path in found]


def _alone(
    node: Node, trial: Trial, known: dict[str, Any], parties: tuple[Party, ...]
) -> Deviation:
    """Run one operator on two sides with equal inputs; keep the value of the first side."""
    graph = alone(node)
    prefix = f"{node.path}."
    tensors = {
        f"{node.op.word}.{key.removeprefix(prefix)}": array
        for key, array in trial.tensors.items()
        if parent(key) == node.path
    }
    given = (known[path].astype("float32") for path in node.sources)
    inputs = dict(zip(graph.inputs, given, strict=True))
    one, other = (each.run(Trial(graph, tensors, inputs)).outputs[0] for each in parties)
    known.setdefault(node.path, one)
    return difference(one, other)


def alone(node: Node) -> Graph:
    """Make the graph of one operator by itself."""
    word = node.op.word
    names = tuple(f"x{place}" for place in range(len(node.inputs)))
    wires = tuple(Wire(name, given) for name, given in zip(names, node.inputs, strict=True))
    builder = GraphBuilder()
    builder.put(word, node.op, wires, node.origin)
    builder.close(Scope("", Kind.NETWORK, (word,), {}, None))
    inputs = {wire.path: Input(wire.type) for wire in wires}
    return Graph(Header(ALONE), builder.nodes, builder.scopes, inputs, {"left": word}, {})


def _lines(source: str, node: Node, *, whole: bool) -> tuple[str, ...]:
    """List the lines of a source for a node: all of the model if it is alone in it."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return tuple(source.splitlines())
    if whole:
        return _naming(source, node)
    return tuple(line for each in _steps(tree) for line in ast.unparse(each).splitlines())


def _steps(tree: ast.Module) -> Iterator[ast.stmt]:
    """Find the statements of the model, without its docstring and the call of its parent."""
    tops = [node for node in tree.body if getattr(node, "name", "").lower() == ALONE]
    for top in tops:
        for node in ast.walk(top):
            if isinstance(node, (ast.Assign, ast.Return)):
                yield node


def _naming(source: str, node: Node) -> tuple[str, ...]:
    """List the lines of a whole source that share the most words with a node's path."""
    words = {word for word in node.path.split(".") if not word.isdigit()}
    counted = [
        (len(words & set(re.findall(r"\w+", line))), number, line.strip())
        for number, line in enumerate(source.splitlines())
    ]
    best = sorted((each for each in counted if each[0]), key=lambda each: (-each[0], each[1]))
    return tuple(line for _, _, line in sorted(best[:MOST], key=lambda each: each[1]))
