"""Explaining nodes that came or went, with the largest parts that did."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diffs.explain.claims import Aspect, Claim, Finding, PathPair, Subject
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.explain.tracing import Tracer
from archspec.diffs.match.matching import Matching, outermost_unpaired
from archspec.graph import Kind, parent


def removed_parts(matching: Matching) -> Iterator[Finding]:
    """Explain the parts that only the old graph has."""
    tracer = Tracer(matching)
    for path in outermost_unpaired(matching.old, matching.nodes):
        nodes = [each for each in matching.old.nodes(path) if each.path not in matching.nodes]
        category = _category(matching.old.kind(path))
        changes = tuple(Change(node, None) for node in nodes)
        subjects = (
            *(Subject(Aspect.OLD_NODE, node.path) for node in nodes),
            *lists_of(matching, (path, "")),
        )
        for cause in tracer.of_part(path, inserted=False):
            yield Claim(cause, EditKind.REMOVED, category, (path, ""), changes, subjects)


def added_parts(matching: Matching) -> Iterator[Finding]:
    """Explain the parts that only the new graph has."""
    tracer = Tracer(matching)
    for path in outermost_unpaired(matching.new, matching.old_nodes):
        nodes = [each for each in matching.new.nodes(path) if each.path not in matching.old_nodes]
        category = _category(matching.new.kind(path))
        changes = tuple(Change(None, node) for node in nodes)
        subjects = (
            *(Subject(Aspect.NODE, node.path) for node in nodes),
            *lists_of(matching, ("", path)),
        )
        for cause in tracer.of_part(path, inserted=True):
            yield Claim(cause, EditKind.INSERTED, category, ("", path), changes, subjects)


def _category(kind: Kind | None) -> Category:
    return Category.INTERFACE if kind is Kind.HEAD else Category.TOPOLOGY


def lists_of(matching: Matching, part: PathPair) -> Iterator[Subject]:
    """Return the list of the new graph in which a part is or was, if there is one."""
    old, new = part
    path = parent(new) if new else matching.scopes.get(parent(old))
    if path is not None:
        yield Subject(Aspect.LIST, path)
