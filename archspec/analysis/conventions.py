"""Conventions by which tools count operations and parameters, as rules for each operator.

A rule is data: how many for each of what, ``4 for each output``. A backend brings the conventions
of the tools that count the models which it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from archspec.graph import Graph, Node


class Measure(NamedTuple):
    """Something of a use of an operator that can be counted, and what one of it is called."""

    one: str
    of: Callable[[Node], int]


@dataclass(frozen=True)
class Rule:
    """How many to count for each of some measures; for none, nothing is counted, and why."""

    amounts: tuple[tuple[int, Measure], ...] = ()
    why: str = ""

    def __call__(self, node: Node) -> int:
        """Count a use of an operator, for one example."""
        return sum(amount * measure.of(node) for amount, measure in self.amounts)

    def __add__(self, other: Rule) -> Rule:
        return Rule(self.amounts + other.amounts)

    def __rmul__(self, factor: int) -> Rule:
        return Rule(tuple((factor * amount, measure) for amount, measure in self.amounts))

    def __str__(self) -> str:
        told = (f"{amount} for each {measure.one}" for amount, measure in self.amounts)
        return " and ".join(told) or ", ".join(filter(None, ("nothing", self.why)))


def for_each(one: str) -> Callable[[Callable[[Node], int]], Rule]:
    """Make the rule that counts one for each of what the decorated function counts."""
    return lambda of: Rule(((1, Measure(one, of)),))


nothing = Rule()


@for_each("multiply-accumulate")
def macs(node: Node) -> int:
    """Count those of convolutions and dense layers, biases left out."""
    return node.op.cost(node.output, *node.inputs).macs


@for_each("output")
def outputs(node: Node) -> int:
    """Count the numbers of the result."""
    return node.output.size


@for_each("input")
def inputs(node: Node) -> int:
    """Count the numbers of the first operand."""
    return node.inputs[0].size


@for_each("bias added")
def biases(node: Node) -> int:
    """Count the additions of biases in convolutions and dense layers."""
    return node.output.size if getattr(node.op, "bias", False) else 0


@for_each("parameter")
def parameters(node: Node) -> int:
    """Count trained numbers."""
    found = node.op.parameters(*node.inputs)
    return sum(prod(each.shape) for each in found if each.trainable)


class Counting(NamedTuple):
    """By which rules the operations and the parameters of a node are counted."""

    operations: Rule
    parameters: Rule = parameters


Rules = Callable[[Node], Counting]


def always(rule: Rule) -> Callable[[Graph], Rules]:
    """Count the operations of all nodes of any graph by one rule."""
    return lambda _graph: lambda _node: Counting(rule)


@dataclass(frozen=True)
class Convention:
    """What a tool counts of a network.

    ``unit`` is what it calls the operations that it counts, and ``about`` says which tool, what it
    counts and what it does not see. ``rules`` are those of a graph, since they may depend on what
    surrounds a node.
    """

    unit: str
    about: str
    rules: Callable[[Graph], Rules]


ARCHSPEC = Convention(
    "MACs", "archspec counts multiply-accumulates of convolutions and dense layers", always(macs)
)
PAPER = Convention(
    "multiply-adds",
    "papers count multiply-adds of convolutions and dense layers, often called FLOPs, without "
    "biases, norms, pools, activations and auxiliary heads, and print two or three digits",
    always(macs),
)

CONVENTIONS: Mapping[str, Convention] = {"archspec": ARCHSPEC, "paper": PAPER}
"""Those of no tool."""
