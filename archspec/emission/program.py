"""The definitions of a source: one for each module, and one for each layer that recurs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from archspec.attributes import Value
from archspec.backend import Backend
from archspec.emission.choices import as_choices, chosen, is_choice
from archspec.emission.definition import Argument, Definition
from archspec.emission.dependence import Params, channel_arguments
from archspec.emission.dependence_analysis import analyse
from archspec.emission.formula import number
from archspec.emission.fragments import Fragment
from archspec.emission.generalize import INDEX, Generalizer, common
from archspec.emission.lifting import Called, Lifter
from archspec.emission.lowering import Leaf, Quantity, constant, substitute
from archspec.emission.names import FUNCTIONS, argument_name
from archspec.emission.outlining import outline_layers
from archspec.emission.values import is_plain
from archspec.graph import Graph, Scope, Template
from archspec.language.syntax.expressions import parse
from archspec.language.syntax.terms import ExpressionError
from archspec.operator import Operator
from archspec.tensor import TensorType


@dataclass(frozen=True)
class Program:
    """All definitions of a source, each after those that it uses; the network is the last."""

    graph: Graph
    layers: tuple[Definition, ...]
    modules: tuple[Definition, ...]
    network: Definition


def program(graph: Graph, backend: Backend, *, tells_channels: bool = True) -> Program:
    """Divide a graph into the definitions of its source.

    Params become arguments as far as formulas express all that depends on them: those that decide
    something without a formula are dropped, up to a fixed point. ``tells_channels`` passes the
    channels of its inputs to each module, for frameworks that do not infer them. Raises
    ``ValueError`` for branches that need one another.
    """
    graph = graph.without_broken_repeats()
    params = graph.header.params.items()
    live = frozenset(name for name, value in params if not isinstance(value, str))
    while True:
        lifter = _lifter(graph, backend, live, tells_channels)
        found = _program(lifter)
        if lifter.unsaid.isdisjoint(lifter.dependence.live):
            return found
        live = lifter.dependence.live - lifter.unsaid


def _lifter(graph: Graph, backend: Backend, live: Params, tells_channels: bool) -> Lifter:
    """Make a lifter that takes the ``live`` params as arguments, but for those that are static."""
    dependence = analyse(graph, live)
    if dependence.static & live:
        dependence = analyse(graph, live - dependence.static)
    return Lifter(graph, backend, dependence, tells_channels)


def _program(lifter: Lifter) -> Program:
    graph = lifter.graph
    modules = [
        definition for template in _templates(graph) for definition in _define(template, lifter)
    ]
    network = _network(lifter)
    layers, (*inner, outer) = outline_layers([*modules, network])
    return Program(graph, layers, tuple(inner), outer)


def _templates(graph: Graph) -> list[Template]:
    """Sort the templates in use topologically, each after those that it uses: a postorder."""
    inner: dict[Template | None, dict[Template, None]] = {}
    roots = [graph.scopes[""], *(each for each in graph.scopes.values() if each.template)]
    for scope in roots:
        inner.setdefault(scope.template, {}).update(dict.fromkeys(_used_in(scope, graph)))
    order: dict[Template, None] = {}

    def visit(template: Template | None) -> None:
        for each in inner[template]:
            if each not in order:
                visit(each)
        if template is not None:
            order[template] = None

    visit(None)
    return list(order)


def _used_in(scope: Scope, graph: Graph) -> Iterator[Template]:
    """List the templates that a scope uses directly, not inside another module."""

    def template(path: str) -> Template | None:
        inner = graph.scopes.get(path) if path != scope.path else None
        return inner.template if inner else None

    def unopened(path: str) -> tuple[str, ...]:
        return () if template(path) else graph.children(path)

    return filter(None, map(template, graph.walk(scope.path, unopened)))


def _define(template: Template, lifter: Lifter) -> Iterator[Definition]:
    """Define a module: once for each structure that its uses have."""
    groups: list[_Uses] = []
    for scope in lifter.graph.scopes.values():
        if scope.template is template:
            body = lifter.module(scope)
            if not any(group.takes(scope, body) for group in groups):
                groups.append(_Uses(template, lifter, body, [scope], [body]))
    return (group.definition() for group in groups)


@dataclass
class _Uses:
    """The uses of a module that share a ``structure``, and with it a definition."""

    template: Template
    lifter: Lifter
    structure: Fragment
    scopes: list[Scope] = field(default_factory=list)
    bodies: list[Fragment] = field(default_factory=list)

    def takes(self, scope: Scope, body: Fragment) -> bool:
        """Add a use, if it has the inputs, the outputs and the structure of the others."""
        found = common(self.structure, body)
        if found is None or _interface(scope) != _interface(self.scopes[0]):
            return False
        self.structure = found
        self.scopes.append(scope)
        self.bodies.append(body)
        return True

    @cached_property
    def options(self) -> dict[str, str]:
        """The options, by the names of their arguments."""
        return {argument_name(option): option for option in self.template.options}

    @cached_property
    def arriving(self) -> Mapping[str, tuple[TensorType, ...]]:
        """The types of the inputs of each use, by the arguments that give their channels."""
        uses = [
            channel_arguments(self.lifter.graph, self.lifter.arrivals, scope)
            for scope in self.scopes
        ]
        return {argument: self.types([use[argument] for use in uses]) for argument in uses[0]}

    @property
    def leaving(self) -> Mapping[str, tuple[TensorType, ...]]:
        """The types of the outputs of each use, by name."""
        uses = [self.lifter.arrivals.outputs(scope.path) for scope in self.scopes]
        names = tuple(self.scopes[0].gives) or ("",)
        return {name: self.types(paths) for name, *paths in zip(names, *uses, strict=True)}

    def types(self, paths: Sequence[str]) -> tuple[TensorType, ...]:
        """Find the types of some values."""
        return tuple(map(self.lifter.graph.type_of, paths))

    def definition(self) -> Definition:
        """Generalize the uses to a definition, and record the call of each with the lifter."""
        body, arguments = self.generalized()
        definition = Definition(
            f"{self.template.name} {len(self.lifter.called)}",
            self.template.name,
            body,
            arguments,
            self.template,
            self.arriving,
            self.leaving,
            tuple(self.scopes[0].takes),
        )
        self.record(definition)
        return definition

    def generalized(self) -> tuple[Fragment, tuple[Argument, ...]]:
        """Find the body of which all uses are instances, and the arguments that it reads."""
        params = _params(self.lifter)
        taken = {*self.arriving, INDEX, *FUNCTIONS, *self.options, *params}
        generalizer = Generalizer(taken, self.given, self.lifter.unsaid)
        self.bodies = self.with_known_channels()
        body = generalizer.generalize(self.bodies)
        body = replace(
            body,
            channels=body.channels and self.trusted(body.channels),
            outputs={name: each and self.trusted(each) for name, each in body.outputs.items()},
        )
        used = body.names
        extra = [Argument(argument, leaves) for argument, leaves in generalizer.arguments.items()]
        arguments = (*self.channels(), *self.chosen(), *self.params(params), *extra)
        return body, tuple(argument for argument in arguments if argument.name in used)

    def record(self, definition: Definition) -> None:
        """Tell the lifter how each use calls the definition, and which channels it gives."""
        for index, (scope, use) in enumerate(zip(self.scopes, self.bodies, strict=True)):
            passed = {argument.name: argument.leaves[index] for argument in definition.arguments}
            left = use.outputs.values() or (use.channels,)
            channels = tuple(self.trusted(each) for each in left if each is not None)
            self.lifter.called[scope.path] = Called(definition.key, passed, channels)

    def trusted(self, channels: Quantity) -> Quantity:
        """Drop the checks from the channels of an output, which the definition makes itself."""
        fractions = self.lifter.dependence.fractions(self.template)
        return channels.map(lambda value: value, lambda formula: formula.trusted(fractions))

    def with_known_channels(self) -> list[Fragment]:
        """Propagate the channels of inputs into the trees, where all uses have the same number."""
        known = {}
        for argument, types in self.arriving.items():
            counts = {x.channels for x in types}
            if len(counts) == 1 and argument not in self.given:
                known[argument] = number(counts.pop())
        if not known:
            return self.bodies
        return [body.replace_leaves(partial(substitute, formulas=known)) for body in self.bodies]

    @property
    def given(self) -> Mapping[str, Params]:
        """The variables that params decide in some use, with the params that do."""
        return self.lifter.dependence.given(self.template)

    def channels(self) -> list[Argument]:
        """Make arguments for the channels of inputs, if the framework does not infer them."""
        arriving = self.arriving.items() if self.lifter.tells_channels else ()
        return [_in_channels(argument, types) for argument, types in arriving]

    def chosen(self) -> Iterator[Argument]:
        """Make the arguments of the options, in their order."""
        for argument, option in self.options.items():
            found = [
                _option(argument, option, scope, body)
                for scope, body in zip(self.scopes, self.bodies, strict=True)
            ]
            leaves = as_choices(found) if any(map(is_choice, found)) else tuple(found)
            default = _default(self.template.options[option], leaves)
            yield Argument(argument, leaves, default)

    def params(self, params: Mapping[str, Value]) -> Iterator[Argument]:
        """Make the arguments of the params that no option hides."""
        for argument, value in params.items():
            if argument not in self.options:
                yield Argument(argument, (constant(value),) * len(self.scopes))


def _interface(module: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the names of the inputs and outputs of a use, some of which a pass may have removed."""
    return tuple(module.takes), tuple(module.gives)


