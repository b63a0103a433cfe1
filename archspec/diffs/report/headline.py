"""The first line of every report: what changed, what it costs, and whether checkpoints load."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from archspec.diffs.comparison import CUT, Comparison, Conformance
from archspec.diffs.explain.edits import NAMING, Category, Difference, End
from archspec.diffs.impact.checkpoint import Checkpoint, Loads
from archspec.diffs.impact.cost import CostPair, Delta
from archspec.diffs.impact.edit_groups import EditGroup
from archspec.diffs.impact.function import differs_in_training_alone
from archspec.diffs.impact.verdict import Judgement, Verdict
from archspec.diffs.report.copies import starred
from archspec.diffs.report.wording import LEAST_PERCENT, MEASURES, percent, plural, shortened
from archspec.rendering.excerpt import seen

_LONGEST_CHANGE = 80
_ROOM = 80
"""Characters of the changes that the line names; it counts the others."""

_SPEAKING = frozenset(
    "auxiliary count defaults file grouping input module moved name order output param".split()
)
"""First words of causes that need no place."""


_COUNT = "count of "
_TEXTS = ("step", "linear")
"""Causes whose texts need no name."""


class Headline(NamedTuple):
    """What changed, its cost, and the fate of checkpoints; the last two may be empty."""

    changes: str
    costs: str = ""
    checkpoints: str = ""

    def __str__(self) -> str:
        said = f"{self.changes}: {self.costs}" if self.costs else self.changes
        return f"{said}; {self.checkpoints}" if self.checkpoints else said


def headline(comparison: Comparison) -> Headline:
    """Write the headline of a comparison."""
    difference = comparison.difference
    if difference.is_of_file:
        return _of_file(difference, comparison.total)
    if comparison.conformance is not None:
        return _of_deployed(comparison, comparison.conformance)
    if difference.identical:
        is_text = difference.is_cosmetic
        return Headline("identical", "the text changed, the network did not" if is_text else "")
    changes = _changes(comparison.groups, comparison.total)
    said = _checkpoints(comparison.judgement, comparison.checkpoint)
    return Headline(changes, costs(comparison.total), said)


def _of_deployed(comparison: Comparison, told: Conformance) -> Headline:
    """Say how far a file is what its spec says; norms that were folded are no difference."""
    if comparison.difference.identical:
        return Headline(", ".join(filter(None, (told.alike, told.folded))))
    leaving = {*comparison.difference.old.outputs.values()}
    groups = sorted(comparison.groups, key=lambda group: _lightness(group, comparison.total))
    said = list(_first([_conforming(group, leaving) for group in groups]))
    more = [f"{len(groups) - len(said):,} more"] if len(said) < len(groups) else []
    return Headline(", ".join(filter(None, (told.folded, *said, *more))), costs(comparison.total))


def _conforming(group: EditGroup, leaving: Collection[str]) -> str:
    """Describe a difference of a file as one who looks for it would."""
    what, old, new = group.cause.what, group.cause.old.text, group.cause.new.text
    if what.startswith(CUT):
        return seen(f"{what} {old}" if old else f"all behind {new}")
    if what.startswith(_COUNT) and old and new:
        return seen(f"{new} x {what.removeprefix(_COUNT)} instead of {old} x")
    changes = [change for edit in group.edits for change in edit.changes]
    if len(changes) == 1 and changes[0].old and changes[0].old.path in leaving and changes[0].new:
        classes = [each.output.channels for each in changes[0] if each]
        if classes[0] != classes[1]:
            return f"{classes[1]:,} classes instead of {classes[0]:,}"
    return phrase(group)


def _of_file(difference: Difference, total: Delta) -> Headline:
    edit = difference.edits[0]
    there = total.after if difference.new.inputs else total.before
    name = edit.cause.new.text or edit.cause.old.text
    numbers = f"{there.parameters:,} parameters, {there.macs:,} MACs"
    return Headline(f"{edit.kind}: the network {name}, {numbers}")


def costs(total: Delta) -> str:
    """Write the cost of a change: ``+0.4 % parameters, +1.5 % MACs``."""
    said = [text for each in ("parameters", "macs") if (text := _cost(total.of(each), each))]
    return ", ".join(said) or _cost(total.of("activations"), "activations") or "costs the same"


def _cost(amount: CostPair, measure: str) -> str:
    if not amount.change:
        return ""
    is_little = amount.percent is None or abs(amount.percent) < LEAST_PERCENT
    return f"{f'{amount.change:+,}' if is_little else percent(amount)} {MEASURES[measure]}"


def _checkpoints(judgement: Judgement, checkpoint: Checkpoint) -> str:
    """Write the fate of checkpoints, and whether the network computes otherwise."""
    if judgement.verdict is Verdict.LOADS:
        training = "" if judgement.is_trained_alike else ", training alone differs"
        return f"checkpoints load{training}"
    if judgement.verdict is Verdict.OTHERWISE:
        with_map = ", with a map they compute the same" if judgement.is_same else ""
        return f"checkpoints load but compute otherwise{with_map}"
    if checkpoint.loads is Loads.NO:
        missing, needed = checkpoint.missing, checkpoint.needed
        missed = f"{missing:,} of {plural(needed, 'tensor')}"
        return f"checkpoints do not load ({missed}); computes otherwise"
    then = "and compute the same" if judgement.is_same else "but compute otherwise"
    return f"checkpoints do not load; with a map they load {then} ({_fates(checkpoint)})"


def _fates(checkpoint: Checkpoint) -> str:
    counts = checkpoint.counts()
    said = (f"{counts[fate]:,} {fate}" for fate in ("moved", "dropped") if counts[fate])
    return f"{' and '.join(said)} of {plural(checkpoint.had, 'tensor')}"


def _changes(groups: Sequence[EditGroup], total: Delta) -> str:
    """Name the heaviest changes and count the others."""
    named = [group for group in groups if not _is_name(group)] or list(groups)
    phrases = [phrase(group) for group in sorted(named, key=lambda group: _lightness(group, total))]
    said = list(_first(phrases))
    more = len(phrases) - len(said)
    return f"{', '.join(said)} and {more:,} more" if more else ", ".join(said)


def _first(phrases: Sequence[str]) -> Iterator[str]:
    """Take as many phrases as one line has room for, at least one."""
    length = 0
    for at, each in enumerate(phrases):
        length += len(each)
        if at and length > _ROOM:
            return
        yield each


def _is_name(group: EditGroup) -> bool:
    """Whether a group is only the network's own name."""
    ends = {end.end for edit in group.edits for end in edit.ends}
    return ends == {End.NAME} and not group.touched


