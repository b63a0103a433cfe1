"""Views lie where arXiv:1409.4842, section 7, puts them: computed here by numpy alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from archspec.evaluation.crops import COUNTS, cut, short_side, views
from archspec.standalone.data.examples import BrokenImage

Array = np.ndarray[Any, Any]
ROUNDED = 2
"""How far whole numbers may lie apart that were rounded after each pass along rows and columns."""
SIZES = {"square": (40, 40), "landscape": (30, 47), "portrait": (47, 30)}


def image(height: int, width: int, channels: int = 3) -> Array:
    random = np.random.default_rng(height * width)
    return random.integers(0, 256, (height, width, channels), np.uint8)


def weights(before: int, after: int) -> Array:
    """Write a pass of a resize as a matrix: triangles as wide as what a new cell stands for."""
    step = before / after
    centres = (np.arange(after)[:, None] + 0.5) * step
    distance = abs(np.arange(before) + 0.5 - centres) / max(step, 1.0)
    found = np.maximum(1.0 - distance, 0.0)
    shares: Array = found / found.sum(axis=1, keepdims=True)
    return shares


def resize(pixels: Array, height: int, width: int) -> Array:
    rows, columns = weights(pixels.shape[0], height), weights(pixels.shape[1], width)
    found: Array = np.einsum("ih,hwc,jw->ijc", rows, pixels, columns)
    return found


def by_hand(pixels: Array, size: int, sides: list[int], squares: list[str]) -> Iterator[Array]:
    """Write the views out, one after another: scale, square, part, mirror."""
    for side in sides:
        ratio = side / min(pixels.shape[:2])
        height, width = (int(np.floor(extent * ratio + 0.5)) for extent in pixels.shape[:2])
        whole = resize(pixels, height, width)
        for square in squares:
            room = {"first": 0, "middle": (max(height, width) - side) // 2, "last": None}[square]
            start = max(height, width) - side if room is None else room
            rows, columns = (start, 0) if height > width else (0, start)
            part = whole[rows : rows + side, columns : columns + side]
            low, mid, high = 0, (side - size) // 2, side - size
            for top, left in ((low, low), (low, high), (high, low), (high, high), (mid, mid)):
                view = part[top : top + size, left : left + size]
                yield view
                yield view[:, ::-1]
            yield (view := resize(part, size, size))
            yield view[:, ::-1]


@pytest.mark.parametrize("shape", SIZES.values(), ids=SIZES)
def test_144_views_are_those_of_four_scales_three_squares_six_parts_and_two_mirrors(
    shape: tuple[int, int],
) -> None:
    pixels = image(*shape)
    found = list(cut(pixels, 28, 144))
    wanted = list(by_hand(pixels, 28, [32, 36, 40, 44], ["first", "middle", "last"]))
    assert len(found) == len(wanted) == 4 * 3 * 6 * 2
    for view, expected in zip(found, wanted, strict=True):
        assert view.shape == (28, 28, 3)
        assert view.dtype == np.uint8
        assert abs(view - expected).max() < ROUNDED


@pytest.mark.parametrize("shape", SIZES.values(), ids=SIZES)
def test_12_views_are_those_of_the_middle_square_at_the_first_scale_and_10_lack_the_whole(
    shape: tuple[int, int],
) -> None:
    pixels = image(*shape)
    twelve = list(by_hand(pixels, 28, [32], ["middle"]))
    for count in (10, 12):
        found = list(cut(pixels, 28, count))
        assert len(found) == count
        for view, expected in zip(found, twelve, strict=False):
            assert abs(view - expected).max() < ROUNDED


def test_an_image_of_256_is_cut_as_it_is_for_a_network_of_224() -> None:
    pixels = image(256, 341)
    first, mirrored, right = (
        view for view, _ in zip(cut(pixels, 224, 144), range(3), strict=False)
    )
    assert (first == pixels[:224, :224]).all()
    assert (mirrored == pixels[:224, 223::-1]).all()
    assert (right == pixels[:224, 32:256]).all()


def test_the_squares_of_a_landscape_are_left_middle_and_right_and_of_a_portrait_top_to_bottom() -> (
    None
):
    wide = [view.box for view in views(256, 341, 224, 144)]
    high = [view.box for view in views(341, 256, 224, 144)]
    corners = [wide[0], wide[12], wide[24]]
    assert corners == [(0, 0, 224, 224), (42, 0, 266, 224), (85, 0, 309, 224)]
    assert [high[0], high[12], high[24]] == [(0, 0, 224, 224), (0, 42, 224, 266), (0, 85, 224, 309)]
    assert (wide[10], wide[34]) == ((0, 0, 256, 256), (85, 0, 341, 256))


def test_the_scales_of_a_224_input_are_the_papers_and_others_are_in_proportion() -> None:
    assert [short_side(224, scale) for scale in range(4)] == [256, 288, 320, 352]
    assert [short_side(299, scale) for scale in range(4)] == [342, 384, 427, 470]
    assert [short_side(28, scale) for scale in range(4)] == [32, 36, 40, 44]


def test_one_view_is_the_middle_seven_eighths_of_each_side() -> None:
    pixels = image(64, 64)
    (found,) = cut(pixels, 56, 1)
    assert (found == pixels[4:60, 4:60]).all()


@pytest.mark.parametrize("count", COUNTS)
def test_grey_images_stay_grey(count: int) -> None:
    found = list(cut(image(9, 12, 1), 8, count))
    assert [view.shape for view in found] == [(8, 8, 1)] * count


def test_views_are_cut_when_they_are_asked_for() -> None:
    found = cut(np.zeros((1, 65, 3), np.uint8), 8, 144)
    with pytest.raises(BrokenImage, match="a strip of 65 x 1 pixels"):
        next(found)
