"""Bodies of functions that are told the name of a step, for frameworks without modules."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archspec.emission.bodies import BodyWriter, LoopHead, Notation
from archspec.emission.definition import Argument, Definition
from archspec.emission.fragments import DefinitionCall, RepeatLoop
from archspec.emission.loops import Loop
from archspec.emission.lowering import Leaf
from archspec.emission.names import OWNED
from archspec.emission.passing import call_arguments
from archspec.emission.python import Bracketed, Source, call

NAME = "{name}"
"""The path of the step that a function does: the name that it is told."""


@dataclass
class FunctionNotation(Notation, ABC):
    """How functions write steps: by the paths that they have in the spec.

    ``titles`` are all functions by the keys of their definitions, ``arguments`` those of the
    definition that is written.
    """

    definitions: Mapping[str, Definition]
    titles: Mapping[str, str]
    arguments: Mapping[str, Argument] = field(default_factory=dict, kw_only=True)

    @abstractmethod
    def passed(self, leaf: Leaf) -> Source:
        """Write what a use passes for an argument."""

    @property
    def owned(self) -> frozenset[str]:
        """The names of functions and arguments, and those that Python has a meaning for."""
        return OWNED | {*self.titles.values(), *self.arguments}

    def inside(self, path: str, name: str) -> str:
        """Put a name behind a path; the network has none."""
        return f"{path}.{name}" if path else name

    def copy_of(self, path: str, index: str) -> str:
        """Put a number behind a path."""
        return self.inside(path, index)

    def loop(self, body: BodyWriter, repeat: RepeatLoop, path: str) -> LoopHead:
        """Count the copies, for their paths."""
        index = repeat.index
        loop = Loop.over(repeat, frozenset(body.taken))
        body.taken |= {index, *loop.differing.values()}
        variables, iterable = loop.numbered(index, self.passed)
        copy = repeat.children["copy"].replace_leaves(loop.bound)
        return LoopHead(f"for {variables} in ", iterable, copy, self.inside(path, f"{{{index}}}"))

    def called(self, use: DefinitionCall, path: str, values: Sequence[str]) -> Bracketed:
        """Call the function of a definition with values and the path of the step."""
        found = call_arguments(self.definitions[use.definition], use, self.passed)
        head = self.titles[use.definition]
        return call(head, [*values, quoted(path), *found.positional], found.named)


_PATH = re.compile(r"(?:\w+|{\w+})(?:\.(?:\w+|{\w+}))*", re.ASCII)


def quoted(path: str) -> str:
    """Write a path, whose variables are in braces."""
    if path == NAME:
        return "name"
    if _PATH.fullmatch(path) is None:
        raise ValueError(f"{path!r} is no name")
    return f'f"{path}"' if "{" in path else f'"{path}"'
