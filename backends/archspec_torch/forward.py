"""The notation of ``forward``: modules are called, and values merged."""

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
"""The indent of the statements of a method."""


class Forward:
    """The notation of steps in ``forward``; a path is an expression for the module of a step."""

    owned: ClassVar[frozenset[str]] = frozenset(
        (*keyword.kwlist, "functional", "math", "nn", "self", "torch")
    )

    def inside(self, path: str, name: str) -> str:
        """Return a module inside another; a copy that is in no row has a number for a name."""
        return f'{path}["{name}"]' if name.isdecimal() else f"{path}.{name}"

    def copy_of(self, path: str, index: str) -> str:
        """Return one of the modules in a row."""
        return f"{path}[{index}]"

    def whole(self, step: Fragment, path: str, values: Sequence[str], _column: int) -> Code | None:
        """Call the module of a step, or merge values."""
        if step.is_callable or isinstance(step, DefinitionCall):
            return call(path, values)
        if isinstance(step, Operation) and not isinstance(step, MergeBlock):
            return self.joined(step, path, values, _column)
        return None

    def joined(self, step: Operation, _path: str, values: Sequence[str], _column: int) -> Code:
        """Merge values by an expression, without a module."""
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
        """Loop over the modules of the copies."""
        each = body.fresh("copy")
        return LoopHead(f"for {each} in ", path, repeat.children["copy"], each)


_ASSIGNMENT = re.compile(r"( +)(\w+) = (.*)")

DEEPEST = 3
"""The depth of nested calls on a compact line."""

RETURN = 4
"""Columns by which a line grows if it returns its value instead of assigning it."""


def compacted(written: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Inline values that only the next statement reads; ``kept`` are live at the end."""
    found: list[str] = []
    end = f" = {', '.join(kept)}"
    for place, line in enumerate(written):
        later = (*written[place + 1 :], end)
        found.append(line)
        while len(found) > 1 and (nested := _nested(found[-2], found[-1], later)):
            found[-2:] = [nested]
    return found


def _nested(before: str, line: str, later: Sequence[str]) -> str | None:
    """Inline the value of one line into the next; None if that is unsafe or does not fit."""
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
    """Whether a variable is live: read before it is assigned again."""
    for line in later:
        left, _, right = line.partition(" = ")
        if re.search(_use(variable), right or left):
            return True
        if left.strip() == variable:
            return False
    return False


def _is_call(text: str) -> bool:
    """Whether a text is one call, which needs no parentheses."""
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Call)
    except SyntaxError:
        return False
