"""Checking specs, and reporting diagnostics."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from archspec import checked
from archspec.analysis.sizes import Run, runs
from archspec.commands.arguments import Reading
from archspec.commands.loading import UNCHECKED, overrides
from archspec.commands.output import paint, print_json, status
from archspec.diagnostic import Diagnostic, SpecError
from archspec.language.document.declaration import is_recipe
from archspec.location import prefix_of, with_variant
from archspec.rendering import text
from archspec.rendering.excerpt import visible
from archspec.source import File

FOREIGN = "contracts inside imported modules hold in their own files and were not checked here"


@dataclass(frozen=True)
class SpecReport:
    """The report on one spec or recipe; ``fits`` is None if no sizes were requested."""

    name: str
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    fits: tuple[Run, ...] | None = None
    variants: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no error was found."""
        return not any(each.severity == "error" for each in self.diagnostics)


def check(arguments: Sequence[str], reading: Reading, sizes: range | None) -> list[SpecReport]:
    """Check every spec that the arguments name."""
    return [report for each in arguments for report in _reports(each, reading, sizes)]


def _reports(argument: str, reading: Reading, sizes: range | None) -> Iterator[SpecReport]:
    try:
        files = checked.specs_of(argument, reading.root)
    except SpecError as error:
        yield SpecReport(argument, error.diagnostics)
        return
    for file in files:
        for each in (file,) if sizes is None else _apart(file):
            report = _report(each, reading, sizes)
            yield replace(report, name=_named(argument, each)) if prefix_of(argument) else report


def _apart(file: File) -> Iterator[File]:
    """Yield each variant of a family, unless one is named: sizes that fit differ."""
    names = () if file.variant or is_recipe(file) else checked.variants_of(file)
    yield from (replace(file, variant=name) for name in names or (file.variant,))


def _named(argument: str, file: File) -> str:
    return with_variant(argument, file.variant)


def _report(file: File, reading: Reading, sizes: range | None) -> SpecReport:
    if is_recipe(file):
        from archspec.training import recipes

        found = recipes.check(file)
        return SpecReport(found.name, found.diagnostics)
    return _checked(file, reading) if sizes is None else _sized(file, reading, sizes)


def _checked(file: File, reading: Reading) -> SpecReport:
    found = checked.check(file, overrides(reading))
    return SpecReport(file.shown, found.diagnostics, tuple(_notes(found)), None, found.variants)


def _notes(found: checked.Checked) -> Iterator[str]:
    if found.modules_only and found.ok:
        yield "it holds modules and no network"
    if not found.contracts_checked:
        yield UNCHECKED
    elif found.imports_contracts and found.ok:
        yield FOREIGN


def _sized(file: File, reading: Reading, sizes: range) -> SpecReport:
    asked = f"{sizes[0]}..{sizes[-1]}"
    try:
        found = checked.sizes(file, sizes, overrides(reading))
    except SpecError as error:
        return SpecReport(file.shown, error.diagnostics)
    if found:
        return SpecReport(file.shown, (), (UNCHECKED,), runs(found))
    message = f"no square input of {asked} fits {file.shown}"
    help = f"archspec check {file.shown} --input {sizes[-1]}x{sizes[-1]}x3 says why"
    return SpecReport(file.shown, (Diagnostic("input/sizes", message, (), help),), (UNCHECKED,), ())


def tell(reports: Sequence[SpecReport], form: str) -> int:
    """Print the reports; return the exit status."""
    diagnostics = [each for report in reports for each in report.diagnostics]
    if form == "json":
        print_json(_record(reports, diagnostics))
    elif form == "github":
        from archspec.rendering import github

        click.echo(github.render(diagnostics), nl=bool(diagnostics))
    else:
        drawn = text.render(diagnostics, paint(sys.stdout))
        lines = [line for report in reports for line in _lines(report)]
        click.echo("\n\n".join(part for part in (drawn, "\n".join(lines)) if part), color=True)
    return status(diagnostics)


def _lines(report: SpecReport) -> Iterator[str]:
    name = visible(report.name)
    if report.ok:
        fitting = ", ".join(map(str, report.fits or ()))
        counted = f" ({len(report.variants)} variants)" if len(report.variants) > 1 else ""
        yield f"{name}: {f'square inputs of {fitting} fit' if fitting else f'ok{counted}'}"
    for note in report.notes:
        yield f"note: {name}: {note}"


def _record(reports: Sequence[SpecReport], diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    from archspec.rendering.json import record

    return {
        "ok": all(report.ok for report in reports),
        "diagnostics": [record(each) for each in diagnostics],
        "specs": [_spec(report) for report in reports],
    }


def _spec(report: SpecReport) -> dict[str, Any]:
    sizes = {} if report.fits is None else {"sizes": [run._asdict() for run in report.fits]}
    variants = {"variants": list(report.variants)} if report.variants else {}
    told = {"spec": report.name, "ok": report.ok, "notes": list(report.notes)}
    return {**told, **variants, **sizes}
