"""Dependence analysis: abstract interpretation of a graph over the sets of params behind values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archspec.attributes import Value
from archspec.emission.dependence import (
    NONE,
    Dependence,
    Known,
    Names,
    Params,
    channel_arguments,
    default_texts,
    is_whole,
    names_in,
)
from archspec.emission.names import IN_CHANNELS
from archspec.graph import Graph, Kind, Node, Scope, Step, Written
from archspec.graph.arrivals import Arrivals
from archspec.layer import from_channels


def analyse(graph: Graph, live: Params) -> Dependence:
    """Find what depends on the ``live`` params.

    A param that is a count by itself somewhere has to be a whole number; since that makes other
    names whole, the graph is analysed until no more are found.
    """
    arrivals, defaults, whole = Arrivals(graph), default_texts(graph), NONE
    while True:
        found = _Analysis(graph, arrivals, live, defaults, whole)
        found.walk()
        if found.counts <= whole:
            facts = frozenset(found.static), found.channels, found.names
            return Dependence(graph, arrivals, live, *facts)
        whole |= found.counts


@dataclass
class _Analysis:
    """One pass over a graph, in which the params in ``whole`` are known to be whole numbers.

    ``counts`` collects those that are a count by themselves somewhere. ``behind`` holds the params
    that decide the channels of a value after copies that a param counts. The other results are
    those of ``Dependence``.
    """

    graph: Graph
    arrivals: Arrivals
    live: Params
    defaults: Mapping[Written, bool]
    whole: Params
    counts: set[str] = field(default_factory=set)
    static: set[str] = field(default_factory=set)
    channels: dict[str, Params] = field(default_factory=dict)
    behind: dict[str, Params] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)

    def walk(self) -> None:
        """Analyse the network."""
        self.names[""] = self._params()
        self._list(self.graph.scopes[""], self.names[""])

    def _params(self) -> dict[str, Known]:
        return {name: self._param(name, value) for name, value in self.graph.header.params.items()}

    def _param(self, name: str, value: Value) -> Known:
        if name not in self.live:
            return Known(NONE, _is_whole(value))
        return Known(frozenset((name,)), name in self.whole and _is_whole(value), name)

    def _list(self, scope: Scope, names: Names) -> None:
        """Analyse a list of steps."""
        known = {**names, IN_CHANNELS: Known(self._channels(scope.arriving), is_whole=True)}
        for path in scope.contents:
            self._step(path, known)

    def _channels(self, path: str | None) -> Params:
        if path is None:
            return NONE
        return self.channels.get(path, NONE) | self.behind.get(path, NONE)

    def _channels_of(self, path: str) -> tuple[int, Params]:
        """Find how many channels a value has, and what decides them."""
        return self.graph.type_of(path).channels, self.channels.get(path, NONE)

    def _step(self, path: str, names: Names) -> None:
        scope = self.graph.scopes.get(path)
        if scope is None:
            node = self.graph.nodes[path]
            self._node(node, names, node.step)
        elif scope.kind is Kind.MODULE:
            self._module(scope, names)
        elif scope.kind is Kind.LAYER:
            self._layer(scope, names)
        elif scope.kind is Kind.REPEAT:
            self._repeat(scope, names)
        else:
            self._branches(scope, names)

    def _branches(self, scope: Scope, names: Names) -> None:
        """Analyse a scope that branches, a merge or a residual, or a list by itself.

        What counted the copies of a repeat that is none any more decides which steps there are.
        """
        if scope.kind in (Kind.BRANCH, Kind.COPY, Kind.HEAD):
            self.static |= self._said(scope.written.get("times"), names)
            self._list(scope, names)
            return
        for path in scope.contents:
            inner = self.graph.scopes.get(path)
            if inner is not None:
                self._list(inner, names)
            else:
                self._node(self.graph.nodes[path], names, None)
        if scope.path in self.graph.nodes:
            self._node(self.graph.nodes[scope.path], names, None)

    def _repeat(self, scope: Scope, names: Names) -> None:
        times = scope.step.written.get("times") if scope.step else None
        self._counts(times, scope.arguments["times"], names)
        for path in scope.contents:
            self._step(path, names)
        counted = self._said(times, names)
        if self._passes_on_another(scope):
            self.static |= counted
        ends = self.arrivals.carried(scope), self.arrivals.outputs(scope.path)
        for before, after in zip(*ends, strict=True):
            if counted and self._channels_of(before) != self._channels_of(after):
                self.behind[after] = counted | self._channels(before)

    def _passes_on_another(self, repeat: Scope) -> bool:
        """Whether a repeat without copies would give another value than its first copy takes."""
        arriving = self._arriving(repeat.contents[0]) if repeat.contents else None
        return arriving is not None and arriving not in self.arrivals.carried(repeat)

    def _arriving(self, copy: str) -> str | None:
        """Find the value that enters the list of steps of a copy, or of its first branch."""
        scope = self.graph.scopes.get(copy)
        if scope is not None and scope.kind is Kind.MERGE and scope.contents:
            return self._arriving(scope.contents[0])
        return scope.arriving if scope is not None else None

    def _layer(self, scope: Scope, names: Names) -> None:
        """Analyse a layer: its text gives the first operator, and which ones follow."""
        self.static |= self._said(scope.written.get("norm"), names)
        for index, path in enumerate(scope.contents):
            node = self.graph.nodes[path]
            self._node(node, names, None if index else scope.step)

    def _module(self, scope: Scope, names: Names) -> None:
        """Analyse a use of a module, in the names of its template."""
        assert scope.template is not None
        written = scope.written
        own = scope.template.file == self.graph.header.file
        inner = self._params() if own else {}
        for option, value in scope.arguments.items():
            default = scope.template.options.get(option)
            if option in written or default is None:
                inner[option] = self._known(written.get(option), value, names)
            else:
                inner[option] = self._known(scope.template.default(option), value, inner)
        arriving = {
            name: Known(self._channels(path), is_whole=True)
            for name, path in channel_arguments(self.graph, self.arrivals, scope).items()
        }
        self.names[scope.path] = {**inner, **arriving}
        self._list(scope, inner)

    def _node(self, node: Node, names: Names, step: Step | None) -> None:
        """Find what decides a node: the text of its step, else the file's defaults."""
        file, word = node.span.source.name if node.span else "", node.op.word
        params = self.names[""] if file == self.graph.header.file else {}
        found = {}
        for name in node.op.attributes:
            written = step.written.get(name) if step else None
            if written is None:
                fact = self.graph.header.written.get((file, f"defaults.{word}.{name}"))
                self.static |= self._said(fact, params)
                continue
            found[name] = self._said(written, params if written in self.defaults else names)
            if name in node.op.symbolic:
                self._counts(written, getattr(node.op, name), names)
            elif name not in from_channels(node.word):
                self.static |= found[name]
        self._grouped(node, found)
        self.channels[node.path] = self._left(node, found, step, names)

    def _grouped(self, node: Node, found: Mapping[str, Params]) -> None:
        """Hold what decides whether groups are the channels static: Keras has two layers for it."""
        is_chosen = "groups" in node.op.symbolic or "groups" in from_channels(node.word)
        if getattr(node.op, "groups", 1) > 1 and not is_chosen:
            self.static |= self._channels(node.sources[0]) | found.get("filters", NONE)

    def _left(
        self, node: Node, found: Mapping[str, Params], step: Step | None, names: Names
    ) -> Params:
        """Find what decides the channels of a node's output."""
        arriving = frozenset().union(*map(self._channels, node.sources))
        own = node.op.sets_channels
        if step and set(own) & set(from_channels(node.word)):
            return arriving | self._said(step.written.get("multiplier"), names)
        return frozenset().union(*(found.get(each, NONE) for each in own)) if own else arriving

    def _said(self, written: Written | None, names: Names) -> Params:
        """List the live params that a text depends on."""
        if written is None:
            return NONE
        words = names_in(written.text)
        return frozenset().union(*(names[each].params for each in words if each in names))

    def _counts(self, written: Written | None, value: Value, names: Names) -> None:
        """Record a param that is a count by itself."""
        if written is not None and _is_whole(value) and written.text in names:
            self.counts |= {names[written.text].param} & self.live

    def _known(self, written: Written | None, value: Value, names: Names) -> Known:
        """Find what is known of the value of an option."""
        if written is None:
            return Known(NONE, _is_whole(value))
        if written.text in names:
            return names[written.text]
        return Known(self._said(written, names), _is_whole(value) and is_whole(written, names))


def _is_whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
