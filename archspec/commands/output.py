"""What verbs print, and the status that they leave with."""

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
    "build/",
    "command/",
    "evaluate/",
    "train/",
)


def status(diagnostics: Sequence[Diagnostic]) -> int:
    """Tell a wrong command, such as one that names no file, from a wrong spec."""
    errors = [each for each in diagnostics if each.severity == "error"]
    if any(_is_misuse(each) for each in errors):
        return MISUSED
    return REFUSED if errors else FINE


def _is_misuse(diagnostic: Diagnostic) -> bool:
    unread = diagnostic.code.startswith("file/") and diagnostic.code not in _CONTENT
    return (unread and not diagnostic.labels) or diagnostic.code.startswith(_MISUSE)


def paint(stream: TextIO) -> Paint:
    """Choose how to draw on a stream."""
    return coloured if has_colours(stream) else plain


def print_json(record: Mapping[str, Any], *, err: bool = False) -> None:
    """Print a record for programs."""
    from archspec.rendering.json import written

    click.echo(written(record), err=err)


def leave(diagnostics: Sequence[Diagnostic], form: str) -> NoReturn:
    """Say what is wrong with a spec and leave; people read it beside the output, programs in it."""
    if form == "json":
        from archspec.rendering.json import record

        print_json({"ok": False, "diagnostics": [record(each) for each in diagnostics]})
    else:
        click.echo(text.render(diagnostics, paint(sys.stderr)), err=True, color=True)
    raise SystemExit(status(diagnostics))


def is_standard(output: Path | None) -> bool:
    """Whether what a verb writes goes onto standard output: no file is named, or that very one."""
    return output is None or output in _STANDARD


def is_named(output: Path | None) -> TypeGuard[Path]:
    """Whether an ending can tell the format: not that of standard output, a device or a pipe."""
    return output is not None and not is_standard(output) and not _is_stream(output)


def put(content: str | bytes, output: Path | None) -> None:
    """Write into the file that ``-o`` names, or onto standard output."""
    if output is None or is_standard(output):
        click.echo(content, nl=False, color=True)
    else:
        write(output, content)


def refuse_terminal(output: Path | None, what: str) -> None:
    """Refuse to write onto a terminal what is nothing to read."""
    if is_standard(output) and sys.stdout.isatty():
        raise click.UsageError(f"{what} is nothing to read on a terminal; name a file with -o")


def write(file: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; it keeps its mode, and a link stays one.

    What is no regular file, such as a device or a pipe, is written into.
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
    """Whether a file is there to be written into: no regular one, or one that is open already."""
    folder = Path(os.path.realpath(file.parent))
    is_open = folder == _DEVICES or folder.is_relative_to(_PROCESSES)
    return file.exists() and (is_open or not (file.is_file() or file.is_dir()))


def _pour(file: Path, content: bytes) -> None:
    """Write into what is there; what others wrote into it stays."""
    with open(os.open(file, os.O_WRONLY | os.O_APPEND), "wb") as stream:  # noqa: PTH123
        stream.write(content)


def _replace(place: Path, content: bytes) -> None:
    """Write beside a file and give that its name; no failure and no interrupt leaves it behind."""
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
    """Say why a file cannot be written."""
    return click.UsageError(f"cannot write {file}: {error.strerror or error}")
