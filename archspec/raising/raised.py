"""Raising a graph: the text of a spec, and where each node has gone, proved by loading the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archspec.graph import Graph, Node, last, parent, taking_graphs
from archspec.language.document.findings import Findings
from archspec.language.document.load import load
from archspec.language.elaboration.elaborate import elaborate
from archspec.location import of_text
from archspec.raising.document import Document
from archspec.raising.flat import FlatDocument
from archspec.raising.text import written


class Unraisable(ValueError):
    """A graph that no spec means; the message says why."""


@dataclass(frozen=True)
class Raised:
    """A spec, its graph, and the path there of each node of the original graph."""

    text: str
    graph: Graph
    paths: Mapping[str, str]

    def moved(self, tensors: Mapping[str, Any]) -> dict[str, Any]:
        """Return the weights of the original graph by the keys that they have in the spec."""
        return {f"{self.paths[parent(key)]}.{last(key)}": each for key, each in tensors.items()}


@taking_graphs
def raise_spec(graph: Graph, *, flat: bool = False, head: str = "") -> Raised:
    """Write a graph as a spec that an author would recognize.

    Modules of one structure become one template, whose options are the numbers in which its uses
    differ (anti-unification: Plotkin, A Note on Inductive Generalization, 1970); equal neighbours
    become repeats, branches that meet in a merge are written inside it.

    With ``flat``, every operator is a step with a name, in the order of the graph. ``head`` are
    lines of comments before the text.

    The graph of the text has the same nodes and wires, with other paths, except that operands of
    sums and products may change places; its file is ``NAME.yaml``. Raises ``Unraisable`` where it
    would be another, and for flat specs of graphs with auxiliary heads or without nodes.
    """
    if flat and graph.heads:
        raise Unraisable(f"{graph.name} has auxiliary heads: raise graph.without_heads()")
    if flat and not graph.nodes:
        raise Unraisable(f"{graph.name} has no operators, so that a spec of them has no steps")
    document = FlatDocument(graph) if flat else Document(graph)
    text = head + written(document.content())
    again = _graph_of(text, graph.name)
    paths = dict(zip(document.nodes(), again.nodes, strict=False))
    paths.update({name: name for name in graph.inputs})
    _require_isomorphic(graph, again, paths)
    return Raised(text, again, paths)


def _graph_of(text: str, name: str) -> Graph:
    findings = Findings()
    spec = load(of_text(text.encode(), f"{name}.yaml"), findings)
    graph = elaborate(spec, findings) if spec else None
    if graph is None:
        raise Unraisable(f"{name} cannot be written as a spec: {findings.errors[0].message}")
    return graph


def _require_isomorphic(graph: Graph, again: Graph, paths: Mapping[str, str]) -> None:
    if len(graph.nodes) != len(again.nodes):
        counts = f"{len(again.nodes):,} nodes instead of {len(graph.nodes):,}"
        raise Unraisable(f"{graph.name} cannot be written as a spec: it would have {counts}")
    for node in graph.nodes.values():
        other = again.nodes[paths[node.path]]
        operands = tuple(paths[source] for source in node.sources)
        if node.op != other.op or _operands(node, operands) != _operands(other, other.sources):
            what = f"`{node.path}` ({node.text}) would become {other.text} at `{other.path}`"
            raise Unraisable(f"{graph.name} cannot be written as a spec: {what}")
    if [paths[path] for path in graph.outputs.values()] != list(again.outputs.values()):
        raise Unraisable(f"{graph.name} cannot be written as a spec: its outputs would be others")


def _operands(node: Node, sources: tuple[str, ...]) -> object:
    return sorted(sources) if node.op.commutative else sources
