"""The provenance of nodes and scopes: a step of a spec, a pass, or another format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, Union

from archspec.diagnostic import Label
from archspec.source import Span


class Written(NamedTuple):
    """The text of a value as its author wrote it, such as ``2*k``, and its place."""

    text: str
    span: Span


_NOTHING: Mapping[str, Written] = MappingProxyType({})


class Step(NamedTuple):
    """The step of a spec from which a node or a scope was elaborated.

    ``written`` maps attributes and options to their texts. ``inlined_at`` holds the call sites of
    the enclosing modules, outermost first.
    """

    word: str
    span: Span
    written: Mapping[str, Written] = _NOTHING
    inlined_at: tuple[Span, ...] = ()


class Pass(NamedTuple):
    """The name of the pass that made a node, and the origins of the nodes that it replaced.

    These keep only the texts that are still true of the new node.
    """

    name: str
    replaced: tuple[Origin, ...] = ()


class Imported(NamedTuple):
    """The name that a node or a scope has in the format that it was imported from."""

    name: str


Origin: TypeAlias = Union[Step, Pass, Imported]  # noqa: UP007 - the classes refer to it


class Traced:
    """Access to the origin of a node or a scope; every property is empty where it has none."""

    __slots__ = ()

    path: str
    origin: Origin | None

    @property
    def step(self) -> Step | None:
        """The step of a spec that it comes from, directly or through passes."""
        found = self.origin
        while isinstance(found, Pass):
            found = found.replaced[0] if found.replaced else None
        return found if isinstance(found, Step) else None

    @property
    def written(self) -> Mapping[str, Written]:
        """The texts of its step, by the name of the attribute or option."""
        step = self.step
        return step.written if step else _NOTHING

    @property
    def span(self) -> Span | None:
        """The place of its step."""
        step = self.step
        return step.span if step else None

    @property
    def inlined_at(self) -> tuple[Span, ...]:
        """The call sites of the enclosing modules, outermost first."""
        step = self.step
        return step.inlined_at if step else ()

    def labels(self, text: str = "", attribute: str = "") -> tuple[Label, ...]:
        """Label its step, or the text of one attribute there; empty without a step."""
        said = self.written.get(attribute)
        span = said.span if said else self.span
        return (Label(span, text),) if span else ()

    def notes(self) -> tuple[str, ...]:
        """Describe how it came about: the call sites of modules, the pass, or the imported name."""
        if isinstance(self.origin, Pass):
            return (f"the pass {self.origin.name} made `{self.path}`",)
        if isinstance(self.origin, Imported):
            return (f"`{self.path}` was imported as {self.origin.name}",)
        if self.origin is None:
            return (f"it is `{self.path}`",)
        return tuple(f"used at {span}" for span in self.origin.inlined_at)
