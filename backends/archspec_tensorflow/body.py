"""The body of a function: one line for each layer that is made and called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import NamedTuple

from archspec.emission.fragments import (
    Branching,
    DefinitionCall,
    Fragment,
    LayerChain,
    MergeBlock,
    Operation,
    RepeatCopies,
    RepeatLoop,
    ResidualBlock,
    StepList,
)
from archspec.emission.loops import Loop
from archspec.emission.names import identifier, variable
from archspec.emission.python import COLUMNS, INDENT, Bracketed, Source, call, commented, lines
from archspec.emission.values import has_activation, has_scale, text_of
from archspec_tensorflow.calls import Calls, quoted

Tell = Callable[[Fragment], str]


class Line(NamedTuple):
    """A statement: what stands before a source, the source, what stands behind it."""

    indent: int
    before: str
    source: Source
    after: str = ""

    def written(self) -> list[str]:
        """Write it, on several lines if it is long."""
        return lines(self.source, self.indent, self.before, self.after)

    @property
    def is_broken(self) -> bool:
        """Whether it takes several lines."""
        return len(self.written()) > 1

    @property
    def joins(self) -> bool:
        """Whether it calls a layer that it makes, with a list that breaks before the layer does."""
        return isinstance(self.source, Bracketed) and ")(" in self.source.opening


@dataclass
class Body:
    """Writes the steps of a definition; ``taken`` are names that a new value cannot have."""

    calls: Calls
    taken: set[str]
    written: list[Line] = field(default_factory=list)
    indent: int = INDENT

    def fresh(self, name: str) -> str:
        """Take a name that no value has yet, no argument and no function."""
        title = variable(identifier(name))
        first = f"{title}_" if title in self.owned else title
        numbered = (f"{title}_{number}" for number in range(2, len(self.taken) + 3))
        found = next(each for each in (first, *numbered) if each not in self.taken)
        self.taken.add(found)
        return found

    @property
    def owned(self) -> set[str]:
        """The names of functions and arguments."""
        return {*self.calls.titles.values(), *self.calls.arguments}

    def assign(self, variable: str, source: Source) -> str:
        """Write an assignment; return the variable."""
        if source != variable:
            self.written.append(Line(self.indent, f"{variable} = ", source))
        return variable

    def steps(
        self,
        part: StepList,
        path: str,
        arriving: Sequence[str],
        flow: str,
        tell: Tell | None = None,
    ) -> list[str]:
        """Write the steps of a list; return the variables of the values that leave it.

        ``flow`` is the variable that holds what only the next step reads; ``tell`` comments on what
        a step gives.
        """
        wiring = part.wiring
        values = {-1 - place: variable for place, variable in enumerate(arriving)}
        for place, (name, child) in enumerate(part.children.items()):
            read = [values[reference] for reference in wiring.reads[place]]
            needed = {values.get(reference) for reference in wiring.read_after(place)}
            free = wiring.flows_on(place) and flow not in needed
            before = len(self.written)
            target = flow if free else self.fresh(name)
            values[place] = self.step(child, f"{path}{identifier(name)}", read, target)
            if tell is not None and len(self.written) > before:
                self.comment(before if isinstance(child, RepeatLoop) else -1, tell(child))
        return [values[reference] for reference in wiring.outputs]

    def comment(self, place: int, text: str) -> None:
        """Put a comment behind a line that is written, if the line has room or can make it."""
        line = self.written[place]
        told = line._replace(source=commented(line.source, text))
        if len(told.written()[0]) <= COLUMNS and not (told.is_broken and line.joins):
            self.written[place] = told

    @singledispatchmethod
    def step(self, part: Fragment, path: str, read: Sequence[str], variable: str) -> str:
        """Write one step; return the variable that holds its value."""
        raise TypeError(part)

    @step.register
    def listed(self, part: StepList, path: str, read: Sequence[str], variable: str) -> str:
        """Write a list."""
        (left,) = self.steps(part, f"{path}.", read, variable)
        return left

    @step.register
    def operation(self, part: Operation, path: str, read: Sequence[str], variable: str) -> str:
        """Write one operator."""
        column = self.indent + len(f"{variable} = ")
        return self.assign(variable, self.calls.operation(part, read, path, column))

    @step.register
    def called(self, part: DefinitionCall, path: str, read: Sequence[str], variable: str) -> str:
        """Write a use of a definition."""
        return self.assign(variable, self.calls.called(part, read[0], path))

    @step.register
    def layer(self, part: LayerChain, path: str, read: Sequence[str], variable: str) -> str:
        """Write a layer's operators in a row."""
        x = read[0]
        for word, child in part.children.items():
            x = self.step(child, f"{path}.{word}", [x], variable)
        return self.activated(part, path, x, variable)

    def activated(self, part: LayerChain | ResidualBlock, path: str, x: str, variable: str) -> str:
        """Write the activation of a layer or residual, if it has one."""
        if not has_activation(part):
            return x
        return self.assign(variable, self.calls.activation(part.leaves["activation"], x, path))

    @step.register
    def merge(self, part: MergeBlock, path: str, read: Sequence[str], variable: str) -> str:
        """Write a merge of its branches, whose variables nothing reads afterwards."""
        outside = set(self.taken)
        found = list(self.branches(part, path, read).values())
        self.operation(part, path, found, variable)
        self.taken = outside
        return variable

    def branches(self, part: Branching, path: str, read: Sequence[str]) -> Mapping[str, str]:
        """Write the branches of a merge or residual; one without steps is what arrives."""
        arriving = {-1 - place: variable for place, variable in enumerate(read)}
        found = {}
        for name, starts in part.starts.items():
            taken = [arriving[reference] for reference in starts]
            child = part.children.get(name)
            if child is None or not child.children:
                found[name] = taken[0]
            else:
                found[name] = self.step(child, f"{path}.{name}", taken, self.fresh(name))
        return found

    @step.register
    def residual(self, part: ResidualBlock, path: str, read: Sequence[str], variable: str) -> str:
        """Write a residual: the sum of its branches, scaled and activated."""
        outside = set(self.taken)
        found = self.branches(part, path, read)
        body = found["body"] if found["body"] not in read else self.fresh("body")
        self.scaled(part, path, found["body"], body)
        added = call(
            f"layers.Add(name={quoted(f'{path}.add')})", [f"[{found['shortcut']}, {body}]"]
        )
        self.assign(variable, added)
        self.taken = outside
        return self.activated(part, path, variable, variable)

    def scaled(self, part: ResidualBlock, path: str, x: str, body: str) -> None:
        """Write the scale of a residual, if it has one, which an argument may tell."""
        if not has_scale(part):
            self.assign(body, x)
            return
        factor = text_of(part.leaves["scale"])
        made = call("layers.Rescaling", [factor], {"name": quoted(f"{path}.scale")})
        source = Bracketed(made.opening, made.items, f")({x})")
        if not self.may_be_one(part):
            self.assign(body, source)
            return
        self.assign(body, x)
        self.written.append(Line(self.indent, f"if {factor} != 1:", ""))
        self.indent += INDENT
        self.assign(body, source)
        self.indent -= INDENT

    def may_be_one(self, part: ResidualBlock) -> bool:
        """Whether some use does not scale, so that it has no operator that does."""
        values = self.calls.known(part.leaves["scale"])
        return values is None or 1 in values

    @step.register
    def repeat(self, part: RepeatLoop, path: str, read: Sequence[str], variable: str) -> str:
        """Write the copies of a repeat as a loop."""
        arriving, *others = read
        copy = part.children.get("copy")
        if copy is None:
            return arriving
        flow = self.fresh(variable) if variable in others else variable
        self.assign(flow, arriving)
        index = part.index
        loop = Loop.over(part, frozenset(self.taken))
        self.taken |= {index, *loop.differing.values()}
        self.written.append(self.head(loop, index))
        before = len(self.written)
        self.indent += INDENT
        inner = copy.replace_leaves(loop.bound)
        left = self.step(inner, f"{path}.{{{index}}}", [flow, *others], flow)
        self.assign(flow, left)
        self.indent -= INDENT
        if len(self.written) == before:  # the copies change nothing
            self.written.pop()
        return flow

    def head(self, loop: Loop, index: str) -> Line:
        """Write what a loop runs through."""
        columns = loop.columns(self.calls.passed)
        names = list(loop.differing.values())
        if not columns:
            return Line(self.indent, f"for {index} in ", loop.range[0], ":")
        each = names[0] if len(names) == 1 else f"({', '.join(names)})"
        values = columns[0] if len(names) == 1 else call("zip", columns, {"strict": "True"})
        return Line(self.indent, f"for {index}, {each} in ", call("enumerate", [values]), ":")

    @step.register
    def unrolled(self, part: RepeatCopies, path: str, read: Sequence[str], variable: str) -> str:
        """Write copies that differ in structure one by one."""
        arriving, *others = read
        flow = self.fresh(variable) if variable in others else variable
        for index, child in part.children.items():
            arriving = self.step(child, f"{path}.{index}", [arriving, *others], flow)
        return arriving
