"""Converting weights between publishers' files and the canonical one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from archspec import checked
from archspec.backend import backend
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import (
    is_named,
    is_standard,
    leave,
    paint,
    print_json,
    put,
    refuse_terminal,
)
from archspec.diagnostic import Diagnostic, SpecError
from archspec.diffs.report.wording import plural
from archspec.graph import Graph
from archspec.rendering import text
from archspec.rendering.excerpt import visible
from archspec.weights import file as canonical
from archspec.weights import giving, keymap, likeness, names, publishers, reading, taking, writing
from archspec.weights.expected import expected
from archspec.weights.layouts import SLIM
from archspec.weights.names import KeyNaming, NameMap
from archspec.weights.order import by_order
from archspec.weights.renaming import RenameRule, renamed
from archspec.weights.short_floats import stored_type

SHOWN = 10
"""The number of names that are listed of each kind; the others are counted."""


@dataclass(frozen=True)
class Transfer:
    """The options of a conversion: files, naming, and how strictly tensors are matched."""

    file: Path
    form: str
    output: Path
    publisher: str | None = None
    names: Path | None = None
    renames: Path | None = None
    by: str | None = None
    rules: tuple[tuple[str, str], ...] = ()
    inside: str | None = None
    partial: bool = False
    seed: int = 0
    adapt: str | None = None
    auxiliary: bool = False

    @classmethod
    def of(cls, file: Path, form: str, options: Mapping[str, Any]) -> Transfer:
        """Collect the options; raise ``click.UsageError`` for more than one way of naming."""
        asked = cls(file, form, **options)
        ways = (asked.publisher, asked.names, asked.renames, asked.by)
        if sum(each is not None for each in ways) > 1:
            raise click.UsageError("say in one way how the names map: by whose, or by which map")
        return asked

    @property
    def is_piped(self) -> bool:
        """Whether the file goes to standard output, so that messages go to standard error."""
        return is_standard(self.output)

    @property
    def terms(self) -> taking.TakingTerms:
        """How strictly tensors are taken."""
        return taking.TakingTerms(self.partial, self.seed, self.adapt)

    def graph(self, spec: str, asked: Reading) -> Graph:
        """Read the spec, its heads only if they are wanted."""
        graph = load_graph(spec, asked, self.form)
        return graph if self.auxiliary else graph.without_heads()

    def published(self, graph: Graph) -> NameMap | None:
        """Find the names of a publisher, or of a map of the user's own; raise ``SpecError``."""
        if self.names is not None:
            return names.read(self.names)
        if self.publisher is not None:
            return publishers.find(self.publisher, graph, partial=self.partial)
        return None


def take(transfer: Transfer, spec: str, asked: Reading) -> None:
    """Write the canonical file of a spec from a publisher's, and report the fates of tensors."""
    graph = transfer.graph(spec, asked)
    try:
        source = _source(transfer)
        published = transfer.published(graph)
        naming = (
            published.naming(graph, partial=transfer.partial)
            if published is not None
            else _naming(transfer, source, graph)
        )
        found = taking.take(source, naming, graph, transfer.terms)
        warning = _warning(published, graph, found) if published else None
    except SpecError as error:
        leave(error.diagnostics, transfer.form)
    if published is None and transfer.renames is None:
        _note_versions(transfer, graph)
    if warning is not None:
        click.echo(text.render([warning], paint(sys.stderr)), err=True, color=True)
    _put(canonical.encode(found.tensors, graph), transfer)
    _tell(found, transfer)


def _note_versions(transfer: Transfer, graph: Graph) -> None:
    """Note that a file was written for another spec, whose keys may mean other layers."""
    for note in canonical.notes(transfer.file, graph):
        moved = "a key may mean another layer; archspec diff OLD NEW --emit-map follows them"
        click.echo(f"note: {visible(note)}: {moved}", err=True)


def _warning(published: NameMap, graph: Graph, found: taking.TakenTensors) -> Diagnostic | None:
    """Warn if the file is of another network, or the names are those of another network."""
    owner = publishers.recognized(found.around.tensors) if found.unexpected else None
    if owner is not None and owner.spec != published.spec:
        return likeness.mistaken(owner, graph)
    if published.spec.rpartition("/")[2] in ("", graph.name):
        return None
    original = checked.load(f"zoo:{published.spec}")
    return likeness.otherwise(graph, original, published)


def _source(transfer: Transfer) -> dict[str, Any]:
    """Read the selected tensors, renamed by the rules; raise ``SpecError``."""
    found = tensors(transfer.file)
    beginning = transfer.inside
    if beginning is not None:
        beginning = beginning if beginning.endswith((".", "/")) else f"{beginning}."
        found = {
            name.removeprefix(beginning): found[name]
            for name in found
            if name.startswith(beginning)
        }
        if not found:
            reason = f"no tensor of it has a name that begins with `{beginning}`"
            raise SpecError((reading.unreadable(transfer.file, reason),))
    return renamed(found, [RenameRule(*each) for each in transfer.rules])


def _naming(transfer: Transfer, source: Mapping[str, Any], graph: Graph) -> KeyNaming:
    """Find names by a key map, by order, or among the spec's own; raise ``SpecError``."""
    if transfer.renames is not None:
        found = keymap.read(transfer.renames)
        found.check(graph, canonical.origin(transfer.file))
        return found.naming(source, graph)
    if transfer.by is not None:
        is_sorted = reading.is_sorted(transfer.file)
        return by_order(source, graph, partial=transfer.partial, is_sorted=is_sorted)
    return names.own(graph, names.layout_of(source))


