"""Reviewing all specs that changed since a commit, as one page of Markdown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import click

from archspec.checked import check, unreadable
from archspec.commands.arguments import Reading
from archspec.commands.comparing import NOWHERE, Read, comparison_of, newly_wrong, read
from archspec.commands.output import leave
from archspec.commands.tracked import PATTERNS, is_spec, listed, text_of
from archspec.diagnostic import Diagnostic
from archspec.diffs.comparison import Comparison
from archspec.diffs.report import markdown, wording
from archspec.history import Changed, Recorded, changes, parting, toplevel
from archspec.source import File, Folder, Unreadable

_SHORT = 10
"""Characters of a commit's hash that tell it apart."""

_HEADROOM = 1_024
_LEAST = 2_048
"""Characters that a comparison needs to say anything."""

_AS_WRITTEN = Reading({}, {}, None)


def review(base: str) -> None:
    """Print one section for every spec whose network changed or is newly broken."""
    try:
        root = toplevel(Path.cwd())
        commit = parting(root, base)[:_SHORT]
        pairs = list(_specs(root, changes(root, commit, PATTERNS)))
    except Unreadable as error:
        leave([unreadable(error)], "text")
    os.chdir(root)
    found = [section for pair in pairs if (section := _compared(commit, pair)) is not None]
    click.echo(_page(found), nl=False)


def _specs(root: Path, changed: list[Changed]) -> Iterator[Changed]:
    """List the specs that changed, themselves or by what they import."""
    yield from (pair for pair in changed if _is_spec(root, pair))
    known = {pair.new for pair in changed}
    for name in listed(root, *PATTERNS):
        if name not in known and known & _imports(root, name):
            yield Changed(name, name)


def _is_spec(root: Path, pair: Changed) -> bool:
    """Whether a file says that it is a spec; one that is gone may have been."""
    return not pair.new or is_spec(text_of(root / pair.new))


def _imports(root: Path, name: str) -> set[str]:
    """List the files that a spec reads."""
    text = text_of(root / name)
    if "\nimport:" not in text or not is_spec(text):
        return set()
    tree = Recorded(Folder(root))
    check(File(tree, PurePosixPath(name)))
    return set(map(str, tree.paths))


Section = Comparison | tuple[str, list[Diagnostic]]


def _compared(commit: str, pair: Changed) -> Section | None:
    """Compare a spec with what it was; None where there is nothing to tell."""
    old = read(f"{commit}:{pair.old}" if pair.old else NOWHERE, _AS_WRITTEN)
    new = read(pair.new or NOWHERE, _AS_WRITTEN)
    comparison = comparison_of(old, new)
    if comparison is not None:
        silent = comparison.difference.identical and not comparison.diagnostics
        told = replace(comparison, old=pair.old or NOWHERE, new=pair.new or NOWHERE)
        return None if silent else told
    return _broken(pair, old, new)


def _broken(pair: Changed, old: Read, new: Read) -> Section | None:
    """Tell what is newly wrong with a spec; one that holds modules alone is not wrong."""
    wrong = [each for each in newly_wrong(old, new) if each.severity == "error"]
    if new.is_missing or new.checked.modules_only or not wrong:
        return None
    return pair.new, wrong


def _page(sections: list[Section]) -> str:
    """Write the sections one below the other, each as long as leaves room for the others."""
    parts: list[str] = []
    left = markdown.LONGEST - _HEADROOM
    for number, section in enumerate(sections):
        if left < _LEAST:
            more = wording.plural(len(sections) - number, "more spec")
            parts.append(f"... and {more} changed: too long for a comment.\n")
            break
        room = max(left // (len(sections) - number), _LEAST)
        parts.append(_section(section, room))
        left -= len(parts[-1]) + 1
    return "\n".join(parts)


def _section(section: Section, room: int) -> str:
    if isinstance(section, Comparison):
        return markdown.render(section, room)
    name, wrong = section
    return markdown.broken(name, wrong, room)
