"""Values: arrays of shape (batch, height, width, channels) or (batch, channels)."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
