"""The arguments of calls: of what a rule constructs, and of definitions."""

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
    """What a call passes by position, and by name."""

    positional: list[Code] = field(default_factory=list)
    named: dict[str, Code] = field(default_factory=dict)


def construct_arguments(
    lowering: Lowering, leaves: Mapping[str, Leaf], by_position: Collection[str]
) -> Arguments:
    """Write what a construct is given, but for what is so by default.

    Arguments that are ``by_position`` go so if they are variables of the same names, and those
    before them are too.
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
    """Write what a use of a definition passes, but for what is so by default."""
    found, in_a_row = Arguments(), is_long_row(definition)
    for argument in definition.arguments:
        leaf = use.leaves[argument.name]
        if argument.positional or in_a_row:
            found.positional.append(write(leaf))
        elif argument.default is None or not is_just(leaf, argument.default.value):
            found.named[argument.name] = write(leaf)
    return found


def is_long_row(definition: Definition) -> bool:
    """Whether uses pass all arguments by position, since they are many and must all be given."""
    named = [each for each in definition.arguments if not each.positional]
    return len(named) > FEW and all(each.default is None for each in definition.arguments)
