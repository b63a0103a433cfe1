"""The arguments of calls, of constructs and of definitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from archspec.emission.definition import Definition
from archspec.emission.fragments import DefinitionCall
from archspec.emission.loops import Passed
from archspec.emission.lowering import Leaf, Lowering
from archspec.emission.python import Code
from archspec.emission.values import is_just, text_of

FEW = 4
"""Arguments up to which a call names them; more go by position, as in torchvision's GoogLeNet."""


@dataclass
class Arguments:
    """The arguments of a call, by position and by name."""

    positional: list[Code] = field(default_factory=list)
    named: dict[str, Code] = field(default_factory=dict)


def construct_arguments(
    lowering: Lowering, leaves: Mapping[str, Leaf], by_position: Collection[str]
) -> Arguments:
    """Write the arguments of a construct, without those that equal their defaults.

    Arguments listed in ``by_position`` are passed so if they are variables of the same names, and
    those before them are, too.
    """
    found = Arguments([text_of(leaves[argument]) for argument in lowering.positional])
    is_gapless = lowering.ordered
    for argument in lowering.named:
        written = text_of(leaves[argument])
        is_gapless = is_gapless and written == argument and argument in by_position
        if is_gapless:
            found.positional.append(written)
        elif not is_just(leaves[argument], lowering.defaults.get(argument, _NEVER)):
            found.named[argument] = written
    return found


_NEVER = object()


def call_arguments(definition: Definition, use: DefinitionCall, write: Passed) -> Arguments:
    """Write the arguments of a call of a definition, without those that equal their defaults."""
    found, in_a_row = Arguments(), is_long_row(definition)
    for argument in definition.arguments:
        leaf = use.leaves[argument.name]
        if argument.positional or in_a_row:
            found.positional.append(write(leaf))
        elif argument.default is None or not is_just(leaf, argument.default.value):
            found.named[argument.name] = write(leaf)
    return found


def is_long_row(definition: Definition) -> bool:
    """Whether calls pass all arguments by position, since there are many and none has a default."""
    named = [each for each in definition.arguments if not each.positional]
    return len(named) > FEW and all(each.default is None for each in definition.arguments)
