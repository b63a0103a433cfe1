"""The square input sizes that a network accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from archspec.graph import Graph
from archspec.operator import Operator, RuleError
from archspec.tensor import TensorType

WriteOut = Callable[[int], Graph | None]
"""Elaborates a spec at an input size; returns None if it does not fit."""


class Run(NamedTuple):
    """An arithmetic progression of sizes from ``first`` to ``last``."""

    first: int
    last: int
    step: int

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        steps = "" if self.step == 1 else f" in steps of {self.step}"
        return f"{self.first}..{self.last}{steps}"


def accepted(candidates: range, write_out: WriteOut) -> tuple[int, ...]:
    """List the candidate sizes at which all shapes fit.

    The spec is elaborated once, at the largest size that fits; for the others only the types are
    inferred again. It is elaborated again where channels depend on the grid, since then the graph
    itself may differ. Auxiliary heads are ignored.
    """
    found = ((size, write_out(size)) for size in reversed(candidates))
    largest, graph = next(((size, graph) for size, graph in found if graph), (0, None))
    if graph is None:
        return ()
    fits = _Inference(graph.without_heads()).fits
    verdicts = ((size, fits(size)) for size in candidates if size <= largest)
    return tuple(
        size for size, fit in verdicts if fit or (fit is None and write_out(size) is not None)
    )


class _Inference:
    """Infers the types of a graph at other sizes, memoised by operator and operand types."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.known: dict[tuple[int, tuple[TensorType, ...]], TensorType] = {}
        numbers: dict[Operator, int] = {}
        self.rows = [
            (path, node.op, numbers.setdefault(node.op, len(numbers)), node.sources, node.output)
            for path, node in graph.nodes.items()
        ]

        self.promises = [
            (scope.template.promise, (*scope.takes.values(), *crossing.inputs)[0], output)
            for path, scope in graph.scopes.items()
            if scope.template and (crossing := graph.boundary(path))
            for output in (*scope.gives.values(),) or (crossing.output,)
        ]

    def fits(self, size: int) -> bool | None:
        """Whether shapes fit and promises hold; None if the graph itself may differ at the size."""
        types = {name: at_size(given.type, size) for name, given in self.graph.inputs.items()}
        for path, op, number, sources, before in self.rows:
            inputs = tuple([types[source] for source in sources])
            try:
                output = self.known.get((number, inputs)) or self.infer(op, number, inputs)
            except RuleError:
                return False
            if output.shape[-1] != before.shape[-1]:
                return None
            types[path] = output
        return self.keeps_promises(types)

    def infer(self, op: Operator, number: int, inputs: tuple[TensorType, ...]) -> TensorType:
        """Infer and memoise the type of one use of an operator."""
        output = self.known[number, inputs] = op.infer(*inputs)
        return output

    def keeps_promises(self, types: dict[str, TensorType]) -> bool:
        """Whether every module keeps its promise."""
        return all(
            promise.holds(types[before].grid, types[after].grid)
            for promise, before, after in self.promises
        )


def at_size(given: TensorType, size: int) -> TensorType:
    """Return an input type with a square grid of this size; a vector is unchanged."""
    return TensorType((size, size, given.channels)) if given.is_map else given


def runs(sizes: Sequence[int]) -> tuple[Run, ...]:
    """Group sizes into arithmetic progressions, of at least three sizes or two consecutive ones."""
    return tuple(_runs(list(sizes)))


def _runs(sizes: list[int]) -> Iterator[Run]:
    start = 0
    while start < len(sizes):
        end = _end(sizes, start)
        step = sizes[end] - sizes[end - 1] if end > start else 1
        if step > 1 and end - start < 2:
            end = start
        yield Run(sizes[start], sizes[end], step if end > start else 1)
        start = end + 1


def _end(sizes: list[int], start: int) -> int:
    """Return the last index of the progression that begins at ``start``."""
    end = min(start + 1, len(sizes) - 1)
    while end + 1 < len(sizes) and sizes[end + 1] - sizes[end] == sizes[end] - sizes[end - 1]:
        end += 1
    return end
