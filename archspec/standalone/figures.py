"""Reproducible figures with matplotlib: the same data gives the same bytes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

Form = Literal["svg", "png"]
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"
)  # fmt: skip
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
"""A palette safe for colour blindness (Okabe and Ito, Color Universal Design, 2008)."""
_SETTINGS: Mapping[Any, Any] = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "svg.hashsalt": "archspec",
    "text.parse_math": False,
}
_METADATA: Mapping[str, dict[str, None]] = {"svg": {"Date": None}, "png": {"Software": None}}


def require_library() -> None:
    """Raise ``ModuleNotFoundError`` if matplotlib is missing, before any long computation."""
    import matplotlib.figure  # noqa: F401


def form_of(file: Path) -> Form:
    """Return the format for a file name's suffix: PNG for ``.png``, else SVG."""
    return "png" if file.suffix.lower() == ".png" else "svg"


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with fixed settings, independent of the user's own, and ignore missing glyphs."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name may have letters that the font has not
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def encoded(figure: Any, form: Form) -> bytes:
    """Encode a figure without the date and the version of matplotlib."""
    buffer = BytesIO()
    figure.savefig(buffer, format=form, dpi=150, metadata=_METADATA[form])
    return buffer.getvalue()
