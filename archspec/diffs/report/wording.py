"""Phrases that all reports share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from archspec.diffs.comparison import Comparison
from archspec.diffs.explain.edits import Difference, Edit, EditKind
from archspec.diffs.impact.checkpoint import Checkpoint
from archspec.diffs.impact.cost import CostPair, Delta, PartDelta
from archspec.diffs.impact.edit_groups import EditGroup
from archspec.source import Span

SYMBOLS: Mapping[EditKind, str] = {
    EditKind.INSERTED: "+",
    EditKind.REMOVED: "-",
    EditKind.CHANGED: "~",
    EditKind.MOVED: ">",
    EditKind.RENAMED: "=",
    EditKind.REWIRED: "*",
}
BROKEN = "!"
"""The symbol of a contract that the new spec breaks."""

MEASURES: Mapping[str, str] = {
    "parameters": "parameters",
    "macs": "MACs",
    "activations": "activations",
}
MANY_PERCENT = 1000
"""From here on tenths of a percent say nothing."""
LEAST_PERCENT = 0.05
"""The least percentage that one decimal shows."""

_LONGEST = 160


def plural(count: int, word: str) -> str:
    """Count things: ``1 node``, ``12 nodes``."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def categories(comparison: Comparison) -> str:
    """List what all edits mean together: ``topology, cost``."""
    return ", ".join(comparison.categories)


def unchanged(difference: Difference) -> str:
    """Count the unchanged nodes: ``62 nodes unchanged, 57 under other names``."""
    renamed = sum(old.path != new.path for old, new in difference.unchanged)
    also = f", {renamed:,} under other names" if renamed else ""
    return f"{plural(len(difference.unchanged), 'node')} unchanged{also}"


def fates(checkpoint: Checkpoint) -> str:
    """Count the tensors by fate: ``471 tensors kept, 91 reshaped``."""
    said = [f"{count:,} {name}" for name, count in checkpoint.counts().items() if count]
    if not said:
        return "there are no tensors"
    first, *rest = said
    number, _, name = first.partition(" ")
    return ", ".join([f"{number} {'tensor' if number == '1' else 'tensors'} {name}", *rest])


def remarks(comparison: Comparison) -> list[str]:
    """List remarks that the success of a load does not show."""
    judgement, said = comparison.judgement, []
    if comparison.checkpoint.loads_wrongly:
        said.append("without the map they load too, and tensors end up in the wrong places")
    if judgement.is_same and not judgement.is_trained_alike:
        said.append("inference computes what it did; training has changed")
    if judgement.is_same and _is_prepared_otherwise(comparison.difference):
        said.append("they expect inputs that are prepared as they were before")
    return said


def _is_prepared_otherwise(difference: Difference) -> bool:
    """Whether the preprocessing of an input differs in specs that both give it."""
    pairs = difference.matching.inputs.items()
    told = (
        (difference.old.inputs[old].preprocessing, difference.new.inputs[new].preprocessing)
        for old, new in pairs
    )
    return any(before and after and before != after for before, after in told)


def cause(said: Edit | EditGroup, longest: int = _LONGEST) -> str:
    """Write a cause, a step by its text alone, and the number of places."""
    text = shortened(str(said.cause).removeprefix("step: "), longest)
    times = len(said.edits) if isinstance(said, EditGroup) else 1
    return f"{text} ({times:,} times)" if times > 1 else text


def shortened(text: str, longest: int) -> str:
    """Cut a text that is too long."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def place(span: Span | None) -> str:
    """Name a line of a source, or the source alone if nobody can look up its lines."""
    return _placed(span.source.name, str(span.shown_line or "")) if span else ""


def _placed(file: str, lines: str) -> str:
    return f"{file}:{lines}" if lines else file


def places(group: EditGroup, most: int = 3) -> str:
    """Name the lines of the sources: ``net.yaml:23, 30``."""
    files: dict[str, dict[int, None]] = {}
    for span in group.spans:
        lines = files.setdefault(span.source.name, {})
        lines.update({span.shown_line: None} if span.shown_line else {})
    return ", ".join(_placed(file, _few([*map(str, lines)], most)) for file, lines in files.items())


def where(group: EditGroup, most: int = 3) -> str:
    """Name the parts that were touched; of many, the first and the last."""
    return _few([_part(old, new) for old, new in group.parts], most)


def _few(named: Sequence[str], most: int) -> str:
    if len(named) <= most:
        return ", ".join(named)
    return f"{named[0]} ... {named[-1]} ({len(named):,})"


def _part(old: str, new: str) -> str:
    return f"{old} -> {new}" if old and new and old != new else new or old


def row(part: PartDelta) -> str:
    """Name a step or module in a table of costs; one that came or went has its symbol."""
    if part.old and part.new:
        return part.new
    return f"{SYMBOLS[EditKind.INSERTED if part.new else EditKind.REMOVED]} {part.path}"


def touched(group: EditGroup) -> str:
    """Count the nodes that were touched."""
    return plural(group.touched, "node") if group.touched else ""


def following(group: EditGroup) -> str:
    """Count the nodes that differ only because something before them does."""
    return f"{group.following:,} follow" if group.following else ""


def costs(delta: Delta) -> list[str]:
    """Write how parameters and MACs change: ``+5,280 parameters``, ``+27,284,480 MACs``."""
    amounts = ((delta.of(measure), MEASURES[measure]) for measure in ("parameters", "macs"))
    return [f"{amount.change:+,} {name}" for amount, name in amounts if amount.change]


def percent(amount: CostPair) -> str:
    """Write a change in percent, ``+72.2 %``; nothing for none."""
    if amount.percent is None:
        return "new" if amount.change else ""
    if abs(amount.percent) < LEAST_PERCENT:
        return "< 0.1 %" if amount.change else ""
    digits = 1 if abs(amount.percent) < MANY_PERCENT else 0
    return f"{amount.percent:+,.{digits}f} %"


def change(amount: CostPair) -> str:
    """Write a change as a number; nothing for none."""
    return f"{amount.change:+,}" if amount.change else ""


def tally(groups: Iterable[EditGroup], mark: Callable[[str], str] = str) -> str:
    """Count changes by kind, each with its symbol: ``+ 2 inserted, ~ 1 changed``."""
    counts = Counter(group.kind for group in groups)
    said = (f"{mark(SYMBOLS[kind])} {counts[kind]:,} {kind}" for kind in EditKind if counts[kind])
    return ", ".join(said)
