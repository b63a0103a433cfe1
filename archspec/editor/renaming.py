"""Renaming what an author named, through all files that name it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from archspec.diagnostic import Replacement
from archspec.editor.occurrences import OWN, Occurrence, Sort, Symbol
from archspec.editor.reading import Reading
from archspec.editor.workspace import Workspace
from archspec.language.syntax.names import NAMING, RESERVED, is_name
from archspec.language.syntax.words import known_words

Edits = dict[Path, list[Replacement]]
Mentions = dict[Path, list[Occurrence]]

_SHARED = (Sort.TEMPLATE, Sort.OPTION, Sort.VARIANT)
"""What files that import a file can name."""
_RENAMED = "templates, options, params, variants, inputs and names of steps"


class Refused(Exception):
    """A name cannot be changed so; the message says why."""


def mentions(workspace: Workspace, reading: Reading, symbol: Symbol) -> Mentions:
    """Find all places that name a symbol, by file; other files name what is shared alone."""
    text = symbol.name.rpartition(".")[2]
    home = symbol.home[0]
    readings = [reading]
    if symbol.sort in _SHARED:
        importing = workspace.naming(text, home.rpartition("/")[2])
        readings = [*readings, *_declaring(workspace, reading, home), *importing]
    found: Mentions = {}
    for each in readings:
        own = [one for one in each.occurrences if one.symbol == symbol]
        if own:
            found.setdefault(each.path, own)
    return found


def _declaring(workspace: Workspace, reading: Reading, name: str) -> Iterator[Reading]:
    """Read another file that a reading depends on, by its name."""
    path = reading.overlay.names.get(name)
    if path is not None and path != reading.path:
        yield workspace.names(path)


def declaration(
    workspace: Workspace, reading: Reading, symbol: Symbol
) -> tuple[Path, Occurrence] | None:
    """Find where a symbol is declared, in this file or in one that it imports."""
    for home in chain((reading,), _declaring(workspace, reading, symbol.home[0])):
        found = (each for each in home.occurrences if each.symbol == symbol and each.declares)
        first = next(found, None)
        if first is not None:
            return home.path, first
    return None


def renameable(reading: Reading, line: int, column: int) -> Occurrence:
    """Return the name at a place; raise ``Refused`` if it is not an author's own."""
    found = reading.at(line, column)
    if found is None or found.symbol.sort not in OWN:
        what = f"`{found.symbol.name}` is a word of the language" if found else "no name is here"
        raise Refused(f"{what}: {_RENAMED} can be renamed")
    if found.span.text != found.symbol.name:
        raise Refused(f"`{found.span.text}` is not written as a plain name")
    return found


def rename(workspace: Workspace, reading: Reading, symbol: Symbol, name: str) -> Edits:
    """Return the changes that rename a symbol; raise ``Refused`` if they changed anything else.

    The files are read with the changes made: they must have no new errors, and every name in them
    must stand for what it stood for.
    """
    _check_name(name)
    edits: Edits = {}
    for path, found in mentions(workspace, reading, symbol).items():
        if not workspace.contains(path):
            raise Refused(f"{path.name} names it, and lies outside of the folders that are open")
        edits[path] = [Replacement(each.span, name) for each in found if _is_plain(each)]
    _check_aliases(reading, symbol)
    after = _changed(workspace, edits)
    for path in edits:
        _check_alike(workspace.names(path), after.names(path), symbol, name)
    if symbol.sort not in _SHARED:
        _check_alike(reading, after.reading(reading.path), symbol, name)
    return edits


def _is_plain(found: Occurrence) -> bool:
    """Whether the name itself is written there, and not a value for what it names."""
    return found.span.text == found.symbol.name


def _check_aliases(reading: Reading, symbol: Symbol) -> None:
    """Refuse to rename in a text that an alias repeats where it stands for something else."""
    mine = (each for each in reading.occurrences if each.symbol == symbol)
    own = {each.span for each in mine if _is_plain(each)}
    others = [each for each in reading.occurrences if each.symbol != symbol and each.span in own]
    if any(each.symbol.sort in OWN and _is_plain(each) for each in others):
        raise Refused(f"an alias repeats `{symbol.name}` where it stands for something else")


def _check_name(name: str) -> None:
    if not is_name(name):
        raise Refused(NAMING)
    if name in RESERVED or name in known_words():
        raise Refused(f"`{name}` is a word of the language")


def edited(text: str, edits: list[Replacement]) -> str:
    """Make changes to a text."""
    lines = text.split("\n")
    for span, new in sorted(edits, key=lambda each: each.span[1:], reverse=True):
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.start] + new + line[span.end :]
    return "\n".join(lines)


def _changed(workspace: Workspace, edits: Edits) -> Workspace:
    texts = dict(workspace.texts)
    for path, each in edits.items():
        texts[path] = edited(workspace.names(path).source.text, each)
    return Workspace(workspace.folders, texts)


def _check_alike(before: Reading, after: Reading, symbol: Symbol, name: str) -> None:
    known = {(each.code, each.severity) for each in before.diagnostics}
    new = [each for each in after.diagnostics if (each.code, each.severity) not in known]
    if new:
        raise Refused(f"`{name}` would clash: {new[0].message}")
    if list(_bound(before)) != list(_bound(after)):
        what = f"`{name}` would clash: another {symbol.sort} or a value is called so"
        raise Refused(f"{what} in {before.path.name}")


def _bound(reading: Reading) -> Iterator[tuple[int, int]]:
    """Yield what each name of a file stands for, as a number; words stand for themselves."""
    ordered = sorted(reading.occurrences, key=lambda each: each.span[1:])
    numbers: dict[Symbol | str, int] = {}
    for each in ordered:
        is_own = each.symbol.sort in OWN
        key = (each.symbol.sort, each.symbol.home) if is_own else each.symbol.name
        yield each.span.line, numbers.setdefault(str(key), len(numbers))
