"""Colours: readable, explained, and in proportion to costs."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from archspec.views.drawing import Box, BoxKind, Drawing
from archspec.views.options import Options
from archspec.views.palette import (
    BORDER,
    CHANGES,
    HEAT,
    KINDS,
    LINE,
    TEXT,
    Palette,
    Shade,
    amount,
    shades,
)
from tests.views.colour_vision import VISIONS, contrast, difference, lightness

GITHUB = Shade("#FFFFFF", "#0D1117")
"""The grounds of GitHub's light and dark themes."""


@pytest.mark.parametrize("shade", sorted(set(shades())))
def test_text_on_any_fill_has_the_contrast_of_wcag_aa_in_both_themes(shade: Shade) -> None:
    assert [contrast(*pair) >= 4.5 for pair in zip(shade, TEXT, strict=True)] == [True, True]


@pytest.mark.parametrize("shade", [LINE, BORDER])
def test_lines_are_seen_on_the_grounds_of_both_themes(shade: Shade) -> None:
    assert [contrast(*pair) >= 3 for pair in zip(shade, GITHUB, strict=True)] == [True, True]


@pytest.mark.parametrize(("theme", "step"), [("light", 8), ("dark", 6)])
def test_kinds_differ_in_lightness_so_that_they_are_told_apart_in_grey(
    theme: str, step: float
) -> None:
    found = sorted(lightness(getattr(shade, theme)) for shade in KINDS.values())
    assert min(darker - lighter for lighter, darker in pairwise(found)) >= step


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_kinds_and_changes_are_told_apart_with_any_colour_vision(vision: str, theme: str) -> None:
    kinds = [shade for kind, shade in KINDS.items() if kind is not BoxKind.INPUT]
    changes = [mark.shade for word, mark in CHANGES.items() if word != "unchanged"]
    for group in (kinds, changes):
        colours = [getattr(shade, theme) for shade in group]
        assert min(difference(*pair, vision) for pair in combinations(colours, 2)) >= 12


def test_changes_have_symbols_of_their_own() -> None:
    symbols = [mark.symbol for mark in CHANGES.values() if mark.symbol]
    assert len(set(symbols)) == len(symbols) == 4


def test_a_colour_of_the_light_theme_has_one_in_the_dark() -> None:
    assert len({shade.light for shade in shades()}) == len(set(shades()))


def test_more_is_further_from_the_ground_so_that_heat_reads_in_grey() -> None:
    light, dark = ([lightness(each) for each in theme] for theme in zip(*HEAT, strict=True))
    assert light == sorted(light, reverse=True)
    assert dark == sorted(dark)


def drawing(*costs: int) -> Drawing:
    boxes = {str(at): Box(str(at), "", BoxKind.BLOCK, macs=cost) for at, cost in enumerate(costs)}
    return Drawing("", boxes, tuple(boxes), ())


def test_the_costliest_box_is_the_warmest_and_what_costs_nothing_is_white() -> None:
    palette = Palette(found := drawing(0, 1, 600), Options(style="heat"))  # type: ignore[arg-type]
    fills = [palette.fill(box) for box in found.boxes.values()]
    assert fills == ["#FFFFFF", HEAT[0].light, HEAT[-1].light]
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
