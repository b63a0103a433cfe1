"""Where nodes and scopes come from: a step of a spec, a pass, or another format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, Union

from archspec.diagnostic import Label
from archspec.source import Span


class Written(NamedTuple):
    """A value as its author wrote it: ``2*k``, and where."""

    text: str
    span: Span


_NOTHING: Mapping[str, Written] = MappingProxyType({})


class Step(NamedTuple):
    """The step of a spec that made a node or a scope: its word, its place, and what it says.

    ``inlined_at`` is where each enclosing module was used, outermost first.
    """

    word: str
    span: Span
    written: Mapping[str, Written] = _NOTHING
    inlined_at: tuple[Span, ...] = ()


class Pass(NamedTuple):
    """The pass that made a node, by its name, and the origins of what it replaced.

    Those say only what still holds of the node.
    """

    name: str
    replaced: tuple[Origin, ...] = ()


class Imported(NamedTuple):
    """The name that an importer found."""

    name: str


Origin: TypeAlias = Union[Step, Pass, Imported]  # noqa: UP007 - the classes refer to it


class Traced:
    """What is known of the origin of a node or a scope; nothing, where it has none."""

    __slots__ = ()

    path: str
    origin: Origin | None

    @property
    def step(self) -> Step | None:
        """The step of a spec that it comes from, be it through passes."""
        found = self.origin
        while isinstance(found, Pass):
            found = found.replaced[0] if found.replaced else None
        return found if isinstance(found, Step) else None

    @property
    def written(self) -> Mapping[str, Written]:
        """What its step says, by the name of the attribute or option."""
        step = self.step
        return step.written if step else _NOTHING

    @property
    def span(self) -> Span | None:
        """The place of its step."""
        step = self.step
        return step.span if step else None

    @property
    def inlined_at(self) -> tuple[Span, ...]:
        """Where each enclosing module was used, outermost first."""
        step = self.step
        return step.inlined_at if step else ()

    def labels(self, text: str = "", attribute: str = "") -> tuple[Label, ...]:
        """Point at its step, or at what that says of an attribute; at nothing without a step."""
        said = self.written.get(attribute)
        span = said.span if said else self.span
        return (Label(span, text),) if span else ()

    def notes(self) -> tuple[str, ...]:
        """Tell the way to it: the uses of the modules around, the pass, or the name elsewhere."""
        if isinstance(self.origin, Pass):
            return (f"the pass {self.origin.name} made `{self.path}`",)
        if isinstance(self.origin, Imported):
            return (f"`{self.path}` was imported as {self.origin.name}",)
        if self.origin is None:
            return (f"it is `{self.path}`",)
        return tuple(f"used at {span}" for span in self.origin.inlined_at)
