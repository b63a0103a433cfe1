"""How images are varied, against arithmetic that shares nothing with the code."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from archspec.standalone.data import colour
from archspec.standalone.data.augmentation import (
    DRAWS,
    METHODS,
    MIRROR,
    ORDER,
    augmented,
    inception,
    random_box,
    shifted,
)
from archspec.standalone.data.examples import DataError
from archspec.standalone.data.pixels import loaded, normalized, resized, single_crop
from archspec.standalone.recipe import Augmentation

Array = np.ndarray[Any, Any]


def draws(count: int) -> Array:
    return np.random.default_rng(5).random((count, DRAWS))


def noise(*shape: int) -> Array:
    return np.random.default_rng(6).integers(0, 256, shape, np.uint8)


def test_a_shift_moves_each_pixel_and_brings_in_zeros() -> None:
    images, numbers = noise(81, 5, 6, 2), np.empty((81, 2))
    numbers[:] = [((row + 0.5) / 9, (column + 0.5) / 9) for row in range(9) for column in range(9)]
    moved = shifted(images, numbers, padding=4)
    for number, (image, result) in enumerate(zip(images, moved, strict=True)):
        down, right = 4 - number // 9, 4 - number % 9
        for row, column in np.ndindex(5, 6):
            source = row - down, column - right
            inside = 0 <= source[0] < 5 and 0 <= source[1] < 6
            assert np.array_equal(result[row, column], image[source] if inside else [0, 0])


def test_every_shift_is_as_frequent_as_any_other() -> None:
    image = np.arange(1, 26, dtype=np.uint8).reshape(1, 5, 5, 1)
    moved = shifted(np.repeat(image, 9000, axis=0), draws(9000)[:, :2], padding=1)
    centres, counts = np.unique(moved[:, 2, 2, 0], return_counts=True)
    assert centres.tolist() == [7, 8, 9, 12, 13, 14, 17, 18, 19]
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)  # five deviations of a count


def test_rows_and_columns_are_shifted_by_draws_of_their_own() -> None:
    image = np.arange(1, 26, dtype=np.uint8).reshape(5, 5, 1)
    how = Augmentation(kind="light", padding=1, mirror=False)
    moved = augmented([image] * 100, draws(100), how, (5, 5, 1))
    assert {*moved[:, 2, 2, 0].tolist()} == {7, 8, 9, 12, 13, 14, 17, 18, 19}


def test_what_is_tested_is_the_middle_of_seven_eighths() -> None:
    image = noise(400, 800, 1)
    assert np.array_equal(single_crop(image, (10, 20)), resized(image[25:375, 50:750], (10, 20)))


def test_the_order_of_distortions_is_drawn() -> None:
    numbers = np.repeat(draws(1), 4, axis=0)
    numbers[:, ORDER] = (0.1, 0.3, 0.6, 0.9)
    how = Augmentation(kind="inception", mirror=False)
    varied = augmented([noise(9, 9, 3)] * 4, numbers, how, (9, 9, 3))
    assert len({each.tobytes() for each in varied}) == 4


@pytest.mark.parametrize("kind", ["light", "inception"])
def test_half_of_the_images_are_mirrored(kind: Any) -> None:
    numbers = draws(64)
    kept = augmented(
        [*noise(64, 9, 9, 1)], numbers, Augmentation(kind=kind, mirror=False), (9, 9, 1)
    )
    given = augmented([*noise(64, 9, 9, 1)], numbers, Augmentation(kind=kind), (9, 9, 1))
    turned = numbers[:, MIRROR] < 0.5
    assert 20 < turned.sum() < 44
    assert np.array_equal(given[turned], kept[turned][:, :, ::-1])
    assert np.array_equal(given[~turned], kept[~turned])


def test_boxes_have_the_areas_and_aspects_of_the_paper() -> None:
    boxes = np.array([random_box(480, 640, each) for each in draws(4000)])
    top, left, heights, widths = boxes.T
    areas, aspects = heights * widths / (480 * 640), widths / heights
    assert areas.min() > 0.0495  # whole pixels are half a percent of a small side
    assert areas.max() <= 1
    assert np.histogram(areas, 4, (0.05, 0.65))[0] == pytest.approx(
        len(areas[areas < 0.65]) / 4, rel=0.1
    )  # below 65 % nearly all aspects fit, so areas are spread evenly
    assert aspects.min() >= 0.75 - 0.01
    assert aspects.max() <= 4 / 3 + 0.01
    assert [top.min(), left.min()] == [0, 0]
    assert [(top + heights).max(), (left + widths).max()] == [480, 640]


def test_an_image_that_no_box_fits_into_is_taken_whole() -> None:
    numbers = np.full(DRAWS, 0.999999)
    assert random_box(10, 1000, numbers) == (0, 0, 10, 1000)


def test_each_way_to_resize_is_used() -> None:
    assert {METHODS[int(each * 4)] for each in (0.1, 0.3, 0.6, 0.9)} == {*METHODS}
    image = noise(40, 40, 1)
    numbers = draws(1)[0]
    numbers[5:9] = 0.5  # no shift of colours
    results = set()
    for each in (0.1, 0.3, 0.6, 0.9):
        numbers[3] = each
        results.add(inception(image, numbers, (20, 20)).tobytes())
    assert len(results) == 4


def test_colours_in_the_middle_of_their_ranges_do_not_shift() -> None:
    image = noise(12, 12, 3)
    numbers = draws(1)[0]
    numbers[5:9] = 0.5
    numbers[9:31] = 1.0 - 1e-12  # a box of all the area and an aspect of 4/3 does not fit
    assert inception(image, numbers, (12, 12)) == pytest.approx(image.astype(float), abs=1e-3)


HSV = Callable[[float, float, float], tuple[float, float, float]]


@pytest.mark.parametrize(
    ("shift", "amount", "expected"),
    [
        (colour.turned, 0.2, lambda h, s, v: ((h + 0.2) % 1, s, v)),
        (colour.turned, -0.13, lambda h, s, v: ((h - 0.13) % 1, s, v)),
        (colour.saturated, 1.5, lambda h, s, v: (h, min(1, 1.5 * s), v)),
        (colour.saturated, 0.5, lambda h, s, v: (h, 0.5 * s, v)),
    ],
)
def test_hue_and_saturation_are_those_of_the_standard_library(
    shift: Callable[[Array, float], Array], amount: float, expected: HSV
) -> None:
    planes = np.random.default_rng(1).random((3, 20, 20), np.float32)
    planes[:, 0, :6] = np.array(  # grey, black, white, two colours at the edges of sextants
        [[0.3, 0.3, 0.3], [0, 0, 0], [1, 1, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]]
    ).T
    given = shift(planes, amount)
    for row, column in np.ndindex(20, 20):
        pixel = colorsys.rgb_to_hsv(*planes[:, row, column].astype(float).tolist())
        wanted = colorsys.hsv_to_rgb(*expected(*pixel))
        assert given[:, row, column] == pytest.approx(wanted, abs=2e-6)


def test_contrast_and_brightness_are_simple_arithmetic() -> None:
    planes = np.array([[[0.2, 0.6]], [[0.0, 1.0]]], np.float32)
    assert colour.contrasted(planes, 1.5) == pytest.approx(
        np.array([[[0.1, 0.7]], [[-0.25, 1.25]]]), abs=1e-6
    )
    assert colour.brighter(planes, -0.1) == pytest.approx(planes - 0.1, abs=1e-6)


def test_orders_of_shifts_differ_and_results_stay_in_range() -> None:
    planes = np.random.default_rng(1).random((3, 9, 9), np.float32)
    amounts = np.array([0.9, 0.8, 0.1, 0.9])
    results = [colour.distorted(planes, order, amounts) for order in (0.1, 0.3, 0.6, 0.9)]
    assert len({result.tobytes() for result in results}) == 4
    assert min(result.min() for result in results) == 0
    assert max(result.max() for result in results) == 1


def test_a_grey_image_stays_grey_under_all_shifts() -> None:
    grey = np.repeat(np.random.default_rng(1).random((1, 9, 9), np.float32), 3, axis=0)
    result = colour.distorted(grey, 0.7, np.array([0.9, 0.8, 0.1, 0.9]))
    alone = colour.distorted(grey[:1], 0.7, np.array([0.9, 0.8, 0.1, 0.9]))
    assert np.abs(result - alone).max() < 1e-6


def test_channels_are_repeated_or_weighed() -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [10, 20, 30]]], np.uint8)
    assert loaded(colours, 1).ravel().tolist() == [76, 150, 29, 18]  # BT.601: 0.299, 0.587, 0.114
    assert loaded(colours[..., :1], 3)[0, 0].tolist() == [255, 255, 255]
    with pytest.raises(DataError, match=r"the network's input has 4"):
        loaded(colours, 4)


def test_an_image_is_halved_by_means() -> None:
    image = np.array([[10, 20, 50, 70], [30, 40, 90, 110]], np.uint8)[..., None]
    assert resized(image, (1, 2), METHODS[3]).ravel().tolist() == [25, 80]


def test_the_single_crop_is_the_middle_and_an_image_of_the_size_itself() -> None:
    image = np.zeros((64, 80, 1), np.uint8)
    image[4:60, 5:75] = 200  # 87.5 % of either side
    assert single_crop(image, (28, 35)).min() == 200
    assert np.array_equal(single_crop(image, (64, 80)), image)


@pytest.mark.parametrize(
    ("kind", "channels", "expected"),
    [
        ("inception", 3, [[-1, -0.6, 1]]),
        ("unit", 3, [[0, 0.2, 1]]),
        ("imagenet", 3, [[-0.485 / 0.229, (0.2 - 0.456) / 0.224, (1 - 0.406) / 0.225]]),
        ("imagenet", 1, [[-0.449 / 0.226], [(0.2 - 0.449) / 0.226], [(1 - 0.449) / 0.226]]),
    ],
)
def test_values_are_taken_to_the_range_of_the_network(
    kind: Any, channels: int, expected: list[list[float]]
) -> None:
    values = np.array([0, 51, 255], np.uint8).reshape(1, -1, channels)
    assert normalized(values, kind)[0] == pytest.approx(np.array(expected), abs=1e-6)
    assert normalized(values, kind).dtype == np.float32
