"""What bounds each operation of a network on a machine: its arithmetic, or its memory.

Source: Williams, Waterman, Patterson, "Roofline: An Insightful Visual Performance Model for
Multicore Architectures", Communications of the ACM 52(4), 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archspec.analysis.count import Totaller
from archspec.graph import Graph, Kind, Node


class Machine(NamedTuple):
    """The operations that a machine does in a second at best, and the bytes that it moves."""

    flops: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """The operations for each byte from which on arithmetic is the bound."""
        return self.flops / self.bandwidth


class Kernel(NamedTuple):
    """Nodes that are computed in one go, with their operations and the bytes they move.

    ``path`` is that of the node, or of the layer that they are; ``word`` that of the first node.
    """

    path: str
    word: str
    flops: int
    bytes: int

    @property
    def intensity(self) -> float:
        """The operations for each byte."""
        return self.flops / self.bytes

    def is_memory_bound(self, machine: Machine) -> bool:
        """Whether moving its bytes takes a machine longer than its operations, both at best."""
        return self.intensity < machine.ridge


class Running(NamedTuple):
    """How a network is run: a batch, the bytes of a number, and whether layers run in one go."""

    batch: int = 1
    width: int = 4
    is_fused: bool = False


def kernels(graph: Graph, running: Running) -> list[Kernel]:
    """List the kernels of inference; views, and dropout, are none.

    Each reads its inputs and its weights once, and writes its outputs once.
    """
    traffic = _Traffic(graph.without_heads(), running)
    found = (traffic.kernel(path, nodes) for path, nodes in traffic.groups())
    return [each for each in found if each is not None]


class _Traffic:
    """Adds up what nodes do, and what they read and write."""

    def __init__(self, graph: Graph, running: Running) -> None:
        self.graph = graph
        self.running = running
        self.totaller = Totaller()

    def groups(self) -> Iterator[tuple[str, list[Node]]]:
        """List nodes in source order, those of a layer together if they run in one go."""
        layers = self.layers() if self.running.is_fused else {}
        found: dict[str, list[Node]] = {}
        for path, node in self.graph.nodes.items():
            found.setdefault(layers.get(path, path), []).append(node)
        yield from found.items()

    def layers(self) -> dict[str, str]:
        """Return the layer that each node of one is part of."""
        scopes = self.graph.scopes.items()
        layers = ((path, each) for path, each in scopes if each.kind is Kind.LAYER)
        return {inner: path for path, each in layers for inner in each.contents}

    def kernel(self, path: str, members: Iterable[Node]) -> Kernel | None:
        """Count nodes that run in one go; None for views alone."""
        nodes = [node for node in members if not node.op.is_view]
        if not nodes:
            return None
        inside = {node.path for node in nodes}
        pairs = (pair for node in nodes for pair in zip(node.sources, node.inputs, strict=True))
        read = {source: given.size for source, given in pairs if source not in inside}
        written = sum(node.output.size for node in nodes if self.leaves(node.path, inside))
        totals = self.totaller.total(nodes)
        values = (sum(read.values()) + written) * self.running.batch
        numbers = values + totals.parameters + totals.statistics
        operations = totals.flops * self.running.batch
        return Kernel(path, nodes[0].op.word, operations, numbers * self.running.width)

    def leaves(self, path: str, inside: set[str]) -> bool:
        """Whether a value is read by others, or is an output of the network."""
        readers = {node.path for node in self.graph.users(path)}
        return path in self.graph.outputs.values() or not readers <= inside
