"""The body of a function or method: the statements for the steps of a definition.

One writer serves all backends; what differs between them are the methods of a ``Notation``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import NamedTuple, Protocol

from archspec.emission.fragments import (
    Branching,
    Fragment,
    LayerChain,
    MergeBlock,
    Operation,
    RepeatCopies,
    RepeatLoop,
    ResidualBlock,
    StepList,
)
from archspec.emission.lowering import Leaf
from archspec.emission.names import identifier
from archspec.emission.python import COLUMNS, INDENT, Bracketed, Code, commented, lines, listed
from archspec.emission.values import has_activation

Comment = Callable[[Fragment], str]
"""Returns the comment on a step, empty for none."""


class Statement(NamedTuple):
    """An expression with the text before it and the text after it."""

    indent: int
    before: str
    source: Code
    after: str = ""

    @classmethod
    def several(cls, indent: int, variables: Sequence[str], values: Sequence[str]) -> Statement:
        """Assign values to variables in parallel, in brackets where they take several lines."""
        before, bare = f"{', '.join(variables)} = ", ", ".join(values)
        if indent + len(before) + len(bare) <= COLUMNS:
            return cls(indent, before, bare)
        return cls(indent, before, replace(listed(values, "()"), broken=True))

    def written(self) -> list[str]:
        """Write it, on several lines if it is long."""
        return lines(self.source, self.indent, self.before, self.after)

    @property
    def is_broken(self) -> bool:
        """Whether it takes several lines."""
        return len(self.written()) > 1

    @property
    def joins(self) -> bool:
        """Whether it calls what it constructs, so that the list of that call breaks first."""
        return isinstance(self.source, Bracketed) and ")(" in self.source.opening


class LoopHead(NamedTuple):
    """A loop over the copies of a repeat: its head, its body, and the path of a copy."""

    before: str
    iterable: Code
    copy: Fragment
    path: str


class Notation(Protocol):
    """How a backend writes steps; a path is how its sources refer to one."""

    @property
    def owned(self) -> Collection[str]:
        """The names that are reserved in a body."""

    def inside(self, path: str, name: str) -> str:
        """Return the path of the part of a step that has a name."""

    def copy_of(self, path: str, index: str) -> str:
        """Return the path of one of the copies of a step."""

    def whole(self, step: Fragment, path: str, values: Sequence[str], column: int) -> Code | None:
        """Write a step as one expression that begins at a column; None where it takes several."""

    def joined(self, step: Operation, path: str, values: Sequence[str], column: int) -> Code:
        """Write an operator over the values of branches."""

    def activated(self, activation: Leaf, path: str, x: str) -> Code:
        """Write the activation of a layer or residual."""

    def residual(
        self, body: BodyWriter, step: ResidualBlock, path: str, values: Sequence[str], to: str
    ) -> str:
        """Write the sum of the branches into a variable; return the variable that holds it."""

    def loop(self, body: BodyWriter, repeat: RepeatLoop, path: str) -> LoopHead:
        """Write the head of a loop, and reserve its variables in the body."""


@dataclass
class BodyWriter:
    """Writes the steps of a definition; ``taken`` are the names that are in use."""

    notation: Notation
    taken: set[str]
    indent: int = INDENT
    written: list[Statement] = field(default_factory=list)

    def fresh(self, name: str) -> str:
        """Return a fresh name, and reserve it."""
        title = identifier(name)
        while title in self.notation.owned:
            title += "_"
        numbered = (f"{title}_{number}" for number in range(2, len(self.taken) + 3))
        found = next(each for each in (title, *numbered) if each not in self.taken)
        self.taken.add(found)
        return found

    def assign(self, variable: str, source: Code) -> str:
        """Write an assignment; return the variable."""
        if source != variable:
            self.written.append(Statement(self.indent, f"{variable} = ", source))
        return variable

    @contextmanager
    def block(self, before: str, source: Code = "", after: str = "") -> Iterator[None]:
        """Write a compound statement around those that follow; nothing where none do."""
        self.written.append(Statement(self.indent, before, source, after))
        count = len(self.written)
        self.indent += INDENT
        yield
        self.indent -= INDENT
        if len(self.written) == count:
            self.written.pop()

    def steps(
        self,
        listed: StepList,
        path: str,
        arriving: Sequence[str],
        flow: str,
        tell: Comment | None = None,
    ) -> list[str]:
        """Write the steps of a list; return the variables of the values that leave it.

        ``flow`` is the variable that is reused for values which only the next step reads; ``tell``
        returns the comment on a step. Steps that no output depends on are left out.
        """
        wiring, needed = listed.wiring, listed.wiring.needed
        values = {-1 - place: variable for place, variable in enumerate(arriving)}
        for place, (name, child) in enumerate(listed.children.items()):
            if place not in needed:
                continue
            read = [values[reference] for reference in wiring.reads[place]]
            later, inner = wiring.read_after(place), self.notation.inside(path, name)
            named = f"copy_{name}" if name.isdecimal() else name
            if child.outputs:
                given = dict(zip(wiring.given(place), child.outputs, strict=True))
                left = [self.fresh(f"{named}_{given[at]}") if at in later else "_" for at in given]
                self.several(child, inner, read, left)
                values.update(zip(given, left, strict=True))
                continue
            free = wiring.flows_on(place) and flow not in set(map(values.get, later))
            variable = flow if free else self.fresh(named)
            (value,) = wiring.given(place)
            with self.commenting(child, tell):
                values[value] = self.step(child, inner, read, variable)
        return [values[reference] for reference in wiring.outputs]

    @contextmanager
    def commenting(self, step: Fragment, tell: Comment | None) -> Iterator[None]:
        """Put the comment on a step behind its last statement, on a loop behind its head."""
        before = len(self.written)
        yield
        if tell is not None and len(self.written) > before:
            self.comment(before if isinstance(step, RepeatLoop) else -1, tell(step))

    def comment(self, place: int, text: str) -> None:
        """Put a comment behind a statement, if its line has room or can be broken."""
        line = self.written[place]
        told = line._replace(source=commented(line.source, text))
        if len(told.written()[0]) <= COLUMNS and not (told.is_broken and line.joins):
            self.written[place] = told

    def step(self, step: Fragment, path: str, values: Sequence[str], variable: str) -> str:
        """Write one step into a variable; return the variable that holds its value."""
        column = self.indent + len(f"{variable} = ")
        source = self.notation.whole(step, path, values, column)
        if source is not None:
            return self.assign(variable, source)
        return self.apart(step, path, values, variable)

    def several(
        self, step: Fragment, path: str, values: Sequence[str], variables: Sequence[str]
    ) -> None:
        """Write a step with several outputs into variables; ``_`` is never read."""
        source = self.notation.whole(step, path, values, self.indent)
        if source is not None:
            self.assign(", ".join(variables), source)
            return
        if isinstance(step, StepList):
            flow = next(each for each in variables if each != "_")
            left = self.steps(step, path, values, flow)
            self.written.append(Statement.several(self.indent, variables, left))
            return
        carried = [self.fresh("unread") if each == "_" else each for each in variables]
        self.written.append(Statement.several(self.indent, carried, values))
        if isinstance(step, RepeatCopies):
            for index, child in step.children.items():
                self.several(child, self.notation.copy_of(path, index), carried, carried)
        elif isinstance(step, RepeatLoop) and step.children:
            loop = self.notation.loop(self, step, path)
            with self.block(loop.before, loop.iterable, ":"):
                self.several(loop.copy, loop.path, carried, carried)

    @singledispatchmethod
    def apart(self, step: Fragment, path: str, values: Sequence[str], variable: str) -> str:
        """Write a step by its parts."""
        raise TypeError(step)

    @apart.register
    def listed(self, step: StepList, path: str, values: Sequence[str], variable: str) -> str:
        """Write a list."""
        (left,) = self.steps(step, path, values, variable)
        return left

    @apart.register
    def layer(self, step: LayerChain, path: str, values: Sequence[str], variable: str) -> str:
        """Write a layer's operators, one after another."""
        (x,) = values
        for word, child in step.children.items():
            x = self.step(child, self.notation.inside(path, word), [x], variable)
        return self.activated(step, path, x, variable)

    def activated(self, step: LayerChain | ResidualBlock, path: str, x: str, variable: str) -> str:
        """Write the activation of a layer or residual, if it has one."""
        if not has_activation(step):
            return x
        return self.assign(variable, self.notation.activated(step.leaves["activation"], path, x))

    @apart.register
    def merge(self, step: MergeBlock, path: str, values: Sequence[str], variable: str) -> str:
        """Write a merge and its branches, whose variables are dead afterwards."""
        outside = set(self.taken)
        found = list(self.branches(step, path, values).values())
        column = self.indent + len(f"{variable} = ")
        self.assign(variable, self.notation.joined(step, path, found, column))
        self.taken = outside
        return variable

    @apart.register
    def residual(self, step: ResidualBlock, path: str, values: Sequence[str], variable: str) -> str:
        """Write a residual: the sum of its branches, scaled and activated."""
        outside = set(self.taken)
        left = self.notation.residual(self, step, path, values, variable)
        self.taken = outside
        return left

    def branches(self, step: Branching, path: str, values: Sequence[str]) -> Mapping[str, str]:
        """Write the branches of a merge or residual; one without steps is the value it reads."""
        arriving = {-1 - place: variable for place, variable in enumerate(values)}
        found = {}
        for name, starts in step.starts.items():
            taken = [arriving[reference] for reference in starts]
            child = step.children.get(name)
            if child is None or not child.children:
                found[name] = taken[0]
            else:
                inner = self.notation.inside(path, name)
                found[name] = self.step(child, inner, taken, self.fresh(name))
        return found

    @apart.register
    def repeat(self, step: RepeatLoop, path: str, values: Sequence[str], variable: str) -> str:
        """Write the copies of a repeat as a loop."""
        arriving, *others = values
        if not step.children:
            return arriving
        flow = self.fresh(variable) if variable in others else variable
        self.assign(flow, arriving)
        loop = self.notation.loop(self, step, path)
        with self.block(loop.before, loop.iterable, ":"):
            self.assign(flow, self.step(loop.copy, loop.path, [flow, *others], flow))
        return flow

    @apart.register
    def unrolled(self, step: RepeatCopies, path: str, values: Sequence[str], variable: str) -> str:
        """Write copies that differ in structure one by one."""
        arriving, *others = values
        flow = self.fresh(variable) if variable in others else variable
        for index, child in step.children.items():
            inner = self.notation.copy_of(path, index)
            read = [arriving] if child.is_callable else [arriving, *others]
            arriving = self.step(child, inner, read, flow)
        return arriving


def returned(written: Sequence[Statement], left: str, indent: int) -> list[Statement]:
    """Return the last value directly, if the last statement assigns it."""
    if written and written[-1][:2] == (indent, f"{left} = "):
        return [*written[:-1], written[-1]._replace(before="return ")]
    return [*written, Statement(indent, "return ", left)]
