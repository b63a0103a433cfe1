"""The body of ``forward`` where steps read more than the value before them."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatchmethod

from archspec.emission.fragments import (
    Branching,
    Fragment,
    MergeBlock,
    Operation,
    RepeatCopies,
    RepeatLoop,
    ResidualBlock,
    StepList,
)
from archspec.emission.python import COLUMNS, Source, call, lines
from archspec.emission.values import has_activation, has_scale

OWNED = frozenset((*keyword.kwlist, "functional", "math", "nn", "self", "torch"))
"""Names that Python keeps, or that ``forward`` uses for something else."""

BODY = 8


@dataclass
class Forward:
    """Writes the steps of a definition, a statement for each; ``taken`` are the names of values."""

    taken: set[str] = field(default_factory=lambda: set(OWNED))
    written: list[str] = field(default_factory=list)
    indent: int = BODY

    def fresh(self, name: str) -> str:
        """Take a name that no value has yet."""
        candidates = (name, *(f"{name}_{number}" for number in range(2, len(self.taken) + 3)))
        found = next(each for each in candidates if each not in self.taken)
        self.taken.add(found)
        return found

    def assign(self, variable: str, source: Source) -> str:
        """Write an assignment; return the variable."""
        if source != variable:
            self.written.append("\n".join(lines(source, self.indent, f"{variable} = ")))
        return variable

    def steps(self, part: StepList, owner: str, arriving: Sequence[str], flow: str) -> list[str]:
        """Write the steps of a list; return the variables of the values that leave it.

        ``flow`` is the variable that holds what only the next step reads.
        """
        wiring = part.wiring
        values = {-1 - place: variable for place, variable in enumerate(arriving)}
        needed = wiring.needed
        for place, (name, child) in enumerate(part.children.items()):
            if place not in needed:
                continue
            read = [values[reference] for reference in wiring.reads[place]]
            kept = {values.get(reference) for reference in wiring.read_after(place)}
            free = wiring.flows_on(place) and flow not in kept
            variable = flow if free else self.fresh(name)
            values[place] = self.step(child, f"{owner}.{name}", read, variable)
        return [values[reference] for reference in wiring.outputs]

    def step(self, part: Fragment, path: str, read: Sequence[str], variable: str) -> str:
        """Write one step; return the variable that holds its value."""
        if part.is_callable:
            return self.assign(variable, call(path, read))
        return self.inside(part, path, read, variable)

    @singledispatchmethod
    def inside(self, part: Fragment, path: str, read: Sequence[str], variable: str) -> str:
        """Write what is inside a step that is no module by itself."""
        raise TypeError(part)

    @inside.register
    def listed(self, part: StepList, path: str, read: Sequence[str], variable: str) -> str:
        """Write a list that is no chain, or reads several values."""
        (left,) = self.steps(part, path, read, variable)
        return left

    @inside.register
    def operation(self, part: Operation, path: str, read: Sequence[str], variable: str) -> str:
        """Write what joins named values; all other operators are called."""
        return self.joined(part, read, variable)

    @inside.register
    def merge(self, part: MergeBlock, path: str, read: Sequence[str], variable: str) -> str:
        """Write a merge of its branches."""
        return self.joined(part, list(self.branches(part, path, read).values()), variable)

    def joined(self, part: Operation, values: Sequence[str], variable: str) -> str:
        """Write a merge of values."""
        assert part.lowering.join is not None
        return self.assign(variable, part.lowering.join(values))

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

    @inside.register
    def residual(self, part: ResidualBlock, path: str, read: Sequence[str], variable: str) -> str:
        """Write a residual: the sum of its branches, scaled and activated."""
        found = self.branches(part, path, read)
        body = f"{path}.scale({found['body']})" if has_scale(part) else found["body"]
        total = f"{found['shortcut']} + {body}"
        source = call(f"{path}.activation", [total]) if has_activation(part) else total
        return self.assign(variable, source)

    @inside.register
    def repeat(self, part: RepeatLoop, path: str, read: Sequence[str], variable: str) -> str:
        """Write the copies of a list that also reads values from outside as a loop."""
        arriving, *others = read
        flow = self.fresh(variable) if variable in others else variable
        self.assign(flow, arriving)
        each = self.fresh("copy")
        self.written.append(f"{' ' * self.indent}for {each} in {path}:")
        self.indent += 4
        self.assign(flow, self.step(part.children["copy"], each, [flow, *others], flow))
        self.indent -= 4
        return flow

    @inside.register
    def unrolled(self, part: RepeatCopies, path: str, read: Sequence[str], variable: str) -> str:
        """Write copies that differ in structure one by one."""
        arriving, *others = read
        flow = self.fresh(variable) if variable in others else variable
        for index, child in part.children.items():
            arriving = self.step(child, f"{path}[{index}]", [arriving, *others], flow)
        return arriving


_ASSIGNMENT = re.compile(r"( +)(\w+) = (.*)")

DEEPEST = 3
"""Calls that may stand in each other on a compact line."""

RETURN = 4
"""Columns by which a line may grow when it returns its value instead of keeping it."""


def compacted(written: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Put what only the next statement reads into it; ``kept`` are read at the end."""
    found: list[str] = []
    end = f" = {', '.join(kept)}"
    for place, line in enumerate(written):
        later = (*written[place + 1 :], end)
        found.append(line)
        while len(found) > 1 and (nested := _nested(found[-2], found[-1], later)):
            found[-2:] = [nested]
    return found


def _nested(before: str, line: str, later: Sequence[str]) -> str | None:
    """Put the value of one line into the next; None where that changes anything or does not fit."""
    first, second = _ASSIGNMENT.fullmatch(before), _ASSIGNMENT.fullmatch(line)
    if first is None or second is None or first[1] != second[1]:
        return None
    whole = _is_call(first[3])
    use = re.compile(_use(first[2]) if whole else rf"(?<=\(){_use(first[2])}(?=\))")
    if len(re.findall(_use(first[2]), second[3])) != 1 or use.search(second[3]) is None:
        return None
    if first[2] != second[2] and _is_read(first[2], later):
        return None
    value = use.sub(lambda _: first[3], second[3])
    nested = f"{second[1]}{second[2]} = {value}"
    return nested if value.count("(") <= DEEPEST and len(nested) <= COLUMNS - RETURN else None


def _use(variable: str) -> str:
    return rf"(?<![.\w]){variable}\b(?!=)"


def _is_read(variable: str, later: Sequence[str]) -> bool:
    """Whether a variable is read before it gets another value."""
    for line in later:
        left, _, right = line.partition(" = ")
        if re.search(_use(variable), right or left):
            return True
        if left.strip() == variable:
            return False
    return False


def _is_call(text: str) -> bool:
    """Whether a line is one whole call, so that nothing need be put into parentheses."""
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Call)
    except SyntaxError:
        return False
