"""The expressions that construct the modules of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archspec.backend import Backend
from archspec.emit.definition import Argument, Definition
from archspec.emit.formula import name
from archspec.emit.lowering import Each, Leaf, Lowering, Quantity, Use, constant
from archspec.emit.part import Part, Role
from archspec.emit.python import Bracketed, Generated, Source, call, flat, listed, literal
from archspec.operator import Operator
from archspec.tensor import TensorType

NOTHING = "nn.Identity"

FEW = 4
"""Arguments up to which a call names them; a longer row is passed by position, as in torchvision."""


@dataclass
class Constructor:
    """Writes the parts of one definition; ``titles`` are the class names of all definitions by key."""

    backend: Backend
    definitions: Mapping[str, Definition]
    titles: Mapping[str, str]
    arguments: Mapping[str, Argument] = field(default_factory=dict)

    def module(self, part: Part) -> Source:
        """Write what constructs a part."""
        return _WRITERS[part.role](self, part)

    def steps(self, part: Part) -> Source:
        """Write a list of steps: a chain where it is one, else just what is in it."""
        if not part.children:
            return call(NOTHING)
        head = "Chain" if part.is_callable else "Parts"
        return call(head, (), self.owned(part))

    def owned(self, part: Part) -> dict[str, Source]:
        """Write the modules inside a part by name, leaving out what constructs nothing."""
        return {word: self.module(child) for word, child in part.children.items() if is_owner(child)}

    def operation(self, part: Part) -> Source:
        """Write one operator."""
        lowering = part.lowering
        assert lowering is not None
        return self.lowered(lowering, part.leaves, in_place=lowering.in_place)

    def lowered(
        self, lowering: Lowering, leaves: Mapping[str, Leaf], *, in_place: bool = False
    ) -> Bracketed:
        """Write a call of what a rule constructs."""
        positional = [self.leaf(leaves[argument]) for argument in lowering.positional]
        named: dict[str, Source] = {}
        for argument in lowering.named:
            written = self.leaf(leaves[argument])
            if lowering.ordered and not named and written == argument:
                positional.append(written)
            elif not _is(leaves[argument], lowering.defaults.get(argument, _NEVER)):
                named[argument] = written
        if in_place:
            named["inplace"] = "True"
        return call(lowering.construct, positional, named)

    def layer(self, part: Part) -> Source:
        """Write a layer's operators in a row."""
        steps: dict[str, Source] = {word: self.module(child) for word, child in part.children.items()}
        chosen = part.leaves["activation"]
        if has_activation(part):
            fixed = isinstance(chosen, Quantity) and chosen.formula is None
            steps[chosen.value.word if fixed else "activation"] = self.activation(chosen)
        return call("Chain", (), steps)

    def called(self, part: Part) -> Source:
        """Write a use of a definition."""
        assert isinstance(part.key, str)
        definition = self.definitions[part.key]
        positional, named = [], {}
        for argument in definition.arguments:
            leaf = part.leaves[argument.name]
            if argument.positional:
                positional.append(self.passed(leaf))
            elif argument.default is None or not _is(leaf, argument.default.value):
                named[argument.name] = self.passed(leaf)
        written = call(self.titles[part.key], positional, named)
        if len(named) > FEW and all(argument.default is None for argument in definition.arguments):
            return call(self.titles[part.key], [*positional, *named.values()])
        return written

    def merge(self, part: Part) -> Source:
        """Write a merge with its branches."""
        assert part.lowering is not None
        head = part.lowering.construct if part.is_callable else "Parts"
        return call(head, (), self.owned(part))

    def residual(self, part: Part) -> Source:
        """Write a residual; its parts alone where they start from different values."""
        named: dict[str, Source] = {}
        if has_scale(part):
            factor = self.leaf(part.leaves["scale"])
            named["scale"] = factor if part.is_callable else call("Scale", [factor])
        if has_activation(part):
            named["activation"] = self.activation(part.leaves["activation"])
        head = "Residual" if part.is_callable else "Parts"
        return call(head, (), {**named, **self.owned(part)})

    def repeat(self, part: Part) -> Source:
        """Write the copies of a repeat as a loop."""
        copy = part.children.get("copy")
        if copy is None:
            return call("nn.Sequential")
        loop = Loop.over(part, frozenset(self.arguments))
        element = self.module(copy.replace_leaves(loop.bound))
        return call("nn.Sequential", [Generated("*(", element, loop.variables, loop.iterable(self))])

    def unrolled(self, part: Part) -> Source:
        """Write copies that differ in structure one by one."""
        return call("nn.Sequential", [self.module(child) for child in part.children.values()])

    def leaf(self, leaf: Leaf) -> str:
        """Write a value: its formula, else its number."""
        if leaf.formula is not None:
            whole = isinstance(leaf, Quantity) and isinstance(leaf.value, int)
            text = str(leaf.formula)
            return f"int({text})" if whole and leaf.formula.may_be_fraction else text
        assert isinstance(leaf, Quantity)
        return literal(leaf.value)

    def passed(self, leaf: Leaf) -> Source:
        """Write what a use passes for an argument: an activation by its class."""
        if leaf.formula is None and isinstance(leaf, Quantity) and is_activation(leaf.value):
            return self.factory(leaf.value)
        return self.leaf(leaf)

    def factory(self, op: Operator | None) -> str:
        """Write what makes an activation when called."""
        if op is None:
            return NOTHING
        written = self.lowered(*_activating(self.backend, op))
        head = written.opening[:-1]
        inner = ", ".join(prefix + flat(item) for prefix, item in written.items)
        return f"partial({head}, {inner})" if inner else head

    def activation(self, leaf: Leaf) -> Source:
        """Write an activation behind an operator whose output nobody else reads."""
        assert isinstance(leaf, Quantity)
        if leaf.formula is None:
            lowering, leaves = _activating(self.backend, leaf.value)
            return self.lowered(lowering, leaves, in_place=lowering.in_place)
        return call(str(leaf.formula), (), {"inplace": "True"} if self.all_in_place(leaf) else {})

    def all_in_place(self, leaf: Quantity) -> bool:
        """Whether every activation that an argument may stand for works in place."""
        argument = self.arguments[str(leaf.formula)]
        leaves = [*argument.leaves, *([argument.default] if argument.default else [])]
        ops = [each.value for each in leaves if isinstance(each, Quantity)]
        return all(op is None or _activating(self.backend, op)[0].in_place for op in ops)


