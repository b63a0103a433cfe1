"""How training images are varied: pure functions of the image and of random numbers.

Each example comes with DRAWS numbers from 0 to 1, which follow from the seed and its place in the
stream alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from archspec.standalone.data.examples import Draws, Pixels
from archspec.standalone.data.pixels import loaded, resized
from archspec.standalone.recipe import Augmentation

DRAWS = 32


def augmented(
    images: list[Pixels], draws: Draws, how: Augmentation, shape: tuple[int, int, int]
) -> np.ndarray[Any, Any]:
    """Vary images, by N x DRAWS numbers, to N x H x W x C values of 0 to 255."""
    pixels = [loaded(image, shape[2]) for image in images]
    stack = np.stack([resized(image, shape[:2]) for image in pixels])
    if how.kind == "light":
        stack = shifted(stack, draws[:, :2], how.padding)
    return mirrored(stack, draws[:, 2]) if how.kind == "light" and how.mirror else stack


def shifted(images: Pixels, draws: Draws, padding: int) -> Pixels:
    """Pad images by zeros and cut out of each a part of its old size, by N x 2 numbers.

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
    """Mirror the images whose number is below one half, left to right."""
    turned = draws < 0.5
    images[turned] = images[turned, :, ::-1]
    return images
