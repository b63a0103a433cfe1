"""Explaining changes of the interface: name, inputs, outputs and auxiliary heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from archspec.diffs.explain.cause import Cause, SourceText
from archspec.diffs.explain.claims import (
    Aspect,
    Claim,
    Consequence,
    Finding,
    PathPair,
    Subject,
)
from archspec.diffs.explain.edits import Category, EditKind, End, EndChange
from archspec.diffs.explain.sources import Detours
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Graph, Input, parent, upwards
from archspec.source import Span

Ends = Mapping[str, str]


def changed_name(matching: Matching) -> Iterator[Finding]:
    """Explain that the name of the network changed."""
    old, new = matching.old.graph.name, matching.new.graph.name
    if old != new:
        cause = Cause("name of the network", SourceText(old), SourceText(new))
        ends = (EndChange(End.NAME, (old, ""), (new, "")),)
        yield Claim(cause, EditKind.RENAMED, Category.RENAMED, ("", ""), ends=ends)


def changed_inputs(matching: Matching) -> Iterator[Finding]:
    """Explain inputs of another name, type or preprocessing, and those that came or went."""
    sides = matching.old, matching.new
    for pair in _input_pairs(matching):
        given = [side.graph.inputs.get(name) for side, name in zip(sides, pair, strict=True)]
        if given[0] == given[1] and pair[0] == pair[1]:
            continue
        is_renamed = given[0] == given[1]
        cause = (
            Cause("name of an input", SourceText(pair[0]), SourceText(pair[1]))
            if is_renamed
            else _cause(sides, pair)
        )
        old, new = [(name, it) if it else None for name, it in zip(pair, given, strict=True)]
        kind = EditKind.RENAMED if is_renamed else _kind(pair)
        ends = (EndChange(End.INPUT, old, new),)
        subjects = (Subject(Aspect.INPUT, pair[1]),)
        yield Claim(cause, kind, Category.INTERFACE, pair, (), subjects, ends)


def _kind(part: PathPair) -> EditKind:
    """Return whether a part came, went or changed."""
    if all(part):
        return EditKind.CHANGED
    return EditKind.INSERTED if part[1] else EditKind.REMOVED


def _input_pairs(matching: Matching) -> Iterator[PathPair]:
    """List the pairs of inputs, with an empty name where one side has none."""
    yield from matching.inputs.items()
    yield from ((name, "") for name in matching.old.graph.inputs if name not in matching.inputs)
    arrived = matching.old_inputs
    yield from (("", name) for name in matching.new.graph.inputs if name not in arrived)


def _cause(sides: tuple[IndexedGraph, IndexedGraph], pair: PathPair) -> Cause:
    """Describe what differs of an input; of one that came or went, all its facts."""
    old, new = (_told(side, name) for side, name in zip(sides, pair, strict=True))
    key, texts = _differing(old, new)
    name = pair[1] or pair[0]
    what = " ".join(each for each in ("input", "" if name == "input" else name, key) if each)
    spans = (_span(side, name) for side, name in zip(sides, pair, strict=True))
    before, after = (SourceText(text, span) for text, span in zip(texts, spans, strict=True))
    return Cause(what, before, after)


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, tuple[str, str]]:
    """Find the only fact that differs and its values, or list all that differ."""
    if not (old and new):
        return "", (_listed(old, list(old)), _listed(new, list(new)))
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    if len(keys) == 1:
        return keys[0], (old.get(keys[0], "none"), new.get(keys[0], "none"))
    return "", (_listed(old, keys), _listed(new, keys))


def _span(side: IndexedGraph, name: str) -> Span | None:
    written = side.graph.header.written.get((side.graph.header.file, f"inputs.{name}"))
    return written.span if name and written else None


def _told(side: IndexedGraph, name: str) -> dict[str, str]:
    """List the facts of an input: its type, under an empty key, and its preprocessing."""
    if not name:
        return {}
    given = side.graph.inputs[name]
    told = ((key, _shown(value)) for key, value in given.preprocessing.items())
    return {"": str(given.type), **dict(told)}


def _listed(told: Mapping[str, str], keys: Sequence[str]) -> str:
    """Write some facts of an input; ``none`` if it has none of them."""
    said = [f"{key} {told[key]}".strip() for key in keys if key in told]
    return ", ".join(said) or ("none" if told else "")


def _shown(value: tuple[float, ...] | str) -> str:
    return value if isinstance(value, str) else " ".join(f"{each:g}" for each in value)


def changed_ends(matching: Matching) -> Iterator[Finding]:
    """Explain changes of the outputs of a network, and of its heads."""
    old, new = matching.old.graph, matching.new.graph
    detours = Detours(matching)
    yield from _Leaving(matching, detours, End.OUTPUT).findings(old.outputs, new.outputs)
    yield from _Leaving(matching, detours, End.HEAD).findings(old.heads, new.heads)


@dataclass(frozen=True)
class _Leaving:
    """Compares the outputs of two networks, or their heads."""

    matching: Matching
    detours: Detours
    end: End

    def findings(self, old: Ends, new: Ends) -> Iterator[Finding]:
        """Explain what differs among outputs or heads, by name and path."""
        pairs = dict(self._pairs(old, new))
        is_named = self.end is End.HEAD or len(new) > 1
        for before, after in pairs.items():
            yield from self._compared((before, old[before]), (after, new[after]), is_named=is_named)
        arrived = set(pairs.values())
        for name, path in old.items():
            if name not in pairs:
                yield self._explained(EndChange(self.end, (name, path), None), Category.INTERFACE)
        for name, path in new.items():
            if name not in arrived:
                yield self._explained(EndChange(self.end, None, (name, path)), Category.INTERFACE)

    def _pairs(self, old: Ends, new: Ends) -> Iterator[PathPair]:
        """Pair single outputs with each other; others by name, then by value."""
        if self.end is End.OUTPUT and len(old) == len(new) == 1:
            yield next(iter(old)), next(iter(new))
            return
        yield from ((name, name) for name in old if name in new)
        rest = {path: name for name, path in new.items() if name not in old}
        for name, path in old.items():
            partner = rest.get(self.matching.new_value(path) or "")
            if name not in new and partner:
                yield name, partner

    def _compared(self, old: PathPair, new: PathPair, *, is_named: bool) -> Iterator[Finding]:
        """Compare two ends by name and path; a single output has no visible name."""
        is_partner = self.matching.new_value(old[1]) == new[1]
        if old == new and is_partner:
            return
        types = self.matching.old.graph.type_of(old[1]), self.matching.new.graph.type_of(new[1])
        is_other = self.end is End.OUTPUT and types[0] != types[1] and not is_partner
        shows = is_other or (old[0] != new[0] and is_named)
        category = Category.INTERFACE if shows else None
        yield self._explained(EndChange(self.end, old, new), category)

    def _explained(self, change: EndChange, category: Category | None) -> Consequence:
        """Attribute a change to what came, went or was renamed there, else to the list of ends."""
        part = _path(change.old), _path(change.new)
        because, otherwise = tuple(self._because(*part)), partial(self._by_itself, part)
        return Consequence(because, ends=(change,), category=category, otherwise=otherwise)

    def _by_itself(self, part: PathPair) -> Claim:
        graphs = self.matching.old.graph, self.matching.new.graph
        before, after = (SourceText(_step(*each)) for each in zip(graphs, part, strict=True))
        return Claim(Cause(str(self.end), before, after), _kind(part), Category.INTERFACE, part)

    def _because(self, old: str, new: str) -> Iterator[Subject]:
        """List what may have come, gone or been renamed at an end."""
        if old and new and self.matching.new_value(old) == new:
            yield Subject(Aspect.NAME, new)
            return
        lost = [old] if old and not self.matching.new_value(old) else []
        gained = [new] if new and not self.matching.old_value(new) else []
        if lost or gained:
            yield from self.detours.between(lost or [old], gained or [new])


def _step(graph: Graph, path: str) -> str:
    """Name the outermost step that a value leaves, as ``outputs`` does; the path if there is none.

    ``conv.conv2d`` is what comes out of the step ``conv``.
    """
    around = reversed([*upwards(parent(path))])
    return next((each for each in around if graph.boundary(each).outputs == (path,)), path)


def _path(end: tuple[str, Input | str] | None) -> str:
    return str(end[1]) if end else ""
