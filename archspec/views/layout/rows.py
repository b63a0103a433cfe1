"""The row of each vertex, counted along the flow."""

from __future__ import annotations

from archspec.views.layout.cells import Chain, Fork, Passage, Role, Tangle, Vertex


def rows(chain: Chain) -> dict[Vertex, int]:
    """Find the row of each vertex; branches begin in one row, gates out stand in the last."""
    found: dict[Vertex, int] = {}
    _chain(chain, 0, found)
    last = max(found.values(), default=0)
    return {vertex: last if vertex.role is Role.LEAVE else row for vertex, row in found.items()}


def _chain(chain: Chain, row: int, found: dict[Vertex, int]) -> None:
    for part in chain.parts:
        if isinstance(part, Vertex):
            found[part] = row
            row += 1
        else:
            _passage(part, row, found)
            row += part.rows


def _passage(part: Passage, row: int, found: dict[Vertex, int]) -> None:
    if isinstance(part, Fork):
        for branch in part.branches:
            _chain(branch, row, found)
    elif isinstance(part, Tangle):
        found |= {vertex: row + spot.row for vertex, spot in part.vertices.items()}
        for strand, place in part.strands.items():
            if place:
                _chain(strand.chain, row + place.row, found)
