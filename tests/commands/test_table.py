"""Tables fit the screen, and names are the last to suffer."""

from __future__ import annotations

import pytest

from archspec.commands.table import NUMBER, Column, ShortNumber, Table, drawn, short
from archspec.rendering.colour import Colour, coloured, plain

TABLE = Table(
    (
        Column("path"),
        Column("is", spare=2),
        Column("step", cut=True),
        Column("MACs", NUMBER),
        Column("FLOPs", NUMBER, spare=1),
    ),
    [
        (
            "inception_resnet_a",
            "block",
            "unit k=192 l=224 m=256 n=384",
            *[ShortNumber(9_257_953_632)] * 2,
        ),
        ("stem", "stem", "stem", ShortNumber(0), ShortNumber(42_679_816)),
    ],
)


def heads(columns: int | None) -> list[str]:
    return drawn(TABLE, columns, plain).splitlines()[0].split()


@pytest.mark.parametrize("columns", range(60, 140, 3))
def test_no_row_is_wider_than_the_screen_and_no_name_is_cut(columns: int) -> None:
    lines = drawn(TABLE, columns, plain).splitlines()
    assert max(map(len, lines)) <= columns
    assert lines[1].startswith("inception_resnet_a  ")


def test_without_a_screen_every_digit_stands() -> None:
    assert "9,257,953,632" in drawn(TABLE, None, plain)


def test_numbers_are_shortened_first_then_texts_are_cut_then_columns_left_out() -> None:
    assert "9,257,953,632" in drawn(TABLE, 93, plain)
    assert "9.26 G" in drawn(TABLE, 80, plain)
    assert "m=256 n=384" in drawn(TABLE, 80, plain)
    assert "unit k=192 l=224…" in drawn(TABLE, 60, plain)
    assert heads(60) == ["path", "is", "step", "MACs", "FLOPs"]
    assert heads(56) == ["path", "step", "MACs", "FLOPs"]
    assert heads(50) == ["path", "step", "MACs"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 K"),
        (9_994, "9.99 K"),
        (9_996, "10.0 K"),
        (99_960, "100 K"),
        (999_499, "999 K"),
        (999_500, "1.00 M"),
        (42_679_816, "42.7 M"),
        (9_257_953_632, "9.26 G"),
        (-1_500, "-1.50 K"),
    ],
)
def test_a_short_number_has_three_digits_and_its_unit(number: int, text: str) -> None:
    assert short(number) == text


def test_a_number_that_is_a_quarter_of_the_whole_stands_out() -> None:
    table = Table((Column("MACs", NUMBER),), [(ShortNumber(3, 0.75),), (ShortNumber(1, 0.05),)])
    assert drawn(table, None, coloured).splitlines()[1:] == [
        f"   {Colour.STRONG_YELLOW}3\x1b[0m",
        "   1",
    ]


def test_what_a_terminal_would_obey_is_escaped_in_cells() -> None:
    assert "\x1b" not in drawn(Table((Column("path"),), [("\x1b[31m",)]), 80, plain)
