"""Nodes that take other values than they did, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from archspec.diffs.explain.cause import NOTHING, Cause, Said, between
from archspec.diffs.explain.edit_builder import Entry, Ledger
from archspec.diffs.explain.edits import Category, Change, Kind
from archspec.diffs.explain.uses import part_said
from archspec.diffs.match.alignment import in_order
from archspec.diffs.match.indexed_graph import IndexedGraph, last, parent
from archspec.diffs.match.matching import Matching
from archspec.graph import Kind as ScopeKind
from archspec.graph import Node

Paths = Sequence[str]
Both = tuple[Node, Node]


class Wiring:
    """Compares what nodes take, looking through nodes that came or went."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.found: Matching = ledger.found
        self.old, self.new = self.found.old, self.found.new
        self.back_inputs = {new: old for old, new in self.found.inputs.items()}
        self.old_reach = _reach(self.old, self.new_of)
        self.new_reach = _reach(self.new, lambda path: path if self.old_of(path) else None)
        self.reordered: dict[str, Entry] = {}

    def record_order(self) -> None:
        """Enter steps that changed places with others of their lists."""
        for old, new in self.found.scopes.items():
            self.order(old, new)

    def record_sources(self) -> None:
        """Enter nodes that take other values than they did."""
        for old, new in self.found.nodes.items():
            self.compare(self.old.graph.nodes[old], self.new.graph.nodes[new])

    def new_of(self, path: str) -> str | None:
        """Find what an old value has become."""
        return self.found.nodes.get(path) or self.found.inputs.get(path)

    def old_of(self, path: str) -> str | None:
        """Find what a new value was."""
        return self.found.old_nodes.get(path) or self.back_inputs.get(path)

    def order(self, old: str, new: str) -> None:
        """Report the steps of a list that changed places with others."""
        if self.new.kind(new) in (ScopeKind.MERGE, ScopeKind.RESIDUAL, ScopeKind.REPEAT):
            return
        places = {path: at for at, path in enumerate(self.old.contents(old))}
        partners = ((path, self.found.old_of(path)) for path in self.new.contents(new))
        pairs = [(partner, path) for path, partner in partners if partner in places]
        stayed = set(in_order([places[partner] for partner, _ in pairs if partner]))
        for at, (partner, path) in enumerate(pairs):
            if at not in stayed and partner is not None:
                self.reordered.setdefault(new, self.out_of_order(partner, path))

    def out_of_order(self, old: str, new: str) -> Entry:
        """Report a step that changed places with others."""
        saids = _standing(self.old, old), _standing(self.new, new)
        entry = self.ledger.entry(Cause("order", *saids), Kind.MOVED, Category.TOPOLOGY)
        entry.parts[old, new] = None
        self.ledger.stands_in(entry, (old, new))
        for node in self.new.nodes(new):
            origin = self.old.node(self.found.old_nodes.get(node.path, ""))
            if origin is not None:
                self.ledger.note(entry, Change(origin, node))
        return entry

    def compare(self, old: Node, new: Node) -> None:
        """Find what explains that a node takes other values."""
        before = [self.new_of(path) or "" for path in old.sources]
        if before == list(new.sources):
            return
        if new.op.variadic:
            lost, gained = self.of_merge((old, new), before)
            if not (lost and gained):
                lost = self.without_passing((old, new), lost, inserted=False)
                gained = self.without_passing((old, new), gained, inserted=True)
        else:
            pairs = zip(old.sources, before, new.sources, strict=False)
            rest = [(path, other) for path, it, other in pairs if it != other]
            lost, gained = [a for a, _ in rest], [b for _, b in rest]
        if lost or gained:
            self.explain((old, new), lost, gained)

    def of_merge(self, nodes: Both, before: list[str]) -> tuple[list[str], list[str]]:
        """Report branches in another order; return the sources that only one side has."""
        old, new = nodes
        kept = [path for path in before if path in new.sources]
        taken = [path for path in new.sources if path in before]
        if kept != taken:
            self.reorder(nodes, kept, taken)
        lost = [path for path, it in zip(old.sources, before, strict=True) if it not in taken]
        return lost, [path for path in new.sources if path not in taken]

    def without_passing(self, nodes: Both, sources: Paths, *, inserted: bool) -> list[str]:
        """Report branches that came or went and pass a value on as it is; return the others."""
        side, merge = (self.new, nodes[1]) if inserted else (self.old, nodes[0])
        passing = {
            scope.through: each
            for each in side.contents(merge.path)
            if (scope := side.scope(each)) and not scope.contents
        }
        both = self.old_of if inserted else self.new_of
        for path in sources:
            if path in passing and both(path):
                self.passing(nodes, passing[path], inserted=inserted)
        return [path for path in sources if path not in passing or not both(path)]

    def passing(self, nodes: Both, branch: str, *, inserted: bool) -> None:
        """Enter a branch without steps that came or went."""
        side = self.new if inserted else self.old
        said = Said("identity", part_said(side, branch)[1].span)
        what = f"branch {last(branch)}"
        cause = Cause(what, NOTHING, said) if inserted else Cause(what, said, NOTHING)
        kind = Kind.INSERTED if inserted else Kind.REMOVED
        entry = self.ledger.entry(cause, kind, Category.TOPOLOGY)
        part = ("", branch) if inserted else (branch, "")
        self.ledger.own(entry, part, [Change(*nodes)])

    def reorder(self, nodes: Both, before: Paths, after: Paths) -> None:
        """Report the order in which a merge takes its branches."""
        old, new = nodes
        texts = [", ".join(self.arm(new.path, path) for path in each) for each in (before, after)]
        saids = Said(texts[0], old.step.span), Said(texts[1], new.step.span)
        category = Category.COSMETIC if new.op.commutative else Category.TOPOLOGY
        cause = between((f"order of {old.op.word}", f"order of {new.op.word}"), *saids)
        entry = self.ledger.entry(cause, Kind.REWIRED, category)
        entry.parts[old.path, new.path] = None
        self.ledger.note(entry, Change(old, new))

    def arm(self, merge: str, path: str) -> str:
        """Name the branch of a merge through which a value comes, else the step it comes from."""
        for branch in self.new.contents(merge):
            if path in self.new.graph.boundary(branch).outputs:
                return last(branch)
        return step_of(path, merge)

    def explain(self, nodes: Both, lost: Paths, gained: Paths) -> None:
        """Blame what came or went in between, else a change of order, else the wires themselves."""
        entry = self.between(lost, gained) or self.order_around(nodes[1].path)
        if entry is not None:
            self.ledger.follow(entry, Change(*nodes))
        else:
            self.rewired(nodes, lost, gained)

    def between(self, lost: Paths, gained: Paths) -> Entry | None:
        """Find the entry of what came or went between a node and the values that it took."""
        before = {path for each in lost for path in self.old_reach.get(each, ())}
        after = {path for each in gained for path in self.new_reach.get(each, ())}
        if any(lost) and any(gained) and not before & after:
            return None
        came = (self.ledger.owners.get(path) for path in gained if not self.old_of(path))
        went = (self.ledger.old_owners.get(path) for path in lost if not self.new_of(path))
        return next((entry for entry in (*came, *went) if entry), None)

    def order_around(self, path: str) -> Entry | None:
        """Find the change of order in a list around a node."""
        while path:
            path = parent(path)
            if path in self.reordered:
                return self.reordered[path]
        return None

    def rewired(self, nodes: Both, lost: Paths, gained: Paths) -> None:
        """Report that the widest part around a node starts from somewhere else."""
        old, new = nodes
        part = _outside(new.path, gained)
        partner = self.found.old_of(part) or old.path
        if not (lost and gained):
            lost, gained = old.sources, new.sources
        before, after = _starting(self.old, partner, lost), _starting(self.new, part, gained)
        if before.text == after.text:
            before, after = Said(" ".join(lost), before.span), Said(" ".join(gained), after.span)
        cause = Cause("from", before, after)
        entry = self.ledger.entry(cause, Kind.REWIRED, Category.TOPOLOGY)
        self.ledger.own(entry, (partner, part), [Change(old, new)])