def _params(lifter: Lifter) -> dict[str, Value]:
    """List the params that the network is given, by the names of their arguments."""
    params = lifter.graph.header.params.items()
    live = lifter.dependence.live
    return {argument_name(param): value for param, value in params if param in live}


def _in_channels(argument: str, arriving: tuple[TensorType, ...]) -> Argument:
    leaves = tuple(constant(x.channels) for x in arriving)
    return Argument(argument, leaves, positional=True)


def _option(argument: str, option: str, scope: Scope, body: Fragment) -> Leaf:
    """Find the value of an option in one use; one that chooses an activation is an operator."""
    choice = chosen(body, argument)
    return constant(scope.arguments[option]) if choice is None else Quantity(choice.value)


def _default(text: str | None, leaves: Sequence[Leaf]) -> Quantity | None:
    """Find the default of an option, if it has no free variables."""
    if text is None:
        return None
    for leaf in leaves:
        value = leaf.value if isinstance(leaf, Quantity) else None
        if isinstance(value, Operator) and value.word == text:
            return Quantity(value) if is_plain(Quantity(value)) else None
    if any(map(is_choice, leaves)):
        return Quantity(None) if text == "none" else None
    try:
        return constant(parse(text).evaluate({}))
    except ExpressionError:
        return None


def _network(lifter: Lifter) -> Definition:
    graph, params = lifter.graph, _params(lifter)
    taken = {INDEX, *FUNCTIONS, *params}
    generalizer = Generalizer(taken, lifter.dependence.given(None), lifter.unsaid)
    body = generalizer.generalize([lifter.network()])
    used = body.names
    arguments = tuple(
        Argument(param, (constant(value),), constant(value))
        for param, value in params.items()
        if param in used
    )
    return Definition("", graph.name, body, arguments)
