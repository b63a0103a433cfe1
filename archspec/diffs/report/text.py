"""A comparison as text for terminals: the headline, then one symbol per edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archspec.diagnostic import Diagnostic
from archspec.diffs.comparison import Comparison
from archspec.diffs.explain.edits import EditKind
from archspec.diffs.impact.cost import Delta, PartDelta
from archspec.diffs.impact.edit_groups import EditGroup
from archspec.diffs.impact.verdict import Verdict
from archspec.diffs.report import wording
from archspec.diffs.report.headline import headline
from archspec.rendering.colour import Colour, Paint, plain
from archspec.rendering.excerpt import visible

_COLOURS: Mapping[EditKind, Colour] = {
    EditKind.INSERTED: Colour.GREEN,
    EditKind.REMOVED: Colour.RED,
    EditKind.CHANGED: Colour.YELLOW,
    EditKind.MOVED: Colour.CYAN,
    EditKind.RENAMED: Colour.CYAN,
    EditKind.REWIRED: Colour.YELLOW,
}
_CHANGES: Mapping[str, Colour] = {"+": Colour.RED, "-": Colour.GREEN}
"""The colours of costs that grew, and of those that shrank."""

VERDICTS: Mapping[Verdict, Colour] = {
    Verdict.IDENTICAL: Colour.GREEN,
    Verdict.LOADS: Colour.GREEN,
    Verdict.OTHERWISE: Colour.YELLOW,
    Verdict.NOT: Colour.RED,
}
_MOST = 200
_MOST_BROKEN = 5


def render(comparison: Comparison, paint: Paint = plain) -> str:
    """Write the whole report."""
    return "\n".join(_lines(comparison, paint))


def line(comparison: Comparison, paint: Paint = plain) -> str:
    """Write the headline alone."""
    said = headline(comparison)
    rest = str(said).removesuffix(said.checkpoints)
    colour = VERDICTS[comparison.judgement.verdict]
    return paint(Colour.STRONG, visible(rest)) + (
        paint(colour, said.checkpoints) if said.checkpoints else ""
    )


def _lines(comparison: Comparison, paint: Paint) -> Iterator[str]:
    difference = comparison.difference
    yield line(comparison, paint)
    said = wording.categories(comparison)
    names = f"{visible(comparison.old)} -> {visible(comparison.new)}"
    yield f"{names}: {said}" if said and not difference.is_of_file else names
    if comparison.diagnostics:
        yield from ("", *_broken(comparison.diagnostics, paint))
    if difference.is_of_file:
        yield from ("", *_totals(comparison.total, paint))
    elif not difference.identical:
        yield from _differences(comparison, paint)


def _differences(comparison: Comparison, paint: Paint) -> Iterator[str]:
    unchanged = wording.unchanged(comparison.difference)
    yield from ("", *_edits(comparison, paint), paint(Colour.FAINT, f"  {unchanged}"))
    if not comparison.total.is_nothing:
        yield from ("", *_totals(comparison.total, paint), *_parts(comparison.parts, paint))
    yield from ("", f"checkpoints: {wording.fates(comparison.checkpoint)}")
    yield from (f"  {remark}" for remark in wording.remarks(comparison))
    yield from ("", wording.tally(comparison.groups))


def _edits(comparison: Comparison, paint: Paint) -> Iterator[str]:
    for group in comparison.groups[:_MOST]:
        symbol = paint(_COLOURS[group.kind], wording.SYMBOLS[group.kind])
        yield f"  {symbol} {visible(wording.cause(group))}"
        yield from (f"      {detail}" for detail in _details(group, paint) if detail)
    more = len(comparison.groups) - _MOST
    if more > 0:
        yield f"  ... and {wording.plural(more, 'more edit')}"


def _broken(diagnostics: Sequence[Diagnostic], paint: Paint) -> Iterator[str]:
    """List the contracts that the spec newly breaks; ``archspec check`` explains them."""
    for each in diagnostics[:_MOST_BROKEN]:
        yield f"  {paint(Colour.RED, wording.BROKEN)} {visible(each.message)}"
        yield f"      {paint(Colour.FAINT, visible(wording.place(each.span)))}"
    more = len(diagnostics) - _MOST_BROKEN
    if more > 0:
        yield f"  ... and {wording.plural(more, 'more error')} that `archspec check` shows"


def _details(group: EditGroup, paint: Paint) -> Iterator[str]:
    """Write the place of an edit, what it touched, and its cost."""
    found = ": ".join(each for each in (wording.places(group), wording.where(group)) if each)
    yield paint(Colour.FAINT, visible(found)) if found else ""
    own = _effect(wording.touched(group), group.blame.own, paint)
    following = _effect(wording.following(group), group.blame.following, paint)
    if wording.costs(group.blame.following):
        yield from (own, following)
    else:
        yield "; ".join(each for each in (own, following) if each)


def _effect(what: str, delta: Delta, paint: Paint) -> str:
    """Write the cost of some nodes; nothing without any."""
    costs = ", ".join(_painted(each, paint) for each in wording.costs(delta))
    said = paint(Colour.FAINT, what) if what else ""
    return f"{said}: {costs}" if what and costs else said


def _painted(text: str, paint: Paint) -> str:
    """Colour a cost that grew or shrank."""
    colour = _CHANGES.get(text.strip()[:1])
    return paint(colour, text) if colour else text


def _totals(total: Delta, paint: Paint) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("", "before", "after", "change", "")]
    for measure, name in wording.MEASURES.items():
        amount = total.of(measure)
        numbers = f"{amount.before:,}", f"{amount.after:,}", wording.change(amount)
        rows.append((name, *numbers, wording.percent(amount)))
    yield from _aligned(rows, paint)


def _parts(parts: list[PartDelta], paint: Paint) -> Iterator[str]:
    """List the steps of the network whose cost changed."""
    steps = [part for part in parts if "." not in part.path]
    if len(steps) < 2:
        return
    yield ""
    rows: list[tuple[str, ...]] = [("of which", "parameters", "MACs")]
    for part in steps:
        changes = (wording.change(part.delta.of(each)) for each in ("parameters", "macs"))
        rows.append((visible(wording.row(part)), *changes))
    yield from _aligned(rows, paint)


def _aligned(rows: Sequence[tuple[str, ...]], paint: Paint) -> Iterator[str]:
    """Align a table: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = [f"{cell:>{wide}}" for cell, wide in zip(numbers, widths[1:], strict=True)]
        line = f"  {name:<{widths[0]}}  {'  '.join(_painted(cell, paint) for cell in cells)}"
        yield line.rstrip()
