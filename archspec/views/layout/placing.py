"""Placing a drawing: sizes from the inside out, then positions from the outside in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from archspec.views.drawing import Box, Drawing, Frame
from archspec.views.layout.bodies import BESIDE, Bodies, Body, Span
from archspec.views.layout.cells import Chain, Link, Role, Vertex, mirrored, passage
from archspec.views.layout.climbing import Climb, climb
from archspec.views.layout.gates import is_crossed
from archspec.views.layout.groups import Group, grouped
from archspec.views.layout.ladders import Ladder, ladder
from archspec.views.layout.laying import ARROW, Extent, Laid, Room, lay
from archspec.views.layout.legend import legend
from archspec.views.layout.placed import (
    SMALL,
    Area,
    LabelKind,
    Placed,
    PlacedBox,
    PlacedFrame,
    PlacedLabel,
    PlacedLine,
    Point,
)
from archspec.views.layout.poster import proportions
from archspec.views.layout.structure import structure
from archspec.views.layout.text import evened, width, wrapped
from archspec.views.options import Direction, Options, Style
from archspec.views.palette import Palette

SIZE = 10.0
_LEADING = 1.2
_WIDEST = 240.0
_BRANCHES = 3
_PADDING = (7.0, 4.0)
"""Room around the text of a box, beside it and above it."""
_FRAME = 9.0
_LEAST = 20.0
_PAGE = 6.0
_HEAD, _OF_ROOM = 0.6, 0.7
"""The length of arrowheads, as a part of the size of text and at most of the room for them."""


class Composition(NamedTuple):
    """A group as it is composed, a ladder or a chain, and the groups inside of it.

    Sizes play no part, so that a drawing that is placed several times is composed once.
    """

    group: Group
    inner: dict[Vertex, Composition]
    ladder: Ladder | None
    chain: Chain


class Sizes(NamedTuple):
    """The size of text in boxes, how wide lines of it may be, and what part of it labels have.

    Only between words does the label of a box break into lines. In ladders, labels are ``stacked``
    on boxes, or stand beside the lines out of them.
    """

    text: float = SIZE
    widest: float = _WIDEST
    small: float = SMALL
    stacked: bool = False


class _Open(NamedTuple):
    """A group that is laid out, the groups inside of it, and its body within the one around it."""

    laid: Laid
    inner: dict[Vertex, _Open]
    body: Body


def composed(drawing: Drawing) -> Composition:
    """Find out how a drawing is composed."""
    return _composed(grouped(drawing))


def _composed(group: Group) -> Composition:
    inner = {vertex: _composed(each) for vertex, each in group.frames.items()}
    found = ladder(group) if group.frame is None else None
    return Composition(group, inner, found, passage(None) if found else structure(group))


def place(
    drawing: Drawing,
    options: Options,
    sizes: Sizes = Sizes(),  # noqa: B008
    composition: Composition | None = None,
) -> Placed:
    """Place everything in a drawing; its composition may be given, if it is known."""
    return _Placing(drawing, options, sizes).placed(composition or composed(drawing))


class _Placing:
    def __init__(self, drawing: Drawing, options: Options, sizes: Sizes) -> None:
        self.drawing = drawing
        self.direction = options.direction
        self.is_upright = options.direction in (Direction.UP, Direction.DOWN)
        self.sizes = sizes
        self.size, self.widest = sizes.text, sizes.widest
        self.small = self.size * sizes.small
        self.arrow = max(ARROW, _HEAD * self.size)
        self.palette = Palette(drawing, options)
        is_wanted = options.has_legend or drawing.legend
        self.meanings = self.palette.legend() if is_wanted else ()
        self.arriving = Counter(arrow.head for arrow in drawing.arrows)
        leaving = {each.box for each in drawing.exits}
        self.is_poster = options.style is Style.POSTER
        showing = set() if self.is_poster else {arrow.tail for arrow in drawing.arrows}
        self.labelled = showing - leaving
        self.lines: dict[str, tuple[str, ...]] = {}

    def placed(self, composition: Composition) -> Placed:
        """Lay out all groups, then put everything in its place."""
        return _Collecting(self, self.opened(composition)).placed()

    def opened(self, composition: Composition, is_reversed: bool = False) -> _Open:
        """Lay out a group after the groups inside; it may be reversed, with all that is in it."""
        inner = {
            vertex: self.opened(each, is_reversed != self.is_against(composition.ladder, vertex))
            for vertex, each in composition.inner.items()
        }
        found = self.enclosing(composition, inner, is_reversed)
        crossed = [vertex for vertex in inner if is_crossed(found.laid, vertex)]
        for vertex in crossed:
            each = composition.inner[vertex]
            each = each._replace(chain=mirrored(each.chain))
            inner[vertex] = self.enclosing(each, inner[vertex].inner, is_reversed)
        return self.enclosing(composition, inner, is_reversed) if crossed else found

    def enclosing(
        self, composition: Composition, inner: dict[Vertex, _Open], is_reversed: bool
    ) -> _Open:
        """Lay out a group around the groups inside."""
        group = composition.group
        bodies = {
            vertex: inner[vertex].body if vertex in inner else self.body(vertex)
            for vertex in group.vertices
        }
        laid = self.laid(composition, bodies, is_reversed)
        return _Open(laid, inner, self.around(laid, group.frame, is_reversed))

    def is_hanging(self, ladder: Ladder) -> bool:
        """Whether the top of a ladder comes last along the flow."""
        return ladder.returns and self.direction is Direction.UP

    def is_against(self, ladder: Ladder | None, vertex: Vertex) -> bool:
        """Whether lines at a vertex lead against the flow, as they do on one side of a ladder."""
        return ladder is not None and ladder.is_rising(vertex) != self.is_hanging(ladder)

    def laid(self, composition: Composition, bodies: Bodies, is_reversed: bool) -> Laid:
        """Lay out a group."""
        found = composition.ladder
        if found:
            is_stacked = self.sizes.stacked and self.is_upright
            return climb(found, bodies, Climb(self.arrow, self.is_hanging(found), is_stacked))
        room = self.room(composition.group.frame)
        if not is_reversed:
            return lay(composition.chain, bodies, room)
        room = room._replace(start=room.end, end=room.start)
        return lay(composition.chain, bodies, room).reversed()

    def body(self, vertex: Vertex) -> Body:
        """Measure a box, the label of an exit, or a gate, which has no size."""
        if vertex.role is Role.BOX:
            return self.of_box(self.drawing.boxes[vertex.name])
        if vertex.role is Role.EXIT:
            lines = self.exit(vertex)
            wide = max(width(line, self.small) for line in lines) + BESIDE
            return self.turned(wide, len(lines) * self.small * _LEADING)
        return Body(0.0, Span())

    def exit(self, vertex: Vertex) -> tuple[str, ...]:
        """Break the label of an exit into lines."""
        label = self.drawing.exits[int(vertex.name)].label
        return wrapped(label, self.small, max(self.widest, *self.words(label, self.small)))

    def words(self, text: str, size: float) -> Iterator[float]:
        """Measure each word of a text, which is never broken."""
        yield 0.0
        yield from (width(word, size) + 0.1 for word in text.split())

    def of_box(self, box: Box) -> Body:
        """Measure a box, and the label beside the line out of it."""
        if self.is_poster:
            self.lines[box.path] = ()
            return self.turned(*proportions(box.output))
        lines = self.lines[box.path] = self.text(box)
        across = max(width(line, self.size) for line in lines) + 2 * _PADDING[0]
        least = max(_LEAST, 8.0 * (self.arriving[box.path] + 1))
        down = len(lines) * self.size * _LEADING + 2 * _PADDING[1]
        wide, high = (max(across, least), down) if self.is_upright else (across, max(least, down))
        body = self.turned(wide, high)
        if not box.shape or box.path not in self.labelled:
            return body
        wide, high = width(box.shape, self.small), self.small * _LEADING
        if self.is_upright:
            return Body(body.length, body.span, high, Span(0.0, BESIDE + wide))
        return Body(body.length, body.span, BESIDE + wide, Span(BESIDE + high, 0.0), BESIDE)

    def text(self, box: Box) -> tuple[str, ...]:
        """Break the label of a box into lines, its cost on a line of its own.

        A box at which branches meet is wide anyway.
        """
        cost = self.palette.cost_label(box)
        most = _WIDEST * self.size / SIZE
        longest = max(self.widest, *self.words(box.label, self.size))
        widest = most if self.arriving[box.path] >= _BRANCHES else min(longest, most)
        return (*evened(box.label, self.size, widest), *([cost] if cost else []))

    def turned(self, wide: float, high: float) -> Body:
        """Make a body of a width and a height."""
        length, span = (high, wide) if self.is_upright else (wide, high)
        return Body(length, Span(span / 2, span / 2))

    def room(self, frame: Frame | None) -> Room:
        """Keep room for the title of a frame."""
        if frame is None or not frame.label:
            return Room(arrow=self.arrow)
        if not self.is_upright:
            return Room(length=self.title(frame) + 2 * _FRAME, arrow=self.arrow)
        high = self.size * _LEADING + 2.0
        start, end = (0.0, high) if self.direction is Direction.UP else (high, 0.0)
        return Room(start, end, arrow=self.arrow)

    def title(self, frame: Frame) -> float:
        """Measure the title of a frame."""
        return width(frame.label, self.size, bold=True)

    def around(self, laid: Laid, frame: Frame | None, is_reversed: bool) -> Body:
        """Measure a frame around its contents."""
        gates: dict[Role, dict[str, float]] = {Role.ENTRY: {}, Role.LEAVE: {}}
        for (role, name), at in laid.axes.items():
            gates.setdefault(role, {})[name] = at
        span = Span(laid.span.before + _FRAME, laid.span.behind + _FRAME)
        if frame is not None and frame.label:
            is_end = (self.direction is Direction.UP) != is_reversed
            passing = gates[Role.LEAVE if is_end else Role.ENTRY]
            span = self.titled(span, self.title(frame), list(passing.values()))
        return Body(laid.length, span, entries=gates[Role.ENTRY], exits=gates[Role.LEAVE])

    def titled(self, span: Span, title: float, passing: list[float]) -> Span:
        """Widen a frame until its title fits, left of all lines that pass it."""
        if not self.is_upright:
            return Span(span.before + self.size * _LEADING, span.behind)
        limit = min([span.behind, *passing])
        return Span(max(span.before, title + _FRAME + BESIDE - limit), span.behind)


class _Collecting:
    """Collects everything in its place, from positions along the flow and across it."""

    def __init__(self, placing: _Placing, top: _Open) -> None:
        self.placing = placing
        self.top = top
        self.boxes: list[PlacedBox] = []
        self.frames: list[PlacedFrame] = []
        self.lines: list[PlacedLine] = []
        self.labels: list[PlacedLabel] = []

    def placed(self) -> Placed:
        """Collect everything."""
        drawing, span = self.placing.drawing, self.top.laid.span
        frames = dict(_frames(drawing.contents))
        self.group(self.top, frames, (0.0, 0.0), 0)
        length, across = self.top.laid.length + 2 * _PAGE, span.before + span.behind + 2 * _PAGE
        wide, high = (across, length) if self.placing.is_upright else (length, across)
        shown = legend(self.placing.meanings, self.placing.size, _PAGE, wide - _PAGE, high - _PAGE)
        return Placed(
            drawing.title,
            max(wide, *(each.area.right + _PAGE for each in shown), 0.0),
            max(high, *(each.area.bottom + _PAGE for each in shown), 0.0),
            self.placing.size,
            tuple(self.boxes),
            tuple(self.frames),
            tuple(self.lines),
            tuple(self.labels),
            shown,
            min(_HEAD * self.placing.size, _OF_ROOM * self.placing.arrow),
            self.placing.sizes.small,
        )

    def group(
        self, opened: _Open, frames: dict[str, Frame], start: tuple[float, float], level: int
    ) -> None:
        """Collect a group that starts at a place along the flow and has its axis at one across."""
        for vertex, extent in opened.laid.vertices.items():
            moved = _moved(extent, start)
            if vertex.role is Role.BOX:
                self.box(vertex.name, moved)
            elif vertex.role is Role.EXIT:
                self.exit(vertex, self.area(moved))
            elif vertex.role is Role.FRAME:
                self.frame(frames[vertex.name], moved, level)
                axis = opened.laid.axes[vertex] + start[1]
                self.group(opened.inner[vertex], frames, (moved.start, axis), level + 1)
        for vertex, extent in opened.laid.labels.items():
            text, moved = self.placing.drawing.boxes[vertex.name].shape, _moved(extent, start)
            label = PlacedLabel(LabelKind.SHAPE, vertex.name, text, self.area(moved))
            self.labels.append(label)
        for link, points in opened.laid.routes:
            way = tuple(self.point(along + start[0], at + start[1]) for along, at in points)
            self.line(link, way)

    def line(self, link: Link, way: tuple[Point, ...]) -> None:
        """Collect a piece of an arrow."""
        ends = (Role.BOX, Role.EXIT)
        tail, head = (each.name if each.role in _NAMED else "" for each in (link.tail, link.head))
        is_ghost = self.placing.drawing.is_ghostly(link.value, head)
        is_last = link.head.role in ends
        self.lines.append(PlacedLine(link.value, tail, head, way, is_last, is_ghost))

    def box(self, path: str, extent: Extent) -> None:
        """Collect a box."""
        box = self.placing.drawing.boxes[path]
        self.boxes.append(PlacedBox(box, self.area(extent), self.placing.lines[path]))

    def exit(self, vertex: Vertex, area: Area) -> None:
        """Collect the label of an exit, line by line."""
        box = self.placing.drawing.exits[int(vertex.name)].box
        lines = self.placing.exit(vertex)
        high = area.height / len(lines)
        for at, line in enumerate(lines):
            where = area._replace(y=area.y + at * high, height=high)
            self.labels.append(PlacedLabel(LabelKind.EXIT, box, line, where))

    def frame(self, frame: Frame, extent: Extent, level: int) -> None:
        """Collect a frame and its title."""
        area = self.area(extent)
        self.frames.append(PlacedFrame(frame, area, level))
        if frame.label:
            high = self.placing.size * _LEADING
            title = Area(area.x + _FRAME, area.y + 3.0, self.placing.title(frame), high)
            self.labels.append(PlacedLabel(LabelKind.TITLE, frame.path, frame.label, title))

    def point(self, along: float, at: float) -> Point:
        """Convert positions along the flow and across it to those on the page."""
        laid = self.top.laid
        across = at + laid.span.before + _PAGE
        if self.placing.direction in (Direction.UP, Direction.LEFT):
            along = laid.length - along
        along += _PAGE
        return (across, along) if self.placing.is_upright else (along, across)

    def area(self, extent: Extent) -> Area:
        """Convert a rectangle along the flow and across it to one on the page."""
        one, other = self.point(extent.start, extent.low), self.point(extent.end, extent.high)
        left, right = sorted((one[0], other[0]))
        top, bottom = sorted((one[1], other[1]))
        return Area(left, top, right - left, bottom - top)


_NAMED = (Role.BOX, Role.FRAME)


def _moved(extent: Extent, start: tuple[float, float]) -> Extent:
    along, at = start
    low, high = extent.low + at, extent.high + at
    return Extent(extent.start + along, extent.end + along, low, high)


def _frames(contents: tuple[Frame | str, ...]) -> Iterator[tuple[str, Frame]]:
    for each in contents:
        if isinstance(each, Frame):
            yield each.path, each
            yield from _frames(each.contents)
