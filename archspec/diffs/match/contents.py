"""The shapes of parts: the words of what they contain, with groups of steps inlined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from archspec.graph import Graph, Kind

_GROUPS = (Kind.NETWORK, Kind.MODULE, Kind.HEAD, Kind.REPEAT, Kind.COPY)

Shape = tuple[str, ...]


@dataclass(eq=False)
class Shapes:
    """The shapes of one graph, computed when asked for; ``word`` returns the word of a part.

    Those that are not ``is_deep`` leave out the contents of merges and residuals.
    """

    graph: Graph
    word: Callable[[str], str]
    is_deep: bool = field(kw_only=True)
    _known: dict[str, Shape] = field(default_factory=dict)

    def of(self, path: str) -> Shape:
        """List the words of a part's contents, with modules, repeats and copies inlined."""
        if path not in self._known:
            self._known[path] = self._shape(path)
        return self._known[path]

    def _shape(self, path: str) -> Shape:
        scope = self.graph.scopes.get(path)
        if scope is None or scope.kind is Kind.LAYER:
            return (self.word(path),)
        if scope.kind in _GROUPS:
            return tuple(self._inside(path))
        inside = self._inside(path) if self.is_deep else ()
        return (f"{scope.kind} {self.word(path)} ({' '.join(inside)})",)

    def _inside(self, path: str) -> Iterator[str]:
        return (word for each in self.graph.children(path) for word in self.of(each))
