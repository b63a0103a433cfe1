"""The copies of a repeat as a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, count, pairwise

from archspec.emission.formula import name
from archspec.emission.fragments import RepeatLoop
from archspec.emission.lowering import Each, Leaf, Quantity
from archspec.emission.python import Code, call, listed
from archspec.emission.values import text_of

Passed = Callable[[Leaf], Code]
"""Writes a value that is passed on, as a backend does."""


@dataclass(frozen=True)
class Loop:
    """A loop over the copies of a repeat: over a count, or the values in which they differ."""

    times: Leaf
    differing: Mapping[Each, str]
    index: str | None

    @classmethod
    def over(cls, repeat: RepeatLoop, taken: frozenset[str]) -> Loop:
        """Find what differs between the copies, and fresh names for it."""
        copy, variable = repeat.children["copy"], repeat.index
        found = [
            (word, leaf)
            for each in copy.walk()
            for word, leaf in each.leaves.items()
            if isinstance(leaf, Each) and leaf.variable == variable
        ]
        differing: dict[Each, str] = {}
        free = copy.names
        for word, leaf in found:
            used = {*taken, *free, *differing.values()}
            names = chain((word,), (f"{word}_{number}" for number in count(2)))
            differing.setdefault(leaf, next(each for each in names if each not in used))
        leaves = [leaf for each in copy.walk() for leaf in each.leaves.values()]
        counted = any(variable in leaf.formula.names for leaf in leaves if leaf.formula)
        return cls(repeat.leaves["times"], differing, variable if counted else None)

    def bound(self, leaf: Leaf) -> Leaf:
        """Replace a value that differs by its loop variable."""
        variable = self.differing.get(leaf) if isinstance(leaf, Each) else None
        if variable is None or not isinstance(leaf, Each):
            return leaf
        return leaf.items[0]._replace(formula=name(variable))

    @property
    def variables(self) -> str:
        """The variables of the loop."""
        own = [*self._counter, *self.differing.values()]
        return ", ".join(own)

    @property
    def _counter(self) -> list[str]:
        if self.index is not None:
            return [self.index]
        counted = self.times.formula is not None and self.times.formula.names
        return ["_"] if counted or not self.differing else []

    def iterable(self, passed: Passed) -> Code:
        """Write what the loop iterates over."""
        columns = [*self.range, *self.columns(passed)] if self._counter else self.columns(passed)
        if len(columns) == 1:
            return columns[0]
        return call("zip", columns, {"strict": "True"})

    def numbered(self, index: str, passed: Passed) -> tuple[str, Code]:
        """Write the variables of the loop, the first being an index, and what it iterates over."""
        columns, names = self.columns(passed), list(self.differing.values())
        if not columns:
            return index, self.range[0]
        if len(names) == 1:
            return f"{index}, {names[0]}", call("enumerate", columns)
        zipped = call("zip", columns, {"strict": "True"})
        return f"{index}, ({', '.join(names)})", call("enumerate", [zipped])

    @property
    def range(self) -> list[Code]:
        """Write the count."""
        return [call("range", [text_of(self.times)])]

    def columns(self, passed: Passed) -> list[Code]:
        """Write the values of each variable in which the copies differ."""
        return [_column(each, passed) for each in self.differing]


def _column(each: Each, passed: Passed) -> Code:
    """Write the values of one variable, an arithmetic progression as a range."""
    if each.formula is not None:
        return str(each.formula)
    values = [item.value for item in each.items if isinstance(item, Quantity) and _is_number(item)]
    steps = {after - before for before, after in pairwise(values)}
    if len(values) == len(each.items) > 3 and len(steps) == 1 and (step := steps.pop()) > 0:
        return call("range", [str(values[0]), str(values[-1] + step), str(step)])
    return listed([_item(item, passed) for item in each.items], "()")


def _item(item: Leaf, passed: Passed) -> Code:
    if isinstance(item, Each) and item.formula is None:
        return listed([_item(inner, passed) for inner in item.items], "()")
    return passed(item)


def _is_number(item: Quantity) -> bool:
    number = isinstance(item.value, int) and not isinstance(item.value, bool)
    return number and (item.formula is None or item.formula.constant is not None)
