"""Bars of block characters, an eighth of a cell exact."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, cells: int) -> str:
    """Draw a share of 1 as a bar; a positive share is at least one eighth of a cell."""
    eighths = max(round(share * cells * 8), 1) if share > 0 else 0
    whole, rest = divmod(min(eighths, cells * 8), 8)
    return _EIGHTHS[-1] * whole + (_EIGHTHS[rest] if rest else "")
