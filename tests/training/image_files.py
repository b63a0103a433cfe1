"""Image files and recipes as the tests of data need them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from archspec.standalone.recipe import SGD, Augmentation, Recipe


def recipe(
    batch: int,
    epochs: float = 1,
    accumulate: int = 1,
    kind: Literal["inception", "light", "none"] = "none",
) -> Recipe:
    return Recipe(
        name="data",
        optimizer=SGD(rate=0.1),
        batch=batch,
        epochs=epochs,
        accumulate=accumulate,
        augmentation=Augmentation(kind=kind),
        normalization="unit",
        seed=7,
    )


def save(path: Path, values: Any, mode: str | None = None, **options: Any) -> Path:
    """Write an image file of bytes, H x W or H x W x C."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(np.asarray(values, np.uint8))
    (picture.convert(mode) if mode else picture).save(path, **options)
    return path


def plain(value: int, size: int = 8) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Make a grey image of one value."""
    return np.full((size, size), value, np.uint8)
