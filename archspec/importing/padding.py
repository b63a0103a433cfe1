"""Numbers of padding as the words that say the same."""

from __future__ import annotations

from archspec.attributes import Pads
from archspec.window import Window

Padding = str | tuple[int, int, int, int]
_WORDS = ("symmetric", "same", "valid")


def padding_of(window: Window, pads: Pads) -> Padding:
    """Return the word for the cells around a window, or the cells where there is none.

    A window of one cell pads nothing by any word; ``symmetric`` is the one of PyTorch's models.
    """
    return next((word for word in _WORDS if window.pads(word) == pads), pads)
