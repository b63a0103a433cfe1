"""Bringing weights from publishers' files into the canonical one, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from archspec.backend import backend
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import is_named, is_standard, leave, print_json, put, refuse_terminal
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.weights import file as canonical
from archspec.weights import foreign, reading, writing

SHOWN = 10
"""Names that are listed of each kind; of more, the number."""


@dataclass(frozen=True)
class Transfer:
    """What a command line asks for: from where, to where, by whose names or which map."""

    file: Path
    form: str
    output: Path
    publisher: str | None = None
    renames: Path | None = None
    auxiliary: bool = False

    @classmethod
    def of(cls, file: Path, form: str, options: Mapping[str, Any]) -> Transfer:
        """Take over what was written on the command line."""
        return cls(file, form, **options)

    @property
    def is_piped(self) -> bool:
        """Whether standard output is the file; what is told goes beside it then."""
        return is_standard(self.output)

    def graph(self, spec: str, asked: Reading) -> Graph:
        """Read the spec, its heads only if they are wanted."""
        graph = load_graph(spec, asked, self.form)
        return graph if self.auxiliary else graph.without_heads()


def take(transfer: Transfer, spec: str, asked: Reading) -> None:
    """Write the canonical file of a spec from a publisher's, and say what became of each tensor."""
    if (transfer.publisher is None) == (transfer.renames is None):
        raise click.UsageError("say whose names the file has (--from), or how they map (--map)")
    graph = transfer.graph(spec, asked)
    try:
        source = tensors(transfer.file)
        if transfer.renames is not None:
            found = foreign.rename(source, _map(transfer.renames), graph)
        else:
            found = foreign.take(source, foreign.find(str(transfer.publisher), graph), graph)
    except SpecError as error:
        leave(error.diagnostics, transfer.form)
    _put(canonical.encode(found.tensors, graph), transfer)
    _tell(found, transfer)


def _put(content: bytes, transfer: Transfer) -> None:
    refuse_terminal(transfer.output, "a file of weights")
    put(content, transfer.output)


def tensors(file: Path) -> dict[str, Any]:
    """Read a file of weights, by the framework that alone can read it if there is one."""
    found = _tensors(file)
    if not found:
        raise SpecError((reading.unreadable(file, "it holds no tensors"),))
    return found


def _tensors(file: Path) -> dict[str, Any]:
    framework = reading.framework_of(file)
    if framework is None:
        return reading.read(file)
    found = backend(framework)
    with found.attempt(f"read {file}"):
        return dict(found.runtime().checkpoint(file))


def _map(file: Path) -> dict[str, str]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        renames = said["tensors"]
        return {str(new): str(old) for new, old in renames.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = f"{file} is no key map"
        help = "archspec diff OLD NEW --emit-map FILE writes one"
        raise SpecError((Diagnostic("weights/map", message, help=help),)) from None


def _tell(found: foreign.Imported, transfer: Transfer) -> None:
    kinds = {"filled": found.filled, "left_out": found.left, "unexpected": found.unexpected}
    if transfer.form == "json":
        listed = {kind: list(names) for kind, names in kinds.items()}
        matched = len(found.tensors) - len(found.filled)
        told = {"matched": matched, "missing": [], **listed, "file": str(transfer.output)}
        print_json(told, err=transfer.is_piped)
        return
    tell = partial(click.echo, err=transfer.is_piped)
    tell(f"{len(found.tensors) - len(found.filled)} tensors matched")
    said = {
        "filled": "scales of norms filled with one: the publisher leaves them out",
        "left_out": "tensors of auxiliary heads left out: --auxiliary takes them",
        "unexpected": "tensors that no step needs left out",
    }
    for kind, names in kinds.items():
        if names:
            more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            tell(f"{len(names)} {said[kind]}: {', '.join(names[:SHOWN])}{more}")
    tell(f"wrote {transfer.output}")


def give(transfer: Transfer, spec: str, asked: Reading) -> None:
    """Write a publisher's file from the canonical one."""
    graph = transfer.graph(spec, asked)
    try:
        names = foreign.find(str(transfer.publisher), graph)
        given = foreign.give(canonical.load(transfer.file, graph), names, graph)
        content = writing.encode(given, _named(transfer.output, given))
    except SpecError as error:
        leave(error.diagnostics, transfer.form)
    _put(content, transfer)
    if transfer.form == "json":
        print_json({"tensors": len(given), "file": str(transfer.output)}, err=transfer.is_piped)
    else:
        click.echo(f"wrote {len(given)} tensors to {transfer.output}", err=transfer.is_piped)


def _named(output: Path, given: Mapping[str, Any]) -> Path:
    """Name a file whose ending tells the format; a pipe gets that of the publisher's names."""
    if is_named(output):
        return output
    return Path("weights.h5" if any("/" in name for name in given) else "weights.safetensors")


def inspect(file: Path, form: str) -> None:
    """List the tensors of a file."""
    try:
        found = tensors(file)
    except SpecError as error:
        leave(error.diagnostics, form)
    rows = [
        {"name": name, "shape": list(array.shape), "type": str(array.dtype)}
        for name, array in found.items()
    ]
    total = sum(int(array.size) for array in found.values())
    if form == "json":
        print_json({"tensors": rows, "numbers": total})
        return
    width = max((len(name) for name in found), default=0)
    for row in rows:
        shape = "x".join(map(str, row["shape"])) or "1"
        click.echo(f"{row['name']:{width}}  {shape}  {row['type']}")
    click.echo(f"{len(rows)} tensors, {total:,} numbers")
