"""The state of a list of steps while it is elaborated: its input and its names."""

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
    """The state of one list of steps while it is elaborated.

    ``prefix`` is that of all paths inside. ``arriving`` is the value that the first step takes.
    ``uses`` are the enclosing modules, ``depth`` is the number of enclosing lists, ``outer`` the
    innermost of them in the same module. ``names`` maps names that ``from`` may use to values,
    ``steps`` all steps so far.
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
        """The channels of the value that arrives at the list; None if unknown."""
        known = self.arriving is not None and self.arriving.type.shape
        return self.arriving.type.channels if self.arriving and known else None

    @property
    def trail(self) -> tuple[Span, ...]:
        """The call sites of the enclosing modules, outermost first."""
        return self.uses[-1].trail if self.uses else ()

    def inside(self, path: str, arriving: Wire | None) -> StepFrame:
        """Return the frame of a list inside this one: a branch, or a copy of a repeat."""
        return StepFrame(f"{path}.", self.environment, arriving, self.uses, self.depth + 1, self)

    def find(self, name: str) -> Values | None:
        """Look up a name, or ``step.output``, in this list and then in the enclosing ones."""
        step = name.partition(".")[0]
        frame: StepFrame | None = self
        while frame is not None:
            if step in frame.names:
                return frame.names.get(name)
            frame = frame.outer
        return None

    def visible(self) -> dict[str, Values]:
        """Return all named values of this list and the enclosing ones."""
        return {**(self.outer.visible() if self.outer else {}), **self.names}

    def sources(self, step: Step, arriving: Values) -> tuple[Wire, ...]:
        """Return the values that a step takes: those it names, or else those of the step before it.

        Empty for a merge whose branches all name theirs, if there is no step before it.
        """
        if step.sources:
            return tuple([wire for name in step.sources for wire in self._taken(name)])
        if not arriving and not chooses_inputs(step):
            raise StepError(refusals.no_arrival(step, self.names))
        return tuple(arriving.values())

    def labels(self, step: Step) -> tuple[str, ...]:
        """Return the names of the values that a step takes, as an author would write them."""
        return tuple(f"`{each}`" for name in step.sources for each in self._spelled(name.text))

    def _spelled(self, name: str) -> tuple[str, ...]:
        values = self.find(name) or {}
        return (name,) if len(values) < 2 else tuple(f"{name}.{each}" for each in values)

    def _taken(self, name: Text) -> tuple[Wire, ...]:
        """Return the value of a name, or all values of a step with several outputs."""
        values = self.find(name.text)
        if values is None:
            raise StepError(refusals.no_name(name, self.visible(), self.steps))
        return tuple(values.values())


class Listed(NamedTuple):
    """The result of elaborating a list of steps: its values, its contents and the value it took.

    ``takes`` maps the inputs of a module to the paths of their values.
    """

    values: Values
    contents: tuple[str, ...]
    arriving: str | None = None
    takes: Mapping[str, str] = MappingProxyType({})

    @property
    def first(self) -> Wire:
        """The first value of the list."""
        return next(iter(self.values.values()))

    def one(self, steps: tuple[Step, ...]) -> Wire:
        """Return the only value of the list; raise ``StepError`` if there are several."""
        if len(self.values) > 1:
            raise StepError(refusals.several_left(steps[-1], tuple(self.values)))
        return self.first

    def leaving(self, module: Module, frame: StepFrame) -> Values:
        """Return the outputs of a module: those declared, or else the last value."""
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
