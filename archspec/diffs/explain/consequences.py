"""Explaining nodes that changed only because others did, and attributing costs to causes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from archspec.diffs.explain.cause import Cause, SourceText
from archspec.diffs.explain.claims import Aspect, Claim, Consequence, Finding, Subject
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.match.matching import Matching
from archspec.graph import Node
from archspec.operator import Operator, RuleError
from archspec.tensor import TensorType

Sources = tuple[str, ...]


def changed_types(matching: Matching) -> Iterator[Finding]:
    """Explain nodes whose types changed: by their own change if that suffices, else by upstream.

    The cost of each goes to its cause, and outputs of another type make that an interface change.
    """
    upstream = _Upstream(matching)
    for old, new in matching.paired_nodes():
        if _computes(old) != _computes(new):
            yield upstream.of_types(old, new)
    for path in matching.new.graph.outputs.values():
        before = matching.old_nodes.get(path)
        if before and matching.old.graph.type_of(before) != matching.new.graph.type_of(path):
            yield Consequence(tuple(_explaining(path)), category=Category.INTERFACE)


def taken_names(matching: Matching) -> Iterator[Finding]:
    """Explain nodes that differ only in the names of the values that they take."""
    upstream = _Upstream(matching)
    for old, new in matching.paired_nodes():
        if old.path == new.path and old != new and _computes(old) == _computes(new):
            yield upstream.of_names(old, new)


def blamed_nodes(matching: Matching) -> Iterator[Finding]:
    """Attribute the cost of a node that came or went to what explains that."""
    for old in matching.old.graph.nodes.values():
        if old.path not in matching.nodes:
            gone = Subject(Aspect.OLD_NODE, old.path)
            yield Consequence((gone,), blamed=(Change(old, None),))
    for new in matching.new.graph.nodes.values():
        if new.path not in matching.old_nodes:
            yield Consequence((Subject(Aspect.NODE, new.path),), blamed=(Change(None, new),))


@dataclass(frozen=True)
class _Upstream:
    """Finds candidate causes for a change of a node among its own changes and those upstream."""

    matching: Matching

    def of_types(self, old: Node, new: Node) -> Consequence:
        """List what may explain that the types or the operator of a node changed."""
        path, changes = new.path, (Change(old, new),)
        because = (
            *(_own(path) if _would_differ_alone(old, new) else ()),
            *self._arriving(old, new),
            Subject(Aspect.NODE, path),
            Subject(Aspect.SOURCES, path),
        )
        explains, otherwise = (Subject(Aspect.TYPES, path),), partial(_by_itself, old, new)
        return Consequence(because, explains, changes, changes, otherwise=otherwise)

    def of_names(self, old: Node, new: Node) -> Consequence:
        """List what may have renamed a value that a node takes."""
        slots = self._slots(old.sources, new.sources)
        renamed = [after for before, after in slots if before != after]
        because = (
            *(Subject(aspect, new.path) for aspect in (Aspect.NODE, Aspect.SOURCES, Aspect.NAME)),
            *(subject for path in renamed for subject in _naming(path)),
        )
        otherwise = partial(_by_itself, old, new)
        return Consequence(because, (), (Change(old, new),), otherwise=otherwise)

    def _arriving(self, old: Node, new: Node) -> Iterator[Subject]:
        """List what explains the values that a node takes, then the live-ins of its scopes.

        Values whose type changed come first.
        """
        pairs = list(self._slots(old.sources, new.sources))
        for scope in self.matching.new.graph.ancestors(new.path):
            before = self.matching.old_scopes.get(scope.path)
            if before is not None:
                old_inputs = self.matching.old.graph.boundary(before).inputs
                new_inputs = self.matching.new.graph.boundary(scope.path).inputs
                pairs += zip(old_inputs, new_inputs, strict=False)
        differing = [each for each in pairs if not self._keep_type(*each)]
        for each in dict.fromkeys((*differing, *pairs)):
            yield from self._explaining(*each, new.path)

    def _keep_type(self, old: str, new: str) -> bool:
        types = self.matching.old.graph.type_of(old), self.matching.new.graph.type_of(new)
        return types[0] == types[1]

    def _slots(self, old: Sources, new: Sources) -> Iterator[tuple[str, str]]:
        """Pair the old and new sources of a node: first partners, then the rest in order."""
        partners = {path: self.matching.new_value(path) for path in old}
        kept = {path: partner for path, partner in partners.items() if partner in new}
        yield from ((path, partner) for path, partner in kept.items() if partner)
        lost = [path for path in old if path not in kept]
        gained = [path for path in new if path not in kept.values()]
        yield from zip(lost, gained, strict=False)

    def _explaining(self, old: str, new: str, taker: str) -> Iterator[Subject]:
        """List what explains a value; one that came or went and keeps the type explains nothing."""
        partner, origin = self.matching.new_value(old), self.matching.old_nodes.get(new)
        graphs = self.matching.old.graph, self.matching.new.graph
        if partner and graphs[1].type_of(partner) == graphs[1].type_of(new):
            yield from self._before(taker, partner)
        elif origin and graphs[0].type_of(origin) == graphs[0].type_of(old):
            yield from self._before(taker, new)
        else:
            yield from self._before(taker, new)
            gone = (Subject(Aspect.OLD_NODE, old),)
            yield from self._before(taker, partner) if partner else gone

    def _before(self, taker: str, path: str) -> Iterator[Subject]:
        """List what may explain a value, its types only if it is before its user."""
        is_before = self.matching.new.position(path) < self.matching.new.position(taker)
        return (each for each in _explaining(path) if is_before or each.aspect is not Aspect.TYPES)


def _own(path: str) -> Iterator[Subject]:
    """List what an author may have changed of a node itself."""
    yield from (Subject(Aspect.NODE, path), Subject(Aspect.REWIRED, path))


def _explaining(path: str) -> Iterator[Subject]:
    """List what may explain that a value differs."""
    for aspect in (Aspect.TYPES, Aspect.NODE, Aspect.SOURCES, Aspect.INPUT):
        yield Subject(aspect, path)


def _naming(path: str) -> Iterator[Subject]:
    """List what may explain that the name of a value differs."""
    yield Subject(Aspect.NAME, path)
    yield from _explaining(path)


def _by_itself(old: Node, new: Node) -> Claim:
    """Explain a node that nothing else explains by its step."""
    cause = Cause("node", SourceText(old.path, old.span), SourceText(new.path, new.span))
    part, changes = (old.path, new.path), (Change(old, new),)
    return Claim(cause, EditKind.CHANGED, Category.ATTRIBUTE, part, changes)


def _computes(node: Node) -> tuple[Operator, list[TensorType], TensorType]:
    """Describe a node without its name and the order of its inputs."""
    return node.op, sorted(node.inputs), node.output


def _would_differ_alone(old: Node, new: Node) -> bool:
    """Whether the types of a node would differ with its old inputs, too."""
    return old.inputs == new.inputs or _changes_type(old, new)


def _changes_type(old: Node, new: Node) -> bool:
    """Whether the new operator gives another type from the old inputs."""
    try:
        return old.op != new.op and new.op.infer(*old.inputs) != old.output
    except (RuleError, TypeError):
        return True
