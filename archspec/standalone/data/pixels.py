"""Preprocessing of decoded images: channels, size and value range."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from PIL import Image

from archspec.standalone.data.examples import DataError, Floats, Pixels

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""The weights of red, green and blue in luma (ITU-R BT.601)."""
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
"""The mean and standard deviation of ImageNet's channels, for values in 0 to 1."""

Normalization = Literal["inception", "imagenet", "unit"]


def loaded(image: Pixels, channels: int) -> Pixels:
    """Convert an image to the number of channels of a network's input, at its own size.

    Grey values are repeated for three channels; of colours, one channel keeps the luma.
    """
    if image.shape[2] == channels:
        return image
    if image.shape[2] == 1 and channels == 3:
        return np.repeat(image, 3, axis=2)
    if image.shape[2] == 3 and channels == 1:
        return np.rint(image @ LUMA).astype(np.uint8)[..., None]
    raise DataError(
        f"images have 1 or 3 channels, the network's input has {channels}",
        "train a network whose input has 1 or 3 channels",
    )


def resized(
    image: Pixels,
    size: tuple[int, int],
    method: Image.Resampling = Image.Resampling.BILINEAR,
) -> Pixels:
    """Resize an image to a height and a width.

    Where it shrinks, each pixel takes in all that it stands for, as Pillow does.
    """
    if image.shape[:2] == size:
        return image
    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    changed = np.asarray(picture.resize(size[::-1], method))
    return changed if changed.ndim == 3 else changed[..., None]


def single_crop(image: Pixels, size: tuple[int, int], central: float = 0.875) -> Pixels:
    """Resize the central crop of an image, ``central`` of each side or up to a pixel more.

    An image that has the size already is taken whole.

    Source: TF-slim, inception_preprocessing.py, preprocess_for_eval.
    """
    if image.shape[:2] == size:
        return image
    height, width = image.shape[:2]
    top, left = int(height * (1.0 - central) / 2.0), int(width * (1.0 - central) / 2.0)
    return resized(image[top : height - top, left : width - left], size)


def normalized(images: np.ndarray[Any, Any], kind: Normalization) -> Floats:
    """Normalize values in 0 to 255, ... x H x W x C, as the recipe says."""
    scale, offset = _range(kind, images.shape[-1])
    result = np.multiply(images, scale, dtype=np.float32)
    result += offset
    return result


def _range(kind: Normalization, channels: int) -> tuple[Floats, Floats]:
    if kind == "inception":
        return np.array([1 / 127.5], np.float32), np.array([-1.0], np.float32)
    if kind == "unit":
        return np.array([1 / 255], np.float32), np.array([0.0], np.float32)
    mean, deviation = (each if channels == 3 else each.mean() for each in (MEAN, DEVIATION))
    return np.atleast_1d(1 / (255 * deviation)), np.atleast_1d(-mean / deviation)
