"""Drawings of a comparison: SVG, DOT, Mermaid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from json import dumps

from archspec.diffs.comparison import Comparison
from archspec.diffs.report import banner
from archspec.diffs.report.headline import headline
from archspec.diffs.report.picture import draw
from archspec.diffs.report.union import union
from archspec.views import dot as dots
from archspec.views import mermaid as flowchart
from archspec.views import stamp, theme
from archspec.views import svg as vectors
from archspec.views.drawing import Drawing
from archspec.views.layout import place
from archspec.views.options import Options

_DRAWN = Options()
_DEEPEST = 64
_LONGEST_DIAGRAM = 20_000
"""Characters that a diagram may have within a report."""

Fits = Callable[[Drawing, str], bool]


def dot(comparison: Comparison) -> str:
    """Draw both networks as one, in the language of Graphviz."""
    return dots.write(_picture(comparison), _DRAWN)


def svg(comparison: Comparison) -> bytes:
    """Draw both networks as one picture, under the headline and a legend."""
    found = _picture(comparison)
    bare = replace(found, legend={})
    text = dots.write(bare, _DRAWN)
    picture = vectors.write(place(bare, _DRAWN), bare, _DRAWN)
    drawn = banner.above(picture, found.title, found.legend)
    return theme.into_svg(stamp.into_svg(drawn, stamp.of(text)), found)


def _picture(comparison: Comparison) -> Drawing:
    return replace(draw(union(comparison.difference)), title=str(headline(comparison)))


def mermaid(comparison: Comparison) -> str:
    """Draw both networks as one flowchart, less deep where GitHub would refuse it."""
    title = dumps(str(headline(comparison)), ensure_ascii=False)
    return f"---\ntitle: {title}\n---\n{_fitted(comparison, flowchart.fits)}"


def touched(comparison: Comparison) -> str:
    """Draw the same for a report; empty if even its top is too large."""
    return _fitted(comparison, _is_short)


def _is_short(found: Drawing, text: str) -> bool:
    return len(text) < _LONGEST_DIAGRAM and flowchart.fits(found, text)


def _fitted(comparison: Comparison, fits: Fits) -> str:
    both = union(comparison.difference)
    for depth in (_DEEPEST, 2, 1, 0):
        found = draw(both, depth)
        text = flowchart.write(found, _DRAWN)
        if fits(found, text):
            return text
    return ""
