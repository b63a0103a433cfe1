"""Random rewriting of graphs: nodes left out, replaced, surrounded by others, or fed otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from archspec.graph import Graph, Node, Wire
from archspec.graph.rewriting import Apply, Change
from archspec.operator import Operator, RuleError
from archspec.operators.activation import Relu, Sigmoid, Tanh
from archspec.operators.merge import Add, Multiply, Subtract
from archspec.operators.scale import Scale

ONE: tuple[Operator, ...] = (Relu(), Sigmoid(), Tanh(), Scale(factor=0.5))
TWO: tuple[Operator, ...] = (Add(), Multiply(), Subtract())
_TRIES = 20


@dataclass
class RandomRule:
    """A rule that changes some nodes, none of them in what type it gives."""

    random: Random
    share: float
    seen: list[Wire] = field(default_factory=list)

    def __call__(self, node: Node, sources: tuple[Wire, ...]) -> Change:
        """Change a node, or keep it."""
        self.seen += (each for each in sources if each not in self.seen)
        if self.random.random() > self.share:
            return None
        changes = (self.left_out, self.replaced, self.followed, self.preceded, self.fed_otherwise)
        return self.random.choice(changes)(node, sources)

    def left_out(self, node: Node, sources: tuple[Wire, ...]) -> Change:
        """Give what arrives in place of a node."""
        fitting = [each for each in sources if each.type == node.output]
        return self.random.choice(fitting) if fitting else None

    def replaced(self, node: Node, sources: tuple[Wire, ...]) -> Change:
        """Put another operator in the place of a node."""
        if any(each.type != node.output for each in sources):
            return None
        return self.random.choice(ONE if len(sources) == 1 else TWO)

    def followed(self, node: Node, sources: tuple[Wire, ...]) -> Change:
        """Put an operator behind a node."""
        return Apply(self.random.choice(ONE), (Apply(node.op, sources),))

    def preceded(self, node: Node, sources: tuple[Wire, ...]) -> Change:
        """Put an operator before a node."""
        place = self.random.randrange(len(sources))
        before = Apply(self.random.choice(ONE), (sources[place],))
        return Apply(node.op, (*sources[:place], before, *sources[place + 1 :]))

    def fed_otherwise(self, node: Node, sources: tuple[Wire, ...]) -> Change:
        """Let a node take another value of the same type from anywhere before it."""
        place = self.random.randrange(len(sources))
        others = [each for each in self.seen if each.type == sources[place].type]
        other = self.random.choice(others)
        return Apply(node.op, (*sources[:place], other, *sources[place + 1 :]))


def rewritten(graph: Graph, random: Random) -> Graph:
    """Rewrite a graph at random, once or twice."""
    for _ in range(random.randint(1, 2)):
        graph = _once(graph, random)
    return graph


def _once(graph: Graph, random: Random) -> Graph:
    """Rewrite a graph; try again where an operator refuses what it is given, or nothing is left."""
    for _ in range(_TRIES):
        try:
            return graph.rewrite(RandomRule(random, random.choice((0.05, 0.2, 0.5))))
        except RuleError:
            continue
    return graph
