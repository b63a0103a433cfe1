"""Reviewing all specs that changed since a commit, as one page of Markdown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from html import escape
from pathlib import Path, PurePosixPath

import click

from archspec.checked import check_one, despite_contracts, variants_of
from archspec.commands.arguments import Reading
from archspec.commands.diff.families import Pair, paired
from archspec.commands.diff.run import NOWHERE, Read, comparison_of, newly_wrong, read
from archspec.commands.git.tracked import PATTERNS, listed, text_of
from archspec.commands.output import leave
from archspec.diagnostic import Diagnostic, unreadable
from archspec.diffs.comparison import Comparison
from archspec.diffs.report import markdown, overview, wording
from archspec.history import Changed, Recorded, changes, parting, toplevel
from archspec.language.document.declaration import is_spec
from archspec.location import with_variant
from archspec.source import File, Folder, Revision, Tree, Unreadable

_SHORT = 10
"""Characters of an abbreviated hash."""

_HEADROOM = 1_024
_LEAST = 2_048
"""The least number of characters for a comparison."""

Trees = tuple[Revision, Folder]
"""The trees of the old specs, and of the new ones."""

_AS_WRITTEN = Reading({}, {}, None)


def review(base: str) -> None:
    """Print one section for every spec whose network changed or is newly broken."""
    try:
        root = toplevel(Path.cwd())
        commit = parting(root, base)
        trees = Revision(root, commit, commit[:_SHORT]), Folder(root)
        pairs = list(_specs(trees, changes(root, commit)))
    except Unreadable as error:
        leave([unreadable(error)], "text")
    os.chdir(root)
    sections = (
        _compared(trees, each, variants) for each in pairs for variants in _pairs(trees, each)
    )
    found = [section for section in sections if section is not None]
    click.echo(_page(found), nl=False)


def _specs(trees: Trees, changed: list[Changed]) -> Iterator[Changed]:
    """List the specs that changed, themselves or by what they import."""
    pairs = [pair for pair in changed if _is_spec(trees, pair)]
    yield from pairs
    told = {pair.new for pair in pairs}
    known = {name for pair in changed for name in pair if name}
    here = trees[1]
    for name in listed(here.root, *PATTERNS):
        if name not in told and known & _imports(here, name):
            yield Changed(name, name)


def _is_spec(trees: Trees, pair: Changed) -> bool:
    """Whether a file is a spec on either side."""
    old, new = trees
    return _says_so(old, pair.old) or _says_so(new, pair.new)


def _says_so(tree: Tree, name: str) -> bool:
    is_yaml = any(fnmatchcase(name, pattern) for pattern in PATTERNS)
    return is_yaml and is_spec(text_of(tree, name))


def _imports(folder: Folder, name: str) -> set[str]:
    """List the files that a spec reads, and the targets of links among them."""
    text = text_of(folder, name)
    if "import" not in text or not is_spec(text):
        return set()
    tree, root = Recorded(folder), folder.root.resolve()
    check_one(File(tree, PurePosixPath(name)))
    real = (os.path.relpath((root / path).resolve(), root) for path in tree.paths)
    return {*map(str, tree.paths), *real}


Section = Comparison | tuple[str, list[Diagnostic]]


def _pairs(trees: Trees, pair: Changed) -> list[Pair]:
    """Pair the variants that a spec had and has; of one that came or went, all with nothing."""
    before, after = _variants(trees[0], pair.old), _variants(trees[1], pair.new)
    if pair.old and pair.new:
        return paired(before, after)
    there = before or after or ("",)
    return [(None, name) if pair.new else (name, None) for name in there]


def _variants(tree: Tree, name: str) -> tuple[str, ...]:
    return variants_of(File(tree, PurePosixPath(name))) if name else ()


def _compared(trees: Trees, pair: Changed, variants: Pair) -> Section | None:
    """Compare a spec, or a variant, with its old version; None if there is nothing to report."""
    old = _read(trees[0], pair.old, variants[0])
    new = _read(trees[1], pair.new, variants[1])
    comparison = comparison_of(old, new)
    if (
        comparison is None and new.graph is not None
    ):  # the old one was unreadable: compare with no file
        comparison = comparison_of(read(NOWHERE, _AS_WRITTEN), new)
    if comparison is not None:
        silent = comparison.difference.identical and not comparison.diagnostics
        before, after = (_named(*each) for each in zip(pair, variants, strict=True))
        told = replace(comparison, old=before or NOWHERE, new=after or NOWHERE)
        return None if silent else told
    return _broken(_named(pair.new, variants[1]), old, new)


def _named(name: str, variant: str | None) -> str:
    """Name a variant of a file; empty where there is none."""
    return with_variant(name, variant) if name and variant is not None else ""


def _read(tree: Tree, name: str, variant: str | None) -> Read:
    """Read one side; its name is a path, never a revision or a zoo name."""
    if not name or variant is None:
        return read(NOWHERE, _AS_WRITTEN)
    file = File(tree, PurePosixPath(name), variant)
    return Read(file.shown, despite_contracts(file))


def _broken(name: str, old: Read, new: Read) -> Section | None:
    """Return what is newly wrong with a spec; one that always held only modules is not wrong."""
    wrong = [each for each in newly_wrong(old, new) if each.severity == "error"]
    never = new.checked.modules_only and old.graph is None
    if new.is_missing or never or not wrong:
        return None
    return name, wrong


def _page(sections: list[Section]) -> str:
    """Write the sections, dividing the room among them; several are folded below a table."""
    if len(sections) < 2:
        return "".join(_section(each, markdown.LONGEST - _HEADROOM) for each in sections)
    parts = [overview.render([_told(each) for each in sections])]
    left = markdown.LONGEST - _HEADROOM - sum(map(len, parts))
    for number, section in enumerate(sections):
        if left < _LEAST:
            more = wording.plural(len(sections) - number, "more spec")
            parts.append(f"... and {more} changed: too long for a comment.\n")
            break
        room = max(left // (len(sections) - number), _LEAST)
        parts.append(_folded(section, room))
        left -= len(parts[-1]) + 1
    return "\n".join(parts)


def _folded(section: Section, room: int) -> str:
    """Write a section that opens, within some room."""
    told = _told(section)
    name = escape(markdown.flat(told if isinstance(told, str) else markdown.name(told)))
    fold = f"<details><summary><code>{name}</code></summary>\n\n", "\n</details>\n"
    return _section(section, room - sum(map(len, fold))).join(fold)


def _told(section: Section) -> overview.SpecComparison:
    return section if isinstance(section, Comparison) else section[0]


def _section(section: Section, room: int) -> str:
    if isinstance(section, Comparison):
        return markdown.render(section, room)
    name, wrong = section
    return markdown.broken(name, wrong, room)
