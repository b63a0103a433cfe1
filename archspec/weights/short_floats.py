"""Short floating-point numbers that numpy has no type for."""

from __future__ import annotations

from typing import Any


def bfloat16(halves: Any) -> Any:
    """Turn 16-bit integers, the upper halves of 32-bit floats, into those; they say what they were.

    ``dtype.metadata["stored"]`` is the type that the file has.
    """
    from numpy import dtype

    longer = dtype("<f4", metadata={"stored": "bfloat16"})
    return (halves.astype("<u4") << 16).view(longer)


def stored_type(array: Any) -> str:
    """Say of what type the numbers of an array are in their file."""
    return str((array.dtype.metadata or {}).get("stored", array.dtype))
