"""The patch between two versions of a file, by git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from archspec.commands.diff.run import NOWHERE
from archspec.commands.git.quoting import in_quotes, quoted
from archspec.rendering.colour import Colour, Paint

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color")
_COLOURS = {"+": Colour.GREEN, "-": Colour.RED, "@": Colour.CYAN}


class Version(NamedTuple):
    """One side as git passes it: a file, its hash, its mode, its path in the repository."""

    file: str
    blob: str
    mode: str
    path: str

    def shown(self, side: str) -> str:
        """Name it as git does: the old side is a, the new one b."""
        return f"{side}/{self.path}"


def patch(old: Version, new: Version, renaming: str, paint: Paint) -> Iterator[str]:
    """Write the lines of a patch, with line ends; ``renaming`` is git's header of a rename."""
    index, hunks = _compared(old, new)
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


def _compared(old: Version, new: Version) -> tuple[str, str]:
    """Let git compare two versions as stored; return the index line and the hunks."""
    with _objects() as own:
        hashes = (_stored(side, own) for side in (old, new))
        written = _git("diff", *_PLAIN, *hashes, **own)
    lines = _lines(written.decode("utf-8", "surrogateescape"))
    index = next((line for line in lines if line.startswith("index ")), "")
    starts = ("@@", "Binary files ")
    first = next((at for at, line in enumerate(lines) if line.startswith(starts)), len(lines))
    return index, "".join(lines[first:])


def as_stored(file: Path) -> bytes:
    """Read a file as git stores it, with normalized line ends."""
    path = os.path.relpath(file) if file.is_relative_to(Path.cwd()) else file.name
    with _objects() as own:
        name = _git("hash-object", "-w", f"--path={path}", "--", str(file), **own).decode().strip()
        return _git("cat-file", "blob", name, **own) if name else file.read_bytes()


@contextmanager
def _objects() -> Iterator[dict[str, str]]:
    """Make git write objects to a temporary folder, and read those of the repository as well."""
    with TemporaryDirectory(prefix="archspec-") as folder:
        beside = _git("rev-parse", "--git-path", "objects").decode(errors="surrogateescape")
        objects = in_quotes(os.path.realpath(beside.removesuffix("\n")))
        yield {"GIT_OBJECT_DIRECTORY": folder, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}


def _stored(version: Version, own: dict[str, str]) -> str:
    """Return the hash of a version's content, with normalized line ends.

    Content of the working tree is written to the temporary object folder.
    """
    if version.file == NOWHERE:
        return _git("hash-object", "-w", NOWHERE, **own).decode().strip()
    if version.blob.strip("0"):
        return version.blob
    order = ("hash-object", "-w", f"--path={version.path}", "--", version.file)
    return _git(*order, **own).decode().strip()


def _git(*arguments: str, **variables: str) -> bytes:
    order, environment = ["git", *arguments], {**os.environ, **variables}
    return subprocess.run(order, stdout=subprocess.PIPE, check=False, env=environment).stdout


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: other line separators are part of a line for git."""
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []


def _modes(old: Version, new: Version) -> Iterator[str]:
    if old.file == NOWHERE:
        yield f"new file mode {new.mode}\n"
    elif new.file == NOWHERE:
        yield f"deleted file mode {old.mode}\n"
    elif old.mode != new.mode:
        yield f"old mode {old.mode}\nnew mode {new.mode}\n"


def _index(line: str, old: Version, new: Version) -> str:
    """Write the index line: zeros for a missing file, and the mode if it is equal."""
    if not line:
        return ""
    hashes = line.split()[1].split("..")
    for at, side in enumerate((old, new)):
        if side.file == NOWHERE:
            hashes[at] = "0" * len(hashes[at])
    return f"index {'..'.join(hashes)}{f' {old.mode}' if old.mode == new.mode else ''}\n"


def _sides(old: Version, new: Version, names: tuple[str, str]) -> tuple[str, str]:
    before, after = names
    return (NOWHERE if old.file == NOWHERE else before, NOWHERE if new.file == NOWHERE else after)


def _ended(name: str) -> str:
    """End a name that contains blanks with a tab, as readers of patches expect."""
    return f"{name}\t" if " " in name else name


def _painted(line: str, paint: Paint) -> str:
    colour = _COLOURS.get(line[:1])
    return f"{paint(colour, line[:-1])}\n" if colour else line
