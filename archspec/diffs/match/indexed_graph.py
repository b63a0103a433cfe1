"""One of the two graphs of a comparison, with indexes of its parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from archspec.diffs.match.authored_texts import AuthoredTexts
from archspec.diffs.match.contents import Shapes
from archspec.diffs.match.digest import Digest, Digests
from archspec.graph import Graph, Kind, Node, Scope, Step, last, upwards

_COUNTED = re.compile(r"(.+?)_?(?:_\d+)?")
_UNNAMED_BRANCH = re.compile(r"branch_\d+")


@dataclass(eq=False)
class IndexedGraph:
    """A graph with cached facts about its parts; a part is the path of a node or a scope.

    Nodes are numbered in the order of the tree, so that those of a scope are contiguous; they need
    not be so in the writing order of a graph made in Python.
    """

    graph: Graph
    digests: Digests = field(init=False)
    texts: AuthoredTexts = field(init=False)
    _words: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.digests = Digests(self.graph, self.nodes)
        self.texts = AuthoredTexts(self.graph, self.word)
        self._shapes = Shapes(self.graph, self.word, is_deep=True)
        self._outlines = Shapes(self.graph, self.word, is_deep=False)

    def __contains__(self, path: str) -> bool:
        return path in self.graph.nodes or path in self.graph.scopes

    def scope(self, path: str) -> Scope | None:
        """Find the scope at a path; None where a node stands by itself."""
        return self.graph.scopes.get(path)

    def node(self, path: str) -> Node | None:
        """Find the node at a path; None where there is only a scope."""
        return self.graph.nodes.get(path)

    def nodes(self, path: str) -> Sequence[Node]:
        """List the nodes of a part."""
        start, end = self.extent(path)
        return self._nodes[start:end]

    def extent(self, path: str) -> tuple[int, int]:
        """Return the half-open range of a part's nodes in the order of the tree."""
        return self._extents.get(path, (0, 0))

    def position(self, path: str) -> int:
        """Return the position of a node in the order of the tree; a merge is after its branches."""
        return self.extent(path)[1] - 1

    @cached_property
    def _nodes(self) -> list[Node]:
        return list(self.graph.within(""))

    @cached_property
    def _extents(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {"": (0, len(self._nodes))}
        for at, node in enumerate(self._nodes):
            for around in upwards(node.path):
                start, _ = found.get(around, (at, at))
                found[around] = start, at + 1
        return found

    def kind(self, path: str) -> Kind | None:
        """Return the kind of a scope; None for a node."""
        scope = self.scope(path)
        return scope.kind if scope else None

    def step(self, path: str) -> Step | None:
        """Find the step that made a part."""
        scope, node = self.scope(path), self.node(path)
        return scope.step if scope else node.step if node else None

    def digest(self, path: str) -> Digest:
        """Digest what a part computes."""
        return self.digests.of(path)

    def word(self, path: str) -> str:
        """Return the word of a part: of its module's template, its step or its operator."""
        scope, node = self.scope(path), self.node(path)
        if scope is None:
            return node.op.word if node else ""
        return "auxiliary head" if scope.kind is Kind.HEAD else scope.word

    def name(self, path: str) -> str | None:
        """Return the name that an author gave; None for an index, or a word with a counter."""
        name, kind = last(path), self.kind(path)
        if kind is Kind.BRANCH:
            return None if _UNNAMED_BRANCH.fullmatch(name) else name
        if name.isdigit():
            return None
        counted = _COUNTED.fullmatch(name)
        word = counted.group(1) if counted else name
        return None if word == self.word(path) else name

    def words(self, path: str) -> Counter[str]:
        """Count the operators inside."""
        found = self._words.get(path)
        if found is None:
            found = self._words[path] = Counter(node.op.word for node in self.nodes(path))
        return found

    def shape(self, path: str) -> tuple[str, ...]:
        """List the words of a part's contents, with modules, repeats and copies inlined."""
        return self._shapes.of(path)

    def outline(self, path: str) -> tuple[str, ...]:
        """List the same without the contents of merges and residuals."""
        return self._outlines.of(path)

    def text(self, path: str) -> str:
        """Return the author's text of a part, normalized: word, arguments and contents."""
        return self.texts.of(path)


Part = tuple[IndexedGraph, str]
"""A part of one graph of the two: a node or a scope."""

Paths = list[str]
PartList = tuple[IndexedGraph, Paths]
"""A list of parts of one graph."""


def dice(old: Counter[str], new: Counter[str]) -> float:
    """Return the share of operators that two parts have in common (L. Dice, 1945)."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0
