"""Counting a spec along its history."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import click

from archspec.analysis.count import Totals, count
from archspec.checked import check_one, despite_contracts, variants_of
from archspec.commands.arguments import Reading
from archspec.commands.loading import overrides
from archspec.commands.log.bar import bar
from archspec.commands.log.curve import Point, curve
from archspec.commands.output import is_named, leave, print_json, put
from archspec.commands.screen import room
from archspec.commands.table import NUMBER, Cell, Column, ShortNumber, Table, draw, short
from archspec.diagnostic import Diagnostic, unreadable
from archspec.diffs.report.wording import LEAST_PERCENT
from archspec.history import Commit, Recorded, commits, is_shallow, names, toplevel, touched
from archspec.language.document.overrides import Overrides
from archspec.location import locate
from archspec.rendering.excerpt import visible
from archspec.source import File, Folder, Revision, Unreadable

_NARROWEST, _WIDEST = 4, 20
"""Cells of a bar."""

_BESIDE = 37
"""Cells of a commit, the beginning of a subject, and the gaps between eight columns."""

_LONGEST = 60


@dataclass(frozen=True)
class LogTelling:
    """The options of output: format, limit, bars, picture."""

    form: str
    limit: int | None
    plot: bool
    output: Path | None


class Milestone(NamedTuple):
    """A commit, the path of the file at it, and the totals; None if it was broken or gone."""

    commit: Commit
    path: str
    totals: Totals | None
    trouble: str = ""


def chronicle(spec: str, reading: Reading, telling: LogTelling) -> None:
    """Print the history of a spec, the newest commit first."""
    if is_named(telling.output) and telling.output.suffix.lower() != ".svg":
        raise click.UsageError(f"the picture is a file .svg, not {telling.output}")
    try:
        file = locate(spec, reading.root)
        names = () if file.variant else variants_of(file)
        told = names if telling.output is None and names else (file.variant,)
        rows = {name: _rows(replace(file, variant=name), reading, telling.limit) for name in told}
    except Unreadable as error:
        leave([unreadable(error)], telling.form)
    if not any(rows.values()):
        message = f"git has no commit of {spec}"
        help = "`git add` and `git commit` it first"
        leave([Diagnostic("file/no-history", message, (), help)], telling.form)
    _tell(spec, rows, telling)


def _tell(spec: str, rows: Mapping[str, list[Milestone]], telling: LogTelling) -> None:
    """Print the rows of a network, or those of each variant under its name."""
    first, *others = rows.values()
    if telling.output is not None:
        put(curve(spec, _points(first)), telling.output)
    elif telling.form == "json" and not others:
        print_json({"spec": spec, "rows": [_record(row) for row in first]})
    elif telling.form == "json":
        found = {name: [_record(row) for row in each] for name, each in rows.items()}
        print_json({"spec": spec, "variants": found})
    else:
        tables = [_named(name if others else "", each, telling) for name, each in rows.items()]
        click.echo("\n\n".join(tables))


def _named(name: str, rows: list[Milestone], telling: LogTelling) -> str:
    drawn = draw(_table(rows, plot=telling.plot))
    return f"{visible(name)}\n{drawn}" if name else drawn


def _rows(file: File, reading: Reading, limit: int | None) -> list[Milestone]:
    if not isinstance(file.tree, Folder | Revision):
        raise Unreadable("no-repository", f"{file.shown} is not in a git repository")
    root = toplevel(file.tree.root)
    if is_shallow(root):
        click.echo("the clone is shallow: `git fetch --unshallow` brings older commits", err=True)
    revision = file.tree.commit if isinstance(file.tree, Revision) else "HEAD"
    path, *imports = _read(file, file.tree.root, root)
    own = names(root, path, revision)
    past = _Past(root, revision, own, overrides(reading), limit, file.variant)
    past.follow(imports, revision)
    return past.rows()


@dataclass
class _Past:
    """A history while it is read: the paths of a spec, and of all that it ever imported."""

    root: Path
    revision: str
    own: list[str]
    given: Overrides
    limit: int | None
    variant: str = ""
    imports: dict[str, None] = field(default_factory=dict)
    read: dict[str, Milestone | None] = field(default_factory=dict)

    def follow(self, paths: Iterable[str], revision: str) -> None:
        """Follow files backwards from a commit, with their earlier names."""
        for path in paths:
            if path not in self.imports and path not in self.own:
                self.imports.update(dict.fromkeys(names(self.root, path, revision)))

    def rows(self) -> list[Milestone]:
        """Count the commits, until no import leads to further ones: a fixed point."""
        while missing := [each for each in self.commits() if each.hash not in self.read]:
            for commit in missing:
                self.read[commit.hash] = self.row(commit)
        found = (self.read[commit.hash] for commit in self.commits())
        return [row for row in found if row is not None][: self.limit]

    def commits(self) -> list[Commit]:
        """List the commits of the followed files, back to the first one of the spec."""
        own = set(commits(self.root, self.own, self.revision))
        found = commits(self.root, [*self.own, *self.imports], self.revision)
        first = next((at for at, each in enumerate(reversed(found)) if each in own), len(found))
        within = found[: len(found) - first]
        told = [each for each in within if self.read.get(each.hash, True)]
        return told[: self.limit]

    def row(self, commit: Commit) -> Milestone | None:
        """Count the network at a commit; None if that changed no file of the spec."""
        revision = Revision(self.root, commit.hash, commit.short)
        there = next((each for each in map(PurePosixPath, self.own) if revision.has(each)), None)
        tree = Recorded(revision)
        file = None if there is None else self.file(File(tree, there))
        row, read = _row(commit, file, self.given), list(map(str, tree.paths))
        self.follow(read, commit.hash)
        return row if touched(self.root, commit.hash) & {*self.own, *read} else None

    def file(self, file: File) -> File:
        """Name the variant that is followed, at commits where the file has variants."""
        return replace(file, variant=self.variant if self.variant and variants_of(file) else "")


def _read(file: File, base: Path, root: Path) -> list[str]:
    """List a spec and the files that it imports now, from the top of the working tree."""
    tree = Recorded(file.tree)
    check_one(File(tree, file.path))
    paths = dict.fromkeys([file.path, *tree.paths])
    return [str((base / path).resolve().relative_to(root.resolve())) for path in paths]


def _row(commit: Commit, file: File | None, given: Overrides) -> Milestone:
    if file is None:
        return Milestone(commit, "", None, "deleted")
    checked, path = despite_contracts(file, given), file.path
    graph = checked.graph
    if graph is None and checked.ok:
        return Milestone(commit, str(path), None, "holds no network")
    if graph is None:
        first = next(each for each in checked.diagnostics if each.severity == "error")
        return Milestone(commit, str(path), None, f"broken: {first.message}")
    return Milestone(commit, str(path), count(graph).totals)


def _points(rows: list[Milestone]) -> list[Point]:
    """List the totals, the oldest first."""
    return [
        Point(row.commit.short, row.commit.date, row.totals.parameters, row.totals.macs)
        for row in reversed(rows)
        if row.totals is not None
    ]


def _record(row: Milestone) -> dict[str, Any]:
    counted = row.totals
    return {
        "commit": row.commit.hash,
        "date": row.commit.date,
        "subject": row.commit.subject,
        "path": row.path,
        "parameters": counted.parameters if counted else None,
        "macs": counted.macs if counted else None,
        "activations": counted.activations if counted else None,
        "trouble": row.trouble,
    }


def _table(rows: list[Milestone], *, plot: bool) -> Table:
    """Make the table; narrow screens drop dates first, then changes, then bars."""
    quantities = [_Quantity(measure, name, rows) for measure, name in _MEASURES.items()]
    wide = _width(quantities) if plot else 0
    columns = [Column("commit"), Column("date", spare=5)]
    for at, quantity in enumerate(quantities):
        columns += [Column(quantity.name, NUMBER), Column(_CHANGE, NUMBER, spare=3 + at)]
        columns += [Column("", spare=1 + at)] if plot else []
    columns.append(Column("subject", cut=True))
    cells = [_cells(at, row, quantities, wide) for at, row in enumerate(rows)]
    return Table(tuple(columns), cells)


_MEASURES = {"parameters": "parameters", "macs": "MACs"}
_CHANGE = "change"


def _cells(at: int, row: Milestone, quantities: list[_Quantity], wide: int) -> tuple[Cell, ...]:
    subject = visible(row.commit.subject, _LONGEST)
    told = f"{subject} ({visible(row.trouble, _LONGEST)})" if row.trouble else subject
    costs = (cell for quantity in quantities for cell in quantity.cells(at, wide))
    return (row.commit.short, row.commit.date, *costs, told)


class _Quantity:
    """One measure of all commits, the newest first; None where there is no network."""

    def __init__(self, measure: str, name: str, rows: list[Milestone]) -> None:
        self.name = name
        self.amounts: list[int | None] = [getattr(row.totals, measure, None) for row in rows]
        self.changes = [self.change(at) for at in range(len(rows))]
        self.most = max((each or 0 for each in self.amounts), default=0) or 1

    def change(self, at: int) -> str:
        """Write the change of an amount since the previous one that is known."""
        amount = self.amounts[at]
        before = next((each for each in self.amounts[at + 1 :] if each is not None), None)
        return "" if amount is None or before is None else _change(before, amount)

    @property
    def width(self) -> int:
        """The width of its short numbers and of their changes."""
        numbers = (self.name, *(short(each) for each in self.amounts if each is not None))
        return max(map(len, numbers)) + max(map(len, (_CHANGE, *self.changes)))

    def cells(self, at: int, wide: int) -> Iterator[Cell]:
        """Write an amount, its change, and its bar where bars have any width."""
        amount = self.amounts[at]
        yield "" if amount is None else ShortNumber(amount)
        yield self.changes[at]
        if wide:
            yield bar((amount or 0) / self.most, wide)


def _change(before: int, after: int) -> str:
    """Write a change in percent; as a number if it would round to nothing or began at zero."""
    if before == after:
        return ""
    percent = 100 * (after - before) / before if before else 0.0
    if abs(percent) >= LEAST_PERCENT:
        return f"{percent:+.1f} %"
    return f"{'+' if after > before else ''}{short(after - before)}"


def _width(quantities: list[_Quantity]) -> int:
    """Return the length of bars that leaves room for the beginning of subjects."""
    columns = room(sys.stdout)
    if columns is None:
        return _WIDEST
    beside = _BESIDE + sum(each.width for each in quantities)
    return max(min((columns - beside) // len(quantities), _WIDEST), _NARROWEST)
