"""Two families side by side: which variants changed, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from archspec.checked import variants_of
from archspec.commands.arguments import Reading
from archspec.commands.diff.deployed import is_model
from archspec.diffs.comparison import Comparison
from archspec.diffs.report import markdown, overview, record, text
from archspec.location import locate, split
from archspec.rendering import json
from archspec.rendering.colour import Paint
from archspec.rendering.excerpt import visible
from archspec.source import Unreadable

Pair = tuple[str | None, str | None]
"""A variant before and after; None where there is none, empty for the file as it is."""


class VariantChange(NamedTuple):
    """A variant and what changed in it; None if it has no network to compare."""

    name: str
    comparison: Comparison | None

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to tell of it."""
        told = self.comparison
        return told is not None and told.difference.identical and not told.diagnostics


def paired(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Pair variants by their names, those that are gone at the end.

    A file without variants is compared with the first variant of the other.
    """
    if not (old and new):
        return [(old[0] if old else "", new[0] if new else "")]
    return [(name if name in old else None, name) for name in new] + [
        (name, None) for name in old if name not in new
    ]


def families(old: str, new: str, reading: Reading) -> list[Pair]:
    """Pair the variants of two specs; empty unless both have some and neither names one."""
    chosen = reading.variant or any(is_model(each) or split(each)[1] for each in (old, new))
    names = () if chosen else tuple(_names(each, reading) for each in (old, new))
    return paired(*names) if all(names) and names else []


def _names(argument: str, reading: Reading) -> tuple[str, ...]:
    try:
        return variants_of(locate(argument, reading.root))
    except Unreadable:
        return ()


def told(changes: Sequence[VariantChange], paint: Paint) -> Iterator[str]:
    """Say in a line each which variants changed, and then all of the first one."""
    changed = [each for each in changes if not each.is_silent]
    yield f"{len(changed)} of {len(changes)} variants changed"
    for each in changed:
        said = text.line(each.comparison, paint) if each.comparison else "no network to compare"
        yield f"  {visible(each.name)}: {said}"
    first = next((each.comparison for each in changed if each.comparison), None)
    if first is not None:
        yield from ("", text.render(first, paint))


def _as_text(changes: Sequence[VariantChange], paint: Paint) -> str:
    return "\n".join(told(changes, paint)) + "\n"


def _as_lines(changes: Sequence[VariantChange], paint: Paint) -> str:
    return "".join(
        f"{visible(each.name)}: {text.line(each.comparison, paint)}\n"
        for each in changes
        if each.comparison
    )


def _as_markdown(changes: Sequence[VariantChange], _: Paint) -> str:
    changed = [each for each in changes if not each.is_silent]
    first = next((each.comparison for each in changed if each.comparison), None)
    table = overview.render([each.comparison or each.name for each in changed])
    return f"{table}\n{markdown.render(first)}" if first else table


def _as_json(changes: Sequence[VariantChange], _: Paint) -> str:
    found = {
        each.name: record.record(each.comparison) if each.comparison else None for each in changes
    }
    return json.written({"variants": found}) + "\n"


REPORTS: dict[str, Callable[[Sequence[VariantChange], Paint], str]] = {
    "text": _as_text,
    "line": _as_lines,
    "markdown": _as_markdown,
    "json": _as_json,
}
"""How all variants are told; a drawing is of one of them."""
