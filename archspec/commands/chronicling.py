"""Following a spec through its history and telling what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import click

from archspec.analysis.count import Totals, count
from archspec.checked import check, despite_contracts, unreadable
from archspec.commands.arguments import Reading
from archspec.commands.curve import Point, curve
from archspec.commands.loading import overrides
from archspec.commands.output import is_named, leave, print_json, put
from archspec.commands.table import NUMBER, Amount, Cell, Column, Table, draw
from archspec.diagnostic import Diagnostic
from archspec.history import Commit, Recorded, commits, is_shallow, names, toplevel
from archspec.language.overrides import Overrides
from archspec.rendering.excerpt import visible
from archspec.source import File, Folder, Revision, Unreadable, locate

_WIDEST = 30
_LONGEST = 60


@dataclass(frozen=True)
class Telling:
    """How a history is told."""

    form: str
    limit: int | None
    plot: bool
    output: Path | None


class Row(NamedTuple):
    """A commit, the name that the file had, and what it cost; None where it was broken or gone."""

    commit: Commit
    path: str
    totals: Totals | None
    trouble: str = ""


def chronicle(spec: str, reading: Reading, telling: Telling) -> None:
    """Print the history of a spec, the newest commit first."""
    if is_named(telling.output) and telling.output.suffix.lower() != ".svg":
        raise click.UsageError(f"the picture is a file .svg, not {telling.output}")
    try:
        rows = list(_rows(spec, reading, telling.limit))
    except Unreadable as error:
        leave([unreadable(error)], telling.form)
    if not rows:
        message = f"git has no commit of {spec}"
        help = "`git add` and `git commit` it first"
        leave([Diagnostic("file/no-history", message, (), help)], telling.form)
    if telling.output is not None:
        put(curve(spec, _points(rows)), telling.output)
    elif telling.form == "json":
        print_json({"spec": spec, "rows": [_record(row) for row in rows]})
    else:
        click.echo(draw(_table(rows, plot=telling.plot)))


def _rows(spec: str, reading: Reading, limit: int | None) -> Iterator[Row]:
    file = locate(spec, reading.root)
    if not isinstance(file.tree, Folder | Revision):
        raise Unreadable("no-repository", f"{spec} lies in no git repository")
    root = toplevel(file.tree.root)
    if is_shallow(root):
        click.echo("the clone is shallow: `git fetch --unshallow` brings older commits", err=True)
    revision = file.tree.commit if isinstance(file.tree, Revision) else "HEAD"
    path, *imports = _read(file, file.tree.root, root)
    known = names(root, path, revision)
    for commit in commits(root, [*known, *imports], revision)[:limit]:
        tree = Revision(root, commit.hash, commit.short)
        there = next((each for each in map(PurePosixPath, known) if tree.has(each)), None)
        yield _row(commit, tree, there, overrides(reading))


def _read(file: File, base: Path, root: Path) -> list[str]:
    """List a spec and the files that it imports now, from the top of the working tree."""
    tree = Recorded(file.tree)
    check(File(tree, file.path))
    paths = dict.fromkeys([file.path, *tree.paths])
    return [str((base / path).resolve().relative_to(root.resolve())) for path in paths]


def _row(commit: Commit, tree: Revision, path: PurePosixPath | None, given: Overrides) -> Row:
    if path is None:
        return Row(commit, "", None, "deleted")
    checked = despite_contracts(File(tree, path), given)
    graph = checked.graph
    if graph is None and checked.ok:
        return Row(commit, str(path), None, "holds no network")
    if graph is None:
        first = next(each for each in checked.diagnostics if each.severity == "error")
        return Row(commit, str(path), None, f"broken: {first.message}")
    return Row(commit, str(path), count(graph).totals)


def _points(rows: list[Row]) -> list[Point]:
    """List what was counted, the oldest first."""
    return [
        Point(row.commit.short, row.commit.date, row.totals.parameters, row.totals.macs)
        for row in reversed(rows)
        if row.totals is not None
    ]


def _record(row: Row) -> dict[str, Any]:
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


def _table(rows: list[Row], *, plot: bool) -> Table:
    columns = [Column("commit"), Column("date"), *(Column(each, NUMBER) for each in _HEADS)]
    most = [max((getattr(row.totals, each, 0) for row in rows), default=0) for each in _MEASURES]
    if plot:
        columns[3:3] = [Column("")]
        columns.append(Column(""))
    columns.append(Column("subject", cut=True))
    return Table(tuple(columns), [_cells(row, most if plot else []) for row in rows])


_MEASURES = ("parameters", "macs")
_HEADS = ("parameters", "MACs")


def _cells(row: Row, most: list[int]) -> tuple[Cell, ...]:
    """Write a row; its bars are as long as the share of the largest says."""
    cells: list[Cell] = [row.commit.short, row.commit.date]
    for at, measure in enumerate(_MEASURES):
        amount = getattr(row.totals, measure, None)
        cells.append("" if amount is None else Amount(amount))
        if most:
            cells.append("#" * round(_WIDEST * (amount or 0) / (most[at] or 1)))
    subject = visible(row.commit.subject, _LONGEST)
    return (*cells, f"{subject} ({visible(row.trouble, _LONGEST)})" if row.trouble else subject)
