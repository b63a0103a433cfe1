"""Decode untrusted image files to greyscale or RGB."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from archspec.standalone.data.examples import BrokenImage, Pixels

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""The formats that are decoded, by content; none that executes programs, as EPS does."""
LARGEST = 89_478_485
"""The maximum pixels of an image: 1/4 GiB in three channels (Pillow's own limit)."""

# What decoders say of odd files, on top of what they raise, would be said to nobody's use.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").addHandler(logging.NullHandler())


def decoded(path: Path) -> Pixels:
    """Decode an image to H x W x 1 or H x W x 3, rotated by its EXIF orientation.

    Of several frames the first is taken; what is transparent lies on white; of 16 bits the upper
    eight are kept. Raises BrokenImage, naming the file and the cause.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            return _pixels(image)
    except UnidentifiedImageError as error:
        raise BrokenImage(f"{path} is no image, or in none of {', '.join(FORMATS)}") from error
    except Exception as error:  # decoders raise anything, and it means no more than this
        raise BrokenImage(f"{path} cannot be decoded: {error}") from error


def _pixels(image: Image.Image) -> Pixels:
    _check_size(image)
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):
        return _upper_bits(np.asarray(image))
    if image.mode == "F":
        raise BrokenImage("its pixels are floats, whose range is not known")
    if image.has_transparency_data:
        image = _on_white(image)
    grey = image.mode in ("1", "L")
    pixels = np.asarray(image.convert("L" if grey else "RGB"))
    return pixels[..., None] if grey else pixels


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > LARGEST:
        raise BrokenImage(f"it has {image.width} x {image.height} pixels")


def _upper_bits(values: np.ndarray[Any, Any]) -> Pixels:
    if values.min() < 0 or values.max() > 65535:
        raise BrokenImage("its pixels have 32 bits, whose range is not known")
    return np.asarray(values >> 8, np.uint8)[..., None]


def _on_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
