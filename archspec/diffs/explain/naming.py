"""Explaining paths that changed: renamed, regrouped, moved, or with another counter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from archspec.diffs.explain.attributes import is_replaced
from archspec.diffs.explain.cause import Cause, SourceText, between
from archspec.diffs.explain.claims import (
    Aspect,
    Claim,
    Consequence,
    Finding,
    PathPair,
    Subject,
)
from archspec.diffs.explain.edits import Category, Change, EditKind
from archspec.diffs.explain.presence import lists_of
from archspec.diffs.explain.written_part import part_text
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Kind, Template, last, parent


def changed_paths(matching: Matching) -> Iterator[Finding]:
    """Explain the name or place of each part that differs, and with it the paths of its nodes."""
    naming = _Naming(matching)
    for path in matching.new.graph.walk():
        old = matching.old_of(path)
        if old is not None and old != path:
            yield from naming.of_part(old, path)
    for path in naming.explained:
        yield _inside(matching, path)


def _inside(matching: Matching, part: str) -> Consequence:
    """Attribute the new paths of the nodes in a part to what renamed or moved the part."""
    nodes = ((matching.old_node(node), node) for node in matching.new.nodes(part))
    changes = [Change(old, new) for old, new in nodes if old and old.path != new.path]
    names = (Subject(Aspect.NAME, each.new.path) for each in changes if each.new)
    return Consequence((Subject(Aspect.PART, part),), tuple(names), tuple(changes))


@dataclass
class _Naming:
    """Explains names of parts; ``explained`` lists those whose own name or place changed."""

    matching: Matching
    explained: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.old, self.new = self.matching.old, self.matching.new
        back = ((new, old) for old, new in self.old.graph.header.moved)
        self.declared = {*self.new.graph.header.moved, *back}

    def of_part(self, old: str, new: str) -> Iterator[Finding]:
        """Compare the place and the name of a part, not those of the scopes around it."""
        found = self._finding(old, new)
        if found is not None:
            self.explained.append(new)
            yield found

    def _finding(self, old: str, new: str) -> Finding | None:
        if (old, new) in self.declared:
            return self._claim(self._of_place("moved", old, new), EditKind.MOVED, (old, new))
        if not self.matching.are_paired(parent(old), parent(new)):
            return self._moved(old, new)
        return self._renamed(old, new) if last(old) != last(new) else None

    def _claim(self, cause: Cause, kind: EditKind, part: PathPair) -> Claim:
        """Make the claim for a part, which explains the lists that it left and is in now, too."""
        category = Category.MOVED if kind is EditKind.MOVED else Category.RENAMED
        lists = (*lists_of(self.matching, part), *lists_of(self.matching, (part[0], "")))
        return Claim(cause, kind, category, part, (), (Subject(Aspect.PART, part[1]), *lists))

    def _of_place(self, what: str, old: str, new: str) -> Cause:
        """Name both paths of a part as a cause."""
        spans = part_text(self.old, old)[1].span, part_text(self.new, new)[1].span
        return Cause(what, SourceText(old, spans[0]), SourceText(new, spans[1]))

    def _renamed(self, old: str, new: str) -> Finding:
        """Explain a new name: given by an author, that of a module, or a counter."""
        words = self.old.word(old), self.new.word(new)
        replaced = self._replaced(new) if words[0] != words[1] else None
        if replaced is not None:
            return Consequence((replaced,), (Subject(Aspect.PART, new),))
        if self.old.name(old) or self.new.name(new):
            return self._claim(self._of_name(old, new), EditKind.RENAMED, (old, new))
        return self._of_template(old, new) or self._counted(old, new)

    def _replaced(self, new: str) -> Subject | None:
        """Find a replaced node of a step, which brought its own name."""
        for path in (new, *self.new.graph.children(new)):
            node = self.new.node(path)
            old = self.matching.old_node(node) if node else None
            if node and old and is_replaced(old, node):
                return Subject(Aspect.NODE, path)
        return None

    def _of_name(self, old: str, new: str) -> Cause:
        words = self.old.word(old), self.new.word(new)
        if self.new.kind(new) is Kind.BRANCH:
            words = ("branch", "branch")
        spans = part_text(self.old, old)[1].span, part_text(self.new, new)[1].span
        texts = SourceText(last(old), spans[0]), SourceText(last(new), spans[1])
        return between((f"name of {words[0]}", f"name of {words[1]}"), *texts)

    def _of_template(self, old: str, new: str) -> Claim | None:
        """Explain the name of a step by a new name of its module, if it has one."""
        before, after = _template(self.old, old), _template(self.new, new)
        if before is None or after is None or self.old.word(old) == self.new.word(new):
            return None
        cause = Cause(
            "module", SourceText(before.name, before.span), SourceText(after.name, after.span)
        )
        return self._claim(cause, EditKind.RENAMED, (old, new))

    def _counted(self, old: str, new: str) -> Consequence:
        """Attribute a new counter to whatever else happened to the step or in its list."""
        because = Subject(Aspect.NODE, new), Subject(Aspect.LIST, parent(new))
        otherwise = partial(self._by_itself, old, new)
        return Consequence(because, (Subject(Aspect.PART, new),), otherwise=otherwise)

    def _by_itself(self, old: str, new: str) -> Claim:
        return Claim(
            self._of_place("name", old, new), EditKind.RENAMED, Category.RENAMED, (old, new)
        )

    def _moved(self, old: str, new: str) -> Finding:
        """Distinguish steps that were regrouped from those that moved."""
        around = self._group(self.old, old), self._group(self.new, new)
        if around == ("", ""):
            return self._claim(self._of_place("place", old, new), EditKind.MOVED, (old, new))
        because = tuple(self._wrapping(*around))
        if because:
            explains = Subject(Aspect.PART, new), *lists_of(self.matching, (old, new))
            return Consequence(because, explains)
        saids = _said(self.old, around[0]), _said(self.new, around[1])
        return self._claim(Cause("grouping", *saids), EditKind.MOVED, (old, new))

    def _group(self, side: IndexedGraph, path: str) -> str:
        """Find the outermost scope around a part without a partner; empty if all have one."""
        pairs = self.matching.scopes if side is self.old else self.matching.old_scopes
        around = (scope.path for scope in side.graph.ancestors(path))
        return min((each for each in around if each not in pairs), key=len, default="")

    def _wrapping(self, old: str, new: str) -> Iterator[Subject]:
        """List the first node of a merge, residual or repeat that came or went around steps."""
        sides = (
            (self.new, new, self.matching.old_nodes, Aspect.NODE),
            (self.old, old, self.matching.nodes, Aspect.OLD_NODE),
        )
        for side, path, pairs, aspect in sides:
            if path and side.kind(path) is not Kind.MODULE:
                nodes = (node.path for node in side.nodes(path) if node.path not in pairs)
                yield from (Subject(aspect, each) for each in list(nodes)[:1])


def _template(side: IndexedGraph, path: str) -> Template | None:
    """Find the module that a step uses, repeated or not."""
    scope = side.scope(path)
    if scope is not None and scope.kind is Kind.REPEAT and scope.contents:
        scope = side.scope(scope.contents[0])
    return scope.template if scope else None


def _said(side: IndexedGraph, path: str) -> SourceText:
    """Name a group of steps: a module by its template, else its step."""
    if not path:
        return SourceText("written out")
    template = _template(side, path) if side.kind(path) is Kind.MODULE else None
    if template is None:
        return part_text(side, path)[1]
    return SourceText(f"module {template.name}", template.span)
