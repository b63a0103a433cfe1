"""Groups: the drawing itself and each frame, as vertices and the links between them.

An arrow from one group into another is a link in each group that it passes: from a vertex to the
gate at which it leaves, between two members, and from the gate at which it enters to a vertex.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from archspec.views.drawing import Drawing, Frame
from archspec.views.layout.cells import Link, Role, Vertex

Content = Frame | str


@dataclass
class Group:
    """A drawing or a frame; ``vertices`` stand in the order of their author."""

    frame: Frame | None = None
    vertices: dict[Vertex, int] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    frames: dict[Vertex, Group] = field(default_factory=dict)

    def add(self, vertex: Vertex) -> Vertex:
        """Add a vertex, unless it is there."""
        self.vertices.setdefault(vertex, len(self.vertices))
        return vertex


def grouped(drawing: Drawing) -> Group:
    """Divide a drawing into groups."""
    return _Grouping(drawing).top


class _Grouping:
    def __init__(self, drawing: Drawing) -> None:
        self.top = Group()
        self.around: dict[str, tuple[Group, ...]] = {}
        self.seen: dict[int, set[Link]] = defaultdict(set)
        self.fill(self.top, drawing.contents, ())
        for tail, head in drawing.arrows:
            self.lead(tail, head)
        for number, leaving in enumerate(drawing.exits):
            self.leave(leaving.box, Vertex(Role.EXIT, str(number)))

    def fill(self, group: Group, contents: tuple[Content, ...], around: tuple[Group, ...]) -> None:
        """Put contents into a group, each frame as a group of its own."""
        around = (*around, group)
        for each in contents:
            if isinstance(each, str):
                group.add(Vertex(Role.BOX, each))
                self.around[each] = around
                continue
            vertex = group.add(Vertex(Role.FRAME, each.path))
            group.frames[vertex] = Group(each)
            self.fill(group.frames[vertex], each.contents, around)

    def lead(self, tail: str, head: str) -> None:
        """Lead an arrow out of the groups around its tail into those around its head."""
        outer, inner = self.around[tail], self.around[head]
        shared = sum(one is other for one, other in zip(outer, inner, strict=False))
        start = self.outwards(tail, shared)
        end = self.member(inner, shared, head)
        self.link(inner[shared - 1], Link(start, end, tail))
        for level in range(shared, len(inner)):
            gate = inner[level].add(Vertex(Role.ENTRY, tail))
            self.link(inner[level], Link(gate, self.member(inner, level + 1, head), tail))

    def leave(self, box: str, end: Vertex) -> None:
        """Lead an arrow out of the drawing."""
        start = self.outwards(box, 1)
        self.top.add(end)
        self.link(self.top, Link(start, end, box))

    def outwards(self, box: str, shared: int) -> Vertex:
        """Lead a value out of groups, up to those that are shared; return where it is then."""
        around = self.around[box]
        for level in range(len(around) - 1, shared - 1, -1):
            gate = around[level].add(Vertex(Role.LEAVE, box))
            self.link(around[level], Link(self.member(around, level + 1, box), gate, box))
        return self.member(around, shared, box)

    def member(self, around: tuple[Group, ...], level: int, box: str) -> Vertex:
        """Return the vertex of a group that is a box or has it inside."""
        if level == len(around):
            return Vertex(Role.BOX, box)
        frame = around[level].frame
        assert frame is not None
        return Vertex(Role.FRAME, frame.path)

    def link(self, group: Group, link: Link) -> None:
        """Add a link; only a box may take the same value twice."""
        seen = self.seen[id(group)]
        if link not in seen or link.head.role is Role.BOX:
            group.links.append(link)
        seen.add(link)
