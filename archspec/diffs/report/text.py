"""A comparison as people read it on a terminal: one symbol per edit, totals last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archspec.diagnostic import Diagnostic
from archspec.diffs.comparison import Comparison
from archspec.diffs.cost import Delta, PartDelta
from archspec.diffs.edits import Edit, Kind
from archspec.diffs.report import wording
from archspec.rendering.colour import Colour, Paint, plain
from archspec.rendering.excerpt import visible

_COLOURS: Mapping[Kind, Colour] = {
    Kind.INSERTED: Colour.GREEN,
    Kind.REMOVED: Colour.RED,
    Kind.CHANGED: Colour.YELLOW,
    Kind.MOVED: Colour.CYAN,
    Kind.RENAMED: Colour.CYAN,
    Kind.REWIRED: Colour.YELLOW,
}
_MOST = 200
_MOST_BROKEN = 5


def render(comparison: Comparison, paint: Paint = plain) -> str:
    """Write the whole report."""
    return "\n".join(_lines(comparison, paint))


def _lines(comparison: Comparison, paint: Paint) -> Iterator[str]:
    yield paint(Colour.STRONG, f"{visible(comparison.old)} -> {visible(comparison.new)}")
    yield wording.headline(comparison)
    if comparison.diagnostics:
        yield from ("", *_broken(comparison.diagnostics, paint))
    if comparison.difference.is_of_file:
        yield from ("", *_totals(comparison.total))
    elif not comparison.difference.identical:
        yield from _differences(comparison, paint)


def _differences(comparison: Comparison, paint: Paint) -> Iterator[str]:
    unchanged = wording.plural(comparison.difference.unchanged, "node")
    yield from ("", *_edits(comparison, paint), paint(Colour.FAINT, f"  {unchanged} unchanged"))
    yield from ("", *_totals(comparison.total), *_parts(comparison.parts))
    yield from ("", paint(Colour.STRONG, wording.verdict(comparison.checkpoint)))
    yield f"  {wording.fates(comparison.checkpoint)}"
    yield from (f"  {remark}" for remark in wording.remarks(comparison))
    yield from ("", wording.tally(comparison.edits))


def _edits(comparison: Comparison, paint: Paint) -> Iterator[str]:
    for edit, delta in list(zip(comparison.edits, comparison.by_edit, strict=True))[:_MOST]:
        symbol = paint(_COLOURS[edit.kind], wording.SYMBOLS[edit.kind])
        yield f"  {symbol} {visible(wording.cause(edit))}"
        for detail in _details(edit, delta):
            yield f"      {paint(Colour.FAINT, detail)}"
    more = len(comparison.edits) - _MOST
    if more > 0:
        yield f"  ... and {wording.plural(more, 'more edit')}"


def _broken(diagnostics: Sequence[Diagnostic], paint: Paint) -> Iterator[str]:
    """Name the promises that the spec no longer keeps; ``archspec check`` explains them."""
    for each in diagnostics[:_MOST_BROKEN]:
        yield f"  {paint(Colour.RED, wording.BROKEN)} {visible(each.message)}"
        yield f"      {paint(Colour.FAINT, visible(wording.place(each.span)))}"
    more = len(diagnostics) - _MOST_BROKEN
    if more > 0:
        yield f"  ... and {wording.plural(more, 'more error')} that `archspec check` shows"


def _details(edit: Edit, delta: Delta) -> Iterator[str]:
    """Say where an edit was written, what it touched, and what it costs."""
    found = (
        ": ".join(each for each in (wording.place(edit.cause.span), wording.where(edit)) if each),
        "; ".join(each for each in (wording.effect(edit), wording.costs(delta)) if each),
    )
    yield from (visible(each) for each in found if each)


def _totals(total: Delta) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("", "before", "after", "change", "")]
    for measure, name in wording.MEASURES.items():
        amount = total.of(measure)
        numbers = f"{amount.before:,}", f"{amount.after:,}", f"{amount.change:+,}"
        rows.append((name, *numbers, wording.percent(amount)))
    yield from _aligned(rows)


def _parts(parts: list[PartDelta]) -> Iterator[str]:
    """Say which steps of the network cost more or less."""
    steps = [part for part in parts if "." not in part.path]
    if len(steps) < 2:
        return
    yield ""
    rows: list[tuple[str, ...]] = [("of which", "parameters", "MACs")]
    for part in steps:
        changes = (f"{part.delta.of(each).change:+,}" for each in ("parameters", "macs"))
        rows.append((visible(wording.row(part)), *changes))
    yield from _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Align a table: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = [f"{cell:>{wide}}" for cell, wide in zip(numbers, widths[1:], strict=True)]
        yield f"  {name:<{widths[0]}}  {'  '.join(cells)}".rstrip()
