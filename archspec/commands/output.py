"""The output of verbs, and their exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from errno import ELOOP
from pathlib import Path
from stat import S_IMODE
from typing import Any, NoReturn, TextIO, TypeGuard

import click

from archspec.commands.screen import has_colours
from archspec.diagnostic import Diagnostic
from archspec.installing import install
from archspec.rendering import text
from archspec.rendering.colour import Paint, coloured, plain

FINE, REFUSED, MISUSED = 0, 1, 2
_STANDARD = frozenset(map(Path, ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")))
_DEVICES, _PROCESSES = Path("/dev"), Path("/proc")
_CONTENT = ("file/encoding", "file/too-large")
_MISUSE = (
    "backend/broken",
    "backend/failed",
    "backend/no-device",
    "backend/no-framework",
    "backend/process",
    "backend/unknown",
    "bench/",
    "build/",
    "command/",
    "evaluate/",
    "train/",
)


def status(diagnostics: Sequence[Diagnostic]) -> int:
    """Return the exit status: 2 for a wrong command, as for a missing file, 1 for a wrong spec."""
    errors = [each for each in diagnostics if each.severity == "error"]
    if any(_is_misuse(each) for each in errors):
        return MISUSED
    return REFUSED if errors else FINE


def _is_misuse(diagnostic: Diagnostic) -> bool:
    unread = diagnostic.code.startswith("file/") and diagnostic.code not in _CONTENT
    return (unread and not diagnostic.labels) or diagnostic.code.startswith(_MISUSE)


def paint(stream: TextIO) -> Paint:
    """Return how to colour text on a stream."""
    return coloured if has_colours(stream) else plain


def print_json(record: Mapping[str, Any], *, err: bool = False) -> None:
    """Print a record for programs."""
    from archspec.rendering.json import written

    click.echo(written(record), err=err)


def leave(diagnostics: Sequence[Diagnostic], form: str) -> NoReturn:
    """Report diagnostics and exit: as text on standard error, or as JSON on standard output."""
    if form == "json":
        from archspec.rendering.json import record

        print_json({"ok": False, "diagnostics": [record(each) for each in diagnostics]})
    else:
        click.echo(text.render(diagnostics, paint(sys.stderr)), err=True, color=True)
    raise SystemExit(status(diagnostics))


def leave_without(error: ModuleNotFoundError, verb: str, form: str) -> NoReturn:
    """Say what a verb computes with and what is not installed, and leave the command."""
    message = f"{verb} computes with {error.name}, which is not installed"
    help = f"{install('torch')}, which brings a framework to {verb} with, too"
    leave((Diagnostic("command/backends", message, help=help),), form)


def is_standard(output: Path | None) -> bool:
    """Whether output goes to standard output: no file is named, or that itself."""
    return output is None or output in _STANDARD


def is_named(output: Path | None) -> TypeGuard[Path]:
    """Whether the suffix can tell the format: not for standard output, a device or a pipe."""
    return output is not None and not is_standard(output) and not _is_stream(output)


def put(content: str | bytes, output: Path | None) -> None:
    """Write into the file that ``-o`` names, or onto standard output."""
    if output is None or is_standard(output):
        click.echo(content, nl=False, color=True)
    else:
        write(output, content)


def refuse_terminal(output: Path | None, what: str) -> None:
    """Refuse to write binary content onto a terminal."""
    if is_standard(output) and sys.stdout.isatty():
        raise click.UsageError(f"{what} is nothing to read on a terminal; name a file with -o")


def write(file: Path, content: str | bytes) -> None:
    """Write a file atomically; it keeps its mode, and a symbolic link stays one.

    A file that is not regular, such as a device or a pipe, is written into.
    """
    written = content.encode() if isinstance(content, str) else content
    place = Path(os.path.realpath(file))
    try:
        if _is_stream(file):
            _pour(file, written)
        else:
            _replace(place, written)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error, file) from None


def _is_stream(file: Path) -> bool:
    """Whether a file can only be written into: it is not regular, or already open."""
    folder = Path(os.path.realpath(file.parent))
    is_open = folder == _DEVICES or folder.is_relative_to(_PROCESSES)
    return file.exists() and (is_open or not (file.is_file() or file.is_dir()))


def _pour(file: Path, content: bytes) -> None:
    """Append to an existing file."""
    with open(os.open(file, os.O_WRONLY | os.O_APPEND), "wb") as stream:  # noqa: PTH123
        stream.write(content)


def _replace(place: Path, content: bytes) -> None:
    """Write a temporary file beside the target and rename it; remove it on failure."""
    from secrets import token_hex

    if place.is_symlink():  # resolved, it still is one: to itself
        raise OSError(ELOOP, os.strerror(ELOOP))
    temporary = place.with_name(f".archspec-{token_hex(8)}")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
        if place.exists():
            temporary.chmod(S_IMODE(place.stat().st_mode))
        temporary.replace(place)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def unwritable(error: OSError, file: Path) -> click.ClickException:
    """Make the error for a file that cannot be written."""
    return click.UsageError(f"cannot write {file}: {error.strerror or error}")
