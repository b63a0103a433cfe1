"""Expressions that construct the modules of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod

from archspec.backend import Backend
from archspec.emission.definition import Argument, Definition
from archspec.emission.fragments import (
    DefinitionCall,
    Fragment,
    LayerChain,
    MergeBlock,
    Operation,
    RepeatCopies,
    RepeatLoop,
    ResidualBlock,
    StepList,
)
from archspec.emission.loops import Loop
from archspec.emission.lowering import Leaf, Lowering, Quantity
from archspec.emission.passing import call_arguments, construct_arguments
from archspec.emission.python import Bracketed, Code, Generated, call, flat
from archspec.emission.values import (
    activating,
    has_activation,
    has_scale,
    is_activation,
    leaves_of,
    text_of,
)
from archspec.operator import Operator

NOTHING = "nn.Identity"

ANY_ACTIVATION = "Callable[..., nn.Module]"
"""The type of a factory of activations, which a class is, too."""


@dataclass
class Constructor:
    """Writes the modules of one definition; ``titles`` are the names of all classes, by key."""

    backend: Backend
    definitions: Mapping[str, Definition]
    titles: Mapping[str, str]
    arguments: Mapping[str, Argument] = field(default_factory=dict)

    @singledispatchmethod
    def module(self, step: Fragment) -> Code:
        """Write the expression that constructs a step."""
        raise TypeError(step)

    @module.register
    def steps(self, step: StepList) -> Code:
        """Write a list of steps: as a chain if it is one, else as its parts."""
        if not step.children:
            return call(NOTHING)
        owned = self.owned(step)
        if any(name.isdecimal() for name in step.children):
            return _numbered(owned, is_chain=step.is_callable)
        return call("Chain" if step.is_callable else "Parts", (), owned)

    def owned(self, step: Fragment) -> dict[str, Code]:
        """Write the modules inside a step by name, without steps that construct nothing."""
        return {
            word: self.module(child) for word, child in step.children.items() if is_owner(child)
        }

    @module.register
    def operation(self, step: Operation) -> Code:
        """Write one operator."""
        return self.lowered(step.lowering, step.leaves, *_in_place(step.lowering))

    def lowered(self, lowering: Lowering, leaves: Mapping[str, Leaf], *flags: str) -> Bracketed:
        """Write the call of a construct, with ``flags`` set."""
        found = construct_arguments(lowering, leaves, lowering.named)
        named = {**found.named, **dict.fromkeys(flags, "True")}
        return call(lowering.construct, found.positional, named)

    @module.register
    def layer(self, step: LayerChain) -> Code:
        """Write the operators of a layer as a chain."""
        steps: dict[str, Code] = {word: self.module(child) for word, child in step.children.items()}
        if not has_activation(step):
            return call("Chain", (), steps)
        chosen, (word, last) = step.leaves["activation"], list(step.children.items())[-1]
        assert isinstance(chosen, Quantity)
        assert isinstance(last, Operation)
        if chosen.formula is not None:
            steps["activation"] = self.activation(chosen)
        elif chosen.value.word in last.lowering.fuses:
            steps[word] = self.lowered(last.lowering, last.leaves, chosen.value.word)
        else:
            steps[chosen.value.word] = self.activation(chosen)
        return call("Chain", (), steps)

    @module.register
    def called(self, step: DefinitionCall) -> Code:
        """Write a use of a definition."""
        found = call_arguments(self.definitions[step.definition], step, self.passed)
        return call(self.titles[step.definition], found.positional, found.named)

    @module.register
    def merge(self, step: MergeBlock) -> Code:
        """Write a merge with its branches."""
        head = step.lowering.construct if step.is_callable else "Parts"
        return call(head, (), self.owned(step))

    @module.register
    def residual(self, step: ResidualBlock) -> Code:
        """Write a residual, or only its parts where the branches read different values."""
        named: dict[str, Code] = {}
        if has_scale(step):
            factor = text_of(step.leaves["scale"])
            named["scale"] = factor if step.is_callable else call("Scale", [factor])
        if has_activation(step):
            named["activation"] = self.activation(step.leaves["activation"])
        if step.is_callable and step.free and not has_scale(step):
            named["inplace"] = "True"
        head = "Residual" if step.is_callable else "Parts"
        return call(head, (), {**named, **self.owned(step)})

    @module.register
    def repeat(self, step: RepeatLoop) -> Code:
        """Write the copies of a repeat as a loop."""
        copy = step.children.get("copy")
        if copy is None:
            return call("nn.Sequential")
        loop = Loop.over(step, frozenset(self.arguments))
        element = self.module(copy.replace_leaves(loop.bound))
        iterable = loop.iterable(self.passed)
        return call("nn.Sequential", [Generated("*(", element, loop.variables, iterable)])

    @module.register
    def unrolled(self, step: RepeatCopies) -> Code:
        """Write copies that differ in structure one by one."""
        return call("nn.Sequential", [self.module(child) for child in step.children.values()])

    def passed(self, leaf: Leaf) -> Code:
        """Write what a use passes for an argument: an activation by its class."""
        if leaf.formula is None and isinstance(leaf, Quantity) and is_activation(leaf.value):
            return self.factory(leaf.value)
        return text_of(leaf)

    def factory(self, op: Operator | None) -> str:
        """Write a factory of an activation."""
        if op is None:
            return NOTHING
        written = self.lowered(*activating(self.backend, op))
        head = written.opening[:-1]
        inner = ", ".join(prefix + flat(item) for prefix, item in written.items)
        return f"partial({head}, {inner})" if inner else head

    def kind_of(self, op: Operator | None) -> str:
        """Write the type of a factory of an activation."""
        return ANY_ACTIVATION if self.factory(op).startswith("partial") else "type[nn.Module]"

    def activation(self, leaf: Leaf) -> Code:
        """Write an activation that is the only user of its input."""
        assert isinstance(leaf, Quantity)
        if leaf.formula is None:
            lowering, leaves = activating(self.backend, leaf.value)
            return self.lowered(lowering, leaves, *_in_place(lowering))
        return call(str(leaf.formula), (), {"inplace": "True"} if self.all_in_place(leaf) else {})

    def all_in_place(self, leaf: Quantity) -> bool:
        """Whether every activation that an argument may stand for works in place.

        A use that passes on what it was given itself may stand for any.
        """
        given = leaves_of(self.arguments[str(leaf.formula)])
        return all(isinstance(each, Quantity) and self.is_in_place(each) for each in given)

    def is_in_place(self, leaf: Quantity) -> bool:
        """Whether an activation works in place, as having none does."""
        if leaf.formula is not None:
            return False
        return leaf.value is None or activating(self.backend, leaf.value)[0].in_place


def _in_place(lowering: Lowering) -> Iterator[str]:
    """Yield the flag of a construct that overwrites its input."""
    if lowering.in_place:
        yield "inplace"


def _numbered(owned: Mapping[str, Code], *, is_chain: bool) -> Bracketed:
    """Write modules of which some have numbers for names."""
    named = Bracketed("{", tuple((f'"{name}": ', each) for name, each in owned.items()), "}")
    return Bracketed("Chain(", (("**", named),)) if is_chain else call("nn.ModuleDict", [named])


def is_owner(step: Fragment) -> bool:
    """Whether a step constructs anything; a merge of named values does not."""
    is_merge = isinstance(step, MergeBlock)
    return is_merge or not isinstance(step, Operation) or step.lowering.join is None