def _reach(side: IndexedGraph, known: Callable[[str], str | None]) -> dict[str, frozenset[str]]:
    """Find, for each value, the values that both sides have and that it comes from."""
    found: dict[str, frozenset[str]] = {}
    for path in (*side.graph.inputs, *side.graph.nodes):
        mine, node = known(path), side.node(path)
        if mine is not None:
            found[path] = frozenset({mine})
        else:
            sources = node.sources if node else ()
            found[path] = frozenset().union(*(found[each] for each in sources))
    return found


def _starting(side: IndexedGraph, part: str, sources: Paths) -> Said:
    """Say which steps a part takes values from."""
    return Said(" ".join(step_of(path, part) for path in sources), part_said(side, part)[1].span)


def _outside(path: str, sources: Iterable[str]) -> str:
    """Find the widest part around a node that holds none of its sources."""
    while (wider := parent(path)) and not any(
        f"{each}.".startswith(f"{wider}.") for each in sources
    ):
        path = wider
    return path


def step_of(path: str, part: str) -> str:
    """Name the step that a value comes from as somebody in the list of ``part`` would."""
    around = parent(part)
    prefix = f"{around}." if around else ""
    if path.startswith(prefix):
        return prefix + path[len(prefix) :].partition(".")[0]
    return path.partition(".")[0]


def _standing(side: IndexedGraph, path: str) -> Said:
    """Say where in its list a step stands."""
    (text, span), steps = part_said(side, path)[1], side.contents(parent(path))
    at = steps.index(path)
    before = part_said(side, steps[at - 1])[1].text if at else ""
    return Said(f"{text} {f'behind {before}' if before else 'first'}", span)
