"""Colours that are distinct to people with any colour vision, and their meanings.

Both schemes are Paul Tol's (https://personal.sron.nl/~pault/): "light" for kinds, whose colours
suit black text, and the light end of "YlOrBr" for amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archspec.views.drawing import Box, BoxKind, Drawing, Frame
from archspec.views.options import Measure, Options, Style

WHITE = "#FFFFFF"
KINDS: Mapping[BoxKind, str] = {
    BoxKind.INPUT: WHITE,
    BoxKind.STEM: "#99DDFF",
    BoxKind.BLOCK: "#EEDD88",
    BoxKind.REDUCTION: "#EE8866",
    BoxKind.PART: "#77AADD",
    BoxKind.MERGE: "#DDDDDD",
    BoxKind.HEAD: "#44BB99",
}
HEAT = ("#FFFFE5", "#FFF7BC", "#FEE391", "#FEC44F", "#FB9A29", "#EC7014")
_UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K"))
_NAMES = {Measure.MACS: "MACs", Measure.PARAMETERS: "parameters"}


class ColourMeaning(NamedTuple):
    """The meaning of a colour in the legend; without a colour, a heading for all."""

    colour: str
    label: str


class Palette:
    """Chooses the colours of a drawing in a style."""

    def __init__(self, drawing: Drawing, options: Options) -> None:
        self.style = options.style
        self.measure = options.measure
        self.boxes = drawing.boxes
        self.most = max((self._cost(box) for box in drawing.boxes.values()), default=0)

    def fill(self, box: Box) -> str:
        """Choose the colour behind a box's text."""
        if box.colour:
            return box.colour
        if self.style == Style.COLOR:
            return KINDS[box.kind]
        if self.style == Style.HEAT and self._cost(box):
            return HEAT[self._step(self._cost(box))]
        return WHITE

    def backdrop(self, frame: Frame) -> str:
        """Choose the colour behind the contents of a frame."""
        return _lighter(KINDS[frame.kind]) if self.style == Style.COLOR else WHITE

    def cost_label(self, box: Box) -> str:
        """Write the cost of a box where its colour shows it; else nothing."""
        cost = self._cost(box)
        return f"{amount(cost)} {_NAMES[self.measure]}" if self.style == Style.HEAT and cost else ""

    def legend(self) -> tuple[ColourMeaning, ...]:
        """List the colours that are used, with their meanings."""
        if self.style == Style.COLOR:
            used = {box.kind for box in self.boxes.values()} - {BoxKind.INPUT}
            return tuple(ColourMeaning(KINDS[kind], kind) for kind in BoxKind if kind in used)
        if self.style == Style.HEAT and self.most:
            bounds = ((at + 1) * self.most // len(HEAT) for at in range(len(HEAT)))
            steps = [ColourMeaning(*each) for each in zip(HEAT, map(amount, bounds), strict=True)]
            return (ColourMeaning("", f"{_NAMES[self.measure]}, up to"), *steps)
        return ()

    def _cost(self, box: Box) -> int:
        return box.macs if self.measure == Measure.MACS else box.parameters

    def _step(self, cost: int) -> int:
        return min(len(HEAT) * cost // self.most, len(HEAT) - 1)


def amount(count: int) -> str:
    """Write a count with three digits and a unit: ``2.29 G``."""
    for size, unit in _UNITS:
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return str(count)


def _lighter(colour: str) -> str:
    """Mix a colour with three parts of white."""
    parts: Iterable[int] = bytes.fromhex(colour[1:])
    return "#" + "".join(f"{255 - (255 - part) // 4:02X}" for part in parts)
