"""Lifting scopes of a graph to fragments: one tree for each use of a module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from archspec.backend import Backend
from archspec.emission import channels, symbolic
from archspec.emission.aliasing import told_apart
from archspec.emission.choices import choose_alike, consistent
from archspec.emission.dependence import Dependence, channel_arguments
from archspec.emission.formula import name
from archspec.emission.fragments import (
    DefinitionCall,
    Fragment,
    LayerChain,
    MergeBlock,
    Operation,
    RepeatCopies,
    ResidualBlock,
    StepList,
    numbered,
    shared_channels,
)
from archspec.emission.generalize import fit
from archspec.emission.lowering import Leaf, Lowering, Quantity, Use, constant
from archspec.emission.names import argument_name, step_name
from archspec.emission.patterns import PatternMatcher, ResidualPattern, RowPattern
from archspec.emission.symbolic import SymbolicScope
from archspec.emission.wiring import Starts, Wiring, references
from archspec.graph import Graph, Kind, Node, Scope, last
from archspec.graph.arrivals import Arrivals

_SEVERAL = (Kind.LAYER, Kind.MERGE, Kind.RESIDUAL)
"""Scopes of one step that is several nodes, so that its text is not that of a single node."""
_DEFINED = (Kind.NETWORK, Kind.MODULE)
"""Scopes with definitions of their own, whose steps are called by names."""


class Called(NamedTuple):
    """The call of a use of a module: its definition, the arguments, the channels of the outputs."""

    key: str
    arguments: Mapping[str, Leaf]
    channels: tuple[Quantity, ...]


class Region(NamedTuple):
    """A list of steps to lift: its scope, its live-ins (``arrivals``) and its outputs, by path."""

    scope: Scope
    arrivals: tuple[str, ...]
    outputs: tuple[str, ...]


class Taken(NamedTuple):
    """The context of a step: the values that it reads, and the scope around it.

    ``x`` are the channels of the value that enters its list of steps.
    """

    arrivals: tuple[str, ...]
    x: Quantity
    around: Scope


@dataclass
class Lifter:
    """Lifts uses of modules, those of inner modules first.

    ``called`` holds the calls of the uses that have a definition, by path; ``unsaid`` collects the
    params that decide something without a formula, ``counted`` the values behind repeats whose
    count is a formula.
    """

    graph: Graph
    backend: Backend
    dependence: Dependence
    tells_channels: bool = True
    called: dict[str, Called] = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)
    patterns: PatternMatcher = field(init=False)
    arrivals: Arrivals = field(init=False)
    counted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.arrivals = self.dependence.arrivals
        self.patterns = PatternMatcher(self.graph, self.arrivals, self.backend.overwritable)

    def network(self) -> StepList:
        """Lift the network itself."""
        graph = self.graph
        given = {path: constant(each.type.channels) for path, each in graph.inputs.items()}
        symbols = symbolic.table(self.dependence, "", given, self.unsaid)
        return self._steps(Region(graph.scopes[""], tuple(graph.inputs), graph.leaving), symbols)

    def module(self, scope: Scope) -> StepList:
        """Lift one use of a module in the names of its template."""
        arriving = {
            path: Quantity(self.graph.type_of(path).channels, name(argument))
            for argument, path in reversed(
                channel_arguments(self.graph, self.arrivals, scope).items()
            )
        }
        symbols = symbolic.table(self.dependence, scope.path, arriving, self.unsaid)
        taken, left = self.arrivals.at(scope.path), self.arrivals.outputs(scope.path)
        found = consistent(self._steps(Region(scope, taken, left), symbols))
        return replace(found, **self._given_by(scope, symbols))

    def _steps(self, region: Region, symbols: SymbolicScope) -> StepList:
        """Lift a list of steps and the wiring between them."""
        known, scope = references(region.arrivals), region.scope
        children, reads = {}, []
        widths: list[int] = []
        for path, arrivals in self.arrivals.inside(scope):
            reads.append(tuple([known[source] for source in arrivals]))
            taken = Taken(arrivals, symbols.arriving(scope), scope)
            children[self._named(path, scope)] = self._step(path, taken, symbols)
            left = (path,) if path == scope.path else self.arrivals.outputs(path)
            known.update({each: number for number, each in enumerate(left, sum(widths))})
            widths.append(len(left))
        outputs = tuple([known[path] for path in region.outputs])
        wiring = Wiring(len(region.arrivals), tuple(reads), outputs, tuple(widths))
        last = region.outputs[0]
        return StepList(
            wiring=wiring,
            children=children,
            grid=self.graph.type_of(last).grid,
            channels=symbols.channels[last],
        )

    def _name(self, path: str) -> str:
        """Return the name of a step in the source; raise ``ValueError`` for what is no name."""
        return self.backend.step_name(step_name(last(path)))

    def _named(self, path: str, around: Scope) -> str:
        """Return what a step of a list is called: copies that are no repeat keep their numbers.

        A merge that is such a copy is called by its word inside itself.
        """
        if not last(path).isdecimal() or around.kind in _DEFINED:
            return self._name(path)
        return self.graph.nodes[path].op.word if path == around.path else last(path)

    def _step(self, path: str, taken: Taken, symbols: SymbolicScope) -> Fragment:
        """Lift one step, or one copy of a step."""
        scope = self.graph.scopes.get(path) if path != taken.around.path else None
        if scope is None:
            is_written = taken.around.kind not in _SEVERAL
            return self._operation(self.graph.nodes[path], symbols, taken.x, is_written=is_written)
        if scope.kind is Kind.MODULE:
            return self._call(scope, symbols, taken.x)
        if scope.kind is Kind.REPEAT:
            return self._repeat(scope, taken, symbols)
        left = self.arrivals.outputs(path)
        if len(left) > 1:
            steps = self._steps(Region(scope, taken.arrivals, left), symbols)
            return replace(steps, **self._given_by(scope, symbols))
        if scope.kind is Kind.LAYER and (row := self.patterns.row(scope)):
            return self._layer(scope, row, symbols, taken.x)
        if scope.kind is Kind.MERGE and (node := self.patterns.merge(scope)):
            return self._merge(scope, node, taken, symbols)
        if scope.kind is Kind.RESIDUAL and (found := self.patterns.residual(scope)):
            return self._residual(scope, found, taken, symbols)
        return self._steps(Region(scope, taken.arrivals, left), symbols)

    def _lowering(
        self,
        node: Node,
        symbols: SymbolicScope,
        found: Mapping[str, Quantity],
        arriving: tuple[Quantity, ...],
    ) -> Lowering:
        """Lower a node by the backend's rule."""
        symbols.channels[node.path] = channels.left_by(node, found, arriving)
        self._checked(node.path, symbols)
        free = self._is_free(node.sources[0])
        use = Use(node.op, node.inputs, node.output, found, arriving, may_overwrite=free)
        lowering: Lowering = self.backend.rules[type(node.op)](use)
        return lowering

    def _is_free(self, value: str) -> bool:
        """Whether a value may be overwritten by its only user."""
        return self.patterns.is_free(value) and value not in self.counted

    def _operation(
        self, node: Node, symbols: SymbolicScope, x: Quantity, *, is_written: bool = True
    ) -> Operation:
        """Lift one operator; ``is_written`` says that the text of its step gives its attributes."""
        found = symbolic.attributes(node, symbols, x, is_written=is_written)
        arriving = tuple([symbols.channels[source] for source in node.sources])
        if is_written and symbolic.is_depthwise(node):
            symbolic.depthwise(node, found, arriving[0], x, symbols)
        return self._lowered(node, self._lowering(node, symbols, found, arriving), symbols)

    def _lowered(self, node: Node, lowering: Lowering, symbols: SymbolicScope) -> Operation:
        return Operation(
            form=(node.op.word, tuple([len(x.shape) for x in node.inputs]), lowering.form),
            lowering=lowering,
            leaves={**lowering.positional, **lowering.named},
            grid=node.output.grid,
            channels=symbols.channels[node.path],
        )

    def _layer(
        self, scope: Scope, row: RowPattern, symbols: SymbolicScope, x: Quantity
    ) -> LayerChain:
        """Lift a layer: its operators in a row, the activation being a leaf."""
        children = {
            self._name(node.path): self._operation(node, symbols, x, is_written=index == 0)
            for index, node in enumerate(row.nodes)
        }
        return LayerChain(
            word=scope.word,
            shared=shared_channels(children),
            leaves={"activation": self._activation(scope, row.activation, symbols)},
            children=children,
            **self._given_by(scope, symbols),
        )

    def _activation(self, scope: Scope, node: Node | None, symbols: SymbolicScope) -> Quantity:
        """Lift the activation of a layer or residual, which is none where there is no node."""
        if node is not None:
            self._pass_on(node, symbols)
        return symbolic.activation(scope.step, node.op if node else None, symbols)

    def _pass_on(self, node: Node, symbols: SymbolicScope) -> None:
        """Record the channels of a node that keeps those of its input."""
        arriving = tuple([symbols.channels[source] for source in node.sources])
        symbols.channels[node.path] = channels.left_by(node, {}, arriving)
        self._checked(node.path, symbols)

    def _given_by(self, scope: Scope, symbols: SymbolicScope) -> dict[str, Any]:
        """Return the grid and the channels of a scope's output, or the channels of its outputs."""
        left, *others = self.arrivals.outputs(scope.path)
        if others:
            named = self.arrivals.named(scope.path).items()
            outputs = {name: symbols.channels[path] for name, path in named}
            return {"grid": None, "channels": None, "outputs": outputs}
        return {"grid": self.graph.type_of(left).grid, "channels": symbols.channels[left]}

    def _branches(
        self, scope: Scope, taken: Taken, symbols: SymbolicScope
    ) -> tuple[dict[str, Fragment], Starts]:
        """Lift the branches of a merge or residual, with the values that each of them reads."""
        known = references(taken.arrivals)
        children: dict[str, Fragment] = {}
        starts = {}
        for path in scope.contents:
            branch = self.graph.scopes.get(path)
            if branch is not None:
                read = self.arrivals.read_by(path)
                starts[self._name(path)] = tuple([known[each] for each in read])
                left = self.arrivals.output(path)
                children[self._name(path)] = self._steps(Region(branch, read, (left,)), symbols)
        return children, starts

    def _merge(self, scope: Scope, node: Node, taken: Taken, symbols: SymbolicScope) -> MergeBlock:
        """Lift a merge and its branches."""
        children, starts = self._branches(scope, taken, symbols)
        operation = self._operation(node, symbols, taken.x)
        return MergeBlock.of(operation, starts, children)

    def _residual(
        self, scope: Scope, found: ResidualPattern, taken: Taken, symbols: SymbolicScope
    ) -> ResidualBlock:
        """Lift a residual: its branches, its scale and its activation."""
        children, starts = self._branches(scope, taken, symbols)
        if "shortcut" not in starts:
            starts = {"shortcut": (references(taken.arrivals)[found.shortcut],), **starts}
        for node in found.sum:
            self._pass_on(node, symbols)
        leaves = {
            "scale": symbols.quantity(scope.step, "scale", found.factor, taken.x),
            "activation": self._activation(scope, found.activation, symbols),
        }
        _, body = found.add.sources
        return ResidualBlock(
            starts=starts,
            free=self._is_free(body),
            leaves=leaves,
            children=children,
            **self._given_by(scope, symbols),
        )

    def _repeat(self, scope: Scope, taken: Taken, symbols: SymbolicScope) -> RepeatCopies:
        """Lift a repeat and its copies."""
        carried = len(self.arrivals.carried(scope))
        others = taken.arrivals[carried:]
        copies, given = [], []
        for path, arriving in self.arrivals.copies(scope):
            given.append((*arriving, *others))
            copies.append(self._step(path, Taken(given[-1], taken.x, scope), symbols))
        copies = told_apart(copies, given)
        places = [int(last(path)) for path in scope.contents]
        children = numbered(dict(zip(places, copies, strict=True)), carried, len(others))
        alike = fit(children.values())
        alike = alike and all(choose_alike(copy, copies[0]) for copy in copies)
        times = self._times(scope, taken.x, symbols, alike=alike)
        return RepeatCopies(
            alike=alike,
            leaves={"times": times},
            children=children,
            **self._given_by(scope, symbols),
        )

    def _times(self, scope: Scope, x: Quantity, symbols: SymbolicScope, *, alike: bool) -> Quantity:
        """Lift the count of a repeat, and the channels behind the last copy in terms of it."""
        times = symbols.quantity(scope.step, "times", len(scope.contents), x, counts=True)
        params = symbols.said(times)
        carried = [self.arrivals.carried(scope), *map(self.arrivals.outputs, scope.contents)]
        for paths in zip(*carried, strict=True):
            given = [symbols.channels[path] for path in paths]
            if params and not (alike and self._is_steady(scope, paths, given)):
                self.unsaid |= params
            behind = channels.behind_any if params else channels.behind
            symbols.channels[paths[-1]] = behind(given, times)
        if params:
            self.counted.update(self.arrivals.outputs(scope.path))
        return times

    def _given(
        self, argument: str, leaf: Leaf, given: Mapping[str, Quantity], symbols: SymbolicScope
    ) -> Leaf:
        """Return the argument of a call; a param is passed on under its name."""
        if not isinstance(leaf, Quantity):
            return leaf.passed()
        if argument in given:
            return Quantity(leaf.value, given[argument].formula)
        params = [each for each in self.dependence.live if argument_name(each) == argument]
        said = [each for each in params if symbols.names[each].param == each]
        self.unsaid.update(each for each in params if each not in said)
        return Quantity(leaf.value, symbols.formulas[said[0]] if said else None)

    def _is_steady(self, scope: Scope, paths: Sequence[str], given: Sequence[Quantity]) -> bool:
        """Whether further copies would be like the last, so that the count may be a formula.

        There are two or more, all from the second on take the same channels, and no grid changes.
        """
        grids = {self.graph.type_of(path).grid for path in paths}
        later = {channels.formula_of(each) for each in given[1:]}
        is_taken = paths[0] in self.arrivals.read_by(scope.path)
        return len(given) > 2 and len(later) == len(grids) == 1 and is_taken

    def _checked(self, path: str, symbols: SymbolicScope) -> None:
        """Record the params that decide the channels of a value, if its formula lacks one."""
        params = self.dependence.channels.get(path, frozenset())
        if not params <= symbols.said(symbols.channels[path]):
            self.unsaid |= params

    def _told(self, scope: Scope, option: str, value: Quantity, symbols: SymbolicScope) -> Quantity:
        """Keep the formula of an option if it depends on just the params that decide the option."""
        params = self.dependence.names[scope.path][option].params
        if symbols.said(value) == params:
            return value
        self.unsaid |= params | symbols.said(value)
        return Quantity(value.value)

    def _call(self, scope: Scope, symbols: SymbolicScope, x: Quantity) -> DefinitionCall:
        """Lift a use of a module to a call, with its arguments in the names of this scope."""
        called = self.called[scope.path]
        given = {
            argument_name(option): self._told(scope, option, value, symbols)
            for option, value in symbols.options(scope, x).items()
        }
        for argument, path in channel_arguments(self.graph, self.arrivals, scope).items():
            given[argument] = symbols.channels[path]
        leaves = {
            argument: self._given(argument, leaf, given, symbols)
            for argument, leaf in called.arguments.items()
        }
        left = self.arrivals.outputs(scope.path)
        for path, formula in zip(left, called.channels, strict=True):
            symbols.channels[path] = channels.translated(formula, {**given, **leaves})
            self._checked(path, symbols)
        return DefinitionCall(
            definition=called.key,
            takes=len(self.arrivals.at(scope.path)),
            leaves=leaves,
            **self._given_by(scope, symbols),
        )
