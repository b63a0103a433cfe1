"""A drawing as Mermaid, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from archspec.views.drawing import Drawing, Frame
from archspec.views.edge_bundles import edge_bundles
from archspec.views.options import Direction, Options
from archspec.views.palette import BORDER, KINDS, PLAIN, TEXT, Palette

MAXIMUM_EDGES = 500
MAXIMUM_CHARACTERS = 50_000
_HEADROOM = 500
_DIRECTIONS = {
    Direction.UP: "BT",
    Direction.DOWN: "TB",
    Direction.RIGHT: "LR",
    Direction.LEFT: "RL",
}
_DASHED = "stroke-dasharray:4"
_FAINT = "33"
"""A fifth of opacity, as the last two digits of a colour."""
_STRUCTURE = frozenset('"#$%&<>`\\\r\n;|*_~+')
"""Characters that mean something to Mermaid, to Markdown in its labels, or to HTML."""


def write(drawing: Drawing, options: Options) -> str:
    """Write a drawing as a flowchart."""
    return "\n".join(_Writer(drawing, options).lines()) + "\n"


def fits(drawing: Drawing, text: str) -> bool:
    """Whether GitHub renders it: fewer than 500 edges and 50,000 characters, with a stamp."""
    edges = len(drawing.arrows) + len(drawing.exits)
    return edges < MAXIMUM_EDGES and len(text) < MAXIMUM_CHARACTERS - _HEADROOM


def quoted(text: str) -> str:
    """Escape a text for Mermaid."""
    safe = (f"#{ord(each)};" if each in _STRUCTURE else each for each in text)
    return f'"{"".join(safe)}"'


class _Writer:
    def __init__(self, drawing: Drawing, options: Options) -> None:
        self.drawing = drawing
        self.options = options
        self.palette = Palette(drawing, options)
        self.names = {path: f"b{at}" for at, path in enumerate(drawing.boxes)}
        self.frames = 0

    def lines(self) -> Iterator[str]:
        """Write the flowchart line by line."""
        yield f"flowchart {_DIRECTIONS[self.options.direction]}"
        for each in self.drawing.contents:
            yield from self.content(each, "  ")
        yield from self.arrows()
        yield from self.exits()
        yield from self.legend()
        yield from self.colours()

    def content(self, content: Frame | str, indent: str) -> Iterator[str]:
        """Write a box, or a frame and its contents."""
        if isinstance(content, str):
            yield f"{indent}{self.names[content]}[{quoted(self.label(content))}]"
            return
        name = f"f{self.frames}"
        self.frames += 1
        yield f"{indent}subgraph {name}[{quoted(content.label or ' ')}]"
        for each in content.contents:
            yield from self.content(each, f"{indent}  ")
        yield f"{indent}end"
        yield f"{indent}style {name} fill:{self.backdrop(content)},stroke:{BORDER.light},{_DASHED}"

    def backdrop(self, frame: Frame) -> str:
        """Choose the ground of a frame: lines in it are drawn in the colour of the page's theme."""
        return f"{KINDS[frame.kind].light}{_FAINT}" if self.palette.shows_kinds else "none"

    def label(self, path: str) -> str:
        """Write the label of a box, with its cost where that is shown."""
        box = self.drawing.boxes[path]
        said = self.palette.cost_label(box)
        return f"{box.label}, {said}" if said else box.label

    def arrows(self) -> Iterator[str]:
        """Write the arrows; a shape labels the first one out of its box."""
        for bundle in edge_bundles(self.drawing).values():
            beside = f"|{quoted(bundle.shape)}|" if bundle.shape else ""
            for head in bundle.heads:
                line = "-.->" if self.drawing.is_ghostly(bundle.tail, head) else "-->"
                yield f"  {self.names[bundle.tail]} {line}{beside} {self.names[head]}"
                beside = ""

    def exits(self) -> Iterator[str]:
        """Write the arrows out of the drawing."""
        for at, (box, label) in enumerate(self.drawing.exits):
            yield f"  {self.names[box]} --> o{at}[{quoted(label)}]"
            yield f"  style o{at} fill:none,stroke:none"

    def legend(self) -> Iterator[str]:
        """Write what the colours of boxes mean that have their own."""
        if not self.drawing.legend:
            return
        yield f"  subgraph legend[{quoted(' ')}]"
        for at, (colour, said) in enumerate(self.drawing.legend.items()):
            yield f"    l{at}[{quoted(said)}]"
            if colour != PLAIN.light:
                yield f"    style l{at} fill:{colour},stroke:{BORDER.light},color:{TEXT.light}"
        yield "  end"
        yield "  style legend fill:none,stroke:none"

    def colours(self) -> Iterator[str]:
        """Write a class for each colour, and the boxes that have it; others follow the theme."""
        used: dict[str, list[str]] = defaultdict(list)
        for path, box in self.drawing.boxes.items():
            used[self.palette.fill(box)].append(self.names[path])
        used.pop(PLAIN.light, None)
        ghosts = [self.names[path] for path, box in self.drawing.boxes.items() if box.is_ghost]
        if ghosts:
            yield f"  classDef ghost {_DASHED}"
            yield f"  class {','.join(ghosts)} ghost"
        words = {shade.light: kind for kind, shade in KINDS.items()}
        for at, (colour, names) in enumerate(used.items()):
            word = words.get(colour, "level") + f"{at}"
            yield f"  classDef {word} fill:{colour},stroke:{BORDER.light},color:{TEXT.light}"
            yield f"  class {','.join(names)} {word}"
