"""Formatting specs in place, or telling what would change."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

import click

from archspec import checked
from archspec.commands.output import REFUSED, paint, status, write
from archspec.diagnostic import Diagnostic, SpecError
from archspec.language.format import format_text
from archspec.rendering import text
from archspec.source import File, Folder, Unreadable


@dataclass
class Formatting:
    """What to do with specs that change, and what was found on the way."""

    check: bool
    diff: bool
    changed: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def run(self, arguments: Sequence[str]) -> int:
        """Format every spec; tell what changed; return the status to leave with."""
        for argument in arguments:
            try:
                for file in checked.specs_of(argument):
                    self.format(file)
            except SpecError as error:
                self.diagnostics += error.diagnostics
        if self.diagnostics:
            click.echo(text.render(self.diagnostics, paint(sys.stderr)), err=True, color=True)
        return status(self.diagnostics) or (REFUSED if self.check and self.changed else 0)

    def format(self, file: File) -> None:
        """Format one spec."""
        try:
            source = file.read()
        except Unreadable as error:
            raise SpecError((checked.unreadable(error),)) from None
        formatted = format_text(source)
        if formatted != source.text:
            self.changed.append(source.name)
        if self.diff:
            click.echo(_difference(source.text, formatted, source.name), nl=False)
        elif not self.check:
            self.put(file, formatted, formatted != source.text)
        elif formatted != source.text:
            click.echo(f"{source.name}: not in its short form")

    def put(self, file: File, formatted: str, changed: bool) -> None:
        """Write the text where it came from; standard input goes to standard output."""
        if isinstance(file.tree, Folder):
            if changed:
                write(Path(file.tree.root / file.path), formatted)
                click.echo(f"{file.shown}: written in its short form", err=True)
        else:
            click.echo(formatted, nl=False)


def _difference(before: str, after: str, name: str) -> str:
    lines = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name
    )
    return "".join(lines)
