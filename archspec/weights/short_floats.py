"""Floating-point types that numpy lacks."""

from __future__ import annotations

from typing import Any


def bfloat16(halves: Any) -> Any:
    """Convert bfloat16, given as 16-bit integers, to float32.

    ``dtype.metadata["stored"]`` records the type in the file.
    """
    from numpy import dtype

    longer = dtype("<f4", metadata={"stored": "bfloat16"})
    return (halves.astype("<u4") << 16).view(longer)


def stored_type(array: Any) -> str:
    """Return the type that an array has in its file."""
    return str((array.dtype.metadata or {}).get("stored", array.dtype))
