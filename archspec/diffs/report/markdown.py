"""A comparison as Markdown for a pull request: the verdict first, details folded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from archspec.diagnostic import Diagnostic
from archspec.diffs.comparison import Comparison
from archspec.diffs.impact.cost import Delta
from archspec.diffs.impact.edit_groups import EditGroup
from archspec.diffs.report import copies, drawn, wording
from archspec.diffs.report.headline import headline
from archspec.rendering import text as diagnostics
from archspec.rendering.excerpt import seen

LONGEST = 65_536
"""Characters that a comment on GitHub may have."""

_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", "@": "&#64;", "://": "&#58;//", "www.": "www&#46;"}
_HEADROOM = 256
_MOST_EDITS = 100
_MOST_ROWS = 50
_LONGEST_CELL = 120


def render(comparison: Comparison, most: int = LONGEST) -> str:
    """Write the report in fewer than ``most`` characters; what does not fit is counted.

    The verdict, the costs and the edits come before anything that can be left out.
    """
    parts = [_head(comparison)]
    if comparison.difference.is_of_file:
        parts.append(_totals(comparison.total))
    elif not comparison.difference.identical:
        parts += [] if comparison.total.is_nothing else [_totals(comparison.total)]
        parts.append(_edits(comparison))
    parts += [fold for fold in _folds(comparison) if fold]
    return _fitted(parts, most - _HEADROOM)


def broken(names: str, wrong: Sequence[Diagnostic], most: int = LONGEST) -> str:
    """Report that there is nothing to compare, and why, in fewer than ``most`` characters."""
    told = _fenced(diagnostics.render(wrong), most - _HEADROOM)
    return f"### {code(names)}: no network to compare\n\n{told}\n"


def _fenced(text: str, most: int = LONGEST // 4) -> str:
    fence = _fence(text)
    return f"{fence}text\n{wording.shortened(text, most)}\n{fence}"


def code(text: str) -> str:
    """Write a text as inline code, on one line, escaped for backticks and tables."""
    cell = flat(text).replace("|", "\\|")
    fence = _fence(cell, 1)
    return f"{fence} {cell} {fence}" if "`" in cell else f"`{cell}`"


def flat(text: str) -> str:
    """Write a text on one line, cut where it is long."""
    return seen(" ".join(wording.shortened(text, _LONGEST_CELL).split()))


def escaped(text: str) -> str:
    """Escape a text for GitHub, on one line: markup, mentions and links."""
    line = seen(" ".join(text.split()))
    for sign, entity in _ENTITIES.items():
        line = line.replace(sign, entity)
    return _MARKUP.sub(r"\\\g<0>", line)


def _fence(text: str, least: int = 3) -> str:
    """Find a run of backticks that is longer than any in a text."""
    return "`" * max(least, 1 + max(map(len, re.findall("`+", text)), default=0))


def _fitted(parts: list[str], most: int) -> str:
    """Join as many parts as fit."""
    found: list[str] = []
    left_out = 0
    for part in parts:
        if sum(map(len, found)) + 2 * len(found) + len(part) < most:
            found.append(part)
        else:
            left_out += 1
    if left_out:
        found.append(f"_{wording.plural(left_out, 'section')} left out: too long for a comment._")
    return "\n\n".join(found) + "\n"


def _head(comparison: Comparison) -> str:
    lines = [f"### {escaped(str(headline(comparison)))}", code(name(comparison))]
    if not (comparison.difference.identical or comparison.difference.is_of_file):
        said = wording.categories(comparison), wording.fates(comparison.checkpoint)
        lines[1] += f": {'; '.join(said)}."
        lines += [f"{remark.capitalize()}." for remark in wording.remarks(comparison)]
    return "\n\n".join([*lines, *_broken(comparison.diagnostics)])


def _broken(diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    """Write the first contract that the spec newly breaks, and count the others."""
    if diagnostics:
        first, more = diagnostics[0], len(diagnostics) - 1
        others = f", and {more:,} more" if more else ""
        yield f"**The spec breaks its contracts**: {code(first.message)}{others}."


def name(comparison: Comparison) -> str:
    """Name the file, which may be there on one side only."""
    return comparison.new if comparison.difference.new.inputs else comparison.old


def table(
    heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], texts: Collection[int] = (0,)
) -> str:
    """Write a table; ``texts`` are the columns of text, others are left out without a number."""
    listed = list(rows)
    kept = [at for at in range(len(heads)) if at in texts or any(row[at] for row in listed)]
    marks = tuple("---" if at in texts else "---:" for at in range(len(heads)))
    lines = ([row[at] for at in kept] for row in (heads, marks, *listed))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _totals(total: Delta) -> str:
    rows = []
    for measure, name in wording.MEASURES.items():
        amount = total.of(measure)
        if not amount.change:
            continue
        numbers = f"{amount.before:,}", f"{amount.after:,}", wording.change(amount)
        rows.append((name, *numbers, wording.percent(amount)))
    return table(("", "before", "after", "change", ""), rows)


def _edits(comparison: Comparison) -> str:
    rows = list(map(_edit, comparison.groups[:_MOST_EDITS]))
    more = len(comparison.groups) - len(rows)
    heads = ("what the author changed", "where", "parameters", "MACs")
    tail = f"\n\n... and {wording.plural(more, 'more edit')}" if more > 0 else ""
    unchanged = wording.unchanged(comparison.difference)
    counted = f"{wording.tally(comparison.groups, code)}; {unchanged}."
    return f"{table(heads, rows, (0, 1))}{tail}\n\n{counted}"


def _edit(group: EditGroup) -> tuple[str, ...]:
    said = f"{code(wording.SYMBOLS[group.kind])} {code(wording.cause(group))}"
    places = (code(each) for each in (wording.where(group), wording.places(group)) if each)
    costs = (_cost(group, measure) for measure in ("parameters", "macs"))
    return said, "<br>".join(places), *costs


def _cost(group: EditGroup, measure: str) -> str:
    """Write the cost of the touched nodes, and below it that of those that follow."""
    own, following = (wording.change(each.of(measure)) for each in group.blame)
    return "<br>".join(each for each in (own, f"follow: {following}" if following else "") if each)


def _folds(comparison: Comparison) -> Iterator[str]:
    """Write the details, the most wanted first."""
    if comparison.diagnostics:
        broken = wording.plural(len(comparison.diagnostics), "contract")
        yield _fold(f"{broken} broken", _fenced(diagnostics.render(comparison.diagnostics)))
    if comparison.difference.is_of_file or comparison.difference.identical:
        return
    yield _diagram(comparison)
    yield _modules(comparison)
    yield _tensors(comparison)


def _fold(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def _diagram(comparison: Comparison) -> str:
    diagram = drawn.touched(comparison)
    if not diagram:
        return ""
    return _fold("Touched blocks", f"```mermaid\n{diagram}```")


def _modules(comparison: Comparison) -> str:
    parts = copies.parts(comparison.parts)
    if not parts:
        return ""
    rows = [
        (
            code(part.name),
            *(wording.change(part.delta.of(each)) for each in wording.MEASURES),
        )
        for part in parts[:_MOST_ROWS]
    ]
    more = len(parts) - len(rows)
    tail = f"\n\n... and {wording.plural(more, 'more module')}" if more > 0 else ""
    return _fold("Cost by module", table(("", *wording.MEASURES.values()), rows) + tail)


def _tensors(comparison: Comparison) -> str:
    lines = [line for fate in copies.tensors(comparison.checkpoint) for line in _fate(fate)]
    return _fold("Tensors of checkpoints", "\n".join(lines)) if lines else ""


def _fate(fate: copies.Fate) -> Iterator[str]:
    yield f"- {fate.total:,} {fate.name}"
    yield from (f"  - {code(line)}" for line in fate.lines)
    if fate.more:
        yield f"  - ... and {fate.more:,} more"
