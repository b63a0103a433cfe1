"""Formatting specs in place, or showing what would change."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

import click

from archspec import checked
from archspec.commands.output import FINE, REFUSED, paint, print_json, status, write
from archspec.diagnostic import Diagnostic, SpecError, unreadable
from archspec.language.formatting.format import format_text
from archspec.rendering import json, text
from archspec.rendering.excerpt import seen
from archspec.source import File, Folder, Unreadable


@dataclass(frozen=True)
class Formatted:
    """A spec as it was, and in its short form."""

    file: File
    before: str
    after: str

    @property
    def shown(self) -> str:
        """Its name, escaped for a terminal."""
        return seen(self.file.shown)

    @property
    def changed(self) -> bool:
        """Whether the spec was not in its short form."""
        return self.before != self.after

    @property
    def difference(self) -> str:
        """The changes, as a unified diff."""
        before, after = (each.splitlines(keepends=True) for each in (self.before, self.after))
        return "".join(unified_diff(before, after, self.shown, self.shown))


@dataclass(frozen=True)
class Formatting:
    """The options of formatting: whether to write, and how to report."""

    check: bool
    diff: bool
    form: str

    def run(self, arguments: Sequence[str]) -> int:
        """Format every spec, report what changed, and return the exit status."""
        specs: list[Formatted] = []
        diagnostics: list[Diagnostic] = []
        for each in (found for argument in arguments for found in _formatted(argument)):
            if isinstance(each, SpecError):
                diagnostics += each.diagnostics
            else:
                self.put(each)
                specs.append(each)
        refused = self.check and any(each.changed for each in specs)
        left = status(diagnostics) or (REFUSED if refused else FINE)
        if self.form == "json":
            print_json({"ok": left == FINE, **_record(specs, diagnostics)})
        elif diagnostics:
            click.echo(text.render(diagnostics, paint(sys.stderr)), err=True, color=True)
        return left

    def put(self, spec: Formatted) -> None:
        """Write the short form to the spec's file, or report what would be written."""
        tree = spec.file.tree
        if self.diff:
            self.tell(spec.difference, nl=False)
        elif self.check:
            self.tell(f"{spec.shown}: not in its short form" if spec.changed else "")
        elif not isinstance(tree, Folder):
            self.tell(spec.after, nl=False)
        elif spec.changed:
            write(Path(tree.root / spec.file.path), spec.after)
            self.tell(f"{spec.shown}: written in its short form", err=True)

    def tell(self, line: str, *, nl: bool = True, err: bool = False) -> None:
        """Print a line for people."""
        if line and self.form == "text":
            click.echo(line, nl=nl, err=err)


def _formatted(argument: str) -> Iterator[Formatted | SpecError]:
    """Find the short form of every spec that an argument names, or why there is none."""
    try:
        files = checked.specs_of(argument)
    except SpecError as error:
        yield error
        return
    for file in files:
        try:
            source = file.read()
            yield Formatted(file, source.text, format_text(source))
        except Unreadable as error:
            yield SpecError((unreadable(error),))
        except SpecError as error:
            yield error


def _record(specs: Sequence[Formatted], diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    return {
        "specs": [
            {"spec": each.file.shown, "changed": each.changed, "difference": each.difference}
            for each in specs
        ],
        "diagnostics": [json.record(each) for each in diagnostics],
    }
