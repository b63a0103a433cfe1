"""What values are: batches of maps, N x height x width x channels, or of vectors, N x units."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
