"""The options of a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypedDict, Unpack


class Style(StrEnum):
    """How boxes look: white, coloured by what they stand for or cost, or as on a poster.

    On a poster boxes say nothing: they are as high as their resolution and as wide as their
    channels ask for, and coloured by what they stand for.
    """

    PAPER = "paper"
    COLOR = "color"
    HEAT = "heat"
    POSTER = "poster"


class Direction(StrEnum):
    """Where arrows point."""

    UP = "up"
    DOWN = "down"
    RIGHT = "right"
    LEFT = "left"


class Shapes(StrEnum):
    """Whose output shapes are shown: where they change, as papers do, all, or none."""

    CHANGES = "changes"
    PAPER = "paper"
    ALL = "all"
    NONE = "none"


class Labels(StrEnum):
    """What boxes say: the options of their steps, the names that authors gave them, or both."""

    OPTIONS = "options"
    NAME = "name"
    BOTH = "both"


class Measure(StrEnum):
    """What the colour of a box measures."""

    MACS = "macs"
    PARAMETERS = "parameters"


class Layout(StrEnum):
    """What places the boxes: the structure of the network, also on a sheet, or Graphviz."""

    STRUCTURE = "structure"
    SHEET = "sheet"
    GRAPHVIZ = "graphviz"


_ENUMERATED: Mapping[str, type[StrEnum]] = {
    "style": Style,
    "direction": Direction,
    "shapes": Shapes,
    "label": Labels,
    "measure": Measure,
    "layout": Layout,
}
LAYERS, OPERATORS = "layers", "operators"


class Asked(TypedDict, total=False):
    """The options of a drawing as a program gives them: members of enumerations, or their words."""

    module: str
    depth: int | Literal["layers", "operators"] | None
    style: Style | Literal["paper", "color", "heat", "poster"] | None
    direction: Direction | Literal["up", "down", "right", "left"]
    shapes: Shapes | Literal["changes", "paper", "all", "none"]
    label: Labels | Literal["options", "name", "both"]
    unroll: bool
    legend: bool | None
    measure: Measure | Literal["macs", "parameters"]
    layout: Layout | Literal["structure", "sheet", "graphviz"]
    width: str | None
    weights: str | Path | None


class Undrawable(ValueError):
    """A request that cannot be drawn; the message says what can."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to draw of a network, and how.

    Attributes:
        module: The module to draw alone, by its template's name or by the path of one use.
        depth: How many levels of modules are opened; more than there are shows operators.
            ``layers`` opens every module, ``operators`` every layer too. None draws a network as
            its steps, a module as its layers.
        shapes: Along a network and its stem, a shape is shown where it changes, or on every arrow
            as papers do; ``all`` shows it inside of modules too.
        label: What boxes say; a step that its author gave no name is named by its options.
        unroll: Whether copies of a repeat are drawn one by one.
        legend: Whether there is a legend of colours; None adds one where there are colours.
        measure: The cost that the style ``heat`` shows.
        style: How boxes are coloured; None is by kind on a sheet, else black on white.
        layout: What places the boxes of pictures; DOT, Mermaid and HTML are placed elsewhere. A
            sheet is one page with the network and all of its modules.
        width: How wide a sheet is: ``A4``, ``16:9``, or a length such as ``8.5cm``.
        weights: The canonical file of weights whose statistics an HTML page tells.
    """

    module: str = ""
    depth: int | str | None = None
    style: Style | None = None
    direction: Direction = Direction.UP
    shapes: Shapes = Shapes.CHANGES
    label: Labels = Labels.OPTIONS
    unroll: bool = False
    legend: bool | None = None
    measure: Measure = Measure.MACS
    layout: Layout = Layout.STRUCTURE
    width: str | None = None
    weights: str | Path | None = None

    def __post_init__(self) -> None:
        """Convert words to members of the enumerations; raise ``Undrawable`` for unknown ones."""
        if self.style is None:
            style = Style.COLOR if self.layout == Layout.SHEET else Style.PAPER
            object.__setattr__(self, "style", style)
        for name, words in _ENUMERATED.items():
            given = getattr(self, name)
            if given not in list(words):
                raise Undrawable(f"the {name} is one of {', '.join(words)}, not `{given}`")
            object.__setattr__(self, name, words(given))

    @classmethod
    def of(cls, **asked: Unpack[Asked]) -> Options:
        """Read what a program asks for."""
        return cls(**asked)  # type: ignore[arg-type]

    @property
    def has_legend(self) -> bool:
        """Whether there is a legend of colours."""
        return self.style != Style.PAPER if self.legend is None else self.legend