def _lightness(group: EditGroup, total: Delta) -> tuple[bool, bool, float, int]:
    """Order groups by share of the total cost; those of names or training alone come last."""
    whole = group.blame.whole
    shares = (
        abs(whole.of(each).change) / max(total.of(each).before, 1)
        for each in ("parameters", "macs")
    )
    is_of_training = all(
        differs_in_training_alone(*change) for edit in group.edits for change in edit.changes
    )
    category = list(Category).index(group.category)
    return group.category in NAMING, is_of_training and group.touched > 0, -max(shares), category


def phrase(group: EditGroup) -> str:
    """Describe the change of one group, with its place unless the text implies it."""
    return seen(f"{shortened(_said(group), _LONGEST_CHANGE)}{_place(group)}")


def _said(group: EditGroup) -> str:
    what, before, after = group.cause.what, group.cause.old.text, group.cause.new.text
    name = "" if what in _TEXTS else f"{what} "
    if before and after and before != after:
        arrow = " → " if " " in before + after else "→"
        return f"{name}{before}{arrow}{after}"
    return " ".join(f"{name}{before or after} {group.kind}".split())


def _place(group: EditGroup) -> str:
    cause = group.cause
    about = cause.what.partition(" ")[0]
    if about in _SPEAKING:
        return ""
    count, (old, new) = len(group.parts), group.parts[0]
    *around, last = (new or old).split(".")
    if about in around:
        return ""
    if count > 1:
        is_copied = len({starred(new or old) for old, new in group.parts}) == 1
        return f" in {count:,} {'copies' if is_copied else 'places'}"
    words = {about, *cause.old.text.split(), *cause.new.text.split()}
    return "" if not around and last in words else f" at {new or old}"
