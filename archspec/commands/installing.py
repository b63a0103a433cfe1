"""Entering the diff driver into a repository, and taking it out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import click

from archspec.checked import unreadable
from archspec.commands.output import leave, write
from archspec.commands.tracked import PATTERNS, listed, text_of
from archspec.history import toplevel
from archspec.language.declaration import is_spec
from archspec.source import Folder, Unreadable, git

DRIVER = "archspec"
_ATTRIBUTE = f"diff={DRIVER}"
_KEYS = {"textconv": "git listing", "command": "git difference"}


def install(patterns: tuple[str, ...]) -> None:
    """Configure the driver and write the attributes."""
    root = _root()
    wanted = patterns or tuple(_patterns(root))
    if not wanted:
        raise click.UsageError("no tracked file is a spec yet: name patterns, 'specs/**/*.yaml'")
    for key, verb in _KEYS.items():
        git(root, "config", f"diff.{DRIVER}.{key}", f"{_program()} {verb}")
    file = root / ".gitattributes"
    present = file.read_text("utf-8") if file.exists() else ""
    lines = present.splitlines()
    new = [line for each in wanted if (line := f"{_quoted(each)} {_ATTRIBUTE}") not in lines]
    if new:
        write(file, "\n".join([*lines, *new]) + "\n")
    click.echo(f"diff driver `{DRIVER}` configured for {root}")
    click.echo(f".gitattributes: {', '.join(wanted)}{'' if new else ' (as before)'}")
    click.echo(
        "`git diff` and `git log -p` now show architecture; --no-ext-diff --no-textconv: text"
    )


def uninstall() -> None:
    """Remove both."""
    root = _root()
    for key in _KEYS:
        try:
            git(root, "config", "--unset-all", f"diff.{DRIVER}.{key}")
        except Unreadable:
            continue
    file = root / ".gitattributes"
    if file.exists():
        lines = file.read_text("utf-8").splitlines()
        kept = [line for line in lines if not line.endswith(f" {_ATTRIBUTE}")]
        if kept:
            write(file, "".join(f"{line}\n" for line in kept))
        else:
            file.unlink()
    click.echo(f"diff driver `{DRIVER}` removed from {root}")


def _root() -> Path:
    try:
        return toplevel(Path.cwd())
    except Unreadable as error:
        leave([unreadable(error)], "text")


def _patterns(root: Path) -> Iterator[str]:
    """List the folders of tracked specs, as patterns."""
    specs = [name for name in listed(root, *PATTERNS) if is_spec(text_of(Folder(root), name))]
    found = {(str(PurePosixPath(name).parent), PurePosixPath(name).suffix) for name in specs}
    for folder, suffix in sorted(found):
        yield f"/*{suffix}" if folder == "." else f"{folder}/*{suffix}"


def _quoted(pattern: str) -> str:
    """Write a pattern as .gitattributes wants it."""
    return f'"{pattern}"' if any(each.isspace() for each in pattern) else pattern


def _program() -> str:
    """Write how to start this very program, wherever git is called from."""
    started = Path(sys.argv[0])
    if started.name.startswith("archspec") and started.is_file():
        return shlex.quote(str(started.absolute()))
    code = "from archspec.commands.main import main; main()"
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"
