"""Colours on a terminal: what to write before a text, and painting with it or not at all."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Colour(StrEnum):
    """What a terminal is told before a text."""

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
    """Leave a text as it is."""
    return text


def coloured(colour: Colour, text: str) -> str:
    """Put a colour around a text."""
    return f"{colour}{text}{_RESET}"
