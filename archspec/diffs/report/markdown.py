"""A comparison as Markdown for a pull request: the verdict first, details folded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from archspec.diagnostic import Diagnostic
from archspec.diffs.comparison import Comparison
from archspec.diffs.impact.checkpoint import TensorPair
from archspec.diffs.impact.cost import Delta
from archspec.diffs.impact.edit_groups import EditGroup
from archspec.diffs.report import drawn, wording
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
_MOST_TENSORS = 40
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
    flat = seen(" ".join(wording.shortened(text, _LONGEST_CELL).split())).replace("|", "\\|")
    fence = _fence(flat, 1)
    return f"{fence} {flat} {fence}" if "`" in flat else f"`{flat}`"


def escaped(text: str) -> str:
    """Escape a text for GitHub, on one line: markup, mentions and links."""
    flat = seen(" ".join(text.split()))
    for sign, entity in _ENTITIES.items():
        flat = flat.replace(sign, entity)
    return _MARKUP.sub(r"\\\g<0>", flat)


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
    """Write a table; ``texts`` are the columns of text, all others are numbers."""
    marks = tuple("---" if at in texts else "---:" for at in range(len(heads)))
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, marks, *rows))


def _totals(total: Delta) -> str:
    rows = []
    for measure, name in wording.MEASURES.items():
        amount = total.of(measure)
        numbers = f"{amount.before:,}", f"{amount.after:,}", wording.change(amount)
        rows.append((name, *numbers, wording.percent(amount)))
    return table(("", "before", "after", "change", ""), rows)


def _edits(comparison: Comparison) -> str:
    rows = list(map(_edit, comparison.groups[:_MOST_EDITS]))
    more = len(comparison.groups) - len(rows)
    heads = ("what the author changed", "where", "parameters", "MACs")
    lines = [
        "| " + " | ".join(heads) + " |\n| --- | --- | ---: | ---: |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    tail = f"\n\n... and {wording.plural(more, 'more edit')}" if more > 0 else ""
    unchanged = wording.unchanged(comparison.difference)
    return "\n".join(lines) + f"{tail}\n\n{wording.tally(comparison.groups, code)}; {unchanged}."


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
    parts = comparison.parts
    if not parts:
        return ""
    rows = [
        (
            code(wording.row(part)),
            *(wording.change(part.delta.of(each)) for each in wording.MEASURES),
        )
        for part in parts[:_MOST_ROWS]
    ]
    more = len(parts) - len(rows)
    tail = f"\n\n... and {wording.plural(more, 'more module')}" if more > 0 else ""
    return _fold("Cost by module", table(("", *wording.MEASURES.values()), rows) + tail)


def _tensors(comparison: Comparison) -> str:
    found = comparison.checkpoint
    lines = [
        *_listed("moved", map(_moved, found.moved)),
        *_listed("reshaped", map(_reshaped, found.reshaped)),
        *_listed("new", map(code, found.new)),
        *_listed("dropped", map(code, found.dropped)),
    ]
    return _fold("Tensors of checkpoints", "\n".join(lines)) if lines else ""


def _listed(name: str, items: Iterable[str]) -> list[str]:
    every = list(items)
    if not every:
        return []
    shown = [f"  - {item}" for item in every[:_MOST_TENSORS]]
    more = len(every) - len(shown)
    tail = [f"  - ... and {more:,} more"] if more > 0 else []
    return [f"- {len(every):,} {name}", *shown, *tail]


def _moved(pair: TensorPair) -> str:
    return f"{code(pair.old)} to {code(pair.new)}"


def _reshaped(pair: TensorPair) -> str:
    shapes = ("x".join(map(str, shape)) for shape in (pair.old_shape, pair.new_shape))
    return f"{code(pair.new)}: {' to '.join(shapes)}"
