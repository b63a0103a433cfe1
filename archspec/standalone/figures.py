"""Figures of which the same numbers give the same bytes, drawn by matplotlib."""

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
"""Colours that colour-blind people tell apart (Okabe and Ito, Color universal design, 2008)."""
_SETTINGS: Mapping[Any, Any] = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "svg.hashsalt": "archspec",
    "text.parse_math": False,
}
_METADATA: Mapping[str, dict[str, None]] = {"svg": {"Date": None}, "png": {"Software": None}}


def require_library() -> None:
    """Import what draws; raise ``ModuleNotFoundError`` before long work where it is missing."""
    import matplotlib.figure  # noqa: F401


def form_of(file: Path) -> Form:
    """Tell the format by the ending of a file's name."""
    return "png" if file.suffix.lower() == ".png" else "svg"


@contextmanager
def drawing() -> Iterator[None]:
    """Draw as nowhere else is set, whatever letters a text has."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name may have letters that the font has not
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def encoded(figure: Any, form: Form) -> bytes:
    """Write a figure, without the time and without the version of what drew it."""
    buffer = BytesIO()
    figure.savefig(buffer, format=form, dpi=150, metadata=_METADATA[form])
    return buffer.getvalue()
