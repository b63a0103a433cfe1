"""Bodies: the size of a vertex along the flow and across it, and where lines meet it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.views.layout.cells import Vertex

BESIDE = 4.0
"""Room between a line and the label beside it."""


class Span(NamedTuple):
    """How far something reaches across the flow, to both sides of its axis."""

    before: float = 0.0
    behind: float = 0.0

    def around(self, other: Span) -> Span:
        """Return what reaches as far as both."""
        return Span(max(self.before, other.before), max(self.behind, other.behind))


@dataclass(frozen=True)
class Body:
    """The size of a vertex.

    ``length`` is along the flow, ``span`` across it. Next to the line out of it stands a label of
    the size ``label`` (along, and across to both sides), which begins with ``apart``, where there
    is nothing. ``entries`` and ``exits`` say where lines meet a frame, by the path of the box whose
    value they carry.
    """

    length: float
    span: Span
    label_length: float = 0.0
    label: Span = field(default_factory=Span)
    apart: float = 0.0
    entries: Mapping[str, float] = field(default_factory=dict)
    exits: Mapping[str, float] = field(default_factory=dict)


Bodies = Mapping[Vertex, Body]
