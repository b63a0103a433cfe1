"""Augmentation of training images: pure functions of an image and random numbers.

Each example has DRAWS uniform numbers in [0, 1), which depend only on the seed and its position in
the stream. Their use is defined here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from archspec.standalone.data import colour
from archspec.standalone.data.examples import Draws, Floats, Pixels
from archspec.standalone.data.pixels import loaded, resized
from archspec.standalone.recipe import Augmentation

DRAWS = 32
TOP, LEFT, MIRROR, METHOD, ORDER = range(5)
COLOURS = slice(5, 9)
AREAS, ASPECTS = slice(9, 20), slice(20, 31)
STAND_IN = 31
"""The index of the number that chooses a replacement for a corrupt example."""

METHODS = (
    Image.Resampling.BILINEAR,
    Image.Resampling.NEAREST,
    Image.Resampling.BICUBIC,
    Image.Resampling.BOX,
)
AREA = (0.05, 1.0)
ASPECT = (3 / 4, 4 / 3)


def augmented(
    images: list[Pixels], draws: Draws, how: Augmentation, shape: tuple[int, int, int]
) -> np.ndarray[Any, Any]:
    """Augment images by N x DRAWS uniform numbers; return N x H x W x C values in 0 to 255."""
    varied = _varied([loaded(image, shape[2]) for image in images], draws, how, shape[:2])
    return mirrored(varied, draws[:, MIRROR]) if how.mirror and how.kind != "none" else varied


def _varied(
    images: list[Pixels], draws: Draws, how: Augmentation, size: tuple[int, int]
) -> np.ndarray[Any, Any]:
    if how.kind == "inception":
        result = np.empty((len(images), *size, images[0].shape[2]), np.float32)
        for place, image, drawn in zip(result, images, draws, strict=True):
            place[:] = inception(image, drawn, size)
        return result
    stack = np.stack([resized(image, size) for image in images])
    return shifted(stack, draws[:, [TOP, LEFT]], how.padding) if how.kind == "light" else stack


def inception(image: Pixels, draws: Draws, size: tuple[int, int]) -> Floats:
    """Resize a random crop with one of four resampling filters, and distort its colours.

    Source: arXiv:1409.4842, section 6; TF-slim, inception_preprocessing.py.
    """
    method = METHODS[int(draws[METHOD] * len(METHODS))]
    top, left, height, width = random_box(image.shape[0], image.shape[1], draws)
    part = resized(image[top : top + height, left : left + width], size, method)
    planes = np.ascontiguousarray(part.transpose(2, 0, 1), np.float32)
    planes *= np.float32(1 / 255)
    planes = colour.distorted(planes, draws[ORDER], draws[COLOURS])
    planes *= np.float32(255)
    return planes.transpose(1, 2, 0)


def random_box(height: int, width: int, draws: Draws) -> tuple[int, int, int, int]:
    """Draw a crop uniformly: its fraction of the area, its aspect ratio, then its position.

    The first of several pairs of area and aspect ratio that fits into the image is taken, or else
    the whole image. Returns top, left, height and width.
    """
    areas = height * width * _between(*AREA, draws[AREAS])
    aspects = _between(*ASPECT, draws[ASPECTS])
    heights, widths = np.rint(np.sqrt([areas / aspects, areas * aspects])).clip(1).astype(int)
    fits = np.flatnonzero((heights <= height) & (widths <= width))
    if not len(fits):
        return 0, 0, height, width
    inner_height, inner_width = int(heights[fits[0]]), int(widths[fits[0]])
    top = int(draws[TOP] * (height - inner_height + 1))
    return top, int(draws[LEFT] * (width - inner_width + 1)), inner_height, inner_width


def _between(low: float, high: float, draws: Draws) -> Draws:
    return low + (high - low) * draws


def shifted(images: Pixels, draws: Draws, padding: int) -> Pixels:
    """Pad images with zeros and crop each to its original size, by N x 2 uniform numbers.

    Source: arXiv:1512.03385, section 4.2.
    """
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    corners = np.floor(draws * (2 * padding + 1)).astype(int).tolist()
    result = np.empty_like(images)
    for number, (top, left) in enumerate(corners):
        result[number] = padded[number, top : top + height, left : left + width]
    return result


def mirrored(images: np.ndarray[Any, Any], draws: Draws) -> np.ndarray[Any, Any]:
    """Flip the images whose number is below one half horizontally."""
    turned = draws < 0.5
    images[turned] = images[turned, :, ::-1]
    return images
