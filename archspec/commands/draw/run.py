"""Drawing a network into a file, and finding files that are stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from archspec.commands.output import REFUSED, is_named, leave, put, refuse_terminal
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.rendering.excerpt import seen
from archspec.source import Unreadable, content_of
from archspec.views.formats import draw, format_of, is_current
from archspec.views.options import Options, Undrawable

_BINARY = ("png", "pdf")
_LARGEST = 256 * 2**20
"""Bytes that a drawing may have."""


def illustrate(
    graph: Graph, output: Path | None, form: str | None, options: Mapping[str, Any]
) -> None:
    """Draw into a file or onto standard output; note what had to be folded."""
    with _misuse():
        form = form or (format_of(output.name) if is_named(output) else "svg")
        if form in _BINARY:
            refuse_terminal(output, form.upper())
        content, note = draw(graph, form, Options(**options))
    if note:
        click.echo(f"{graph.name}: {note}", err=True)
    put(content, output)


def check(
    graph: Graph, files: Sequence[Path], form: str | None, options: Mapping[str, Any]
) -> None:
    """Report the files whose drawing is stale; exit with 1 if any is."""
    stale = []
    with _misuse():
        for file in files:
            try:
                content = content_of(file, _LARGEST)
            except Unreadable as error:
                raise click.UsageError(f"cannot read {error}") from None
            if not is_current(content, graph, form or format_of(file.name), Options(**options)):
                stale.append(file)
    for file in stale:
        click.echo(
            f"{seen(str(file))} is stale: it does not draw {graph.name} as it is now, in this way",
            err=True,
        )
    if stale:
        click.echo("draw it anew with the same options and -o", err=True)
        raise SystemExit(REFUSED)


@contextmanager
def _misuse() -> Iterator[None]:
    try:
        yield
    except Undrawable as error:
        raise click.UsageError(str(error)) from None
    except SpecError as error:
        leave(error.diagnostics, "text")
