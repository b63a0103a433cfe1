"""The classes and functions that an emitted model takes along when it uses them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

Pieces = Mapping[str, str]
"""The text of each piece by its name."""


@cache
def pieces(file: Path) -> Pieces:
    """Read the top-level classes and functions of a file."""
    blocks = [block.strip("\n") for block in file.read_text("utf-8").split("\n\n\n")]
    return {_title(block): block for block in blocks if block.startswith(("class ", "def "))}


def _title(block: str) -> str:
    return block.split(maxsplit=1)[1].split("(", maxsplit=1)[0]


def used(pieces: Pieces, code: Iterable[str]) -> list[str]:
    """Find the pieces that some code uses, and those that these use, in the order of their file."""
    wanted = {name for each in code for name in names(each) if name in pieces}
    waiting = list(wanted)
    while waiting:
        inner = [name for name in names(pieces[waiting.pop()]) if name in pieces]
        waiting += [name for name in inner if name not in wanted]
        wanted.update(inner)
    return [text for name, text in pieces.items() if name in wanted]


def names(code: str) -> frozenset[str]:
    """List the names that code speaks of; its prose does not count."""
    return frozenset(node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
