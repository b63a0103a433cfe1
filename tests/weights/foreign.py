"""Keras files made for tests of reading, and what reading says where it refuses one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archspec.diagnostic import SpecError
from archspec.weights import reading

h5py = pytest.importorskip("h5py", reason="h5py is not installed")


def refusal(file: Path) -> str:
    """Return the message with which a file of weights is refused."""
    with pytest.raises(SpecError) as caught:
        reading.read(file)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "weights/unreadable"
    return diagnostic.message


def layered(file: Any, fill: Callable[[Any], None]) -> Any:
    """Write a Keras file with the layer ``a``, whose ``a/kernel`` is put there by ``fill``."""
    with h5py.File(file, "w") as root:
        root.attrs["layer_names"] = ["a"]
        group = root.create_group("a")
        group.attrs["weight_names"] = ["a/kernel"]
        fill(group)
    return file
