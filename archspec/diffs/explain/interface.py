"""What a network shows to the outside: its name, its inputs, its outputs, its auxiliary heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archspec.diffs.explain.cause import Cause, Said
from archspec.diffs.explain.edit_builder import Entry, Ledger
from archspec.diffs.explain.edits import Category, End, EndChange, Kind
from archspec.diffs.explain.wiring import Wiring
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Graph, Input
from archspec.source import Span

Part = tuple[str, str]
Paths = Mapping[str, str]


def record(ledger: Ledger, wiring: Wiring) -> None:
    """Enter what differs for the users of a network."""
    old, new = ledger.found.old.graph, ledger.found.new.graph
    if old.name != new.name:
        cause = Cause("name of the network", Said(old.name), Said(new.name))
        entry = _entry(ledger, cause, ("", ""))
        entry.kinds, entry.category = {Kind.RENAMED: None}, Category.RENAMED
        entry.ends.append(EndChange(End.NAME, (old.name, ""), (new.name, "")))
    for pair in _input_pairs(ledger):
        _input(ledger, pair)
    _Leaving(ledger, wiring, End.OUTPUT).record(old.outputs, new.outputs)
    _Leaving(ledger, wiring, End.HEAD).record(old.heads, new.heads)


def weigh_outputs(ledger: Ledger, blamed: Mapping[str, Entry]) -> None:
    """Weigh the edits to blame for outputs that now have another type."""
    found = ledger.found
    for path in found.new.graph.outputs.values():
        old, entry = found.old_nodes.get(path), blamed.get(path)
        if old and entry and _type_changes(found, old, path):
            entry.weigh(Category.INTERFACE)


def _type_changes(found: Matching, old: str, new: str) -> bool:
    return found.old.graph.type_of(old) != found.new.graph.type_of(new)


def _entry(ledger: Ledger, cause: Cause, part: Part) -> Entry:
    """Open an entry for something that came, went or changed by itself."""
    kind = Kind.CHANGED if all(part) else Kind.INSERTED if part[1] else Kind.REMOVED
    entry = ledger.entry(cause, kind, Category.INTERFACE)
    entry.parts[part] = None
    return entry


def _input_pairs(ledger: Ledger) -> Iterator[Part]:
    """List the inputs of both sides, an empty name standing for one that is not there."""
    paired = ledger.found.inputs
    yield from paired.items()
    yield from ((name, "") for name in ledger.found.old.graph.inputs if name not in paired)
    arrived = set(paired.values())
    yield from (("", name) for name in ledger.found.new.graph.inputs if name not in arrived)


def _input(ledger: Ledger, pair: Part) -> None:
    """Report an input of another name, type or preprocessing, or one that came or went."""
    sides = ledger.found.old, ledger.found.new
    given = [side.graph.inputs.get(name) for side, name in zip(sides, pair, strict=True)]
    if given[0] == given[1] and pair[0] == pair[1]:
        return
    if given[0] == given[1]:
        entry = _entry(ledger, Cause("name of an input", Said(pair[0]), Said(pair[1])), pair)
        entry.kinds = {Kind.RENAMED: None}
    else:
        entry = _entry(ledger, _cause(sides, pair), pair)
    old, new = [(name, it) if it else None for name, it in zip(pair, given, strict=True)]
    entry.ends.append(EndChange(End.INPUT, old, new))
    ledger.owners[pair[1]] = entry


def _cause(sides: tuple[IndexedGraph, IndexedGraph], pair: Part) -> Cause:
    """Say what differs of an input; of one that came or went, all that is told."""
    old, new = (_told(side, name) for side, name in zip(sides, pair, strict=True))
    key, texts = _differing(old, new)
    name = pair[1] or pair[0]
    what = " ".join(each for each in ("input", "" if name == "input" else name, key) if each)
    spans = (_span(side, name) for side, name in zip(sides, pair, strict=True))
    before, after = (Said(text, span) for text, span in zip(texts, spans, strict=True))
    return Cause(what, before, after)


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, tuple[str, str]]:
    """Find the only thing that differs and its values, or all that does."""
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
    """List what is told of an input: its type, without a key, and what preprocessing needs."""
    if not name:
        return {}
    given = side.graph.inputs[name]
    told = ((key, _shown(value)) for key, value in given.preprocessing.items())
    return {"": str(given.type), **dict(told)}


def _listed(told: Mapping[str, str], keys: Sequence[str]) -> str:
    """Write some of what is told of an input; ``none`` where it tells nothing of them."""
    said = [f"{key} {told[key]}".strip() for key in keys if key in told]
    return ", ".join(said) or ("none" if told else "")


def _shown(value: tuple[float, ...] | str) -> str:
    return value if isinstance(value, str) else " ".join(f"{each:g}" for each in value)


@dataclass(frozen=True)
class _Leaving:
    """Compares the values that leave a network, or its heads."""

    ledger: Ledger
    wiring: Wiring
    end: End

    def record(self, old: Paths, new: Paths) -> None:
        """Enter what differs among outputs or heads, by name and path."""
        pairs = dict(self.pairs(old, new))
        for before, after in pairs.items():
            self.compare((before, old[before]), (after, new[after]), is_named=self.is_named(new))
        arrived = set(pairs.values())
        for name, path in old.items():
            if name not in pairs:
                self.enter(EndChange(self.end, (name, path), None), Category.INTERFACE)
        for name, path in new.items():
            if name not in arrived:
                self.enter(EndChange(self.end, None, (name, path)), Category.INTERFACE)

    def pairs(self, old: Paths, new: Paths) -> Iterator[Part]:
        """Pair by name, then by what comes out, and an only output with the only other."""
        if self.end is End.OUTPUT and len(old) == len(new) == 1:
            yield next(iter(old)), next(iter(new))
            return
        yield from ((name, name) for name in old if name in new)
        rest = {path: name for name, path in new.items() if name not in old}
        for name, path in old.items():
            partner = rest.get(self.wiring.new_of(path) or "")
            if name not in new and partner:
                yield name, partner

    def is_named(self, ends: Paths) -> bool:
        """Whether users see the names of ends: those of heads, and of several outputs."""
        return self.end is End.HEAD or len(ends) > 1

    def compare(self, old: Part, new: Part, *, is_named: bool) -> None:
        """Compare two ends by name and path."""
        is_partner = self.wiring.new_of(old[1]) == new[1]
        if old != new or not is_partner:
            is_renamed = old[0] != new[0] and is_named
            is_other = self.end is End.OUTPUT and _type_changes(self.ledger.found, old[1], new[1])
            shows = is_renamed or (is_other and not is_partner)
            self.enter(EndChange(self.end, old, new), Category.INTERFACE if shows else None)

    def enter(self, change: EndChange, category: Category | None) -> None:
        """Enter a change under what explains it, else by itself."""
        entry = self.explained(change)
        if entry is None:
            part = _path(change.old), _path(change.new)
            sides = self.ledger.found.old.graph, self.ledger.found.new.graph
            before, after = (Said(_step(*each)) for each in zip(sides, part, strict=True))
            entry = _entry(self.ledger, Cause(str(self.end), before, after), part)
        elif category is not None:
            entry.weigh(category)
        entry.ends.append(change)

    def explained(self, change: EndChange) -> Entry | None:
        """Find an edit that came, went or renamed at the end."""
        old, new = _path(change.old), _path(change.new)
        if old and new and self.wiring.new_of(old) == new:
            return self.ledger.noted.get(new)
        lost = [old] if old and not self.wiring.new_of(old) else []
        gained = [new] if new and not self.wiring.old_of(new) else []
        return self.wiring.between(lost or [old], gained or [new]) if lost or gained else None


def _step(graph: Graph, path: str) -> str:
    """Name the outermost step that a value leaves, as ``outputs`` does; the path if there is none.

    ``conv.conv2d`` is what comes out of the step ``conv``.
    """
    parts = path.split(".")
    around = (".".join(parts[:count]) for count in range(1, len(parts)))
    leaves = (
        each for each in around if each in graph.scopes and graph.boundary(each).output == path
    )
    return next(leaves, path)


def _path(end: tuple[str, Input | str] | None) -> str:
    return str(end[1]) if end else ""
