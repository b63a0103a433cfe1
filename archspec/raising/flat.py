"""The document of a graph as it is: a step for every operator, each with a name, and no modules."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain
from typing import Any

from archspec.analysis.count import count
from archspec.attributes import read, show
from archspec.graph import Graph, Node
from archspec.raising.naming import name_of, numbered


class FlatDocument:
    """Writes a graph as a document of plain lists and mappings, one step for every node."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = {name: name for name in graph.inputs}
        taken = set(graph.inputs)
        for path, node in graph.nodes.items():
            self.names[path] = self._name(path, node, taken)
            taken.add(self.names[path])

    def _name(self, path: str, node: Node, taken: Container[str]) -> str:
        """Name a step after all modules around it, so that equal ones are told apart."""
        base = name_of(path.replace(".", "_"), node.op.word)
        ends = (name for name, each in self.graph.outputs.items() if each == path)
        leaving = (name_of(each, base) for each in ends)
        return next(each for each in chain(leaving, (base,), numbered(base)) if each not in taken)

    def nodes(self) -> list[str]:
        """List the nodes in the order of the document."""
        return [*self.graph.nodes]

    def content(self) -> dict[str, Any]:
        """Return the document, its sections in the order of the language's reference."""
        graph, totals = self.graph, count(self.graph)
        inputs = {name: str(given.type) for name, given in graph.inputs.items()}
        return {
            "archspec": 1,
            "name": graph.name,
            "input": inputs["input"] if list(inputs) == ["input"] else inputs,
            "network": [*self._steps()],
            "outputs": [self.names[path] for path in graph.outputs.values()],
            "expect": {"parameters": totals.parameters, "macs": totals.macs},
        }

    def _steps(self) -> Iterator[str]:
        arriving = next(iter(self.graph.inputs)) if len(self.graph.inputs) == 1 else ""
        for path, node in self.graph.nodes.items():
            sources = " ".join(self.names[each] for each in node.sources)
            given = "" if node.sources == (arriving,) else f" from {sources}"
            yield f"{' '.join(_said(node))} as {self.names[path]}{given} -> {node.output}"
            arriving = path


def _said(node: Node) -> Iterator[str]:
    """Yield the word of an operator, and its attributes that are no defaults of the language."""
    yield node.op.word
    for name, attribute in node.op.attributes.items():
        value = getattr(node.op, name)
        if attribute.required or value != read(attribute.kind, attribute.default):
            yield f"{name}={''.join(show(value).split())}"
