"""The words that all reports share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from archspec.diffs.checkpoint import Checkpoint, Loads
from archspec.diffs.comparison import Comparison
from archspec.diffs.cost import Amount, Delta, PartDelta
from archspec.diffs.edits import Category, Edit, Kind
from archspec.source import Span

SYMBOLS: Mapping[Kind, str] = {
    Kind.INSERTED: "+",
    Kind.REMOVED: "-",
    Kind.CHANGED: "~",
    Kind.MOVED: ">",
    Kind.RENAMED: "=",
    Kind.REWIRED: "*",
}
BROKEN = "!"
"""The symbol of a promise that the new spec breaks."""

MEASURES: Mapping[str, str] = {
    "parameters": "parameters",
    "macs": "MACs",
    "activations": "activations",
}
_LONGEST = 160
_NAMES = (Category.MOVED, Category.RENAMED, Category.COSMETIC)


def plural(count: int, word: str) -> str:
    """Count things: ``1 node``, ``12 nodes``."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def headline(comparison: Comparison) -> str:
    """Say in one line what kind of difference this is."""
    difference = comparison.difference
    if difference.is_of_file:
        edit = difference.edits[0]
        return f"{edit.kind}: the network {edit.cause.new.text or edit.cause.old.text}"
    if difference.is_cosmetic:
        return "cosmetic: the text changed, the network did not"
    if difference.identical:
        return "no difference"
    listed = ", ".join(comparison.categories)
    if all(edit.category in _NAMES for edit in comparison.edits):
        return f"no functional change ({listed})"
    return f"changed: {listed}"


def verdict(checkpoint: Checkpoint) -> str:
    """Say whether old checkpoints load."""
    if checkpoint.loads is Loads.YES:
        return "old checkpoints load: yes"
    if checkpoint.loads is Loads.NO:
        return "old checkpoints load: no"
    return "old checkpoints load: with this map (--emit-map)"


def fates(checkpoint: Checkpoint) -> str:
    """Count what becomes of tensors: ``471 tensors kept, 91 reshaped``."""
    said = [f"{count:,} {name}" for name, count in checkpoint.counts().items() if count]
    if not said:
        return "there are no tensors"
    first, *rest = said
    number, _, name = first.partition(" ")
    return ", ".join([f"{number} {'tensor' if number == '1' else 'tensors'} {name}", *rest])


def remarks(comparison: Comparison) -> list[str]:
    """Say what a load that works would not tell."""
    checkpoint = comparison.checkpoint
    said = []
    if checkpoint.loads_wrongly:
        said.append("without the map they load too, and tensors end up in the wrong places")
    if checkpoint.loads is Loads.NO or not comparison.difference.is_functional:
        return said
    if comparison.difference.is_in_training_alone:
        said.append("inference computes what it did; training has changed")
    else:
        said.append("they were trained for another function: what is computed has changed")
    return said


def cause(edit: Edit, longest: int = _LONGEST) -> str:
    """Say what an author changed; a step by its text alone."""
    text = str(edit.cause)
    return shortened(text.removeprefix("step: "), longest)


def shortened(text: str, longest: int) -> str:
    """Cut a text that is too long."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def place(span: Span | None) -> str:
    """Name a line of a source."""
    return f"{span.source.name}:{span.line}" if span else ""


def where(edit: Edit, most: int = 3) -> str:
    """Name the parts that an edit touched; of many, the first and the last."""
    named = [_part(old, new) for old, new in edit.parts]
    if len(named) <= most:
        return ", ".join(named)
    return f"{named[0]} ... {named[-1]} ({len(named):,})"


def _part(old: str, new: str) -> str:
    return f"{old} -> {new}" if old and new and old != new else new or old


def row(part: PartDelta) -> str:
    """Name a step or module in a table of costs; one that came or went has its symbol."""
    if part.old and part.new:
        return part.new
    return f"{SYMBOLS[Kind.INSERTED if part.new else Kind.REMOVED]} {part.path}"


def effect(edit: Edit) -> str:
    """Count the nodes that an edit touched, and those that follow."""
    follow = f", {len(edit.follows):,} follow" if edit.follows else ""
    nodes = plural(len(edit.changes), "node") if edit.changes else ""
    return f"{nodes}{follow}".removeprefix(", ")


def costs(delta: Delta) -> str:
    """Say how parameters and MACs change: ``+5,280 parameters, +27,284,480 MACs``."""
    changes = {name: delta.of(measure).change for measure, name in MEASURES.items()}
    return ", ".join(
        f"{change:+,} {name}"
        for name, change in changes.items()
        if change and name != "activations"
    )


def percent(amount: Amount) -> str:
    """Say a change in percent: ``+72.2 %``."""
    if amount.percent is None:
        return "new" if amount.change else ""
    return f"{amount.percent:+.1f} %" if amount.change else "0.0 %"


def tally(edits: Iterable[Edit], mark: Callable[[str], str] = str) -> str:
    """Count edits by kind, each with its symbol: ``+ 2 inserted, ~ 1 changed``."""
    counts = Counter(edit.kind for edit in edits)
    said = (f"{mark(SYMBOLS[kind])} {counts[kind]:,} {kind}" for kind in Kind if counts[kind])
    return ", ".join(said)
