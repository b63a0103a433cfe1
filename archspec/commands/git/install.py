"""Installing the diff driver in a repository, and removing it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import click

from archspec.commands.git.quoting import attribute_pattern, literal
from archspec.commands.git.tracked import PATTERNS, listed, text_of
from archspec.commands.output import leave, write
from archspec.diagnostic import unreadable
from archspec.history import toplevel
from archspec.language.document.declaration import is_spec
from archspec.rendering.excerpt import visible
from archspec.source import Folder, Unreadable, content_of, git

DRIVER = "archspec"
ATTRIBUTES = ".gitattributes"
_ATTRIBUTE = f"diff={DRIVER}"
_KEYS = {"textconv": "git listing", "command": "git difference"}

_CHANGED = """\
`git diff` now shows architecture (with --no-ext-diff the text), and so does `git log -p` (with
--no-textconv the text); what blames, searches and applies patches has the text as before"""

_LONGEST = 2000
"""Characters of a line; git ignores lines of 2,048 bytes."""


def install(patterns: tuple[str, ...]) -> None:
    """Configure the driver and write the attributes."""
    with _trouble():
        root = toplevel(Path.cwd())
        wanted = tuple(_pattern(root, each) for each in patterns) or tuple(_patterns(root))
        if not wanted:
            help = "name patterns, 'specs/**/*.yaml'"
            raise click.UsageError(f"no tracked file is a spec yet: {help}")
        lines, present = [_line(each) for each in wanted], _present(root / ATTRIBUTES)
        for key, verb in _KEYS.items():
            git(root, "config", f"diff.{DRIVER}.{key}", f"{_program()} {verb} --")
    is_new = _enter(root / ATTRIBUTES, present, lines)
    shown = ", ".join(map(visible, wanted))
    click.echo(f"diff driver `{DRIVER}` configured for {visible(str(root))}")
    click.echo(f"{ATTRIBUTES}: {shown}{'' if is_new else ' (as before)'}")
    click.echo(_CHANGED)


def _enter(file: Path, present: str, lines: list[str]) -> bool:
    """Append the lines that are missing; return whether any was."""
    known = present.split("\n")
    new = [f"{line}\n" for line in lines if line not in known]
    if new:
        between = "" if present.endswith("\n") or not present else "\n"
        write(file, "".join((present, between, *new)))
    return bool(new)


def uninstall() -> None:
    """Remove the configuration and the attributes."""
    with _trouble():
        root = toplevel(Path.cwd())
        present = _present(root / ATTRIBUTES)
        for key in _configured(root):
            git(root, "config", "--local", "--unset-all", key)
    _put(root / ATTRIBUTES, present)
    click.echo(f"diff driver `{DRIVER}` removed from {visible(str(root))}")


def _put(file: Path, present: str) -> None:
    """Write the attributes without the driver's; delete a file without others."""
    lines = present.split("\n")
    kept = [line for line in lines if not line.rstrip("\r").endswith(f" {_ATTRIBUTE}")]
    if any(kept) and kept != lines:
        write(file, "\n".join(kept))
    elif present and not any(kept):
        file.unlink()


@contextmanager
def _trouble() -> Iterator[None]:
    """Report errors of git, or of the file of attributes, and exit."""
    try:
        yield
    except Unreadable as error:
        leave([unreadable(error)], "text")


def _present(file: Path) -> str:
    """Read the file of attributes; raise ``Unreadable`` if it is a link, or no text."""
    if file.is_symlink():
        message = f"{file.name} is a link, which git does not follow, and neither does this"
        raise Unreadable("unreadable", message, "make it a file of its own")
    if not file.exists():
        return ""
    try:
        return content_of(file).decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{file.name} is not UTF-8 text (byte {error.start})"
        raise Unreadable("encoding", message, "save the file as UTF-8") from None


def _configured(root: Path) -> list[str]:
    """List the keys of the driver that the clone has."""
    try:
        order = ("config", "--local", "--name-only", "--get-regexp", f"^diff\\.{DRIVER}\\.")
        found = git(root, *order).decode().split()
    except Unreadable:  # git's way to say that there is none
        return []
    return list(dict.fromkeys(found))


def _patterns(root: Path) -> Iterator[str]:
    """List patterns for the folders of tracked specs."""
    specs = [name for name in listed(root, *PATTERNS) if is_spec(text_of(Folder(root), name))]
    found = {(str(PurePosixPath(name).parent), PurePosixPath(name).suffix) for name in specs}
    for folder, suffix in sorted(found):
        yield f"/*{suffix}" if folder == "." else f"{literal(folder)}/*{suffix}"


def _pattern(root: Path, argument: str) -> str:
    """Read an argument: a pattern, or a file name, to which a shell may have expanded one."""
    if argument and os.path.isdir(root / argument):  # noqa: PTH112 - of a long name, too
        help = f"name the files in it, '{visible(argument.rstrip('/'))}/**/*.yaml'"
        raise click.UsageError(
            f"`{visible(argument)}` is a folder, which has no attributes: {help}"
        )
    return literal(argument) if os.path.lexists(root / argument) else argument


def _line(pattern: str) -> str:
    """Write a line of attributes; raise ``click.UsageError`` for what git would ignore."""
    if not pattern or pattern.startswith("!"):
        raise click.UsageError(f"`{visible(pattern)}` is no pattern that git takes for attributes")
    line = f"{attribute_pattern(pattern)} {_ATTRIBUTE}"
    if len(line) > _LONGEST:
        raise click.UsageError(f"`{visible(pattern)}` is longer than git reads lines of attributes")
    return line


def _program() -> str:
    """Write the command that starts this program from any folder."""
    started = Path(sys.argv[0])
    if started.name.startswith("archspec") and started.is_file():
        return shlex.quote(str(started.absolute()))
    code = "from archspec.commands.main import main; main()"
    return f"{shlex.quote(sys.executable)} -P -c {shlex.quote(code)}"  # -P: nothing from the clone
