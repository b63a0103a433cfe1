"""What verbs print, and the status that they leave with."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from archspec.diagnostic import Diagnostic
from archspec.rendering import text
from archspec.rendering.colour import Paint, coloured, plain

FINE, REFUSED, MISUSED = 0, 1, 2
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


def has_colours(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user wants colours."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and stream.isatty()


def paint(stream: TextIO) -> Paint:
    """Choose how to draw on a stream."""
    return coloured if has_colours(stream) else plain


def print_json(record: Mapping[str, Any]) -> None:
    """Print a record for programs."""
    from json import dumps

    click.echo(dumps(record, indent=2, ensure_ascii=False))


def leave(diagnostics: Sequence[Diagnostic], form: str) -> NoReturn:
    """Say what is wrong with a spec and leave; people read it beside the output, programs in it."""
    if form == "json":
        from archspec.rendering.json import record

        print_json({"ok": False, "diagnostics": [record(each) for each in diagnostics]})
    else:
        click.echo(text.render(diagnostics, paint(sys.stderr)), err=True, color=True)
    raise SystemExit(status(diagnostics))


def write(file: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; it keeps its mode, and a link stays one."""
    place = file.resolve()
    temporary = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        if place.exists():
            temporary.chmod(place.stat().st_mode)
        temporary.replace(place)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise unwritable(error, file) from None


def unwritable(error: OSError, file: Path) -> click.ClickException:
    """Say why a file cannot be written."""
    return click.UsageError(f"cannot write {file}: {error.strerror or error}")
