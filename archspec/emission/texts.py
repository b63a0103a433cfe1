"""What authors wrote, as formulas in the names of the enclosing module, each checked."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field

from archspec.attributes import Kind, Unfit, Value, read
from archspec.emission import formula as formulas
from archspec.emission.formula import Formula, Inexpressible
from archspec.emission.lowering import Quantity, pair
from archspec.emission.names import identifier
from archspec.graph import Node, Scope, Step, Written
from archspec.language.expressions import parse
from archspec.language.terms import ExpressionError
from archspec.operator import Operator

IN_CHANNELS = "in_channels"
_USED = "cls functional index keras layers math name nn ops partial self torch x".split()
OWNED = frozenset((*keyword.kwlist, *dir(builtins), *_USED))
"""Names that emitted code uses for something else."""


def variable(name: str) -> str:
    """Return a name, with an underscore at its end where Python takes it for something else."""
    return f"{identifier(name)}_" if name in OWNED else identifier(name)


@dataclass(frozen=True)
class Place:
    """The names that one use of a module may speak of, and the channels of the values inside it."""

    formulas: Mapping[str, Formula]
    values: Mapping[str, Value]
    channels: dict[str, Quantity] = field(default_factory=dict)

    def formula(
        self, written: Written | None, kind: Kind | None, value: Value, x: Quantity
    ) -> Formula | None:
        """Read a text as a formula; None unless it comes to ``value`` here.

        ``x`` are the channels that arrive at the list which the text stands in.
        """
        if written is None:
            return None
        values = {name: each for name, each in self.values.items() if not isinstance(each, tuple)}
        values[IN_CHANNELS] = x.value
        known = {**self.formulas, IN_CHANNELS: x.formula} if x.formula else self.formulas
        try:
            expression = parse(written.text)
            found = expression.evaluate(values)
            if (found if kind is None else read(kind, found)) != value:
                return None
            return formulas.read(expression.root, known, values)
        except (ExpressionError, Inexpressible, Unfit):
            return None

    def quantity(self, step: Step | None, name: str, value: Value, x: Quantity) -> Quantity:
        """Find the value of an option or count, and what was written for it."""
        written = step.written.get(name) if step else None
        return Quantity(value, self.formula(written, None, value, x))

    def options(self, scope: Scope, x: Quantity) -> dict[str, Quantity]:
        """Find the options of a use of a module; a default may speak of the options before it."""
        assert scope.template is not None
        written = scope.step.written if scope.step else {}
        found: dict[str, Quantity] = {}
        for option, value in scope.arguments.items():
            default = scope.template.options.get(option)
            if option in written or default is None:
                found[option] = self.quantity(scope.step, option, value, x)
                continue
            known = {name: each.formula for name, each in found.items() if each.formula}
            text = Written(default, scope.template.span)
            formula = Place(known, scope.arguments).formula(text, None, value, x)
            found[option] = Quantity(value, formula)
        return found


def attributes(
    node: Node, place: Place, x: Quantity, *, spoken: bool = True
) -> dict[str, Quantity]:
    """Find the value of each attribute of a node, and its formula if the step speaks of it."""
    written = node.step.written if spoken else {}
    found = {}
    for name, attribute in node.op.attributes.items():
        value = getattr(node.op, name)
        formula = place.formula(written.get(name), attribute.kind, value, x)
        found[name] = Quantity(_plain(value), formula)
    return found


def _plain(value: Value) -> Value:
    if isinstance(value, tuple) and len(value) == 2:
        height, width = value
        assert isinstance(height, int)
        assert isinstance(width, int)
        return pair((height, width))
    return value


def depthwise(node: Node, found: dict[str, Quantity], arriving: Quantity, place: Place) -> None:
    """Say of a depthwise convolution that its groups are the channels that arrive."""
    multiplier = node.op.filters // arriving.value  # type: ignore[attr-defined]
    formula = place.formula(node.step.written.get("multiplier"), None, multiplier, arriving)
    found["groups"], found["multiplier"] = arriving, Quantity(multiplier, formula)
    if multiplier == 1:
        found["filters"] = arriving
        return
    times = formula or formulas.number(multiplier)
    product = arriving.formula and arriving.formula.times(times)
    found["filters"] = Quantity(arriving.value * multiplier, product)


def channels(node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]) -> Quantity:
    """Find the channels of what a node gives: written, or computed from those that arrive."""
    for name in ("filters", "units"):
        if name in found:
            return found[name]
    value = node.output.channels
    computed = _COMPUTED.get(node.op.word)
    if computed is not None:
        return Quantity(value, computed(node, found, arriving))
    return next((each for each in arriving if each.value == value), Quantity(value))


def _concat(
    node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]
) -> Formula | None:
    total = formulas.number(0)
    for each in arriving:
        if each.formula is None:
            return None
        total = total.plus(each.formula)
    return total


def _slice(
    node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]
) -> Formula | None:
    start, stop = (
        each.formula or formulas.number(each.value) for each in (found["start"], found["stop"])
    )
    return stop.minus(start)


def _flatten(
    node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]
) -> Formula | None:
    cells = node.inputs[0].size // node.inputs[0].channels
    return arriving[0].formula and arriving[0].formula.times(formulas.number(cells))


_COMPUTED = {"concat": _concat, "slice": _slice, "flatten": _flatten}


def activation(step: Step | None, op: Operator | None, place: Place) -> Quantity:
    """Find the activation of a layer or residual, and the option that chose it."""
    word = op.word if op is not None else "none"
    written = step.written.get("activation") if step else None
    text = written.text if written else ""
    chosen = place.values.get(text) == word and text in place.formulas
    return Quantity(op, place.formulas[text] if chosen else None)
