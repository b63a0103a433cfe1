"""Scopes: the tree of modules, layers, branches and repeats that groups the nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from archspec.attributes import Value
from archspec.graph.origin import Origin, Traced, Written
from archspec.source import Span


class Promise(StrEnum):
    """What a module template promises about the grids of its input and output."""

    STEM = "stem"
    BLOCK = "block"
    REDUCTION = "reduction"
    PART = "part"

    def holds(self, before: tuple[int, ...], after: tuple[int, ...]) -> bool:
        """Whether a module with this promise may turn the grid ``before`` into ``after``."""
        if not before or not after:
            return True
        if self is Promise.BLOCK:
            return before == after
        if self is Promise.REDUCTION:
            pairs = list(zip(before, after, strict=True))
            return before != after and all(new <= old for old, new in pairs)
        return True


class Kind(StrEnum):
    """The construct that a scope is an instance of.

    A layer is a row of operators. A copy is a list of steps that stands for one step: a copy of
    several that are repeated, or a merge of branches and the activation behind it.
    """

    NETWORK = "network"
    HEAD = "head"
    MODULE = "module"
    LAYER = "layer"
    RESIDUAL = "residual"
    MERGE = "merge"
    BRANCH = "branch"
    REPEAT = "repeat"
    COPY = "copy"


@dataclass(frozen=True, eq=False)
class Template:
    """A module as its author wrote it, compared by identity: files may use the same names.

    ``options`` maps each name to the text of its default, or to None where it is required.
    ``inputs`` and ``outputs`` are empty where the module has a single unnamed input or output.
    """

    name: str
    promise: Promise = Promise.PART
    options: Mapping[str, str | None] = field(default_factory=dict)
    span: Span | None = None
    source: str = ""
    doc: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file that defines it; empty if it was made in Python."""
        return self.span.source.name if self.span else ""

    def default(self, option: str) -> Written | None:
        """Return the text of an option's default and its place; None if there is none."""
        text = self.options.get(option)
        return Written(text, self.span) if text is not None and self.span else None


@dataclass(frozen=True, slots=True)
class Scope(Traced):
    """One use of a module, a layer, a branch or a repeat: a node of the source's syntax tree.

    ``contents`` are the paths of the nodes and scopes directly inside, in source order.
    ``arguments`` holds the options of a module, ``times`` of a repeat, or the attributes of a layer
    or residual. A merge with branches is both a node and a scope of the same path.

    What crosses the boundary follows from the nodes (``Graph.boundary``), except for what the nodes
    do not show: ``through`` is the outside value that a scope without nodes passes on, as an empty
    branch or a repeat of no copies does. ``arriving`` is the value to which ``in_channels`` refers
    in a list of steps, whether or not a node reads it. ``takes`` and ``gives`` bind the named
    inputs and outputs of a module, or of a repeat of one, to values.
    """

    path: str
    kind: Kind
    contents: tuple[str, ...]
    arguments: Mapping[str, Value] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)
    template: Template | None = field(default=None, compare=False, repr=False)
    through: str = ""
    arriving: str | None = field(default=None, compare=False, repr=False)
    takes: Mapping[str, str] = field(default_factory=dict)
    gives: Mapping[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The name of its module, or else the word of its step; empty without either."""
        if self.template is not None:
            return self.template.name
        step = self.step
        return step.word if step else ""
