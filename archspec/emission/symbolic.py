"""Symbolic values: the texts of authors as formulas in the names of the enclosing module."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.attributes import AttributeKind, Unfit, Value, read
from archspec.emission import formula as formulas
from archspec.emission.dependence import Dependence, Known, Names, Params, names_in
from archspec.emission.formula import Formula, Inexpressible
from archspec.emission.lowering import Quantity, pair
from archspec.emission.names import IN_CHANNELS, argument_name
from archspec.graph import Node, Scope, Step, Written
from archspec.language.syntax.expressions import parse
from archspec.language.syntax.terms import ExpressionError
from archspec.layer import from_channels
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d

NO_CHANNELS = Quantity(0)


class Uses(NamedTuple):
    """The variables of a module that in some use may be fractions, or that params decide."""

    fractions: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SymbolicScope:
    """The symbol table of one use of a module, with the channels of the values inside it.

    ``names`` says what is known of the symbols here, ``uses`` what in all uses. ``unsaid`` collects
    the params that decide something without a formula. The texts of ``defaults`` are read in scopes
    of their own, which have only params.
    """

    formulas: Mapping[str, Formula]
    values: Mapping[str, Value]
    channels: dict[str, Quantity] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)
    unsaid: set[str] = field(default_factory=set)
    defaults: Mapping[Written, SymbolicScope] = field(default_factory=dict)

    def arriving(self, scope: Scope) -> Quantity:
        """Find what ``in_channels`` means in a list of steps: 0 where no value enters it."""
        return self.channels.get(scope.arriving or "", NO_CHANNELS)

    def formula(
        self,
        written: Written | None,
        kind: AttributeKind | None,
        value: Value,
        x: Quantity,
        *,
        counts: bool = False,
    ) -> Formula | None:
        """Read a text as a formula; None unless its value is ``value`` here.

        ``x`` are the channels of the value that enters the list of steps around the text.
        ``counts`` requires a whole number, with a check in the formula where that is not known.
        """
        if written is None:
            return None
        if written in self.defaults:
            return self.defaults[written].formula(written, kind, value, x, counts=counts)
        try:
            found = self._read(written.text, kind, value, x)
        except (ExpressionError, Inexpressible, Unfit):
            self.unsaid.update(self.params(written.text, x))
            return None
        if counts and not found.is_whole(self.uses.fractions):
            return formulas.apply(formulas.WHOLE, (found,))
        return found

    def _read(self, text: str, kind: AttributeKind | None, value: Value, x: Quantity) -> Formula:
        """Read a text; raise ``Inexpressible`` and other errors if it is no formula for ``value``.

        A division that is exact here need not be so where a param has another value.
        """
        values = {name: each for name, each in self.values.items() if not isinstance(each, tuple)}
        values[IN_CHANNELS] = x.value
        known = {**self.formulas, IN_CHANNELS: x.formula} if x.formula else self.formulas
        expression = parse(text)
        found = expression.evaluate(values)
        if (found if kind is None else read(kind, found)) != value:
            raise Inexpressible
        given = {each for name in expression.names for each in _names(known.get(name))}
        is_given = not self.uses.given.isdisjoint(given)
        return formulas.read(expression.root, known, None if is_given else values)

    def params(self, text: str, x: Quantity) -> Params:
        """List the params that a text depends on."""
        names = {**self.names, IN_CHANNELS: Known(self.said(x))}
        return frozenset().union(*(names[each].params for each in names_in(text) if each in names))

    def said(self, quantity: Quantity) -> Params:
        """List the params on which the formula of a quantity depends."""
        named = quantity.formula.names if quantity.formula else ()
        known = {argument_name(each): what.params for each, what in self.names.items()}
        known[IN_CHANNELS] = self.names.get(IN_CHANNELS, Known()).params
        return frozenset().union(*(known.get(each, frozenset()) for each in named))

    def quantity(
        self, step: Step | None, name: str, value: Value, x: Quantity, *, counts: bool = False
    ) -> Quantity:
        """Pair the value of an option or count with the formula that was written for it."""
        written = step.written.get(name) if step else None
        return Quantity(value, self.formula(written, None, value, x, counts=counts))

    def options(self, scope: Scope, x: Quantity) -> dict[str, Quantity]:
        """Find the options of a use of a module; a default may refer to options before it."""
        assert scope.template is not None
        written = scope.written
        found: dict[str, Quantity] = {}
        for option, value in scope.arguments.items():
            default = scope.template.options.get(option)
            if option in written or default is None:
                found[option] = self.quantity(scope.step, option, value, x)
                continue
            found[option] = self._default(scope, option, default, found)
        return found

    def _default(
        self, scope: Scope, option: str, default: str, found: Mapping[str, Quantity]
    ) -> Quantity:
        """Find the default of an option, in terms of the options before it and of params."""
        assert scope.template is not None
        params = {name for name, each in self.names.items() if each.param == name}
        known = {name: self.formulas[name] for name in params}
        known |= {name: each.formula for name, each in found.items() if each.formula}
        names = {name: self.names[name] for name in params}
        names |= {name: Known(self.said(each)) for name, each in found.items()}
        values = {**{name: self.values[name] for name in params}, **scope.arguments}
        symbols = SymbolicScope(known, values, {}, names, unsaid=self.unsaid)
        value, text = scope.arguments[option], scope.template.default(option)
        return Quantity(value, symbols.formula(text, None, value, NO_CHANNELS))


def table(
    dependence: Dependence, path: str, arriving: dict[str, Quantity], unsaid: set[str]
) -> SymbolicScope:
    """Make the symbol table of a use of a module, or of the network at the empty path.

    ``arriving`` are the channels of its inputs, by path. The params are names only in the modules
    of the network's own file.
    """
    header, scope = dependence.graph.header, dependence.graph.scopes[path]
    template = scope.template
    is_own = template is None or template.file == header.file
    hidden = scope.arguments if template else {}
    options = {option: formulas.name(argument_name(option)) for option in hidden}
    uses = Uses(dependence.fractions(template), frozenset(dependence.given(template)))
    shown = _params(dependence, template.options if template else ())
    own = SymbolicScope(shown, header.params, {}, dependence.names[""], uses, unsaid)
    return SymbolicScope(
        {**(_params(dependence) if is_own else {}), **options},
        {**(header.params if is_own else {}), **hidden},
        arriving,
        dependence.names[path],
        uses,
        unsaid,
        {text: own if at_home else _OTHER_FILE for text, at_home in dependence.defaults.items()},
    )


_OTHER_FILE = SymbolicScope({}, {})
"""The scope of the defaults of other files, whose params are no names here."""


def _params(dependence: Dependence, hidden: Container[str] = ()) -> dict[str, Formula]:
    """Find the formula of each param: a name unless hidden, or a number where it is static."""
    found: dict[str, Formula] = {}
    for param, value in dependence.graph.header.params.items():
        if param in dependence.live:
            found |= {} if param in hidden else {param: formulas.name(argument_name(param))}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[param] = formulas.number(value)
    return found


def _names(formula: Formula | None) -> frozenset[str]:
    return formula.names if formula else frozenset()


def attributes(
    node: Node, symbols: SymbolicScope, x: Quantity, *, is_written: bool = True
) -> dict[str, Quantity]:
    """Pair the value of each attribute of a node with its formula, if its step has one."""
    written = node.written if is_written else {}
    found = {}
    for name, attribute in node.op.attributes.items():
        value = getattr(node.op, name)
        counts = isinstance(value, int) and not isinstance(value, bool)
        formula = symbols.formula(written.get(name), attribute.kind, value, x, counts=counts)
        found[name] = Quantity(_plain(value), formula)
    return found


def _plain(value: Value) -> Value:
    match value:
        case (int() as height, int() as width):
            return pair((height, width))
    return value


def is_depthwise(node: Node) -> bool:
    """Whether a node is a depthwise convolution, as its step says."""
    if not from_channels(node.word) or not isinstance(node.op, Conv2d):
        return False
    arriving = node.inputs[0].channels
    return node.op.groups == arriving and node.output.channels % arriving == 0


def depthwise(
    node: Node, found: dict[str, Quantity], arriving: Quantity, x: Quantity, symbols: SymbolicScope
) -> None:
    """Express groups and filters of a depthwise convolution by the channels of its input."""
    multiplier = node.op.filters // arriving.value  # type: ignore[attr-defined]
    written = node.written.get("multiplier")
    formula = symbols.formula(written, None, multiplier, x, counts=True)
    found["groups"], found["multiplier"] = arriving, Quantity(multiplier, formula)
    if multiplier == 1:
        found["filters"] = arriving
        return
    times = formula or formulas.number(multiplier)
    product = arriving.formula and arriving.formula * times
    found["filters"] = Quantity(arriving.value * multiplier, product)


def activation(step: Step | None, op: Operator | None, symbols: SymbolicScope) -> Quantity:
    """Pair the activation of a layer or residual with the option that chose it, if one did."""
    word = op.word if op is not None else "none"
    written = step.written.get("activation") if step else None
    text = written.text if written else ""
    chosen = symbols.values.get(text) == word and text in symbols.formulas
    return Quantity(op, symbols.formulas[text] if chosen else None)
