"""Colours: readable, explained, and in proportion to costs."""

from __future__ import annotations

import pytest

from archspec.views.drawing import Box, BoxKind, Drawing
from archspec.views.options import Options
from archspec.views.palette import HEAT, KINDS, Palette, amount


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", sorted({*KINDS.values(), *HEAT}))
def test_black_text_on_any_fill_has_the_contrast_of_wcag_aa(colour: str) -> None:
    assert (luminance(colour) + 0.05) / 0.05 >= 4.5


def test_warmer_is_darker_so_that_heat_reads_in_grey() -> None:
    found = [luminance(colour) for colour in HEAT]
    assert found == sorted(found, reverse=True)


def drawing(*costs: int) -> Drawing:
    boxes = {str(at): Box(str(at), "", BoxKind.BLOCK, macs=cost) for at, cost in enumerate(costs)}
    return Drawing("", boxes, tuple(boxes), ())


def test_the_costliest_box_is_the_warmest_and_what_costs_nothing_is_white() -> None:
    palette = Palette(found := drawing(0, 1, 600), Options(style="heat"))  # type: ignore[arg-type]
    fills = [palette.fill(box) for box in found.boxes.values()]
    assert fills == ["#FFFFFF", HEAT[0], HEAT[-1]]
    assert [each.label for each in palette.legend()][1:] == [
        "100",
        "200",
        "300",
        "400",
        "500",
        "600",
    ]


def test_a_legend_explains_the_kinds_that_are_there() -> None:
    palette = Palette(drawing(1), Options(style="color"))  # type: ignore[arg-type]
    assert [each.label for each in palette.legend()] == ["block"]
    assert Palette(drawing(1), Options()).legend() == ()


def test_amounts_have_three_digits_and_a_unit() -> None:
    counts = (999, 18_432, 605_728, 2_289_943_648)
    assert [amount(each) for each in counts] == ["999", "18.4 K", "606 K", "2.29 G"]
