"""From regions to lists of steps, innermost first."""

from __future__ import annotations

from dataclasses import dataclass

from archspec.graph import Graph
from archspec.raising.layering import Usual, simple
from archspec.raising.pieces import Placed, Repeat, Simple, Steps, Use
from archspec.raising.regions import Region
from archspec.raising.structure import Structuring


@dataclass(frozen=True)
class Listing:
    """Makes the list of steps of each region of a graph."""

    graph: Graph
    usual: Usual

    def steps(self, region: Region) -> Steps:
        """Make the list of a region: its nodes, and the uses of the regions inside."""
        placed = [self._placed(each) for each in region.contents]
        items = {each.value: each for each in placed}
        structuring = Structuring(self.graph, items, self._leaving(items, region.path), self.usual)
        inputs = self.graph.boundary(region.path).inputs
        arriving = inputs[0] if len(inputs) == 1 else ""
        return structuring.repeated(Steps(structuring.folded(), arriving))

    def _leaving(self, items: dict[str, Placed], path: str) -> frozenset[str]:
        boundary = self.graph.boundary(path)
        return frozenset(value for value in boundary.outputs if value in items)

    def _placed(self, content: str | Region) -> Placed:
        if isinstance(content, str):
            node = self.graph.nodes[content]
            return Placed(simple(node), content, node.sources, 1)
        steps = self.steps(content)
        boundary = self.graph.boundary(content.path)
        only = steps.contents[0]
        if len(steps) == 1 and isinstance(only.piece, Simple | Use | Repeat):
            return only
        use = Use(content.word, content.path, steps, boundary.inputs)
        return Placed(use, boundary.output, boundary.inputs, steps.size)
