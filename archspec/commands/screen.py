"""The terminal: its width and colours, text that fits it, progress."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

import click

_NARROWEST = 40
_CLEARED = "\r\x1b[K"


def is_forced() -> bool:
    """Whether the environment forces output as for a terminal."""
    forced = (os.environ.get(name, "") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return any(value not in {"", "0"} for value in forced)


def has_colours(stream: TextIO) -> bool:
    """Whether a stream gets colours: a terminal does, unless they are disabled.

    ``NO_COLOR`` wins over ``FORCE_COLOR`` and ``CLICOLOR_FORCE``, these over ``TERM=dumb``.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return is_forced() or (os.environ.get("TERM") != "dumb" and stream.isatty())


def room(stream: TextIO | None = None) -> int | None:
    """Return the width of a stream's terminal in columns; None if it is no terminal."""
    if is_forced() or (stream or sys.stdout).isatty():
        return max(_columns(), _NARROWEST)
    return None


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show the current stage and the time in one line of a terminal, cleared at the end."""
    start = monotonic()

    def tell(what: str) -> None:
        line = f"{title}: {what} ({monotonic() - start:.0f} s) ..."
        _put(f"{_CLEARED}{line[: _columns() - 1]}")

    try:
        yield tell
    finally:
        _put(_CLEARED)


def _put(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, nl=False, err=True, color=True)


def wrapped(text: str, indent: int = 0) -> str:
    """Break a line between words so that it fits the screen; later lines are indented."""
    columns = room()
    if columns is None or len(text) <= columns:
        return text
    from textwrap import fill

    return fill(
        text,
        columns,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def fitted(report: str) -> str:
    """Break the lines of a report between words so that they fit the screen, columns kept."""
    columns = room()
    if columns is None:
        return report
    return "\n".join(part for line in report.split("\n") for part in _parts(line, columns))


def _parts(line: str, columns: int) -> Iterator[str]:
    """Break a line, not counting colour codes; continuations are indented further."""
    text = click.unstyle(line)
    if len(text) <= columns:
        yield line
        return
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    part = ""
    for blanks, word in _words(line, columns - len(indent)):
        if part and len(click.unstyle(part + blanks + word)) > columns:
            yield part
            part = indent + word
        else:
            part += blanks + word
    yield part


def _words(line: str, longest: int) -> Iterator[tuple[str, str]]:
    """List words with the blanks before them; a path that is too long is split after dots."""
    for blanks, word in _WORDS.findall(line):
        is_long = len(click.unstyle(word)) > longest
        first, *rest = _NAMES.findall(word) if is_long else [word]
        yield blanks, first
        yield from (("", each) for each in rest)


_NAMES = re.compile(r"[^.]*\.|[^.]+")
_WORDS = re.compile(r"(\s*)(\S+(?: %)?)")
"""A number stays with its percent sign."""
