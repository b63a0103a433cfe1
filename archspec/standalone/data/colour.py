"""Colour distortion; arrays are C x H x W, float32, initially in 0 to 1.

Values may leave 0 to 1 on the way, as in TensorFlow, whose ``tf.image`` means the same by each.
"""

from __future__ import annotations

import numpy as np

from archspec.standalone.data.examples import Draws, Floats

ORDERS = ("bsHc", "sbcH", "cHbs", "Hscb")
"""The orders of brightness, saturation, hue and contrast, one of which is drawn."""
RANGES = {"b": (-32 / 255, 32 / 255), "s": (0.5, 1.5), "H": (-0.2, 0.2), "c": (0.5, 1.5)}
"""The range that the amount of each is drawn from."""


def distorted(planes: Floats, order: float, draws: Draws) -> Floats:
    """Distort brightness, saturation, hue and contrast by four uniform numbers; clip to 0 to 1.

    ``order`` of 0 to 1 tells the order. A single plane has neither saturation nor hue.

    Source: TF-slim, inception_preprocessing.py, distort_color with fast_mode off.
    """
    drawn = dict(zip(RANGES, draws.tolist(), strict=True))
    for kind in ORDERS[int(order * len(ORDERS))]:
        low, high = RANGES[kind]
        planes = SHIFTS[kind](planes, low + (high - low) * drawn[kind])
    return np.clip(planes, 0.0, 1.0, out=planes)


def brighter(planes: Floats, difference: float) -> Floats:
    """Add a number to all values."""
    return planes + np.float32(difference)


def contrasted(planes: Floats, factor: float) -> Floats:
    """Scale the deviation of values from the mean of their channel."""
    means = planes.mean(axis=(1, 2), keepdims=True)
    return (planes - means) * np.float32(factor) + means


def saturated(planes: Floats, factor: float) -> Floats:
    """Scale the saturation in HSV, at most to 1; the value stays."""
    if len(planes) == 1:
        return planes
    top = planes.max(axis=0)
    spread = top - planes.min(axis=0)
    full = np.divide(np.maximum(top, 0), spread, out=np.ones_like(top), where=spread > 0)
    return top - (top - planes) * np.minimum(full, np.float32(factor))


def turned(planes: Floats, turns: float) -> Floats:
    """Rotate the hue in HSV by a fraction of the circle; saturation and value stay."""
    if len(planes) == 1:
        return planes
    bottom = planes.min(axis=0)
    spread = planes.max(axis=0) - bottom
    sixths = _hue(planes, spread) + np.float32(6.0 * turns)
    sixths -= 6 * np.floor(sixths / 6)
    shares = np.stack([np.abs(sixths - 3) - 1, 2 - np.abs(sixths - 2), 2 - np.abs(sixths - 4)])
    np.clip(shares, 0.0, 1.0, out=shares)
    shares *= spread
    shares += bottom
    return shares


def _hue(planes: Floats, spread: Floats) -> Floats:
    """Compute the hue in sixths of the circle: red 0, green 2, blue 4; arbitrary for grey."""
    red, green, blue = planes
    scale = 1 / np.maximum(spread, np.float32(1e-12))
    hue = (red - green) * scale + 4
    np.copyto(hue, (blue - red) * scale + 2, where=(green >= red) & (green >= blue))
    np.copyto(hue, (green - blue) * scale, where=(red >= green) & (red >= blue))
    return hue


SHIFTS = {"b": brighter, "s": saturated, "H": turned, "c": contrasted}
