"""The parsed form of a document: its declarations, modules, network and contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.graph import Input, Template
from archspec.language.document.bounds import Bound
from archspec.language.syntax.expressions import Constant
from archspec.language.syntax.syntax import Argument, Operand, Step, Text
from archspec.language.yaml import values
from archspec.source import File, Source, Span


class Option(NamedTuple):
    """A parameter of a module; required if it has no default."""

    name: Text
    default: Operand | None


class Param(NamedTuple):
    """A constant that is visible in the whole file."""

    value: Constant
    span: Span


class InputDeclaration(NamedTuple):
    """An input and the place of its declaration."""

    given: Input
    span: Span


@dataclass(frozen=True, eq=False)
class Module:
    """A template of steps; its params and defaults are those of the ``spec`` that defines it."""

    template: Template
    options: tuple[Option, ...]
    inputs: tuple[Text, ...]
    outputs: tuple[Text, ...]
    steps: tuple[Step, ...]
    spec: Spec


class Head(NamedTuple):
    """An auxiliary head: steps for training only, which start from a step of the network."""

    name: Text
    source: Text
    steps: tuple[Step, ...]
    span: Span


class Move(NamedTuple):
    """A rename that diffs and checkpoints follow."""

    old: str
    new: str


class Expectation(NamedTuple):
    """A contract on a total of the network: ``macs <= 12.3G``."""

    quantity: str
    bound: Bound
    span: Span


class Variant(NamedTuple):
    """A network of a family: what takes the place of what its document says.

    ``params`` are all of them, with their values in this variant. What it leaves open is empty.
    """

    name: Text
    title: str
    source: str
    doc: str
    params: Mapping[str, Param]
    inputs: Mapping[str, InputDeclaration]
    expect: tuple[Expectation, ...]


@dataclass(eq=False)
class Spec:
    """One document; missing sections are empty.

    ``keys`` are the keys present, whether or not their values are usable. ``imported`` maps names
    to modules of other files. ``missing`` are the names of modules that were reported as unusable,
    so that their uses are not reported again. ``files`` are all sources read for it, in order.
    ``content`` is the document as YAML. ``variants`` are those that it declares, in order; what one
    of them says has taken its place in the other fields.
    """

    file: File
    source: Source
    keys: frozenset[str] = frozenset()
    has_unknown_keys: bool = False
    name: Text | None = None
    title: str = ""
    origin: str = ""
    doc: str = ""
    inputs: dict[str, InputDeclaration] = field(default_factory=dict)
    params: dict[str, Param] = field(default_factory=dict)
    defaults: dict[str, dict[str, Argument]] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    imported: dict[str, Module] = field(default_factory=dict)
    import_spans: dict[str, Span] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    network: tuple[Step, ...] | None = None
    outputs: tuple[Text, ...] = ()
    auxiliary: tuple[Head, ...] = ()
    expect: tuple[Expectation, ...] = ()
    moved: tuple[Move, ...] = ()
    files: list[Source] = field(default_factory=list)
    content: values.Mapping | None = None
    variants: Mapping[str, Variant] = field(default_factory=dict)

    @property
    def param_values(self) -> dict[str, Constant]:
        """The params by name."""
        return {name: param.value for name, param in self.params.items()}

    def module(self, word: str) -> Module | None:
        """Return the module that a word names in this file, if any."""
        return self.modules.get(word) or self.imported.get(word)


def nested(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield steps and those inside their branches at any depth, in pre-order."""
    for step in steps:
        yield step
        for branch in step.branches:
            yield from nested(branch.steps)
