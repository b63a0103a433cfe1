"""How a drawing is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict, Unpack


class Style(StrEnum):
    """How boxes are coloured: not at all, by what they stand for, or by what they cost."""

    PAPER = "paper"
    COLOR = "color"
    HEAT = "heat"


class Direction(StrEnum):
    """Where arrows point."""

    UP = "up"
    DOWN = "down"
    RIGHT = "right"
    LEFT = "left"


class Shapes(StrEnum):
    """Whose output shapes are shown: those that a paper shows, all, or none."""

    PAPER = "paper"
    ALL = "all"
    NONE = "none"


class Measure(StrEnum):
    """What the colour of a box measures."""

    MACS = "macs"
    PARAMETERS = "parameters"


_ENUMERATED: Mapping[str, type[StrEnum]] = {
    "style": Style,
    "direction": Direction,
    "shapes": Shapes,
    "measure": Measure,
}
LAYERS, OPERATORS = "layers", "operators"


class Asked(TypedDict, total=False):
    """The options of a drawing as a program gives them: words, or what they stand for."""

    module: str
    depth: int | Literal["layers", "operators"] | None
    style: Style | Literal["paper", "color", "heat"]
    direction: Direction | Literal["up", "down", "right", "left"]
    shapes: Shapes | Literal["paper", "all", "none"]
    unroll: bool
    legend: bool | None
    measure: Measure | Literal["macs", "parameters"]


class Undrawable(ValueError):
    """Something asked for that cannot be drawn; the message says what can."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to draw of a network, and how.

    Attributes:
        module: The module to draw alone, by its template's name or by the path of one use.
        depth: How many levels of modules are opened; one more than there are shows operators.
            ``layers`` opens every module, ``operators`` every layer too. None draws a network as
            its steps, a module as its layers.
        unroll: Whether copies of a repeat are drawn one by one.
        legend: Whether the colours are explained; None does so where there are any.
        measure: What the style ``heat`` shows.
    """

    module: str = ""
    depth: int | str | None = None
    style: Style = Style.PAPER
    direction: Direction = Direction.UP
    shapes: Shapes = Shapes.PAPER
    unroll: bool = False
    legend: bool | None = None
    measure: Measure = Measure.MACS

    def __post_init__(self) -> None:
        """Take words for the enumerated options, and refuse words that are none of theirs."""
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
        """Whether the colours are explained."""
        return self.style != Style.PAPER if self.legend is None else self.legend
