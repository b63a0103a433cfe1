"""Importing a model into a folder, and telling what was made and proved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click

from archspec.commands.output import FINE, REFUSED, leave, print_json, unwritable
from archspec.commands.screen import progress
from archspec.commands.table import NUMBER, Cell, Column, Table, draw
from archspec.diagnostic import SpecError
from archspec.importing.apart import Written, import_apart, list_apart
from archspec.importing.missing import MissingWord
from archspec.importing.order import Order
from archspec.language.syntax.names import is_name, naming


class ImportOrder(NamedTuple):
    """The options of an import."""

    output: Path | None
    inputs: Mapping[str, tuple[int, ...]]
    arguments: tuple[str, ...]
    name: str | None
    no_verify: bool
    list_missing: bool
    flat: bool


def import_model(source: str, form: str, asked: ImportOrder) -> None:
    """Import a model into a folder; nothing is left behind by a failure."""
    order = _order(source, asked)
    folder = asked.output or Path(order.called)
    try:
        with TemporaryDirectory(prefix="archspec-import-") as room, progress(source) as tell:
            written = import_apart(order, Path(room), tell)
            files = _moved(written, folder, order.called)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json({"ok": True, "files": [str(each) for each in files], **written.record})
    else:
        click.echo("\n".join(_lines(files, written.record)))


def list_missing(source: str, form: str, asked: ImportOrder) -> int:
    """List what of a model has no word, write nothing, and return the exit status."""
    order = _order(source, asked)
    try:
        with TemporaryDirectory(prefix="archspec-import-") as room, progress(source) as tell:
            found = list_apart(order, Path(room), tell)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        missing = [each._asdict() for each in found]
        note = {"note": _BEHIND} if found else {}
        print_json({"ok": not found, "source": source, "missing": missing, **note})
    elif found:
        click.echo(draw(Table(_COLUMNS, [*map(_row, found)])))
        click.echo(f"\n{_BEHIND}")
    else:
        click.echo(f"{source}: every operator has a word")
    return REFUSED if found else FINE


_SHOWN = 3
_BEHIND = "what is computed from their results was not looked at, and may lack words, too"
_COLUMNS = (
    Column("operator"),
    Column("times", NUMBER),
    Column("first in", cut=True),
    Column("why it has no word", cut=True),
    Column("near it", spare=1),
)


def _row(word: MissingWord) -> tuple[Cell, ...]:
    near = ", ".join(word.near)
    return word.operator, f"{word.times:,}", word.place or "-", word.reason, near or "-"


def _order(source: str, asked: ImportOrder) -> Order:
    if asked.name is not None and not is_name(asked.name):
        raise click.UsageError(f"--name {asked.name}: {naming(asked.name)}")
    arguments = dict(map(_argument, asked.arguments))
    return Order(
        source,
        asked.inputs,
        arguments,
        asked.name or "",
        verify=not asked.no_verify,
        list_missing=asked.list_missing,
        flat=asked.flat,
    )


def _argument(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise click.UsageError(f"--arg {text} is not NAME=VALUE, as in num_classes=10")
    if value == "none":
        return name, None
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _moved(written: Written, folder: Path, name: str) -> list[Path]:
    """Move the files of an import to where they belong, the spec last."""
    named = {
        written.weights: folder / written.weights.name,
        written.report: folder / written.report.name,
        written.spec: folder / f"{name}.yaml",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drafts = {file: target.with_name(f".{target.name}") for file, target in named.items()}
        for file, draft in drafts.items():
            shutil.move(file, draft)
        for file, draft in drafts.items():
            draft.replace(named[file])
    except OSError as error:
        raise unwritable(error, folder) from None
    return sorted(named.values())


def _lines(files: list[Path], record: Mapping[str, Any]) -> Iterator[str]:
    yield from map(str, files)
    given = ", ".join(record["inputs"].values())
    yield f"{record['name']}: {given}, {record['parameters']:,} parameters, {record['macs']:,} MACs"
    yield f"{record['lines']} lines"
    if record["shared"]:
        shown = ", ".join(record["shared"][:_SHOWN]) + (
            ", ..." if record["shared"][_SHOWN:] else ""
        )
        yield f"layers of the source share {shown}; here each has a copy, which training parts"
    if record["difference"] is None:
        yield "not compared with its source"
    else:
        where = ", computed in double precision" if record["in_double"] else ""
        yield f"computes what its source does: outputs differ by {record['difference']:.1e}{where}"
