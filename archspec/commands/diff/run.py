"""Comparing two specs, and reporting what differs or what is wrong with one of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps
from pathlib import Path
from typing import Any

import click

from archspec.checked import Checked, despite_contracts, graph_of
from archspec.commands.arguments import Reading
from archspec.commands.diff import families
from archspec.commands.diff.deployed import is_model, network_of
from archspec.commands.diff.families import VariantChange
from archspec.commands.loading import overrides
from archspec.commands.output import (
    FINE,
    MISUSED,
    REFUSED,
    is_named,
    is_standard,
    paint,
    put,
    status,
)
from archspec.commands.screen import fitted
from archspec.diagnostic import Diagnostic, SpecError
from archspec.diffs.comparison import Comparison, added, deleted
from archspec.diffs.comparison import compare as compare_graphs
from archspec.diffs.report import drawn, markdown, record, review_page, text
from archspec.graph import Graph
from archspec.location import with_variant
from archspec.rendering import json as plain_json
from archspec.rendering import text as rendering
from archspec.rendering.colour import Paint, plain
from archspec.rendering.excerpt import seen
from archspec.views.options import Undrawable

NOWHERE = "/dev/null"
"""The name that git gives to a missing file."""

_ENDINGS: Mapping[str, str] = {
    "": "text",
    ".txt": "text",
    ".md": "markdown",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".svg": "svg",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
}


@dataclass(frozen=True)
class Telling:
    """The options of a report: format, file, exit code and key map."""

    form: str | None = None
    output: Path | None = None
    exit_code: bool = False
    map_file: Path | None = None

    @property
    def format(self) -> str:
        """The format that is named, or that of the file's suffix."""
        ending = self.output.suffix.lower() if is_named(self.output) else ""
        found = self.form or _ENDINGS.get(ending)
        if found is None:
            known = ", ".join(each for each in _ENDINGS if each)
            raise click.UsageError(f"no report is a file `{ending}`; name one {known}, or --format")
        return found

    def status(self, found: Sequence[Comparison | None]) -> int:
        """Return the exit status: with ``--exit-code`` as of diff, 2 where nothing is compared."""
        if None in found:
            return MISUSED if self.exit_code else REFUSED
        differs = any(each and not each.difference.identical for each in found)
        return REFUSED if self.exit_code and differs else FINE

    @property
    def paint(self) -> Paint:
        """How to colour the report; a file is never coloured."""
        return paint(sys.stdout) if is_standard(self.output) else plain


