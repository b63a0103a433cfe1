"""A fence that draws a spec, for MkDocs and Zensical through pymdownx.superfences.

A page says::

    ```archspec module="stem" style="color"
    specs/inception_v4.yaml
    ```

with paths from the folder in which the site is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymdownx.superfences import SuperFencesException

from archspec.documents.figure import NAMES, NoFigure, figure


def validate(
    language: str,
    inputs: Mapping[str, str],
    options: dict[str, str],
    attributes: dict[str, str],
    markdown: Any,
) -> bool:
    """Accept the options of a drawing; pass others on as HTML attributes."""
    for name, value in inputs.items():
        chosen = options if name in NAMES else attributes
        chosen[name] = value
    return True


def fence(
    source: str,
    language: str,
    css_class: str,
    options: Mapping[str, str],
    markdown: Any,
    **rest: Any,
) -> str:
    """Draw the spec that a fence names; raise ``SuperFencesException`` if it cannot be drawn."""
    try:
        return figure(source.strip(), options, Path())
    except NoFigure as error:
        raise SuperFencesException(str(error)) from error
