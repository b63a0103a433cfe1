"""From regions to lists of steps, innermost first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from archspec.graph import Graph
from archspec.raising.layering import Usual, simple
from archspec.raising.pieces import Copied, Placed, Repeat, Simple, Steps, Use
from archspec.raising.regions import Region
from archspec.raising.repeats import EXACTLY
from archspec.raising.skeleton import Description
from archspec.raising.structure import Structuring


@dataclass
class Listing:
    """Makes the list of steps of each region of a graph."""

    graph: Graph
    usual: Usual
    digests: dict[Description, int] = field(default_factory=dict)

    def steps(self, region: Region) -> Steps:
        """Make the list of a region: its nodes, and the uses of the regions inside."""
        placed = [self._placed(each) for each in region.contents]
        items = {each.value: each for each in placed}
        least = 3 if region.path in self.graph.scopes and region.path else 2
        leaving = frozenset(region.outputs)
        structuring = Structuring(self.graph, items, leaving, self.usual, least)
        arriving = region.inputs[0] if len(region.inputs) == 1 else ""
        return structuring.repeated(Steps(structuring.folded(), arriving))

    def _placed(self, content: str | Region) -> Placed:
        if isinstance(content, str):
            node = self.graph.nodes[content]
            return Placed(simple(node), content, node.sources, 1)
        steps = self.steps(content)
        only = steps.contents[0]
        if len(steps) == 1 and isinstance(only.piece, Simple | Use | Repeat):
            return Placed(self._renamed(only.piece, content), only.value, only.sources, only.size)
        use = Use(
            content.word, content.has_class, content.path, steps, content.inputs, content.outputs
        )
        return Placed(self._numbered(use), content.outputs[0], content.inputs, steps.size)

    def _renamed(self, piece: Simple | Use | Repeat, around: Region) -> Simple | Use | Repeat:
        """Call uses after the module that holds nothing else, where none of them has a class."""
        if isinstance(piece, Repeat):
            if any(isinstance(each, Use) and each.has_class for each in piece.copies):
                return piece
            return Repeat(tuple([self._called(each, around) for each in piece.copies]))
        return self._called(piece, around)  # type: ignore[return-value]

    def _called(self, piece: Copied, around: Region) -> Copied:
        if not isinstance(piece, Use) or piece.has_class or not around.has_class:
            return piece
        return self._numbered(replace(piece, word=around.word, has_class=True))

    def _numbered(self, use: Use) -> Use:
        digest = self.digests.setdefault(EXACTLY.module(use), len(self.digests))
        return replace(use, digest=digest)
