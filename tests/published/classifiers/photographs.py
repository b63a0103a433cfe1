"""Photographs that scikit-image's wheel holds, prepared as nsfwjs prepares them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from tests.published.classifiers.archives import archive


def photograph(name: str, side: int) -> Any:
    """Return a photograph as 1 x side x side x 3, from 0 to 1."""
    with zipfile.ZipFile(archive("scikit_image")) as wheel:
        content = wheel.read(f"skimage/data/{name}.png")
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    scaled = pixels[np.newaxis].astype(np.float32) / np.float32(255)
    return tf.compat.v1.image.resize_bilinear(scaled, (side, side), align_corners=True).numpy()
