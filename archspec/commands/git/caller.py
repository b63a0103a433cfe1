"""The git command that runs this program: git does not tell a textconv filter which it is."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePath

from archspec.source import Unreadable, git

_HIGHEST = 8
"""The number of ancestor processes among which git is sought; its shell is one."""

_WITH_VALUE = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env")
_OF_PATCHES = ("log", "show", "whatchanged", "reflog")
_SEARCHES = ("-S", "-G", "-L")


def wants_listing() -> bool:
    """Whether git shows patches, rather than needs the text, as to blame, search or apply.

    Outside of git, a listing is always wanted.
    """
    words = _words()
    if not words:
        return True
    return words[0] in _OF_PATCHES and not any(each.startswith(_SEARCHES) for each in words)


def _words() -> list[str]:
    """Find the verb and the arguments of the git that runs this program; none outside of git."""
    for arguments in _ancestors():
        if PurePath(arguments[0]).stem == "git":
            return _unaliased(_without_options(arguments[1:]))
    return []


def _without_options(arguments: list[str]) -> list[str]:
    """Skip the options before the verb."""
    rest = iter(arguments)
    for word in rest:
        if word in _WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            return [word, *rest]
    return []


def _unaliased(words: list[str]) -> list[str]:
    """Expand an alias."""
    try:
        written = git(Path.cwd(), "config", "--get", f"alias.{words[0]}") if words else b""
        return [*shlex.split(written.decode(errors="replace")), *words[1:]]
    except (Unreadable, ValueError):
        return words


def _ancestors() -> Iterator[list[str]]:
    """List the command lines of the processes above this one, the nearest first."""
    process = os.getppid()
    for _ in range(_HIGHEST):
        try:
            process, arguments = _process(process)
        except (OSError, ValueError, IndexError):
            return
        if arguments and arguments[0]:
            yield arguments


def _process(number: int) -> tuple[int, list[str]]:
    """Find the parent and the command line of a process."""
    folder = Path("/proc", str(number))
    if not folder.is_dir():
        order = ["ps", "-o", "ppid=", "-o", "command=", "-p", str(number)]
        shown = subprocess.run(order, capture_output=True, text=True, check=False).stdout
        parent, *arguments = shown.split()
        return int(parent), arguments
    parent = folder.joinpath("stat").read_text(errors="replace").rpartition(")")[2].split()[1]
    line = os.fsdecode(folder.joinpath("cmdline").read_bytes())
    return int(parent), line.removesuffix("\0").split("\0")