_NEVER = object()

_WRITERS = {
    Role.OPERATION: Constructor.operation,
    Role.LAYER: Constructor.layer,
    Role.CALL: Constructor.called,
    Role.MERGE: Constructor.merge,
    Role.RESIDUAL: Constructor.residual,
    Role.REPEAT: Constructor.repeat,
    Role.UNROLLED: Constructor.unrolled,
    Role.STEPS: Constructor.steps,
}


@dataclass(frozen=True)
class Loop:
    """How the copies of a repeat are run through: a count, or the values in which they differ."""

    times: Leaf
    differing: Mapping[Each, str]
    index: str | None

    @classmethod
    def over(cls, part: Part, taken: frozenset[str]) -> Loop:
        """Find what differs between the copies, and names for it that are not ``taken``."""
        copy, variable = part.children["copy"], str(part.key)
        found = [
            (word, leaf)
            for each in copy.walk()
            for word, leaf in each.leaves.items()
            if isinstance(leaf, Each) and leaf.variable == variable
        ]
        differing: dict[Each, str] = {}
        for word, leaf in found:
            used = {*taken, *differing.values()}
            names = (word, *(f"{word}_{number}" for number in range(2, len(found) + 3)))
            differing.setdefault(leaf, next(each for each in names if each not in used))
        formulas = [leaf.formula for each in copy.walk() for leaf in each.leaves.values() if leaf.formula]
        counted = any(variable in formula.names for formula in formulas)
        return cls(part.leaves["times"], differing, variable if counted else None)

    def bound(self, leaf: Leaf) -> Leaf:
        """Replace a value that differs by the variable that runs through it."""
        variable = self.differing.get(leaf) if isinstance(leaf, Each) else None
        if variable is None or not isinstance(leaf, Each):
            return leaf
        return leaf.items[0]._replace(formula=name(variable))

    @property
    def variables(self) -> str:
        """The variables of the loop."""
        own = [*self._counter, *self.differing.values()]
        return ", ".join(own)

    @property
    def _counter(self) -> list[str]:
        if self.index is not None:
            return [self.index]
        counted = self.times.formula is not None and self.times.formula.names
        return ["_"] if counted or not self.differing else []

    def iterable(self, writer: Constructor) -> Source:
        """Write what the loop runs through."""
        columns: list[Source] = [call("range", [writer.leaf(self.times)])] if self._counter else []
        columns += [_column(each, writer) for each in self.differing]
        if len(columns) == 1:
            return columns[0]
        return call("zip", columns, {"strict": "True"})


