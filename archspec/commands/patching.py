"""The patch between two versions of a file, whose lines git itself writes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

from archspec.commands.comparing import NOWHERE
from archspec.commands.quoting import quoted
from archspec.rendering.colour import Colour, Paint

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-index")
_COLOURS = {"+": Colour.GREEN, "-": Colour.RED, "@": Colour.CYAN}


class Version(NamedTuple):
    """One side as git hands it over: a file, its hash, its mode, its path in the repository."""

    file: str
    blob: str
    mode: str
    path: str

    def shown(self, side: str) -> str:
        """Name it as git does: the old side is a, the new one b."""
        return f"{side}/{self.path}"


def patch(old: Version, new: Version, renaming: str, paint: Paint) -> Iterator[str]:
    """Write the lines of a patch, each with its end; ``renaming`` is what git says of a rename."""
    index, hunks = _compared(old.file, new.file)
    names = quoted(old.shown("a")), quoted(new.shown("b"))
    yield f"diff --git {names[0]} {names[1]}\n"
    yield from _modes(old, new)
    yield renaming or _index(index, old, new)
    if hunks.startswith("Binary"):
        before, after = _sides(old, new, names)
        yield f"Binary files {before} and {after} differ\n"
    elif hunks:
        before, after = map(_ended, _sides(old, new, names))
        yield f"--- {before}\n+++ {after}\n"
        yield from (_painted(line, paint) for line in _lines(hunks))


def _compared(old: str, new: str) -> tuple[str, str]:
    """Let git compare two files: the line with their hashes, and what is below the names."""
    sides = (os.path.join(os.curdir, file) for file in (old, new))  # noqa: PTH118  # `-` is a name
    order = ["git", "diff", *_PLAIN, "--", *sides]
    done = subprocess.run(order, capture_output=True, check=False)
    lines = _lines(done.stdout.decode("utf-8", "surrogateescape"))
    index = next((line for line in lines if line.startswith("index ")), "")
    starts = ("@@", "Binary files ")
    first = next((at for at, line in enumerate(lines) if line.startswith(starts)), len(lines))
    return index, "".join(lines[first:])


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: all else that ends lines elsewhere is part of one here."""
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []


def _modes(old: Version, new: Version) -> Iterator[str]:
    if old.file == NOWHERE:
        yield f"new file mode {new.mode}\n"
    elif new.file == NOWHERE:
        yield f"deleted file mode {old.mode}\n"
    elif old.mode != new.mode:
        yield f"old mode {old.mode}\nnew mode {new.mode}\n"


def _index(line: str, old: Version, new: Version) -> str:
    """Write the hashes, and the mode where both have it: that of the files here says nothing."""
    if not line:
        return ""
    hashes = " ".join(line.split()[:2])
    return f"{hashes} {old.mode}\n" if old.mode == new.mode else f"{hashes}\n"


def _sides(old: Version, new: Version, names: tuple[str, str]) -> tuple[str, str]:
    before, after = names
    return (NOWHERE if old.file == NOWHERE else before, NOWHERE if new.file == NOWHERE else after)


def _ended(name: str) -> str:
    """End a name with blanks in it by a tab, so that what reads patches finds its end."""
    return f"{name}\t" if " " in name else name


def _painted(line: str, paint: Paint) -> str:
    colour = _COLOURS.get(line[:1])
    return f"{paint(colour, line[:-1])}\n" if colour else line
