"""The one home of colours: what they mean, in a light and in a dark page.

Kinds differ in lightness, in steps of at least 8 of CIE L* (6 in the dark), so that they are told
apart in grey and by people with any colour vision; text in ``TEXT`` is readable on all of them.
Amounts are the light end of Paul Tol's "YlOrBr" (https://personal.sron.nl/~pault/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from archspec.views.drawing import Box, BoxKind, Drawing, Frame
from archspec.views.options import Measure, Options, Style


class Shade(NamedTuple):
    """A colour in a light and in a dark page."""

    light: str
    dark: str


class Mark(NamedTuple):
    """How a change is shown: a colour, and a symbol for those who do not see it."""

    shade: Shade
    symbol: str


TEXT = Shade("#000000", "#FFFFFF")
LINE = Shade("#000000", "#C4CAD1")
BORDER = Shade("#777777", "#8B949E")
PLAIN = Shade("#FFFFFF", "#181B1E")
MUTED = Shade("#E7E7E7", "#26292D")
KINDS: Mapping[BoxKind, Shade] = {
    BoxKind.INPUT: PLAIN,
    BoxKind.STEM: Shade("#8AC1D8", "#1C4C5E"),
    BoxKind.BLOCK: Shade("#ECCD66", "#453500"),
    BoxKind.REDUCTION: Shade("#BC5D32", "#B35E3D"),
    BoxKind.PART: Shade("#9F9BE5", "#6A4689"),
    BoxKind.MERGE: MUTED,
    BoxKind.HEAD: Shade("#359E7B", "#01735E"),
}
HEAT = (
    Shade("#FFFFE5", "#2D241B"),
    Shade("#FFF7BC", "#44311B"),
    Shade("#FEE391", "#5E3D1C"),
    Shade("#FEC44F", "#7B481E"),
    Shade("#FB9A29", "#9A5122"),
    Shade("#EC7014", "#BC5829"),
)
CHANGES: Mapping[str, Mark] = {
    "unchanged": Mark(PLAIN, ""),
    "follows": Mark(MUTED, ""),
    "inserted": Mark(Shade("#5EAF83", "#006C5A"), "+"),
    "removed": Mark(Shade("#D6693E", "#C24D3D"), "-"),
    "changed": Mark(Shade("#E4D06A", "#473A05"), "~"),
    "moved": Mark(Shade("#AAB8DF", "#454588"), "\u21c4"),
}
_UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K"))
_NAMES = {Measure.MACS: "MACs", Measure.PARAMETERS: "parameters"}


class ColourMeaning(NamedTuple):
    """The meaning of a colour in the legend; without a colour, a heading for all."""

    colour: str
    label: str


class Palette:
    """Chooses the colours of a drawing in a style, those of a light page."""

    def __init__(self, drawing: Drawing, options: Options) -> None:
        self.style = options.style
        self.shows_kinds = options.style in (Style.COLOR, Style.POSTER)
        self.measure = options.measure
        self.boxes = drawing.boxes
        self.meanings = drawing.legend
        self.most = max((self._cost(box) for box in drawing.boxes.values()), default=0)

    def fill(self, box: Box) -> str:
        """Choose the colour behind a box's text."""
        if box.colour:
            return box.colour
        if self.shows_kinds:
            return KINDS[box.kind].light
        if self.style == Style.HEAT and self._cost(box):
            return HEAT[self._step(self._cost(box))].light
        return PLAIN.light

    def backdrop(self, frame: Frame) -> str:
        """Choose the colour behind the contents of a frame."""
        return tint(KINDS[frame.kind]).light if self.shows_kinds else PLAIN.light

    def cost_label(self, box: Box) -> str:
        """Write the cost of a box where its colour shows it; else nothing."""
        cost = self._cost(box)
        return f"{amount(cost)} {_NAMES[self.measure]}" if self.style == Style.HEAT and cost else ""

    def legend(self) -> tuple[ColourMeaning, ...]:
        """List the colours that are used, with their meanings."""
        if self.meanings:
            return tuple(ColourMeaning(*each) for each in self.meanings.items())
        if self.shows_kinds:
            used = {box.kind for box in self.boxes.values()} - {BoxKind.INPUT}
            return tuple(ColourMeaning(KINDS[kind].light, kind) for kind in BoxKind if kind in used)
        if self.style == Style.HEAT and self.most:
            bounds = ((at + 1) * self.most // len(HEAT) for at in range(len(HEAT)))
            steps = [
                ColourMeaning(shade.light, amount(bound))
                for shade, bound in zip(HEAT, bounds, strict=True)
            ]
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


def shades() -> Iterator[Shade]:
    """List every colour of boxes and frames; no two differ in the dark only."""
    yield from (*KINDS.values(), *map(tint, KINDS.values()), *HEAT)
    yield from (mark.shade for mark in CHANGES.values())


def tint(shade: Shade) -> Shade:
    """Mix a colour with three parts of an empty box's."""
    return Shade(_mixed(shade.light, PLAIN.light), _mixed(shade.dark, PLAIN.dark))


def _mixed(colour: str, ground: str) -> str:
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return "#" + "".join(f"{under + (over - under) // 4:02X}" for over, under in pairs)
