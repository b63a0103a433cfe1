"""Terminal colours, and functions that apply or ignore them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Colour(StrEnum):
    """ANSI escape sequences (ECMA-48, Select Graphic Rendition)."""

    RED = "\x1b[31m"
    GREEN = "\x1b[32m"
    YELLOW = "\x1b[33m"
    CYAN = "\x1b[36m"
    STRONG = "\x1b[1m"
    STRONG_RED = "\x1b[1;31m"
    STRONG_YELLOW = "\x1b[1;33m"
    STRONG_BLUE = "\x1b[1;34m"
    STRONG_CYAN = "\x1b[1;36m"
    FAINT = "\x1b[2m"


_RESET = "\x1b[0m"

Paint = Callable[[Colour, str], str]


def plain(_colour: Colour, text: str) -> str:
    """Return a text without colour."""
    return text


def coloured(colour: Colour, text: str) -> str:
    """Wrap a text in a colour and a reset."""
    return f"{colour}{text}{_RESET}"
