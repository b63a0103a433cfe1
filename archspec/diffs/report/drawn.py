"""Drawings of a comparison: SVG, DOT, Mermaid, and the interactive page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from json import dumps

from archspec.diffs.comparison import Comparison
from archspec.diffs.explain.edits import Edit
from archspec.diffs.report import banner, wording
from archspec.diffs.report.headline import headline
from archspec.diffs.report.picture import draw
from archspec.diffs.report.union import Status, Union, union
from archspec.location import file_name
from archspec.views import dot as dots
from archspec.views import drawing, engine, page, stamp, theme
from archspec.views import mermaid as flowchart
from archspec.views.details import Place
from archspec.views.drawing import Drawing
from archspec.views.options import Options, Style
from archspec.views.outline import Item, outline
from archspec.views.palette import CHANGES, PLAIN

_DRAWN = Options()
_PAGE = Options(style=Style.COLOR)
_KINDS = {str(drawing.BoxKind.INPUT): PLAIN} | {word: mark.shade for word, mark in CHANGES.items()}
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
    text = dots.write(replace(found, legend={}), _DRAWN)
    drawn = banner.above(engine.render(text, "svg"), found.title, found.legend)
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


def html(comparison: Comparison) -> bytes:
    """Make the page of ``archspec draw``, with changes coloured and open, the rest folded."""
    both = union(comparison.difference)
    header = comparison.difference.new.header
    said = [
        *([categories] if (categories := wording.categories(comparison)) else []),
        wording.fates(comparison.checkpoint),
        wording.tally(comparison.groups),
        *wording.remarks(comparison),
    ]
    compared = f"{comparison.old} -> {comparison.new}"
    title = str(headline(comparison))
    told = page.PageHead(header.name, title, compared, "; ".join(said), _KINDS)
    text = page.encode(told, _items(both), _PAGE)
    return page.write(text, stamp.of(text), title)


def _items(both: Union) -> Iterator[Item]:
    """List the items with their status; those that changed are open."""
    paths: list[str] = []
    for item in outline(both.graph, _PAGE):
        above = paths[item.parent] if item.parent >= 0 else ""
        path = f"{above}.{item.name}" if above and item.name else above or item.name
        paths.append(path)
        yield _marked(item, path, both)


def _marked(item: Item, path: str, both: Union) -> Item:
    if item.kind is drawing.BoxKind.INPUT:
        return item
    status = both.statuses[path] if not item.is_group else both.status(path)
    edit = _edit(path, both)
    place = item.place if edit is None else _place(edit)
    is_open = item.is_group and not item.is_layer and status is Status.CHANGED
    item = item._replace(kind=status, place=place, is_open=is_open or item.parent < 0)
    return item._replace(parameters=0, macs=0) if status is Status.REMOVED else item


def _edit(path: str, both: Union) -> Edit | None:
    """Find the one edit that caused all changes in a part, if there is one."""
    found = {
        id(edit): edit for node in both.graph.within(path) if (edit := both.edits.get(node.path))
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _place(edit: Edit) -> Place:
    span = edit.cause.span
    said = f"{edit.kind}: {wording.cause(edit)}"
    return Place(file_name(span.source.name), span.line, said) if span else Place("", 0, said)
