"""The memory of values in inference and in a step of training, at best and in a framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import prod
from typing import NamedTuple

from archspec.analysis import lifetimes
from archspec.analysis.count import Totaller
from archspec.analysis.lifetimes import Lifetime
from archspec.cost import Keeping, Saved
from archspec.graph import Graph, Kind, Node, parent, upwards
from archspec.operators.merge import Add

FLOAT = 4
"""Bytes of a number of 32 bits."""


class ValuePeak(NamedTuple):
    """The most bytes that values take at once for one example, and the node that runs then.

    It runs backwards if ``backward``.
    """

    bytes: int
    path: str
    backward: bool = False


@dataclass(frozen=True)
class StepMemory:
    """The values of a network as a framework keeps them; ``width`` are the bytes of a number."""

    graph: Graph
    keeping: Keeping
    width: int = FLOAT

    @cached_property
    def order(self) -> dict[str, int]:
        """When each node runs; inputs are there before."""
        return {path: moment for moment, path in enumerate(self.graph.nodes, 1)}

    @cached_property
    def owners(self) -> dict[str, str]:
        """The value whose memory each value uses: its own, unless it is a view or in place."""

        def owner(node: Node, sources: tuple[str, ...]) -> str:
            is_view = node.op.is_view or type(node.op) in self.keeping.views
            if is_view:
                return sources[0]
            place = self.overwritten(node)
            return node.path if place is None else sources[place]

        return self.graph.fold(owner, {name: name for name in self.graph.inputs})

    def overwritten(self, node: Node) -> int | None:
        """Return which operand an operator overwrites; None if it takes memory of its own."""
        is_sum = isinstance(node.op, Add)
        if type(node.op) not in self.keeping.in_place or (is_sum and not self._adds_body(node)):
            return None
        place = 1 if is_sum else 0
        before = self.graph.nodes.get(node.sources[place])
        if before is None or type(before.op) not in self.keeping.overwritable:
            return None
        return place if self.graph.uses(before.path) == 1 else None

    def _adds_body(self, node: Node) -> bool:
        """Whether a node adds the body of a residual, its second operand, to the shortcut."""
        around = self.graph.scopes.get(parent(node.path))
        return around is not None and around.kind is Kind.RESIDUAL and len(node.sources) == 2

    def inference(self, *, is_held: bool = True) -> ValuePeak:
        """Compute the peak without gradients: a value lives until its last use.

        What arrives at a scope is held by its caller until the scope has run, and a value that is
        used more than once is a variable until its list of steps has run, if ``is_held``.
        Inputs and outputs of the network are never freed.
        """
        return self._peak(self.lifetimes(is_held=is_held))

    def lifetimes(self, *, is_held: bool = True) -> list[Lifetime]:
        """Return when values and copies of them take memory in inference, as ``inference`` does.

        Moments are those of ``order``.
        """
        lives = self._alive(is_held=is_held)
        return [*(Lifetime(*life, self._bytes(path)) for path, life in lives), *self._copies()]

    def training(self) -> ValuePeak:
        """Compute the peak of a step: values that are saved live until they have been used back.

        Gradients of values live from the first to the last node that adds to them or reads them;
        those of parameters are not among them.
        """
        return self._peak(self.training_lifetimes())

    def training_lifetimes(self) -> list[Lifetime]:
        """Return when values and their gradients take memory in a step, as ``training`` does.

        The step holds outputs, from which it computes the loss, to its end.
        """
        leaving = self.graph.leaving
        needed = {**self._needed, **{self.owners[path]: self._mirrored(0) for path in leaving}}
        kept = [
            Lifetime(first, max(last, needed.get(path, 0)), self._bytes(path))
            for path, (first, last) in self._alive(is_held=True)
        ]
        return [*kept, *self._gradients(), *self._beside()]

    def parameter_gradients(self) -> list[Lifetime]:
        """Return when gradients of parameters take memory: from where they come to the end."""
        totaller = Totaller()
        return [
            Lifetime(self._back(path), self._mirrored(0), totaller.of(node).parameters * FLOAT)
            for path, node in self.graph.nodes.items()
        ]

    def at(self, moment: int) -> tuple[str, bool]:
        """Return the path of what runs at a moment, and whether it runs backwards."""
        is_back = moment > len(self.order)
        forward = self._mirrored(moment) if is_back else moment
        path = list(self.graph.nodes)[forward - 1] if forward else next(iter(self.graph.inputs))
        return path, is_back

    def saved(self) -> dict[str, int]:
        """Return the bytes that each node keeps for the backward pass, for one example.

        A value that several need is counted with the first of them.
        """
        found: dict[str, int] = {}
        counted: set[str] = set()
        for path, node in self.graph.nodes.items():
            new = [each for each in self._saves(node) if each not in counted]
            counted.update(new)
            found[path] = sum(map(self._bytes, new)) + self._bytes_beside(node)
        return found

    def per_batch(self) -> int:
        """Return the bytes that are kept for the backward pass of a batch, however large."""
        rules = ((self._rule(node), node.output.channels) for node in self.graph.nodes.values())
        return sum(rule.channels * channels * FLOAT for rule, channels in rules)

    def _rule(self, node: Node) -> Saved:
        """Return what an operator saves; its inputs if nobody says."""
        rule = self.keeping.saved.get(type(node.op), Saved(inputs=True))
        return rule if isinstance(rule, Saved) else rule(node.op, node.inputs[0])

    def _saves(self, node: Node) -> tuple[str, ...]:
        """Return the values that a node saves, each once, by owner."""
        rule = self._rule(node)
        inputs = node.sources if rule.inputs and self.overwritten(node) is None else ()
        values = (*inputs, *([node.path] if rule.output else ()))
        return tuple(dict.fromkeys(self.owners[each] for each in values))

    def _bytes_beside(self, node: Node) -> int:
        """Count indices, masks and statistics, and the copy of an input that is overwritten."""
        rule, out = self._rule(node), node.output
        overwritten = out.size if rule.inputs and self.overwritten(node) is not None else 0
        numbers = rule.cells * prod(out.grid) * FLOAT + self.width * (rule.copied + overwritten)
        return rule.bytes * out.size + numbers

    def _back(self, path: str) -> int:
        """Return when the backward pass of a node runs: in the opposite order."""
        return self._mirrored(self.order.get(path, 0))

    def _mirrored(self, moment: int) -> int:
        """Return the moment of the backward pass that belongs to one of the forward pass."""
        return 2 * len(self.order) + 1 - moment

    @cached_property
    def _needed(self) -> dict[str, int]:
        """Until when each owner is needed by the backward pass."""
        found: dict[str, int] = {}
        for path, node in self.graph.nodes.items():
            for owner in self._saves(node):
                found[owner] = max(found.get(owner, 0), self._back(path))
        return found

    def _gradients(self) -> Iterator[Lifetime]:
        """Yield the lifetimes of the gradients of values, inputs of the network excepted.

        Those of outputs and heads are there from the first moment: the loss gives them.
        """
        begins: dict[str, int] = {}
        for path, node in self.graph.nodes.items():
            begins.update((self.owners[source], self._back(path)) for source in node.sources)
        ends = (self.owners[path] for path in self.graph.leaving)
        begins.update(dict.fromkeys(ends, len(self.order) + 1))
        for owner, first in begins.items():
            if owner in self.order:
                yield Lifetime(first, self._back(owner), self._bytes(owner))

    def _beside(self) -> Iterator[Lifetime]:
        for path, node in self.graph.nodes.items():
            size = self._bytes_beside(node)
            if size:
                yield Lifetime(self.order[path], self._back(path), size)

    def _copies(self) -> Iterator[Lifetime]:
        """Yield the copies that operators make of what they read, as one with a wider border."""
        for path, node in self.graph.nodes.items():
            copied = self._rule(node).copied
            if copied:
                yield Lifetime(self.order[path], self.order[path], copied * self.width)

    def _peak(self, alive: list[Lifetime]) -> ValuePeak:
        found = lifetimes.peak(alive)
        return ValuePeak(found.bytes, *self.at(found.moment))

    def _alive(self, *, is_held: bool) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield for each owner the moments of its creation and its last use."""
        last: dict[str, int] = {}
        held = chain(self._holds(), self._variables()) if is_held else ()
        for path, moment in chain(self._uses(), held):
            last[path] = max(last.get(path, 0), moment)
        for path in (*self.graph.inputs, *self.graph.leaving):
            last[self.owners[path]] = len(self.order)
        for path in dict.fromkeys(self.owners.values()):
            first = self.order.get(path, 0)
            yield path, (first, max(last.get(path, 0), first))

    def _uses(self) -> Iterator[tuple[str, int]]:
        for path, node in self.graph.nodes.items():
            for source in node.sources:
                yield self.owners[source], self.order[path]

    def _holds(self) -> Iterator[tuple[str, int]]:
        """Yield what arrives at each scope, and when its last node runs."""
        for scope in self.graph.scopes.values():
            end = self._end(scope.path)
            for source in self.graph.boundary(scope.path).inputs if scope.path else ():
                yield self.owners[source], end

    def _variables(self) -> Iterator[tuple[str, int]]:
        """Yield what is used more than once, beyond the next step, and when its list has run.

        So are all values of steps that have several. Each copy of a repeat assigns its own anew.
        """
        for path, node in self.graph.nodes.items():
            for source in node.sources:
                if source in self.graph.inputs or self.graph.uses(source) == 1:
                    continue
                scope, first, second = _meeting(source, path)
                is_variable = self._have_several(first, second) or not self._is_next(first, second)
                if self.graph.scopes[scope].kind is not Kind.REPEAT and is_variable:
                    yield self.owners[source], self._end(scope)

    def _have_several(self, *steps: str) -> bool:
        boundaries = (self.graph.boundary(each) for each in steps if each in self.graph.scopes)
        return any(len(each.outputs) > 1 for each in boundaries)

    def _is_next(self, first: str, second: str) -> bool:
        return self._places[second] == self._places[first] + 1

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each node and scope in the list that it is a step of."""
        scopes = self.graph.scopes.values()
        return {path: at for scope in scopes for at, path in enumerate(scope.contents)}

    @cached_property
    def _ends(self) -> dict[str, int]:
        """The moment at which the last node of each scope runs."""
        found: dict[str, int] = {}
        for path, moment in self.order.items():
            found.update(dict.fromkeys(upwards(parent(path)), moment))
        return found

    def _end(self, path: str) -> int:
        return self._ends.get(path, 0) if path else len(self.order)

    def _bytes(self, path: str) -> int:
        return self.graph.type_of(path).size * self.width


def _meeting(one: str, other: str) -> tuple[str, str, str]:
    """Return the innermost scope around two nodes, and what holds each of them there."""
    above = {parent(each): each for each in upwards(one)}
    within = next(each for each in upwards(other) if parent(each) in above)
    scope = parent(within)
    return scope, above[scope], within


def peak(graph: Graph) -> ValuePeak:
    """Compute the least peak of inference: a value is freed after its last use.

    Nodes run in source order, and nothing is overwritten in place. Weights and workspaces of
    operators are not counted.
    """
    return StepMemory(graph, Keeping({})).inference(is_held=False)
