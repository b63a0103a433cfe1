"""The specs among the files that git tracks."""

from __future__ import annotations

import re
from pathlib import Path

from archspec.source import git

PATTERNS = ("*.yaml", "*.yml")

_VERSION = re.compile(r"^\ufeff?archspec:", re.MULTILINE)


def is_spec(text: str) -> bool:
    """Whether a text says that it is a spec."""
    return _VERSION.search(text) is not None


def text_of(file: Path) -> str:
    """Read a file; empty where it cannot be read as text."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def listed(root: Path, *patterns: str) -> list[str]:
    """List the tracked files that fit some patterns, from the top of the working tree."""
    names = git(root, "ls-files", "-z", "--", *patterns).decode(errors="replace")
    return [name for name in names.split("\0") if name]
