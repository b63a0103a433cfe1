"""Preludes: the classes and functions that are copied into an emitted source that uses them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

Prelude = Mapping[str, str]
"""The text of each class or function by its name."""


@cache
def read_prelude(file: Path) -> Prelude:
    """Read the top-level classes and functions of a file."""
    blocks = [block.strip("\n") for block in file.read_text("utf-8").split("\n\n\n")]
    return {_title(block): block for block in blocks if block.startswith(("class ", "def "))}


def _title(block: str) -> str:
    return block.split(maxsplit=1)[1].split("(", maxsplit=1)[0]


def used(prelude: Prelude, code: Iterable[str]) -> list[str]:
    """Find what code uses of a prelude, transitively, in the order of its file."""
    wanted = {name for each in code for name in names(each) if name in prelude}
    waiting = list(wanted)
    while waiting:
        inner = [name for name in names(prelude[waiting.pop()]) if name in prelude]
        waiting += [name for name in inner if name not in wanted]
        wanted.update(inner)
    return [text for name, text in prelude.items() if name in wanted]


def names(code: str) -> frozenset[str]:
    """List the names that occur in code, not in its comments and strings."""
    return frozenset(node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
