"""All specs of a change as one table of Markdown: what changed, what it costs, what loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from archspec.diffs.comparison import Comparison
from archspec.diffs.impact.verdict import Verdict
from archspec.diffs.report import wording
from archspec.diffs.report.headline import headline
from archspec.diffs.report.markdown import code, escaped, name, table

_MOST = 50
_BROKEN = "no network to compare"
_HEADS = ("spec", "what changed", "parameters", "MACs", "checkpoints")
_TEXTS = (0, 1, 4)

SpecComparison = Comparison | str
"""A comparison, or the name of a spec that has no network."""


def render(told: Sequence[SpecComparison]) -> str:
    """Write the counts of verdicts, then a row for each spec."""
    verdicts = Counter(map(_verdict, told))
    counted = ", ".join(_counted(*each) for each in verdicts.items())
    more = len(told) - _MOST
    tail = f"\n\n... and {wording.plural(more, 'more spec')}" if more > 0 else ""
    title = f"### {wording.plural(len(told), 'spec')}: {counted}"
    return f"{title}\n\n{table(_HEADS, map(_row, told[:_MOST]), _TEXTS)}{tail}\n"


def _counted(verdict: str, count: int) -> str:
    return f"{count:,} {verdict if count == 1 else _OF_MANY.get(verdict, verdict)}"


_OF_MANY: Mapping[str, str] = {
    Verdict.LOADS: "load",
    Verdict.OTHERWISE: "load but compute otherwise",
    Verdict.NOT: "do not load",
}


def _verdict(told: SpecComparison) -> str:
    if isinstance(told, str):
        return _BROKEN
    difference = told.difference
    return str(difference.edits[0].kind if difference.is_of_file else told.judgement.verdict)


def _row(told: SpecComparison) -> tuple[str, ...]:
    if isinstance(told, str):
        return code(told), _BROKEN, "", "", ""
    said = headline(told)
    shares = (wording.percent(told.total.of(each)) for each in ("parameters", "macs"))
    return code(name(told)), escaped(said.changes), *shares, escaped(said.checkpoints)
