"""Figures 3 to 20 of arXiv:1602.07261, transcribed box by box, branches from left to right.

A figure is a row of boxes; a tuple in it holds branches side by side, each a row; an empty row is a
shortcut. What the paper leaves out or misprints is mended as ``docs/figures.md`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

Row = list["str | tuple[Row, ...]"]


class Figure(NamedTuple):
    """Where a figure's network is, and what the figure shows."""

    number: int
    spec: str
    module: str
    row: Row


def paths(row: Row) -> list[tuple[str, ...]]:
    """List every way through a figure, the leftmost first."""
    parts: list[list[tuple[str, ...]]] = [
        [(part,)] if isinstance(part, str) else [way for each in part for way in paths(each)]
        for part in row
    ]
    return [tuple(_joined(ways)) for ways in product(*parts)]


def _joined(ways: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for way in ways:
        yield from way


def residual(branches: tuple[Row, ...], expansion: str, scale: str) -> Row:
    """Figures 10 to 19 with the scaling of Figure 20: the shortcut, then the branches."""
    body: Row = [branches, f"1x1 conv ({expansion} Linear)", f"Activation scaling ({scale})"]
    return ["Relu activation", ([], body), "+", "Relu activation"]


CONCAT, POOL = "Filter concat", "3x3 MaxPool (stride 2 V)"
V4, V1, V2 = "inception_v4", "inception_resnet_v1", "inception_resnet_v2"
STEM_3: Row = [
    "Input (299x299x3)",
    "3x3 conv (32 stride 2 V)",
    "3x3 conv (32 V)",
    "3x3 conv (64)",
    ([POOL], ["3x3 conv (96 stride 2 V)"]),
    CONCAT,
    (
        ["1x1 conv (64)", "3x3 conv (96 V)"],
        ["1x1 conv (64)", "7x1 conv (64)", "1x7 conv (64)", "3x3 conv (96 V)"],
    ),
    CONCAT,
    (["3x3 conv (192 stride 2 V)"], [POOL]),
    CONCAT,
]
STEM_14: Row = [
    "Input (299x299x3)",
    "3x3 conv (32 stride 2 V)",
    "3x3 conv (32 V)",
    "3x3 conv (64)",
    POOL,
    "1x1 conv (80)",
    "3x3 conv (192 V)",
    "3x3 conv (256 stride 2 V)",
]


def reduction_a(before: str, k: int, l: int, m: int, n: int) -> Row:  # noqa: E741  the paper's names
    """Figure 7 with a row of Table 1."""
    deep: Row = [f"1x1 conv ({k})", f"3x3 conv ({l})", f"3x3 conv ({m} stride 2 V)"]
    return [before, ([POOL], [f"3x3 conv ({n} stride 2 V)"], deep), CONCAT]


def reduction_b(wide: int, short: int, long: tuple[int, int]) -> Row:
    """Figures 12 and 18."""
    first = "1x1 conv (256)"
    branches: tuple[Row, ...] = (
        [POOL],
        [first, f"3x3 conv ({wide} stride 2 V)"],
        [first, f"3x3 conv ({short} stride 2 V)"],
        [first, f"3x3 conv ({long[0]})", f"3x3 conv ({long[1]} stride 2 V)"],
    )
    return ["Relu activation", branches, CONCAT]


FIGURES = (
    Figure(3, V4, "stem", STEM_3),
    Figure(3, V2, "stem", STEM_3),
    Figure(
        4,
        V4,
        "inception_a",
        [
            CONCAT,
            (
                ["3x3 AvgPool", "1x1 conv (96)"],
                ["1x1 conv (96)"],
                ["1x1 conv (64)", "3x3 conv (96)"],
                ["1x1 conv (64)", "3x3 conv (96)", "3x3 conv (96)"],
            ),
            CONCAT,
        ],
    ),
    Figure(
        5,
        V4,
        "inception_b",
        [
            CONCAT,
            (
                ["3x3 AvgPool", "1x1 conv (128)"],
                ["1x1 conv (384)"],
                ["1x1 conv (192)", "1x7 conv (224)", "7x1 conv (256)"],
                [
                    "1x1 conv (192)",
                    "1x7 conv (192)",
                    "7x1 conv (224)",
                    "1x7 conv (224)",
                    "7x1 conv (256)",
                ],
            ),
            CONCAT,
        ],
    ),
    Figure(
        6,
        V4,
        "inception_c",
        [
            CONCAT,
            (
                ["3x3 AvgPool", "1x1 conv (256)"],
                ["1x1 conv (256)"],
                ["1x1 conv (384)", (["1x3 conv (256)"], ["3x1 conv (256)"])],
                [
                    "1x1 conv (384)",
                    "1x3 conv (448)",
                    "3x1 conv (512)",
                    (["3x1 conv (256)"], ["1x3 conv (256)"]),
                ],
            ),
            CONCAT,
        ],
    ),
    Figure(7, V4, "reduction_a", reduction_a(CONCAT, 192, 224, 256, 384)),
    Figure(7, V1, "reduction_a", reduction_a("Relu activation", 192, 192, 256, 384)),
    Figure(7, V2, "reduction_a", reduction_a("Relu activation", 256, 256, 384, 384)),
    Figure(
        8,
        V4,
        "reduction_b",
        [
            CONCAT,
            (
                [POOL],
                ["1x1 conv (192)", "3x3 conv (192 stride 2 V)"],
                [
                    "1x1 conv (256)",
                    "1x7 conv (256)",
                    "7x1 conv (320)",
                    "3x3 conv (320 stride 2 V)",
                ],
            ),
            CONCAT,
        ],
    ),
    Figure(
        10,
        V1,
        "inception_resnet_a",
        residual(
            (
                ["1x1 conv (32)"],
                ["1x1 conv (32)", "3x3 conv (32)"],
                ["1x1 conv (32)", "3x3 conv (32)", "3x3 conv (32)"],
            ),
            "256",
            "0.17",
        ),
    ),
    Figure(
        11,
        V1,
        "inception_resnet_b",
        residual(
            (["1x1 conv (128)"], ["1x1 conv (128)", "1x7 conv (128)", "7x1 conv (128)"]),
            "896",
            "0.1",
        ),
    ),
    Figure(12, V1, "reduction_b", reduction_b(384, 256, (256, 256))),
    Figure(
        13,
        V1,
        "inception_resnet_c",
        residual(
            (["1x1 conv (192)"], ["1x1 conv (192)", "1x3 conv (192)", "3x1 conv (192)"]),
            "1792",
            "0.2",
        ),
    ),
    Figure(14, V1, "stem", STEM_14),
    Figure(
        16,
        V2,
        "inception_resnet_a",
        residual(
            (
                ["1x1 conv (32)"],
                ["1x1 conv (32)", "3x3 conv (32)"],
                ["1x1 conv (32)", "3x3 conv (48)", "3x3 conv (64)"],
            ),
            "384",
            "0.17",
        ),
    ),
    Figure(
        17,
        V2,
        "inception_resnet_b",
        residual(
            (["1x1 conv (192)"], ["1x1 conv (128)", "1x7 conv (160)", "7x1 conv (192)"]),
            "1152",
            "0.1",
        ),
    ),
    Figure(18, V2, "reduction_b", reduction_b(384, 288, (288, 320))),
    Figure(
        19,
        V2,
        "inception_resnet_c",
        residual(
            (["1x1 conv (192)"], ["1x1 conv (192)", "1x3 conv (224)", "3x1 conv (256)"]),
            "2144",
            "0.2",
        ),
    ),
)


class Schema(NamedTuple):
    """An overview: its boxes from the input upwards, each with the size printed beside it."""

    number: int
    spec: str
    boxes: tuple[tuple[str, str], ...]


def resnet_schema(spec: str, sizes: tuple[str, str, str], number: int = 15) -> Schema:
    """Figure 15, whose sizes are those of Inception-ResNet-v1."""
    first, second, third = sizes
    channels = third.rpartition("x")[2]
    return Schema(
        number,
        spec,
        (
            ("Input (299x299x3)", "299x299x3"),
            ("Stem", f"Output: {first}"),
            ("5 x Inception-resnet-A", f"Output: {first}"),
            ("Reduction-A", f"Output: {second}"),
            ("10 x Inception-resnet-B", f"Output: {second}"),
            ("Reduction-B", f"Output: {third}"),
            ("5 x Inception-resnet-C", f"Output: {third}"),
            ("Average pooling", f"Output: {channels}"),
            ("Dropout (keep 0.8)", f"Output: {channels}"),
            ("Dense (1000)", "Output: 1000"),
        ),
    )


SCHEMAS = (
    Schema(
        9,
        V4,
        (
            ("Input (299x299x3)", "299x299x3"),
            ("Stem", "Output: 35x35x384"),
            ("4 x Inception-A", "Output: 35x35x384"),
            ("Reduction-A", "Output: 17x17x1024"),
            ("7 x Inception-B", "Output: 17x17x1024"),
            ("Reduction-B", "Output: 8x8x1536"),
            ("3 x Inception-C", "Output: 8x8x1536"),
            ("Average pooling", "Output: 1536"),
            ("Dropout (keep 0.8)", "Output: 1536"),
            ("Dense (1000)", "Output: 1000"),
        ),
    ),
    resnet_schema(V1, ("35x35x256", "17x17x896", "8x8x1792")),
    resnet_schema(V2, ("35x35x384", "17x17x1152", "8x8x2144")),
)

STEM_SIZES = {
    3: (
        "299x299x3",
        "149x149x32",
        "147x147x32",
        "147x147x64",
        "73x73x160",
        "71x71x192",
        "35x35x384",
    ),
    14: (
        "299x299x3",
        "149x149x32",
        "147x147x32",
        "147x147x64",
        "73x73x64",
        "73x73x80",
        "71x71x192",
        "35x35x256",
    ),
}
"""The sizes printed beside Figures 3 and 14, from the input upwards."""
