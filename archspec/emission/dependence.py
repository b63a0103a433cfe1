"""Dependence analysis: which params decide what in a graph, and which can be arguments of a model.

A param can be an argument where formulas express all that depends on it: channels, factors, rates,
counts of equal copies. A param that decides windows, and with them grids and pads, or which
operators there are, is static: its value is fixed when the source is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from archspec.attributes import Value
from archspec.emission.arrivals import Arrivals
from archspec.emission.names import IN_CHANNELS, argument_name
from archspec.graph import Graph, Kind, Node, Scope, Step, Template, Written
from archspec.language.syntax.expressions import parse
from archspec.language.syntax.terms import Binary, Call, ExpressionError, Name, Number, Term, Unary
from archspec.layer import from_channels

Params = frozenset[str]

NONE: Params = frozenset()

_NAMES = re.compile(r"\b[A-Za-z_]\w*")


class Known(NamedTuple):
    """What is known of a name: the params that decide it, and whether it is a whole number.

    ``param`` is the param that the name is an alias of, if it is one.
    """

    params: Params = NONE
    is_whole: bool = False
    param: str = ""


Names = Mapping[str, Known]


@dataclass
class Dependence:
    """Finds what depends on the ``live`` params, which are to be arguments of the model.

    ``static`` collects those that cannot be. ``channels`` holds the params that decide the channels
    of each value, ``behind`` those that do so too after copies that a param counts. ``names`` holds
    the names in scope in each use of a module. ``whole`` collects params that are a count by
    themselves somewhere, and so have to be whole numbers; since that makes other names whole, the
    graph is analysed until no more are found.
    """

    graph: Graph
    live: Params
    static: set[str] = field(default_factory=set)
    channels: dict[str, Params] = field(default_factory=dict)
    behind: dict[str, Params] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(self.graph)
        before = -1
        while len(self.whole) > before:
            before = len(self.whole)
            self._walk()

    @cached_property
    def defaults(self) -> Mapping[Written, bool]:
        """The texts of the documents' defaults, and whether they may name the network's params."""
        file, facts = self.graph.header.file, self.graph.header.written.items()
        return {text: at == file for (at, name), text in facts if name.startswith("defaults.")}

    def fractions(self, template: Template | None) -> frozenset[str]:
        """List the variables of a module that need not be whole numbers in all of its uses."""
        known = self._variables[template].items()
        return frozenset(name for name, each in known if not each.is_whole)

    def given(self, template: Template | None) -> Mapping[str, Params]:
        """List the variables of a module that params decide in some use, with these params."""
        known = self._variables[template].items()
        return {name: each.params for name, each in known if each.params}

    @cached_property
    def _variables(self) -> Mapping[Template | None, Mapping[str, Known]]:
        """Find what is known of the variables of each module over all of its uses."""
        found: dict[Template | None, dict[str, Known]] = {}
        for path, names in self.names.items():
            known = found.setdefault(self.graph.scopes[path].template, {})
            for name, each in names.items():
                before = known.get(argument_name(name), each)
                whole = before.is_whole and each.is_whole
                known[argument_name(name)] = Known(before.params | each.params, whole)
        return found

    def _walk(self) -> None:
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
        """Analyse a scope that branches, a merge or a residual, or a list by itself."""
        if scope.kind in (Kind.BRANCH, Kind.COPY, Kind.HEAD):
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
            for name, path in self.arriving(scope).items()
        }
        self.names[scope.path] = {**inner, **arriving}
        self._list(scope, inner)

    def arriving(self, scope: Scope) -> dict[str, str]:
        """List the values that enter a use of a module, by the arguments for their channels."""
        if len(scope.takes) < 2:
            return {IN_CHANNELS: self.arrivals.at(scope.path)[0]}
        names = {argument_name(each) for each in (*self._params(), *scope.arguments)}
        told = {name: f"{name}_channels" for name in scope.takes}
        return {
            f"{told[name]}_" if told[name] in names else told[name]: path
            for name, path in scope.takes.items()
        }

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
            self.whole |= {names[written.text].param} & self.live

    def _known(self, written: Written | None, value: Value, names: Names) -> Known:
        """Find what is known of the value of an option."""
        if written is None:
            return Known(NONE, _is_whole(value))
        if written.text in names:
            return names[written.text]
        return Known(self._said(written, names), _is_whole(value) and is_whole(written, names))


def names_in(text: str) -> list[str]:
    """List the names in a text, which need not be an expression."""
    return _NAMES.findall(text)


def _is_whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_whole(written: Written, names: Names) -> bool:
    """Whether a text is whole for all values of its names, if the whole ones among them are."""
    try:
        return _stays_whole(parse(written.text).root, names)
    except ExpressionError:
        return False


def _stays_whole(term: Term, names: Names) -> bool:
    if isinstance(term, Number):
        return isinstance(term.value, int)
    if isinstance(term, Name):
        return term.name in names and names[term.name].is_whole
    if isinstance(term, Call) and term.function in ("ceil", "floor", "round_to"):
        return True
    if isinstance(term, Binary) and term.operator == "/":
        return False
    return isinstance(term, Binary | Call | Unary) and all(
        _stays_whole(child, names) for child in term.children()
    )
