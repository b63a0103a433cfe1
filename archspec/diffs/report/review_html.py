"""What a review says beside its picture, as HTML: verdict, edits, costs, tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from archspec.diffs.comparison import Comparison
from archspec.diffs.explain.edits import EditKind
from archspec.diffs.impact.cost import CostPair
from archspec.diffs.impact.edit_groups import EditGroup
from archspec.diffs.impact.verdict import Verdict
from archspec.diffs.report import copies, wording
from archspec.diffs.report.headline import headline
from archspec.rendering.excerpt import seen
from archspec.source import Span
from archspec.views.palette import CHANGES

_MOST_EDITS = 200
_MOST_PARTS = 40
_MOST_BROKEN = 5
_LONGEST = 120
_ARROW = " \u2192 "
_MEASURES = ("parameters", "macs")

_VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.IDENTICAL: ("fine", "\u2713"),
    Verdict.LOADS: ("fine", "\u2713"),
    Verdict.OTHERWISE: ("careful", "!"),
    Verdict.NOT: ("breaks", "\u2717"),
}
"""The class of a verdict, and its sign."""

STATUSES: Mapping[EditKind, str] = {
    EditKind.INSERTED: "inserted",
    EditKind.REMOVED: "removed",
    EditKind.CHANGED: "changed",
    EditKind.MOVED: "moved",
    EditKind.RENAMED: "moved",
    EditKind.REWIRED: "moved",
}
"""What a box shows of an edit."""


def above(comparison: Comparison) -> str:
    """Write the head of the page: the headline, and the answers to a reviewer's questions."""
    sides = f"{_code(comparison.old)} \u2192 {_code(comparison.new)}"
    rows = "".join(_row("", each) for each in _said(comparison))
    lines = [
        '<section id="review" aria-label="Verdict">',
        _headline(comparison),
        f'<p class="sides">{sides}</p>',
        f"<ul>{rows}</ul>",
        *_broken(comparison),
        "</section>",
    ]
    return "\n".join(lines)


def _headline(comparison: Comparison) -> str:
    said = headline(comparison)
    name, sign = _sign(comparison)
    fate = f"; <b>{_text(said.checkpoints)}</b>" if said.checkpoints else ""
    costs = f": {_text(said.costs)}" if said.costs else ""
    changes = f"<b>{_text(said.changes)}</b>"
    mark = f'<span class="sign" aria-hidden="true">{sign}</span>'
    return f'<div class="{name}">{mark}<h1 id="headline">{changes}{costs}{fate}</h1></div>'


def _sign(comparison: Comparison) -> tuple[str, str]:
    """Choose the class and the sign of a verdict; a file that came or went has none."""
    if comparison.difference.is_of_file:
        return "new", CHANGES[STATUSES[comparison.edits[0].kind]].symbol
    return _VERDICTS[comparison.judgement.verdict]


def _said(comparison: Comparison) -> Iterator[str]:
    """Answer what it costs, whether checkpoints load, and whether it computes otherwise."""
    if comparison.difference.identical or comparison.difference.is_of_file:
        return
    for measure, name in wording.MEASURES.items():
        amount = comparison.total.of(measure)
        if amount.change:
            yield f"{name}: {_numbers(amount)}"
    yield f"checkpoints: {wording.fates(comparison.checkpoint)}"
    same = "computes the same" if comparison.judgement.is_same else "computes otherwise"
    yield f"from the same input and tensors it {same}"
    yield from wording.remarks(comparison)


def _numbers(amount: CostPair) -> str:
    change = f"{amount.change:+,}"
    percent = wording.percent(amount)
    return (
        f"{amount.before:,} \u2192 {amount.after:,} ({change}{f', {percent}' if percent else ''})"
    )


def _row(name: str, said: str) -> str:
    return f"<li{name}>{_text(said)}</li>"


def _broken(comparison: Comparison) -> Iterator[str]:
    """List the contracts that the new spec newly breaks."""
    found = comparison.diagnostics
    if not found:
        return
    rows = [f"{each.message} ({wording.place(each.span)})" for each in found[:_MOST_BROKEN]]
    more = len(found) - len(rows)
    rows += [f"... and {more:,} more that `archspec check` shows"] if more > 0 else []
    yield f'<ul class="breaks">{"".join(_row("", f"! {each}") for each in rows)}</ul>'


def beside(comparison: Comparison) -> str:
    """Write the column of the page: edits, cost by module, tensors."""
    if comparison.difference.identical:
        return ""
    parts = (_edits(comparison), _costs(comparison), _tensors(comparison))
    return f'<section id="edits" aria-label="Edits">{"".join(parts)}</section>'


