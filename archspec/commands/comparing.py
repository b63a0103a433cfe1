"""Comparing two specs and telling what differs, or what is wrong with one of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from json import dumps
from pathlib import Path
from typing import Any

import click

from archspec.checked import Checked, despite_contracts
from archspec.commands.arguments import Reading
from archspec.commands.loading import overrides
from archspec.commands.output import FINE, REFUSED, has_colours, paint, status, write
from archspec.diagnostic import Diagnostic
from archspec.diff.comparison import Comparison, added, deleted
from archspec.diff.comparison import compare as compare_graphs
from archspec.diff.report import drawn, markdown, record, text
from archspec.graph import Graph
from archspec.rendering import json as plain_json
from archspec.rendering import text as rendering

NOWHERE = "/dev/null"
"""What git names as the file that was not there."""

_ENDINGS: Mapping[str, str] = {
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
    """How a comparison is told: its format, its file, and what else is asked for."""

    form: str | None = None
    output: Path | None = None
    exit_code: bool = False
    map_file: str | None = None

    @property
    def format(self) -> str:
        """The format asked for, or that the file's ending means."""
        ending = self.output.suffix.lower() if self.output else ""
        return self.form or _ENDINGS.get(ending, "text")


@dataclass(frozen=True)
class Read:
    """One side: the argument, and what checking it found."""

    argument: str
    checked: Checked

    @property
    def graph(self) -> Graph | None:
        """Its network, if it has one."""
        return self.checked.graph

    @property
    def broken_promises(self) -> tuple[Diagnostic, ...]:
        """What is wrong with a network that can be compared all the same."""
        found = self.checked.diagnostics if self.graph else ()
        return tuple(each for each in found if each.severity == "error")

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file."""
        codes = [each.code for each in self.checked.diagnostics if not each.labels]
        return self.argument == NOWHERE or "file/not-found" in codes

    @property
    def is_at_revision(self) -> bool:
        """Whether it was asked for as it was in git."""
        return ":" in self.argument and not Path(self.argument).exists()

    @property
    def path(self) -> str:
        """The path without a revision."""
        return self.argument.partition(":")[2] if self.is_at_revision else self.argument


def compare(old: str, new: str, reading: Reading, telling: Telling) -> int:
    """Compare two specs and tell it; return the status to leave with."""
    given = overrides(reading)
    before, after = (Read(it, despite_contracts(it, given, reading.root)) for it in (old, new))
    comparison = _comparison(before, after)
    if comparison is None:
        return _tell_broken(before, after, telling)
    _tell(replace(comparison, diagnostics=after.broken_promises), telling)
    differs = telling.exit_code and not comparison.difference.identical
    return REFUSED if differs else FINE


def _comparison(old: Read, new: Read) -> Comparison | None:
    """Compare what both sides have; a file that came or went is compared with nothing."""
    if old.graph is not None and new.graph is not None:
        return compare_graphs(old.graph, new.graph)
    if new.graph is not None and _has_come_or_gone(old, new):
        return added(new.graph, old.argument)
    if old.graph is not None and _has_come_or_gone(new, old):
        return deleted(old.graph, new.argument)
    return None


def _has_come_or_gone(missing: Read, other: Read) -> bool:
    """Whether a file is missing on one side of a history, and not just misspelt."""
    if not missing.is_missing:
        return False
    same = missing.path == other.path and (missing.is_at_revision or other.is_at_revision)
    return same or missing.argument == NOWHERE


def _tell(comparison: Comparison, telling: Telling) -> None:
    if telling.map_file is not None:
        found = comparison.checkpoint.mapping(comparison.difference)
        content = dumps(found, indent=2) + "\n"
        if telling.map_file == "-":
            _put(content, telling.output)
            return
        write(Path(telling.map_file), content)
    _put(REPORTS[telling.format](comparison), telling.output)


def _put(content: str | bytes, output: Path | None) -> None:
    if output is not None:
        write(output, content)
    else:
        click.echo(content, nl=False, color=True)


def _text(comparison: Comparison) -> str:
    colours = text.coloured if has_colours(sys.stdout) else text.plain
    return f"{text.render(comparison, colours)}\n"


REPORTS: Mapping[str, Callable[[Comparison], str | bytes]] = {
    "text": _text,
    "markdown": markdown.render,
    "json": lambda comparison: (
        dumps(record.record(comparison), indent=2, ensure_ascii=False) + "\n"
    ),
    "html": drawn.html,
    "svg": drawn.svg,
    "dot": drawn.dot,
    "mermaid": drawn.mermaid,
}


def _tell_broken(old: Read, new: Read, telling: Telling) -> int:
    """Tell what is wrong where no comparison is possible: above all, what is newly wrong."""
    known = Counter(map(_key, old.checked.diagnostics))
    found = [each for each in new.checked.diagnostics if not _is_known(each, known)]
    broken = [side for side in (old, new) if side.graph is None]
    if len(broken) == 1 and broken[0] is old:
        found = list(old.checked.diagnostics)
    told = found or list(new.checked.diagnostics)
    if telling.format == "json":
        _put(
            dumps(_broken_record(old, new, told), indent=2, ensure_ascii=False) + "\n",
            telling.output,
        )
    elif telling.format == "markdown":
        _put(markdown.broken(_names(broken), told), telling.output)
    else:
        click.echo(_said(old, new, bool(found)), err=True)
        click.echo(rendering.render(told, paint(sys.stderr)), err=True, color=True)
    return status(told) or (REFUSED if new.graph is None else FINE)


def _key(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.code, diagnostic.message


def _is_known(diagnostic: Diagnostic, known: Counter[tuple[str, str]]) -> bool:
    """Whether the other side has it too; each of those counts once."""
    key = _key(diagnostic)
    known[key] -= 1
    return known[key] >= 0


def _names(broken: list[Read]) -> str:
    return " and ".join(side.argument for side in broken)


def _said(old: Read, new: Read, is_new: bool) -> str:
    if new.graph is not None:
        return f"{old.argument} has no network to compare with; {new.argument} is fine"
    if old.graph is not None:
        return f"{new.argument} has no network to compare; {old.argument} had one"
    newly = "what is new:" if is_new else "nothing of it is new:"
    return f"neither {old.argument} nor {new.argument} has a network to compare; {newly}"


def _broken_record(old: Read, new: Read, told: list[Diagnostic]) -> dict[str, Any]:
    return {
        "old": {"spec": old.argument},
        "new": {"spec": new.argument},
        "identical": False,
        "broken": [name for name, side in (("old", old), ("new", new)) if side.graph is None],
        "edits": [],
        "delta": None,
        "checkpoint": None,
        "diagnostics": [plain_json.record(each) for each in told],
    }
