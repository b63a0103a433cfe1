"""Functions that are passed the name of their step, for frameworks without modules."""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from archspec.emission import describe
from archspec.emission.bodies import BodyWriter, LoopHead, Notation, returned
from archspec.emission.definition import Argument, Definition
from archspec.emission.fragments import (
    DefinitionCall,
    Fragment,
    MergeBlock,
    Operation,
    RepeatLoop,
    StepList,
)
from archspec.emission.heading import Kinds, annotation, titles
from archspec.emission.loops import Loop
from archspec.emission.lowering import Leaf
from archspec.emission.names import IN_CHANNELS, OWNED, identifier, variable
from archspec.emission.passing import call_arguments, is_long_row
from archspec.emission.python import INDENT, Bracketed, Code, call, flat

NAME = "{name}"
"""The path of the step that a function computes: its argument ``name``."""


@dataclass
class FunctionNotation(Notation, ABC):
    """The notation of functions, which refer to steps by their paths in the spec.

    ``titles`` are the names of all functions by the keys of their definitions, ``arguments`` those
    of the definition that is being written.
    """

    definitions: Mapping[str, Definition]
    titles: Mapping[str, str]
    arguments: Mapping[str, Argument] = field(default_factory=dict, kw_only=True)

    context: ClassVar[tuple[str, ...]] = ()
    """Arguments that every function passes on, besides its values, under the same names."""

    @abstractmethod
    def passed(self, leaf: Leaf) -> Code:
        """Write what a use passes for an argument."""

    @property
    def owned(self) -> frozenset[str]:
        """The names of functions and arguments, and those that Python reserves."""
        return OWNED | {*self.titles.values(), *self.arguments}

    def inside(self, path: str, name: str) -> str:
        """Put a name behind a path; the network has none."""
        return f"{path}.{name}" if path else name

    def copy_of(self, path: str, index: str) -> str:
        """Put a number behind a path."""
        return self.inside(path, index)

    def loop(self, body: BodyWriter, repeat: RepeatLoop, path: str) -> LoopHead:
        """Write a loop with an index, which the paths of the copies contain."""
        index = repeat.index
        loop = Loop.over(repeat, frozenset(body.taken))
        body.taken |= {index, *loop.differing.values()}
        variables, iterable = loop.numbered(index, self.passed)
        copy = repeat.children["copy"].replace_leaves(loop.bound)
        return LoopHead(f"for {variables} in ", iterable, copy, self.inside(path, f"{{{index}}}"))

    def whole(self, step: Fragment, path: str, values: Sequence[str], column: int) -> Code | None:
        """Call the function of a definition, or write an operator."""
        if isinstance(step, DefinitionCall):
            return self.called(step, path, values)
        if isinstance(step, Operation) and not isinstance(step, MergeBlock):
            return self.joined(step, path, values, column)
        return None

    def called(self, use: DefinitionCall, path: str, values: Sequence[str]) -> Bracketed:
        """Call the function of a definition with values and the path of the step."""
        found = call_arguments(self.definitions[use.definition], use, self.passed)
        head = self.titles[use.definition]
        return call(head, [*values, *self.context, quoted(path), *found.positional], found.named)


def function_titles(definitions: Sequence[Definition], taken: Collection[str]) -> dict[str, str]:
    """Name the function of each definition, the network's first; no argument shadows one."""
    *others, network = definitions
    found = titles([network], _candidates, taken)
    hidden = {given.name for each in definitions for given in each.arguments}
    return found | titles(others, _candidates, {*taken, *hidden, *found.values()})


def _candidates(definition: Definition) -> Iterator[str]:
    """List names for a function: the spec's, then that with a number."""
    title = variable(identifier(definition.name))
    yield title
    yield from (f"{title}_{number}" for number in itertools.count(2))


def parameters(definition: Definition, notation: FunctionNotation, kind_of: Kinds) -> list[str]:
    """Write the parameters of a function that stand for the arguments of its definition."""
    written: dict[bool, list[str]] = {True: [], False: []}
    for argument in definition.arguments:
        told = f"{identifier(argument.name)}: {annotation(argument, kind_of)}"
        default = argument.default and f" = {flat(notation.passed(argument.default))}"
        written[argument.positional].append(f"{told}{default or ''}")
    is_named = definition.key and written[False] and not is_long_row(definition)
    return [*written[True], *(["*"] if is_named else []), *written[False]]


def arrivals(definition: Definition, body: BodyWriter) -> list[str]:
    """Name the values that a function takes: ``x`` for one without a name."""
    return [body.fresh(each) for each in definition.inputs] or ["x"]


def statements(definition: Definition, body: BodyWriter, arriving: Sequence[str]) -> Iterator[str]:
    """Write the statements of a module's or layer's function, with its return."""
    content = definition.body
    for x, told in zip(arriving, definition.arriving or (IN_CHANNELS,), strict=True):
        if told in content.names:
            yield f"{' ' * INDENT}{told} = {x}.shape[-1]"
    if isinstance(content, StepList):
        tell = partial(describe.shape, numbers=False) if len(content.children) > 1 else None
        left = body.steps(content, NAME, arriving, "x", tell)
    else:
        left = [body.step(content, NAME, arriving, "x")]
    for each in returned(body.written, ", ".join(left), INDENT):
        yield from each.written()


def network_statements(
    definition: Definition, body: BodyWriter, arriving: Sequence[str]
) -> list[str]:
    """Write the statements of the network's function; return what holds its outputs."""
    content = definition.body
    assert isinstance(content, StepList)
    return body.steps(content, "", arriving, "x", partial(describe.shape, numbers=True))


_PATH = re.compile(r"(?:\w+|{\w+})(?:\.(?:\w+|{\w+}))*", re.ASCII)


def quoted(path: str) -> str:
    """Write a path, whose variables are in braces."""
    if path == NAME:
        return "name"
    if _PATH.fullmatch(path) is None:
        raise ValueError(f"{path!r} is no name")
    return f'f"{path}"' if "{" in path else f'"{path}"'
