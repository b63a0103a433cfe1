"""A list of steps while it is written out: what arrives, what is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.graph import Wire
from archspec.language.elaboration.evaluate import Environment
from archspec.language.elaboration.refusals import Use
from archspec.source import Span


@dataclass(slots=True)
class StepFrame:
    """One list of steps while it is written out.

    ``prefix`` begins the paths of everything inside; ``arriving`` is the value that its first step
    takes; ``depth`` counts the lists around it, and ``outer`` is the nearest of the same module;
    ``names`` holds what later steps may start from, ``steps`` the values of all steps so far.
    """

    prefix: str
    environment: Environment
    arriving: Wire | None
    uses: tuple[Use, ...] = ()
    depth: int = 0
    outer: StepFrame | None = None
    names: dict[str, Wire] = field(default_factory=dict)
    steps: dict[str, Wire] = field(default_factory=dict)

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

    def find(self, name: str) -> Wire | None:
        """Find a named value in this list or an enclosing one."""
        frame: StepFrame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.outer
        return None

    def visible(self) -> dict[str, Wire]:
        """All named values of this list and the enclosing ones."""
        return {**(self.outer.visible() if self.outer else {}), **self.names}


class Listed(NamedTuple):
    """What a list of steps came to: the value that leaves it, its steps, the value that arrived."""

    wire: Wire
    contents: tuple[str, ...]
    arriving: str | None = None
