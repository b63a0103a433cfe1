"""Explaining nodes that take other values than before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from archspec.diffs.explain.cause import NOTHING, Cause, SourceText, between
from archspec.diffs.explain.claims import Aspect, Claim, Consequence, Finding, Subject
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.explain.written_part import part_text
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Node, encloses, last, parent


def changed_sources(matching: Matching) -> Iterator[Finding]:
    """Explain nodes that take other values, or take them in another order."""
    detours = Detours(matching)
    for old, new in matching.paired_nodes():
        before = [matching.new_value(path) or "" for path in old.sources]
        if before != list(new.sources):
            yield from _Taker(matching, detours, old, new).findings(before)


@dataclass(frozen=True)
class Detours:
    """Finds what came or went between a node and its old or new sources."""

    matching: Matching

    @cached_property
    def _old_origins(self) -> dict[str, frozenset[str]]:
        return _origins(self.matching.old, self.matching.new_value)

    @cached_property
    def _new_origins(self) -> dict[str, frozenset[str]]:
        is_paired = self.matching.old_value
        return _origins(self.matching.new, lambda path: path if is_paired(path) else None)

    def between(self, lost: Sequence[str], gained: Sequence[str]) -> Iterator[Subject]:
        """List what came, then what went; nothing if the values share no paired origin."""
        if any(lost) and any(gained) and not self._share_origin(lost, gained):
            return
        for path in gained:
            if not self.matching.old_value(path):
                yield from (Subject(Aspect.NODE, path), Subject(Aspect.INPUT, path))
        for path in lost:
            if not self.matching.new_value(path):
                yield Subject(Aspect.OLD_NODE, path)

    def _share_origin(self, lost: Sequence[str], gained: Sequence[str]) -> bool:
        before = {path for each in lost for path in self._old_origins.get(each, ())}
        return any(path in before for each in gained for path in self._new_origins.get(each, ()))


def _origins(side: IndexedGraph, paired: Callable[[str], str | None]) -> dict[str, frozenset[str]]:
    """Find the nearest paired values upstream of each value, itself included."""
    found: dict[str, frozenset[str]] = {}
    for path in (*side.graph.inputs, *side.graph.nodes):
        mine, node = paired(path), side.node(path)
        if mine is not None:
            found[path] = frozenset({mine})
        else:
            sources = node.sources if node else ()
            found[path] = frozenset().union(*(found[each] for each in sources))
    return found


@dataclass(frozen=True)
class _Taker:
    """A node that takes other values than before."""

    matching: Matching
    detours: Detours
    old: Node
    new: Node

    def findings(self, before: list[str]) -> Iterator[Finding]:
        """Explain the order of its sources, branches that pass values through, and the values."""
        if not self.new.op.variadic:
            pairs = zip(self.old.sources, before, self.new.sources, strict=False)
            rest = [(path, other) for path, partner, other in pairs if partner != other]
            lost, gained = [a for a, _ in rest], [b for _, b in rest]
        else:
            yield from self._reordered(before)
            lost, gained = self._replaced(before)
            if not (lost and gained):
                passing = self._passing(self.matching.old, self.old, lost)
                arrived = self._passing(self.matching.new, self.new, gained)
                yield from (self._passed(each, "") for each in passing.values())
                yield from (self._passed("", each) for each in arrived.values())
                lost = [path for path in lost if path not in passing]
                gained = [path for path in gained if path not in arrived]
        if lost or gained:
            yield self._explained(lost, gained)

    def _replaced(self, before: Sequence[str]) -> tuple[list[str], list[str]]:
        """List the sources that only the old graph has, and those that only the new one has."""
        pairs = zip(self.old.sources, before, strict=True)
        lost = [path for path, partner in pairs if partner not in self.new.sources]
        return lost, [path for path in self.new.sources if path not in before]

    def _reordered(self, before: Sequence[str]) -> Iterator[Claim]:
        """Explain the order in which a merge takes its branches."""
        old, new = self.old, self.new
        kept = [path for path in before if path in new.sources]
        taken = [path for path in new.sources if path in before]
        if kept == taken:
            return
        texts = [", ".join(self._branch(path) for path in each) for each in (kept, taken)]
        saids = SourceText(texts[0], old.span), SourceText(texts[1], new.span)
        category = Category.COSMETIC if new.op.commutative else Category.TOPOLOGY
        cause = between((f"order of {old.op.word}", f"order of {new.op.word}"), *saids)
        subjects = (Subject(Aspect.NAME, new.path),)
        yield Claim(cause, EditKind.REWIRED, category, self._part, (Change(old, new),), subjects)

    @property
    def _part(self) -> tuple[str, str]:
        return self.old.path, self.new.path

    def _branch(self, path: str) -> str:
        """Name the branch of a merge that gives a value, else the step that does."""
        for branch in self.matching.new.graph.children(self.new.path):
            if path in self.matching.new.graph.boundary(branch).outputs:
                return last(branch)
        return _step_of(self.matching.new, path, self.new.path)

    def _passing(self, side: IndexedGraph, merge: Node, sources: Sequence[str]) -> dict[str, str]:
        """Find the branches without steps that pass through values which both graphs have."""
        partner = self.matching.old_value if side is self.matching.new else self.matching.new_value
        scopes = (side.scope(each) for each in side.graph.children(merge.path))
        branches = {each.through: each.path for each in scopes if each and not each.contents}
        return {path: branches[path] for path in sources if path in branches and partner(path)}

    def _passed(self, old: str, new: str) -> Claim:
        """Explain a branch without steps that came or went."""
        side = self.matching.new if new else self.matching.old
        said = SourceText("identity", part_text(side, old or new)[1].span)
        cause = Cause(f"branch {last(old or new)}", *((NOTHING, said) if new else (said, NOTHING)))
        kind = EditKind.INSERTED if new else EditKind.REMOVED
        subjects, changes = (Subject(Aspect.NODE, self.new.path),), (Change(self.old, self.new),)
        return Claim(cause, kind, Category.TOPOLOGY, (old, new), changes, subjects)

    def _explained(self, lost: Sequence[str], gained: Sequence[str]) -> Consequence:
        """Attribute the change to what came or went in between, else to order, else to wires."""
        lists = self.matching.new.graph.ancestors(self.new.path)
        orders = (Subject(Aspect.ORDER, scope.path) for scope in lists)
        because = (*self.detours.between(lost, gained), *orders)
        path, follows = self.new.path, (Change(self.old, self.new),)
        return Consequence(
            because,
            (Subject(Aspect.SOURCES, path),),
            follows,
            otherwise=partial(self._rewired, lost, gained),
            explains_otherwise=(Subject(Aspect.REWIRED, path),),
        )

    def _rewired(self, lost: Sequence[str], gained: Sequence[str]) -> Claim:
        """Claim that the outermost part around a node without its sources reads other values."""
        part = _outside(self.new.path, gained)
        partner = self.matching.old_of(part) or self.old.path
        if not (lost and gained):
            lost, gained = self.old.sources, self.new.sources
        before = _starting(self.matching.old, partner, lost)
        after = _starting(self.matching.new, part, gained)
        if before.text == after.text:
            before, after = (
                SourceText(" ".join(lost), before.span),
                SourceText(" ".join(gained), after.span),
            )
        cause, changes = Cause("from", before, after), (Change(self.old, self.new),)
        return Claim(cause, EditKind.REWIRED, Category.TOPOLOGY, (partner, part), changes)


def _starting(side: IndexedGraph, part: str, sources: Sequence[str]) -> SourceText:
    """Name the steps from which a part takes values."""
    steps = (_step_of(side, path, part) for path in sources)
    return SourceText(" ".join(steps), part_text(side, part)[1].span)


def _outside(path: str, sources: Iterable[str]) -> str:
    """Find the outermost part around a node that contains none of its sources."""
    while (wider := parent(path)) and not any(encloses(wider, each) for each in sources):
        path = wider
    return path


def _step_of(side: IndexedGraph, path: str, part: str) -> str:
    """Name the step that gives a value, relative to the list of ``part``.

    For a module with several outputs, the name is that of the output.
    """
    around = parent(part)
    prefix = f"{around}." if path.startswith(f"{around}.") else ""
    step, *inside = path[len(prefix) :].split(".")
    found = prefix + step
    has_several = inside and len(side.graph.boundary(found).outputs) > 1
    return f"{found}.{inside[0]}" if has_several else found