def _put(content: bytes, transfer: Transfer) -> None:
    refuse_terminal(transfer.output, "a file of weights")
    put(content, transfer.output)


def tensors(file: Path) -> dict[str, Any]:
    """Read a file of weights, by its framework if only that can; raise ``SpecError``."""
    found = _tensors(file)
    if not found:
        raise SpecError((reading.unreadable(file, "it holds no tensors"),))
    return found


def _tensors(file: Path) -> dict[str, Any]:
    framework = reading.framework_of(file)
    if framework is None:
        return reading.read(file)
    reading.check(file)
    found = backend(framework)
    with found.attempt(f"read {file}"):
        return dict(found.runtime().checkpoint(file))


def _tell(found: taking.TakenTensors, transfer: Transfer) -> None:
    if transfer.form == "json":
        print_json(_record(found, transfer), err=transfer.is_piped)
        return
    tell = partial(click.echo, err=transfer.is_piped)
    tell(f"{plural(found.matched, 'tensor')} matched")
    for what, listed in _kinds(found, transfer).items():
        if listed:
            tell(f"{what}: {_listed(listed)}")
    around = found.around
    if around.outside:
        outside = plural(len(around.outside), "tensor")
        tell(f"{outside} outside of `{visible(around.beginning)}` left out")
    for beginning in around.again:
        tell(f"the file has them under `{visible(beginning)}` again: --inside takes those")
    tell(f"wrote {visible(str(transfer.output))}")


def _record(found: taking.TakenTensors, transfer: Transfer) -> dict[str, Any]:
    return {
        "matched": found.matched,
        "missing": [],
        "filled": list(found.filled),
        "drawn": dict(found.drawn),
        "adapted": list(found.adapted),
        "left_out": list(found.left),
        "unexpected": list(found.unexpected),
        "inside": found.around.beginning,
        "outside": len(found.around.outside),
        "again": list(found.around.again),
        "file": str(transfer.output),
    }


def _kinds(found: taking.TakenTensors, transfer: Transfer) -> dict[str, Sequence[str]]:
    drawn = [f"{key} ({reason})" for key, reason in found.drawn.items()]
    scales = f"{plural(len(found.filled), 'scale')} of norms"
    heads = f"{plural(len(found.left), 'tensor')} of auxiliary heads"
    unexpected = plural(len(found.unexpected), "tensor")
    return {
        f"{scales} filled with one: the publisher leaves them out": found.filled,
        f"{len(drawn)} drawn from seed {transfer.seed}": drawn,
        f"{len(found.adapted)} adapted to the channels of the input by {transfer.adapt}": (
            found.adapted
        ),
        f"{heads} left out: --auxiliary takes them": found.left,
        f"{unexpected} that no step needs left out": found.unexpected,
    }


def _listed(listed: Sequence[str]) -> str:
    more = f", and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return f"{', '.join(map(visible, listed[:SHOWN]))}{more}"


def give(transfer: Transfer, spec: str, asked: Reading) -> None:
    """Write a publisher's file from the canonical one."""
    graph = transfer.graph(spec, asked)
    try:
        naming = _theirs(transfer, graph)
        given = giving.give(canonical.load(transfer.file, graph), naming, graph)
        content = writing.encode(given, naming, graph, _named(transfer.output, given))
    except SpecError as error:
        leave(error.diagnostics, transfer.form)
    _put(content, transfer)
    if transfer.form == "json":
        print_json({"tensors": len(given), "file": str(transfer.output)}, err=transfer.is_piped)
    else:
        written = f"wrote {plural(len(given), 'tensor')} to {visible(str(transfer.output))}"
        click.echo(written, err=transfer.is_piped)


def _theirs(transfer: Transfer, graph: Graph) -> KeyNaming:
    """Find the names of the publisher; raise ``SpecError`` if any is missing."""
    published = transfer.published(graph)
    if published is not None and published.layout is SLIM:
        message = f"{published.publisher} reads checkpoints of TensorFlow, which are not written"
        raise SpecError((Diagnostic("weights/ending", message, help="name another publisher"),))
    if published is None:
        raise click.UsageError("say whose names to use (--to), or give a map of them (--names)")
    naming = published.naming(graph)
    nameless = [key for key in expected(graph) if key not in naming.keys]
    if nameless:
        message = f"{published.publisher} has no name for `{nameless[0]}`"
        raise SpecError((Diagnostic("weights/no-names", message),))
    return naming


def _named(output: Path, given: Mapping[str, Any]) -> Path:
    """Return a path whose suffix tells the format; that of a pipe follows from the names."""
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
        {"name": name, "shape": list(array.shape), "type": stored_type(array)}
        for name, array in found.items()
    ]
    total = sum(int(array.size) for array in found.values())
    if form == "json":
        print_json({"tensors": rows, "numbers": total})
        return
    shown = [visible(name) for name in found]
    width = max(map(len, shown), default=0)
    for name, row in zip(shown, rows, strict=True):
        shape = "x".join(map(str, row["shape"])) or "1"
        click.echo(f"{name:{width}}  {shape}  {row['type']}")
    click.echo(f"{plural(len(rows), 'tensor')}, {plural(total, 'number')}")
