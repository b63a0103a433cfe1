"""The expressions that construct the modules of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archspec.backend import Backend
from archspec.emission.definition import Argument, Definition
from archspec.emission.loops import Loop
from archspec.emission.lowering import Leaf, Lowering, Quantity
from archspec.emission.part import Part, Role
from archspec.emission.python import Bracketed, Generated, Source, call, flat
from archspec.emission.values import (
    activating,
    has_activation,
    has_scale,
    is_activation,
    is_just,
    text_of,
)
from archspec.operator import Operator

NOTHING = "nn.Identity"

FEW = 4
"""Options that a call passes by name; more go by position, as in torchvision's GoogLeNet."""


@dataclass
class Constructor:
    """Writes the parts of one definition; ``titles`` are the class names of all, by key."""

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
        return {
            word: self.module(child) for word, child in part.children.items() if is_owner(child)
        }

    def operation(self, part: Part) -> Source:
        """Write one operator."""
        lowering = part.lowering
        assert lowering is not None
        return self.lowered(lowering, part.leaves, in_place=lowering.in_place)

    def lowered(
        self, lowering: Lowering, leaves: Mapping[str, Leaf], *, in_place: bool = False
    ) -> Bracketed:
        """Write a call of what a rule constructs."""
        positional = [text_of(leaves[argument]) for argument in lowering.positional]
        named: dict[str, Source] = {}
        is_gapless = lowering.ordered
        for argument in lowering.named:
            written = text_of(leaves[argument])
            is_gapless = is_gapless and written == argument
            if is_gapless:
                positional.append(written)
            elif not is_just(leaves[argument], lowering.defaults.get(argument, _NEVER)):
                named[argument] = written
        if in_place:
            named["inplace"] = "True"
        return call(lowering.construct, positional, named)

    def layer(self, part: Part) -> Source:
        """Write a layer's operators in a row."""
        steps: dict[str, Source] = {
            word: self.module(child) for word, child in part.children.items()
        }
        chosen = part.leaves["activation"]
        if has_activation(part):
            assert isinstance(chosen, Quantity)
            word = chosen.value.word if chosen.formula is None else "activation"
            steps[word] = self.activation(chosen)
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
            elif argument.default is None or not is_just(leaf, argument.default.value):
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
            factor = text_of(part.leaves["scale"])
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
        iterable = loop.iterable(self.passed)
        return call("nn.Sequential", [Generated("*(", element, loop.variables, iterable)])

    def unrolled(self, part: Part) -> Source:
        """Write copies that differ in structure one by one."""
        return call("nn.Sequential", [self.module(child) for child in part.children.values()])

    def passed(self, leaf: Leaf) -> Source:
        """Write what a use passes for an argument: an activation by its class."""
        if leaf.formula is None and isinstance(leaf, Quantity) and is_activation(leaf.value):
            return self.factory(leaf.value)
        return text_of(leaf)

    def factory(self, op: Operator | None) -> str:
        """Write what makes an activation when called."""
        if op is None:
            return NOTHING
        written = self.lowered(*activating(self.backend, op))
        head = written.opening[:-1]
        inner = ", ".join(prefix + flat(item) for prefix, item in written.items)
        return f"partial({head}, {inner})" if inner else head

    def activation(self, leaf: Leaf) -> Source:
        """Write an activation behind an operator whose output nobody else reads."""
        assert isinstance(leaf, Quantity)
        if leaf.formula is None:
            lowering, leaves = activating(self.backend, leaf.value)
            return self.lowered(lowering, leaves, in_place=lowering.in_place)
        return call(str(leaf.formula), (), {"inplace": "True"} if self.all_in_place(leaf) else {})

    def all_in_place(self, leaf: Quantity) -> bool:
        """Whether every activation that an argument may stand for works in place.

        A use that passes on what it was given itself may stand for any.
        """
        argument = self.arguments[str(leaf.formula)]
        leaves = [*argument.leaves, *([argument.default] if argument.default else [])]
        return all(isinstance(each, Quantity) and self.is_in_place(each) for each in leaves)

    def is_in_place(self, leaf: Quantity) -> bool:
        """Whether a given activation works in place; none at all does no harm."""
        if leaf.formula is not None:
            return False
        return leaf.value is None or activating(self.backend, leaf.value)[0].in_place


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


def is_owner(part: Part) -> bool:
    """Whether a part constructs anything; a merge of named values does not."""
    return not (part.role is Role.OPERATION and part.lowering and part.lowering.join)