def _column(each: Each, writer: Constructor) -> Source:
    """Write the values of one variable: a range, where they count up by the same amount."""
    if each.formula is not None:
        return str(each.formula)
    values = [item.value for item in each.items if isinstance(item, Quantity) and _is_number(item)]
    steps = {after - before for before, after in pairwise(values)}
    if len(values) == len(each.items) > 3 and len(steps) == 1 and (step := steps.pop()) > 0:
        return call("range", [str(values[0]), str(values[-1] + step), str(step)])
    return listed([_item(item, writer) for item in each.items], "()")


def _item(item: Leaf, writer: Constructor) -> Source:
    if isinstance(item, Each) and item.formula is None:
        return listed([_item(inner, writer) for inner in item.items], "()")
    return writer.passed(item)


def _is_number(item: Quantity) -> bool:
    number = isinstance(item.value, int) and not isinstance(item.value, bool)
    return number and (item.formula is None or item.formula.constant is not None)


def _is(leaf: Leaf, value: object) -> bool:
    """Whether a leaf is just this value, whatever is passed elsewhere."""
    known = leaf.formula is None or leaf.formula.constant is not None
    return isinstance(leaf, Quantity) and known and leaf.value == value


def has_scale(part: Part) -> bool:
    """Whether the body of a residual is scaled."""
    return not _is(part.leaves["scale"], 1)


def has_activation(part: Part) -> bool:
    """Whether a layer or residual has an activation, or an argument that may be one."""
    return part.leaves["activation"] != Quantity(None)


def is_activation(value: object) -> bool:
    """Whether the value of a leaf is an activation, or the lack of one."""
    return value is None or isinstance(value, Operator)


def is_owner(part: Part) -> bool:
    """Whether a part constructs anything; a merge of named values does not."""
    return not (part.role is Role.OPERATION and part.lowering and part.lowering.join)


def _activating(backend: Backend, op: Operator) -> tuple[Lowering, Mapping[str, Leaf]]:
    """Apply the rule of an activation that stands behind an operator."""
    attributes = {word: constant(getattr(op, word)) for word in op.attributes}
    anything = TensorType(())
    use = Use(op, (anything,), anything, attributes, (), may_overwrite=True)
    lowering: Lowering = backend.rules[type(op)](use)
    return lowering, {**lowering.positional, **lowering.named}


def leaves_of(argument: Argument) -> Iterator[object]:
    """List the values that an argument may have."""
    leaves: Sequence[Leaf] = [*argument.leaves, *([argument.default] if argument.default else [])]
    yield from (leaf.value for leaf in leaves if isinstance(leaf, Quantity))