@dataclass(frozen=True)
class Read:
    """One side: the argument, and the result of checking it."""

    argument: str
    checked: Checked

    @property
    def is_model(self) -> bool:
        """Whether it is a file of a model, whose names and grouping do not count."""
        return is_model(self.argument)

    @property
    def graph(self) -> Graph | None:
        """Its network, if it has one."""
        return self.checked.graph

    @property
    def wrong(self) -> tuple[Diagnostic, ...]:
        """Its diagnostics; for a file of modules alone, one that says so."""
        try:
            graph_of(self.checked)
        except SpecError as error:
            return error.diagnostics
        return self.checked.diagnostics

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file; that of a model is never looked for in git."""
        codes = [each.code for each in self.checked.diagnostics if not each.labels]
        return self.argument == NOWHERE or (not self.is_model and "file/not-found" in codes)

    @property
    def is_at_revision(self) -> bool:
        """Whether the argument names a revision of git."""
        return ":" in self.argument and not Path(self.argument).exists()

    @property
    def path(self) -> str:
        """The path without a revision."""
        return self.argument.partition(":")[2] if self.is_at_revision else self.argument


def compare(old: str, new: str, reading: Reading, telling: Telling) -> int:
    """Compare two specs, print the report, and return the exit status."""
    pairs = families.families(old, new, reading)
    if pairs and telling.format in families.REPORTS and telling.map_file is None:
        return _compare_families([_changed(old, new, pair, reading) for pair in pairs], telling)
    if pairs:
        old, new = _first_changed(old, new, pairs, reading)
    before, after = both(old, new, reading)
    comparison = comparison_of(before, after)
    if comparison is None:
        return _tell_broken(before, after, telling)
    _tell(comparison, telling)
    return telling.status([comparison])


def _first_changed(
    old: str, new: str, pairs: Sequence[families.Pair], reading: Reading
) -> tuple[str, str]:
    """Name both sides of the first variant that changed, which a picture is of."""
    changed = (pair for pair in pairs if not _changed(old, new, pair, reading).is_silent)
    return _sides(old, new, next(changed, pairs[0]))


def _sides(old: str, new: str, pair: families.Pair) -> tuple[str, str]:
    before, after = (
        NOWHERE if variant is None else with_variant(spec, variant)
        for spec, variant in zip((old, new), pair, strict=True)
    )
    return before, after


def _changed(old: str, new: str, pair: families.Pair, reading: Reading) -> VariantChange:
    """Compare a variant with what it was, or with nothing where it came or went."""
    sides = [read(each, reading) for each in _sides(old, new, pair)]
    return VariantChange(pair[1] or pair[0] or "", comparison_of(*sides))


def _compare_families(changes: Sequence[VariantChange], telling: Telling) -> int:
    content = families.REPORTS[telling.format](changes, telling.paint)
    is_read = telling.format == "text" and is_standard(telling.output)
    put(fitted(content) if is_read else content, telling.output)
    return telling.status([each.comparison for each in changes])


def both(old: str, new: str, reading: Reading) -> list[Read]:
    """Read both sides, specs first: they give the sizes of inputs that files leave open."""
    specs = {each: read(each, reading) for each in (old, new) if not is_model(each)}
    known = [each.graph for each in specs.values() if each.graph is not None]
    return [specs.get(each) or Read(each, network_of(each, reading, known)) for each in (old, new)]


def read(argument: str, reading: Reading) -> Read:
    """Read one side; a network that only breaks its contracts can be compared."""
    spec = with_variant(argument, reading.variant)
    return Read(spec, despite_contracts(spec, overrides(reading), reading.root))


def comparison_of(old: Read, new: Read) -> Comparison | None:
    """Compare the two networks, or one with nothing if its file came or went."""
    if old.graph is not None and new.graph is not None:
        if old.is_model or new.is_model:
            from archspec.diffs.deployed.conformance import Side, conformance

            sides = (Side(each.graph, each.argument, each.is_model) for each in (old, new))  # type: ignore[arg-type]
            return conformance(*sides)
        found = compare_graphs(old.graph, new.graph)
        broken = _newly_broken(old, new)
        return replace(found, old=old.checked.name, new=new.checked.name, diagnostics=broken)
    if new.graph is not None and _has_come_or_gone(old, new):
        return replace(added(new.graph, old.argument), diagnostics=_newly_broken(old, new))
    if old.graph is not None and _has_come_or_gone(new, old):
        return deleted(old.graph, new.argument)
    return None


def newly_wrong(old: Read, new: Read) -> list[Diagnostic]:
    """List what is wrong with the new side and was not with the old one."""
    known = Counter(map(_key, old.wrong))
    return [each for each in new.wrong if not _is_known(each, known)]


def _newly_broken(old: Read, new: Read) -> tuple[Diagnostic, ...]:
    """List the contracts that are newly broken by a network which can still be compared."""
    return tuple(each for each in newly_wrong(old, new) if each.severity == "error")


def _has_come_or_gone(missing: Read, other: Read) -> bool:
    """Whether a file came or went, rather than that its name is misspelt."""
    if not missing.is_missing:
        return False
    same = missing.path == other.path and (missing.is_at_revision or other.is_at_revision)
    return same or missing.argument == NOWHERE


def _tell(comparison: Comparison, telling: Telling) -> None:
    content: str | bytes
    if telling.map_file is not None:
        found = comparison.checkpoint.mapping(
            comparison.difference, str(comparison.judgement.verdict)
        )
        content = dumps(found, indent=2) + "\n"
        if is_standard(telling.map_file):
            put(content, telling.output)
            return
        put(content, telling.map_file)
    try:
        content = REPORTS[telling.format](comparison, telling.paint)
    except Undrawable as error:
        raise click.UsageError(str(error)) from None
    is_read = telling.format == "text" and is_standard(telling.output)
    put(fitted(str(content)) if is_read else content, telling.output)


REPORTS: Mapping[str, Callable[[Comparison, Paint], str | bytes]] = {
    "text": lambda comparison, paint: f"{text.render(comparison, paint)}\n",
    "line": lambda comparison, paint: f"{text.line(comparison, paint)}\n",
    "markdown": lambda comparison, _: markdown.render(comparison),
    "json": lambda comparison, _: _json(record.record(comparison)),
    "html": lambda comparison, _: review_page.html(comparison),
    "svg": lambda comparison, _: drawn.svg(comparison),
    "dot": lambda comparison, _: drawn.dot(comparison),
    "mermaid": lambda comparison, _: drawn.mermaid(comparison),
}


def _tell_broken(old: Read, new: Read, telling: Telling) -> int:
    """Report why no comparison is possible, with what is newly wrong first."""
    broken = [side for side in (old, new) if side.graph is None]
    found = newly_wrong(old, new) if new in broken else list(old.wrong)
    both = len(broken) > 1 and _is_unread(old, new)
    told = [*(old.wrong if both else ()), *found] or list(broken[-1].wrong)
    if telling.format == "json":
        put(_json(_broken_record(broken, told, (old, new))), telling.output)
    elif telling.format == "markdown":
        names = " and ".join(side.argument for side in broken)
        put(markdown.broken(names, told), telling.output)
    else:
        click.echo(seen(_said(old, new, "" if both else _NEWLY[bool(found)])), err=True)
        click.echo(rendering.render(told, paint(sys.stderr)), err=True, color=True)
    return max(status(told), telling.status([None]))


_NEWLY = {True: "; what is new", False: "; nothing of it is new"}


def _is_unread(old: Read, new: Read) -> bool:
    """Whether a side could not be read, and is no file that came or went."""
    if _has_come_or_gone(old, new) or _has_come_or_gone(new, old):
        return False
    return not all(each.labels for side in (old, new) for each in side.wrong)


def _json(content: Mapping[str, Any]) -> str:
    return plain_json.written(content) + "\n"


def _key(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.code, diagnostic.message


def _is_known(diagnostic: Diagnostic, known: Counter[tuple[str, str]]) -> bool:
    """Whether the other side has it, too; each of its diagnostics counts once."""
    key = _key(diagnostic)
    known[key] -= 1
    return known[key] >= 0


def _said(old: Read, new: Read, newly: str) -> str:
    if new.graph is not None:
        return f"{old.argument} has no network to compare with; {new.argument} is fine"
    if old.graph is not None:
        return f"{new.argument} has no network to compare; {old.argument} had one"
    return f"neither {old.argument} nor {new.argument} has a network to compare{newly}:"


def _broken_record(
    broken: list[Read], told: list[Diagnostic], sides: tuple[Read, Read]
) -> dict[str, Any]:
    old, new = sides
    return {
        "verdict": None,
        "headline": None,
        "old": {"spec": old.argument},
        "new": {"spec": new.argument},
        "identical": False,
        "broken": [name for name, side in (("old", old), ("new", new)) if side in broken],
        "edits": [],
        "delta": None,
        "checkpoint": None,
        "diagnostics": [plain_json.record(each) for each in told],
    }
