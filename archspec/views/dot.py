"""A drawing as DOT, the language of Graphviz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape

from archspec.views.drawing import Box, Drawing, Exit, Frame
from archspec.views.forks import Fork, forks
from archspec.views.options import Direction, Options
from archspec.views.palette import Meaning, Palette

FONT = "Arial"
_RANKS = {Direction.UP: "BT", Direction.DOWN: "TB", Direction.RIGHT: "LR", Direction.LEFT: "RL"}
_INDENT = "  "
_CHARACTER = 6
"""How wide a character is, in points: about, and rather too much."""

Attributes = Mapping[str, str]
NOTHING: Attributes = {}

_GRAPH: Attributes = {
    "ordering": "out",
    "nodesep": "0.25",
    "ranksep": "0.3",
    "pad": "0.1",
    "fontname": FONT,
    "fontsize": "11",
}
_NODE: Attributes = {
    "shape": "box",
    "style": "filled",
    "height": "0.3",
    "width": "0.3",
    "margin": "0.1,0.05",
    "penwidth": "0.8",
    "fontname": FONT,
    "fontsize": "11",
}
_EDGE: Attributes = {"arrowsize": "0.6", "penwidth": "0.8", "fontname": FONT, "fontsize": "10"}
_FRAME: Attributes = {
    "labelloc": "t",
    "labeljust": "r",
    "style": "filled,rounded,dashed",
    "color": "#777777",
}
_EXIT: Attributes = {
    "shape": "plaintext",
    "style": "",
    "fontsize": "10",
    "height": "0.2",
    "margin": "0.02,0.02",
}
_UNSEEN: Attributes = {"style": "invis"}
_FORK: Attributes = {"shape": "point", "width": "0.02", "label": ""}


def write(drawing: Drawing, options: Options, resolution: int = 0) -> str:
    """Write a drawing; ``resolution`` is in dots per inch, for pictures of pixels."""
    return "\n".join(_Writer(drawing, options).lines(resolution)) + "\n"


def quoted(text: str) -> str:
    """Write a text so that DOT shows it as it is; it would read entities, such as ``&lt;``."""
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
        self.forks = forks(drawing)
        self.forks_in: dict[str, list[Fork]] = defaultdict(list)
        for fork in self.forks.values():
            self.forks_in[fork.frame].append(fork)

    def lines(self, resolution: int) -> Iterator[str]:
        """Write the whole file, line by line."""
        yield f"digraph {quoted(self.drawing.title)} {{"
        yield from self.settings(resolution)
        for each in self.drawing.contents:
            yield from self.content(each, _INDENT)
        for leaving in self.drawing.exits:
            yield from self.exit(leaving)
        yield from self.divisions("", _INDENT)
        for fork in self.forks.values():
            yield from self.arrows(fork)
        yield "}"

    def settings(self, resolution: int) -> Iterator[str]:
        """Write what holds for all boxes and arrows; branches keep the order they have."""
        graph = {"rankdir": _RANKS[self.options.direction], **_GRAPH}
        if resolution:
            graph["dpi"] = str(resolution)
        yield f"{_INDENT}graph {_listed(graph)};"
        yield f"{_INDENT}node {_listed(_NODE)};"
        yield f"{_INDENT}edge {_listed(_EDGE)};"
        legend = self.palette.legend() if self.options.has_legend else ()
        if legend:
            yield f"{_INDENT}labelloc=b;"
            yield f"{_INDENT}label=<{_legend(legend)}>;"

    def content(self, content: Frame | str, indent: str) -> Iterator[str]:
        """Write a box, or a frame with what is inside."""
        if isinstance(content, str):
            yield f"{indent}{self.box(self.drawing.boxes[content])}"
            return
        attributes = {**_FRAME, "fillcolor": self.palette.backdrop(content)}
        yield f"{indent}subgraph {quoted(f'cluster {content.path}')} {{"
        yield f"{indent}{_INDENT}graph {_listed(attributes)};"
        yield f"{indent}{_INDENT}label=<{_beside_arrows(content.label)}>;"
        for each in content.contents:
            yield from self.content(each, indent + _INDENT)
        yield from self.divisions(content.path, indent + _INDENT)
        yield f"{indent}}}"

    def divisions(self, frame: str, indent: str) -> Iterator[str]:
        """Write the points at which lines divide in a frame, and put branches side by side."""
        for fork in self.forks_in[frame]:
            if fork.divides:
                yield indent + _node(_point(fork), _FORK)
            if len(fork.row) > 1:
                row = " -> ".join(map(quoted, fork.row))
                yield f"{indent}{{ rank=same; {row} {_listed(_UNSEEN)}; }}"

    def box(self, box: Box) -> str:
        """Write a box; what it costs stands on a line of its own."""
        said = self.palette.said(box)
        label = f"{box.label}\n{said}" if said else box.label
        return _node(box.path, {"label": label, "fillcolor": self.palette.fill(box)})

    def exit(self, each: Exit) -> Iterator[str]:
        """Write an arrow out of the drawing, which ends at the shape of what leaves."""
        name = f"{each.label} of {each.box}"
        yield _INDENT + _node(name, {**_EXIT, "label": each.label})
        yield _INDENT + _edge(each.box, name)

    def arrows(self, fork: Fork) -> Iterator[str]:
        """Write the arrows out of a box."""
        tail, beside = fork.tail, {"label": f" {fork.shape}"} if fork.shape else {}
        if fork.divides:
            yield _INDENT + _edge(tail, _point(fork), {**beside, "arrowhead": "none"})
            tail, beside = _point(fork), {}
        for head in fork.heads:
            yield _INDENT + _edge(tail, head, beside)


def _point(fork: Fork) -> str:
    return f"fork of {fork.tail}"


def _node(name: str, attributes: Attributes) -> str:
    return f"{quoted(name)} {_listed(attributes)};"


def _edge(tail: str, head: str, attributes: Attributes = NOTHING) -> str:
    listed = f" {_listed(attributes)}" if attributes else ""
    return f"{quoted(tail)} -> {quoted(head)}{listed};"


def _listed(attributes: Attributes) -> str:
    return f"[{', '.join(f'{name}={quoted(value)}' for name, value in attributes.items())}]"


def _beside_arrows(label: str) -> str:
    """Keep the left half of a frame's label free, since arrows enter there or in the middle."""
    width = _CHARACTER * len(label)
    cells = f'<td width="{width}"></td><td align="right">{escape(label)}</td>'
    return f'<table border="0" cellborder="0" cellspacing="0"><tr>{cells}</tr></table>'


def _legend(meanings: tuple[Meaning, ...]) -> str:
    cells = "".join(map(_cells, meanings))
    return f'<table border="0" cellborder="0" cellspacing="4"><tr>{cells}</tr></table>'


def _cells(meaning: Meaning) -> str:
    colour, label = meaning
    patch = f'<td bgcolor="{colour}" border="1" width="14"> </td>' if colour else ""
    return f'{patch}<td align="left">{escape(label)}  </td>'
