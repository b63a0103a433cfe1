"""The programs that git calls: a textconv filter, and an external diff."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import click

from archspec.checked import Checked, despite_contracts, variants_of
from archspec.commands.diff.families import Pair, VariantChange, paired, told
from archspec.commands.diff.run import NOWHERE
from archspec.commands.git.caller import wants_listing
from archspec.commands.git.patch import Version, as_stored, patch
from archspec.commands.git.quoting import literal, quoted
from archspec.commands.git.tracked import listed
from archspec.commands.screen import has_colours
from archspec.diffs.comparison import Comparison, added, compare, deleted
from archspec.diffs.report import text
from archspec.graph import Graph, Kind
from archspec.history import WORKING, Stored, holding, toplevel
from archspec.language.document.declaration import is_spec
from archspec.rendering import text as rendering
from archspec.rendering.colour import Paint, coloured, plain
from archspec.rendering.excerpt import seen
from archspec.source import File, Unreadable, git
from archspec.views.summary import StepRow, summary

_DEEPEST = 64
_LEAST = 7
"""The number of arguments for a file that is not in conflict."""


def listing(file: Path) -> None:
    """Print a spec as a listing; a file that is no spec, or a broken one, as its text."""
    content = file.read_bytes()
    written = content.decode("utf-8", errors="replace")
    checked = _read(file, written) if is_spec(written) and wants_listing() else None
    if checked is None:
        click.echo(as_stored(file.absolute()), nl=False)
        return
    if checked.graph is not None:
        click.echo("\n".join(_listing(checked.graph)))
        return
    if not checked.ok:
        click.echo(rendering.render(checked.diagnostics) + "\n")
    click.echo(content, nl=False)


def _read(file: Path, content: str) -> Checked | None:
    """Check a spec; None if git does not know it."""
    try:
        return despite_contracts(_file(file, content))
    except Unreadable:
        return None


def _file(file: Path, content: str) -> File:
    """Find the path in the repository of a file that may be git's temporary copy."""
    root = toplevel(Path.cwd())
    if file.absolute().is_relative_to(root):
        path = PurePosixPath(file.absolute().relative_to(root))
        return File(Stored(root, path, str(path), WORKING, content), path)
    blob = git(root, "hash-object", str(file)).decode().strip()
    names = listed(root, f":(glob)**/{literal(file.name)}")
    known = holding(root, blob, names[0] if len(names) == 1 else "")
    path = PurePosixPath(known.path if known else names[0] if names else file.name)
    return File(Stored(root, path, str(path), blob, content), path)


def _listing(graph: Graph) -> Iterator[str]:
    """Write one line for each step, which does not depend on other lines."""
    for name, given in graph.inputs.items():
        yield f"{graph.name}: {name} {given.type}"
    for row in summary(graph, _DEEPEST):
        yield _line(graph, row)
    for name, path in graph.outputs.items():
        yield f"output {name} {graph.type_of(path)}"


def _line(graph: Graph, row: StepRow) -> str:
    scope = graph.scopes.get(row.path)
    is_branch = scope is not None and scope.kind in (Kind.BRANCH, Kind.HEAD)
    name = row.name if is_branch or not row.name.startswith(row.template) else ""
    said = ": ".join(each for each in (name, row.step) if each)
    costs = f"{row.totals.parameters:,} parameters, {row.totals.macs:,} MACs"
    return f"{'  ' * row.depth}{said} -> {row.shapes}" + (f"  {costs}" if row.totals.macs else "")


def _text(version: Version) -> str:
    """Read a version; empty if there was no file."""
    if version.file == NOWHERE:
        return ""
    return Path(version.file).read_bytes().decode("utf-8", errors="replace")


def _stored(version: Version, side: str) -> File | None:
    """Find a version of a spec; None where there was no file."""
    if version.file == NOWHERE:
        return None
    root, path = toplevel(Path.cwd()), PurePosixPath(version.path)
    stored = Stored(root, path, version.shown(side), version.blob, _text(version))
    return File(stored, path)


def difference(arguments: tuple[str, ...]) -> None:
    """Print the comparison, then the patch, which can still be applied."""
    if len(arguments) < _LEAST:
        click.echo(f"* Unmerged path {' '.join(map(quoted, arguments))}")
        return
    path, *sides = arguments
    old = Version(sides[0], sides[1], sides[2], path)
    new = Version(sides[3], sides[4], sides[5], sides[6] if len(sides) > _LEAST - 1 else path)
    paint = coloured if _is_coloured() else plain
    said = _told(old, new, paint) if is_spec(_text(old)) or is_spec(_text(new)) else ""
    renaming = sides[_LEAST] if len(sides) > _LEAST else ""
    _print((f"{said}\n" if said else "") + "".join(patch(old, new, renaming, paint)))


def _print(content: str) -> None:
    """Print; ignore a pager that was quit, for which git would report a fatal error."""
    try:
        click.echo(content.encode("utf-8", "surrogateescape"), nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_coloured() -> bool:
    in_pager = "GIT_PAGER_IN_USE" in os.environ and not os.environ.get("NO_COLOR")
    return in_pager or has_colours(sys.stdout)


def _told(old: Version, new: Version, paint: Paint) -> str:
    try:
        files = _stored(old, "a"), _stored(new, "b")
        names = [variants_of(file) if file else () for file in files]
    except Unreadable as error:
        return f"archspec: {seen(str(error))}"
    if all(names):
        return "\n".join(told([_changed(files, pair) for pair in paired(*names)], paint))
    return _told_of_one(files, paint)


def _changed(files: tuple[File | None, ...], pair: Pair) -> VariantChange:
    """Compare a variant with what it was."""
    sides = [
        despite_contracts(replace(file, variant=variant)) if file and variant is not None else None
        for file, variant in zip(files, pair, strict=True)
    ]
    return VariantChange(pair[1] or pair[0] or "", _comparison(*sides))


def _told_of_one(files: tuple[File | None, ...], paint: Paint) -> str:
    sides = [despite_contracts(file) if file else None for file in files]
    comparison = _comparison(*sides)
    if comparison is not None:
        return text.render(comparison, paint)
    broken = next(side for side in reversed(sides) if side is not None and side.graph is None)
    if broken.ok:
        return ""
    return f"archspec: {seen(broken.name)} is broken\n{rendering.render(broken.diagnostics)}"


def _comparison(old: Checked | None, new: Checked | None) -> Comparison | None:
    before, after = (side.graph if side else None for side in (old, new))
    if before and after:
        return compare(before, after)
    if after and old is None:
        return added(after, NOWHERE)
    return deleted(before, NOWHERE) if before and new is None else None
