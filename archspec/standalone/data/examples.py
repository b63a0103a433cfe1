"""The interface of a data set: examples by index."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Floats = np.ndarray[Any, np.dtype[np.float32]]
Draws = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


class DataError(Exception):
    """The data cannot be used; ``help`` says what to do about it.

    Names of files are strangers' texts: what a terminal would obey is written out.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(_printable(message))
        self.help = _printable(help)


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


class BrokenImage(DataError):
    """A single image cannot be decoded."""


class Example(NamedTuple):
    """An image, H x W x 1 or H x W x 3, and its label."""

    image: Pixels
    label: int


class Examples(Protocol):
    """A split of a data set, in a deterministic order.

    Processes that read ahead get a pickled copy.
    """

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, by label."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Example:
        """Decode an example; raise ``BrokenImage``."""
        ...

    def name(self, index: int) -> str:
        """Return where an example is: a file, or a position in a file."""
        ...
