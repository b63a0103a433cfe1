"""How the body of ``forward`` is written: modules are called, and values joined."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Sequence
from typing import ClassVar

from archspec.emission.bodies import BodyWriter, LoopHead
from archspec.emission.fragments import (
    DefinitionCall,
    Fragment,
    MergeBlock,
    Operation,
    RepeatLoop,
    ResidualBlock,
)
from archspec.emission.lowering import Leaf
from archspec.emission.python import COLUMNS, Code, call
from archspec.emission.values import has_activation, has_scale

BODY = 8
"""Columns before the statements of a method."""


class Forward:
    """How steps are written in ``forward``; a path leads to the module of a step."""

    owned: ClassVar[frozenset[str]] = frozenset(
        (*keyword.kwlist, "functional", "math", "nn", "self", "torch")
    )

    def inside(self, path: str, name: str) -> str:
        """Return a module inside another."""
        return f"{path}.{name}"

    def copy_of(self, path: str, index: str) -> str:
        """Return one of the modules in a row."""
        return f"{path}[{index}]"

    def whole(self, step: Fragment, path: str, values: Sequence[str], _column: int) -> Code | None:
        """Call the module that stands for a step, or join values that have names."""
        if step.is_callable or isinstance(step, DefinitionCall):
            return call(path, values)
        if isinstance(step, Operation) and not isinstance(step, MergeBlock):
            return self.joined(step, path, values, _column)
        return None

    def joined(self, step: Operation, _path: str, values: Sequence[str], _column: int) -> Code:
        """Join values, for which there is no module."""
        assert step.lowering.join is not None
        return step.lowering.join(values)

    def activated(self, _activation: Leaf, path: str, x: str) -> Code:
        """Call the module of an activation."""
        return call(f"{path}.activation", [x])

    def residual(
        self, body: BodyWriter, step: ResidualBlock, path: str, values: Sequence[str], to: str
    ) -> str:
        """Write the sum of the branches, scaled and activated, as one expression."""
        found = body.branches(step, path, values)
        added = f"{path}.scale({found['body']})" if has_scale(step) else found["body"]
        total: Code = f"{found['shortcut']} + {added}"
        if has_activation(step):
            total = call(f"{path}.activation", [total])
        return body.assign(to, total)

    def loop(self, body: BodyWriter, repeat: RepeatLoop, path: str) -> LoopHead:
        """Go through the modules in a row."""
        each = body.fresh("copy")
        return LoopHead(f"for {each} in ", path, repeat.children["copy"], each)


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
