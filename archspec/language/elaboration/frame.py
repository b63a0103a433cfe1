"""A list of steps while it is written out: what arrives, what is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from archspec.graph import Wire
from archspec.language.document.spec import Module
from archspec.language.elaboration import refusals
from archspec.language.elaboration.evaluate import StepEnvironment, StepError
from archspec.language.elaboration.refusals import Inlining
from archspec.language.elaboration.step_values import Values
from archspec.language.syntax.syntax import Step, Text
from archspec.language.syntax.words import chooses_inputs
from archspec.source import Span


@dataclass(slots=True)
class StepFrame:
    """One list of steps while it is written out.

    ``prefix`` begins the paths of everything inside; ``arriving`` is the value that its first step
    takes; ``depth`` counts the lists around it, and ``outer`` is the nearest of the same module;
    ``names`` holds what later steps may start from, ``steps`` the values of all steps so far.
    """

    prefix: str
    environment: StepEnvironment
    arriving: Wire | None
    uses: tuple[Inlining, ...] = ()
    depth: int = 0
    outer: StepFrame | None = None
    names: dict[str, Values] = field(default_factory=dict)
    steps: dict[str, Values] = field(default_factory=dict)

    @property
    def in_channels(self) -> int | None:
        """The channels that arrive at the list; None where they are not known."""
        known = self.arriving is not None and self.arriving.type.shape
        return self.arriving.type.channels if self.arriving and known else None

    @property
    def trail(self) -> tuple[Span, ...]:
        """Where each enclosing module was used."""
        return self.uses[-1].trail if self.uses else ()

    def inside(self, path: str, arriving: Wire | None) -> StepFrame:
        """Open a list inside this one: a branch, or one copy of a repeat."""
        return StepFrame(f"{path}.", self.environment, arriving, self.uses, self.depth + 1, self)

    def find(self, name: str) -> Values | None:
        """Find what a name stands for in this list or an enclosing one.

        An output behind a dot is one of the step that the name before it stands for.
        """
        step = name.partition(".")[0]
        frame: StepFrame | None = self
        while frame is not None:
            if step in frame.names:
                return frame.names.get(name)
            frame = frame.outer
        return None

    def visible(self) -> dict[str, Values]:
        """All named values of this list and the enclosing ones."""
        return {**(self.outer.visible() if self.outer else {}), **self.names}

    def sources(self, step: Step, arriving: Values) -> tuple[Wire, ...]:
        """Find the values that a step takes: those it names, else what the one before it gives.

        A merge whose branches all name theirs takes none where nothing arrives.
        """
        if step.sources:
            return tuple([wire for name in step.sources for wire in self._taken(name)])
        if not arriving and not chooses_inputs(step):
            raise StepError(refusals.no_arrival(step, self.names))
        return tuple(arriving.values())

    def labels(self, step: Step) -> tuple[str, ...]:
        """Call each value that a step takes by name as its author could."""
        return tuple(f"`{each}`" for name in step.sources for each in self._spelled(name.text))

    def _spelled(self, name: str) -> tuple[str, ...]:
        values = self.find(name) or {}
        return (name,) if len(values) < 2 else tuple(f"{name}.{each}" for each in values)

    def _taken(self, name: Text) -> tuple[Wire, ...]:
        """Find what a name stands for: a value, or all that a step gives."""
        values = self.find(name.text)
        if values is None:
            raise StepError(refusals.no_name(name, self.visible(), self.steps))
        return tuple(values.values())


class Listed(NamedTuple):
    """What a list of steps came to: what leaves it, its steps, the value that arrived.

    ``takes`` are the paths of the values that arrived at a module under the names of its inputs.
    """

    values: Values
    contents: tuple[str, ...]
    arriving: str | None = None
    takes: Mapping[str, str] = MappingProxyType({})

    @property
    def first(self) -> Wire:
        """The value that leaves the list, or the first of several."""
        return next(iter(self.values.values()))

    def one(self, steps: tuple[Step, ...]) -> Wire:
        """Return the one value that leaves the list."""
        if len(self.values) > 1:
            raise StepError(refusals.several_left(steps[-1], tuple(self.values)))
        return self.first

    def leaving(self, module: Module, frame: StepFrame) -> Values:
        """Find the values that leave a module: those of its outputs, else the last one."""
        if not module.outputs:
            return {"": self.one(module.steps)}
        known = {**frame.names, **frame.steps}
        values = {}
        for output, name in zip(module.outputs, module.template.outputs, strict=True):
            found = known.get(output.text)
            if found is None or len(found) != 1:
                raise StepError(refusals.no_output(output, found, known))
            (values[name],) = found.values()
        return values
