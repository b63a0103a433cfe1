"""Scopes: the tree of modules, layers, branches and repeats into which nodes are grouped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from archspec.attributes import Value
from archspec.graph.origin import Origin, Traced, Written
from archspec.source import Span


class Promise(StrEnum):
    """What a module template promises of its grid."""

    STEM = "stem"
    BLOCK = "block"
    REDUCTION = "reduction"
    PART = "part"

    def holds(self, before: tuple[int, ...], after: tuple[int, ...]) -> bool:
        """Whether a grid that comes in as ``before`` may go out as ``after``."""
        if not before or not after:
            return True
        if self is Promise.BLOCK:
            return before == after
        if self is Promise.REDUCTION:
            pairs = list(zip(before, after, strict=True))
            return before != after and all(new <= old for old, new in pairs)
        return True


class Kind(StrEnum):
    """What a scope is one use of."""

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
    """A module as its author wrote it; two files may each have one of the same name.

    ``options`` maps a name to the text of its default, or to None where the module's user must give
    it. ``inputs`` and ``outputs`` are empty where the module takes or gives one value without a
    name.
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
        """The name of the file that it stands in; empty where it was made in Python."""
        return self.span.source.name if self.span else ""

    def default(self, option: str) -> Written | None:
        """Return what the default of an option says."""
        text = self.options.get(option)
        return Written(text, self.span) if text is not None and self.span else None


@dataclass(frozen=True, slots=True)
class Scope(Traced):
    """One use of a module, a layer, a branch or a repeat: the tree that the source had.

    ``contents`` are the paths of the nodes and scopes directly inside, as written. ``arguments``
    holds option values of a module, ``times`` of a repeat, attributes of a layer or residual.
    ``through`` is the value from outside that the scope hands on as its own, where it does: a
    branch without steps, a repeat of no copies. What goes in and out otherwise follows from the
    nodes: ``Graph.boundary``. ``arriving`` is the value that a list of steps is given, whose
    channels ``in_channels`` means there: no node need take it. ``takes`` and ``gives`` are the
    values that the inputs and outputs of a module stand for, by their names: a repeat of a module
    has its outputs, too. A merge that has branches is a node and a scope of the same path.
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
        """The name of its module, else the word of its step; empty without either."""
        if self.template is not None:
            return self.template.name
        step = self.step
        return step.word if step else ""
