"""A drawing as DOT, the language of Graphviz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from archspec.views import captions
from archspec.views.drawing import Box, Drawing, Exit, Frame
from archspec.views.edge_bundles import EdgeBundle
from archspec.views.edge_routing import EdgeRouting, Segment, gate, point
from archspec.views.options import Direction, Options
from archspec.views.palette import BORDER, Palette

FONT = "Arial"
_RANKS = {Direction.UP: "BT", Direction.DOWN: "TB", Direction.RIGHT: "LR", Direction.LEFT: "RL"}
_SIDES = {Direction.UP: ("s", "n"), Direction.DOWN: ("n", "s")}
"""The compass points at which arrows enter and leave a gate; sideways there are no gates."""
_INDENT = "  "

DotAttributes = Mapping[str, str]
NOTHING: DotAttributes = {}

_GRAPH: DotAttributes = {
    "nodesep": "0.25",
    "ranksep": "0.3",
    "pad": "0.1",
    "fontname": FONT,
    "fontsize": "11",
}
_NODE: DotAttributes = {
    "ordering": "out",
    "shape": "box",
    "style": "filled",
    "height": "0.3",
    "width": "0.3",
    "margin": "0.1,0.05",
    "penwidth": "0.8",
    "fontname": FONT,
    "fontsize": "11",
}
_EDGE: DotAttributes = {"arrowsize": "0.6", "penwidth": "0.8", "fontname": FONT, "fontsize": "10"}
_FRAME: DotAttributes = {
    "labelloc": "t",
    "labeljust": "r",
    "style": "filled,rounded,dashed",
    "color": BORDER.light,
}
_EXIT: DotAttributes = {
    "shape": "plaintext",
    "style": "",
    "fontsize": "10",
    "height": "0.2",
    "margin": "0.02,0.02",
}
_FREE: DotAttributes = {"ordering": ""}
_STRAIGHT = "8"
_GHOST: DotAttributes = {"style": "filled,dashed"}
_UNSEEN: DotAttributes = {"style": "invis"}
_GATE: DotAttributes = {
    "shape": "plaintext",
    "style": "",
    "margin": "0",
    "width": "0",
    "height": "0",
}
_DIVISION: DotAttributes = {"shape": "point", "width": "0.02", "label": ""}


def write(drawing: Drawing, options: Options, resolution: int = 0) -> str:
    """Write a drawing; ``resolution`` is in dots per inch, for raster images."""
    return "\n".join(_Writer(drawing, options).lines(resolution)) + "\n"


def quoted(text: str) -> str:
    """Escape a text for DOT, which reads backslashes and entities such as ``&lt;``."""
    safe = (
        text.replace("&", "&amp;")
        .replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\r", "")
        .replace("\n", "\\n")
    )
    return f'"{safe}"'


class _Writer:
    def __init__(self, drawing: Drawing, options: Options) -> None:
        self.drawing = drawing
        self.options = options
        self.palette = Palette(drawing, options)
        self.routing = EdgeRouting(drawing, options.direction in _SIDES)
        self.bundles_in: dict[str, list[EdgeBundle]] = defaultdict(list)
        for bundle in self.routing.bundles.values():
            for frame in dict.fromkeys((bundle.frame, *bundle.rows)):
                self.bundles_in[frame].append(bundle)
        self.pieces = {*map(gate, self.routing.gates), *self.routing.bent}

    def lines(self, resolution: int) -> Iterator[str]:
        """Write the whole file, line by line."""
        yield f"digraph {quoted(self.drawing.title)} {{"
        yield from self.settings(resolution)
        for each in self.drawing.contents:
            yield from self.content(each, _INDENT)
        for leaving in self.drawing.exits:
            yield from self.exit(leaving)
        yield from self.divisions("", _INDENT)
        for bundle in self.routing.bundles.values():
            for segment in self.routing.segments(bundle):
                yield _INDENT + self.line(segment)
        yield "}"

    def settings(self, resolution: int) -> Iterator[str]:
        """Write the attributes of the graph, defaults of nodes and edges, and the legend."""
        graph = {"rankdir": _RANKS[self.options.direction], **_GRAPH}
        graph |= {"dpi": str(resolution)} if resolution else {"bgcolor": "transparent"}
        yield f"{_INDENT}graph {_listed(graph)};"
        yield f"{_INDENT}node {_listed(_NODE)};"
        yield f"{_INDENT}edge {_listed(_EDGE)};"
        is_wanted = self.options.has_legend or self.drawing.legend
        legend = self.palette.legend() if is_wanted else ()
        if legend:
            yield f"{_INDENT}labelloc=b;"
            yield f"{_INDENT}label={captions.legend(legend)};"

    def content(self, content: Frame | str, indent: str) -> Iterator[str]:
        """Write a box, or a frame and its contents."""
        if isinstance(content, str):
            yield f"{indent}{self.box(self.drawing.boxes[content])}"
            return
        attributes = {**_FRAME, "fillcolor": self.palette.backdrop(content)}
        yield f"{indent}subgraph {quoted(f'cluster {content.path}')} {{"
        yield f"{indent}{_INDENT}graph {_listed(attributes)};"
        yield from (f"{indent}{_INDENT}{each}" for each in self.caption(content))
        for each in content.contents:
            yield from self.content(each, indent + _INDENT)
        yield from self.divisions(content.path, indent + _INDENT)
        yield f"{indent}}}"

    def caption(self, frame: Frame) -> Iterator[str]:
        """Write a frame's label, beside its gate where it has one."""
        if frame.path not in self.routing.gates:
            yield f"label={captions.bold(frame.label)};"
            return
        yield 'label="";'
        label = f"label={captions.gate(frame.label)}"
        yield self.node(gate(frame.path), _GATE, label)

    def divisions(self, frame: str, indent: str) -> Iterator[str]:
        """Write the points at which lines fork in a frame, and put branches on one rank."""
        for bundle in self.bundles_in[frame]:
            if bundle.frame == frame and self.routing.divides(bundle):
                yield indent + self.node(point(bundle), _DIVISION)
            stops = self.routing.row(bundle, frame)
            bends = [each for each in stops if each in self.routing.bent]
            yield from (indent + _node(each, _GATE, f"label={captions.gate()}") for each in bends)
            if len(stops) > 1:
                row = " -> ".join(map(quoted, stops))
                yield f"{indent}{{ rank=same; {row} {_listed(_UNSEEN)}; }}"

    def box(self, box: Box) -> str:
        """Write a box, with its cost on a second line where that is shown."""
        said = self.palette.cost_label(box)
        label = f"{box.label}\n{said}" if said else box.label
        outline = _GHOST if box.is_ghost else NOTHING
        return self.node(box.path, {"label": label, "fillcolor": self.palette.fill(box), **outline})

    def node(self, name: str, attributes: DotAttributes, *more: str) -> str:
        """Write a node; a free one does not order its outgoing edges."""
        ordering = _FREE if name in self.routing.free else NOTHING
        return _node(name, {**attributes, **ordering}, *more)

    def exit(self, each: Exit) -> Iterator[str]:
        """Write an arrow out of the drawing, which ends at the label of an output."""
        name = f"{each.label} of {each.box}"
        yield _INDENT + _node(name, {**_EXIT, "label": each.label})
        yield _INDENT + _edge(each.box, name)

    def line(self, segment: Segment) -> str:
        """Write a segment; only the last one of an arrow has an arrowhead."""
        attributes = {"label": f" {segment.shape}"} if segment.shape else {}
        if self.drawing.is_ghostly(segment.tail, segment.head):
            attributes["style"] = "dashed"
        if segment.is_straight:
            attributes["weight"] = _STRAIGHT
        if not segment.is_last:
            attributes["arrowhead"] = "none"
        entrance, way_out = _SIDES.get(self.options.direction, ("", ""))
        if segment.head in self.pieces:
            attributes["headport"] = f"{captions.LINE}:{entrance}"
        if segment.tail in self.pieces:
            attributes["tailport"] = f"{captions.LINE}:{way_out}"
        return _edge(segment.tail, segment.head, attributes)


def _node(name: str, attributes: DotAttributes, *more: str) -> str:
    return f"{quoted(name)} {_listed(attributes, *more)};"


def _edge(tail: str, head: str, attributes: DotAttributes = NOTHING) -> str:
    listed = f" {_listed(attributes)}" if attributes else ""
    return f"{quoted(tail)} -> {quoted(head)}{listed};"


def _listed(attributes: DotAttributes, *more: str) -> str:
    listed = (f"{name}={quoted(value)}" for name, value in attributes.items())
    return f"[{', '.join((*listed, *more))}]"
