"""The archives of published classifiers and of photographs, which `make classifiers` gets."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "ARCHSPEC_CLASSIFIERS"
"""The variable of the environment that names their folder."""


def archive(beginning: str) -> Path:
    """Return the only archive whose name begins so."""
    (found,) = Path(os.environ[VARIABLE]).glob(f"{beginning}*")
    return found
