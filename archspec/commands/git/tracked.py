"""The specs among the files that git tracks."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from archspec.source import Tree, Unreadable, git

PATTERNS = ("*.yaml", "*.yml")


def text_of(tree: Tree, name: str) -> str:
    """Read a file; empty where it cannot be read as text."""
    try:
        return tree.read(PurePosixPath(name)).text
    except Unreadable:
        return ""


def listed(root: Path, *patterns: str) -> list[str]:
    """List the tracked files that fit some patterns, from the top of the working tree."""
    names = os.fsdecode(git(root, "ls-files", "-z", "--", *patterns))
    return [name for name in names.split("\0") if name]