def _edits(comparison: Comparison) -> str:
    groups = comparison.groups
    rows = "".join(_edit(at, group) for at, group in enumerate(groups[:_MOST_EDITS]))
    more = len(groups) - _MOST_EDITS
    tail = f"<p>... and {wording.plural(more, 'more edit')}</p>" if more > 0 else ""
    same = comparison.difference.unchanged
    unchanged = _text(wording.unchanged(comparison.difference)) if same else ""
    keys = '<p class="keys">n and p go to the next and the previous edit.</p>'
    count = wording.plural(len(groups), "edit")
    return f"<h2>{count}</h2><ol>{rows}</ol>{tail}<p>{unchanged}</p>{keys}"


def _edit(at: int, group: EditGroup) -> str:
    status = STATUSES[group.kind]
    shade, sign = CHANGES[status]
    ground = f"background:{shade.light};background:light-dark({shade.light},{shade.dark})"
    symbol = f'<i style="{ground}">{sign}</i>'
    button = f'<button type="button" data-edit="{at}">{symbol} {_cause(group)}</button>'
    lines = (_places(group), _text(wording.where(group)), _text("; ".join(_effects(group))))
    details = "".join(f"<div>{line}</div>" for line in lines if line)
    return f"<li>{button}{details}</li>"


def _cause(group: EditGroup) -> str:
    """Write what the author changed, what it was struck through."""
    what, old, new = group.cause.what, group.cause.old.text, group.cause.new.text
    name = "" if what == "step" else f"{_text(what)} "
    before = f"<del>{_code(old)}</del>" if old and old != new else ""
    after = _code(new) if new else ""
    arrow = _ARROW if before and after else ""
    times = f" ({len(group.edits):,} times)" if len(group.edits) > 1 else ""
    return f"{name}{before}{arrow}{after}{times}"


def _places(group: EditGroup) -> str:
    """Name the lines on both sides, of several edits those of the first."""
    cause, more = group.cause, len(group.spans) - 1
    sides = [_line(span) for span in (cause.old.span, cause.new.span) if span]
    others = f" and {more:,} more" if more > 0 else ""
    return _ARROW.join(sides) + others if sides else ""


def _line(span: Span) -> str:
    return f"<code>{_text(wording.place(span))}</code>"


def _effects(group: EditGroup) -> Iterator[str]:
    pairs = zip((wording.touched(group), wording.following(group)), group.blame, strict=True)
    for what, delta in pairs:
        costs = ", ".join(wording.costs(delta))
        if what:
            yield f"{what}: {costs}" if costs else what


def _costs(comparison: Comparison) -> str:
    """Draw what each module costs, before and after."""
    parts = copies.parts(comparison.parts)
    if not parts:
        return ""
    most = {each: max(max(part.delta.of(each)) for part in parts) for each in _MEASURES}
    rows = "".join(_part(part, most) for part in parts[:_MOST_PARTS])
    more = len(parts) - _MOST_PARTS
    tail = f"<p>... and {wording.plural(more, 'more module')}</p>" if more > 0 else ""
    heads = "".join(f"<th>{wording.MEASURES[each]}</th>" for each in _MEASURES)
    table = f'<table class="costs"><thead><tr><th>module</th>{heads}</tr></thead>'
    legend = '<p class="bars"><i class="old"></i> before <i class="new"></i> after</p>'
    body = f"{table}<tbody>{rows}</tbody></table>{tail}"
    return f"<details open><summary>Cost by module</summary>{legend}{body}</details>"


def _part(part: copies.PartRow, most: Mapping[str, int]) -> str:
    cells = "".join(_bars(part.delta.of(each), most[each]) for each in _MEASURES)
    depth = part.path.count(".")
    name = f'<button type="button" data-path="{escape(part.path)}">{_text(part.name)}</button>'
    return f'<tr><th style="padding-left:{min(depth, 4) / 2}em">{name}</th>{cells}</tr>'


def _bars(amount: CostPair, most: int) -> str:
    bars = "".join(
        f'<i class="{side}" style="width:{100 * cost / max(most, 1):.1f}%"></i>'
        for side, cost in (("old", amount.before), ("new", amount.after))
        if cost
    )
    said = wording.change(amount)
    title = escape(f"{amount.before:,} \u2192 {amount.after:,}")
    return f'<td title="{title}"><span class="bars">{bars}</span>{said}</td>'


def _tensors(comparison: Comparison) -> str:
    """List the tensors of checkpoints by fate, the first of each."""
    found = comparison.checkpoint
    listed = "".join(map(_fate, copies.tensors(found)))
    counts = _text(wording.fates(found))
    return f"<details><summary>Tensors: {counts}</summary>{listed}</details>" if listed else ""


def _fate(fate: copies.Fate) -> str:
    rows = "".join(f"<li>{_code(each)}</li>" for each in fate.lines)
    rows += f"<li>... and {fate.more:,} more</li>" if fate.more else ""
    return f"<h3>{fate.total:,} {fate.name}</h3><ul>{rows}</ul>"


def _code(text: str) -> str:
    return f"<code>{_text(wording.shortened(text, _LONGEST))}</code>"


def _text(text: str) -> str:
    return escape(seen(" ".join(text.split())))
