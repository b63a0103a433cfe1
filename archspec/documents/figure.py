"""Drawing a spec as a figure of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

from archspec import api
from archspec.diagnostic import SpecError
from archspec.views.options import Options, Undrawable

_FLAGS = {"true": True, "false": False, "": True}
NAMES = tuple(field.name for field in fields(Options))


class NoFigure(Exception):
    """Raised where a figure cannot be drawn; the message says why."""


def figure(spec: str, given: Mapping[str, str], folder: Path) -> str:
    """Draw a spec as HTML; a path is relative to ``folder``. Raises ``NoFigure``."""
    named = spec.startswith("zoo:")
    try:
        graph = api.load(spec if named else str(folder / spec))
        svg = api.draw(graph, "svg", **_options(given)).decode()
    except SpecError as error:
        raise NoFigure(f"{spec} cannot be drawn: {error}") from None
    except Undrawable as error:
        raise NoFigure(f"{spec} cannot be drawn: {error}") from None
    name = escape(f"{graph.name} {given.get('module', '')}".strip())
    return f'<figure class="archspec" role="img" aria-label="{name}">{svg}</figure>'


def _options(given: Mapping[str, str]) -> dict[str, Any]:
    unknown = next((name for name in given if name not in NAMES), None)
    if unknown is not None:
        raise Undrawable(f"a drawing has no option `{unknown}`; these are: {', '.join(NAMES)}")
    return {name: _value(name, text) for name, text in given.items()}


def _value(name: str, text: str) -> Any:
    if name in ("unroll", "legend"):
        if text not in _FLAGS:
            raise Undrawable(f"the option {name} is true or false, not `{text}`")
        return _FLAGS[text]
    return int(text) if name == "depth" and text.isdecimal() else text
