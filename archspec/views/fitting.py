"""Coarsening a drawing until it fits within a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from archspec.graph import Graph
from archspec.views.drawing import Arrow, Box, Drawing, Exit, Frame
from archspec.views.folding import fold
from archspec.views.options import Options
from archspec.views.selection import depth, root


class Fitted(NamedTuple):
    """A drawing, its text, and a note of what was done to make it fit, if anything was."""

    drawing: Drawing
    text: str
    note: str = ""


def fitted(
    graph: Graph,
    options: Options,
    write: Callable[[Drawing, Options], str],
    fits: Callable[[Drawing, str], bool],
) -> Fitted:
    """Draw as asked, else with less and less detail until it fits, and note what was done."""
    found = Fitted(Drawing("", {}, (), ()), "")
    for drawing, note in _candidates(graph, options):
        found = Fitted(drawing, write(drawing, options), note)
        if fits(drawing, found.text):
            break
    return found


def _candidates(graph: Graph, options: Options) -> Iterator[tuple[Drawing, str]]:
    """Draw as asked, then repeats once, then fewer levels, then runs of steps as one box."""
    drawing = Drawing("", {}, (), ())
    for coarser, note in _coarser(graph, options):
        drawing = fold(graph, coarser)
        yield drawing, note
    length = 2
    while length < 2 * len(drawing.contents):
        yield _condensed(drawing, length), f"to depth 1 and {length} steps to a box"
        length *= 2


def _coarser(graph: Graph, options: Options) -> Iterator[tuple[Options, str]]:
    """List the options that were asked for, then ever coarser ones."""
    yield options, ""
    if options.unroll:
        options = replace(options, unroll=False)
        yield options, "to one copy of each repeat"
    asked = depth(graph, root(graph, options.module), options.depth)
    if asked.operators:
        yield replace(options, depth="layers"), "to layers"
    for levels in range(asked.modules - 1, 0, -1):
        yield replace(options, depth=levels), f"to depth {levels}"


def _condensed(drawing: Drawing, length: int) -> Drawing:
    """Put each run of ``length`` boxes or frames into one box."""
    boxes: dict[str, Box] = {}
    holders: dict[str, str] = {}
    for start in range(0, len(drawing.contents), length):
        run = drawing.contents[start : start + length]
        members = [path for content in run for path in _paths(content)]
        first, last = drawing.boxes[members[0]], drawing.boxes[members[-1]]
        label = f"{first.label} ... {last.label} ({len(members)} boxes)"
        parameters = sum(drawing.boxes[path].parameters for path in members)
        macs = sum(drawing.boxes[path].macs for path in members)
        boxes[first.path] = Box(first.path, label, first.kind, last.shape, parameters, macs)
        holders |= dict.fromkeys(members, first.path)
    arrows = dict.fromkeys(Arrow(holders[tail], holders[head]) for tail, head in drawing.arrows)
    exits = tuple(Exit(holders[box], label) for box, label in drawing.exits)
    kept = tuple(arrow for arrow in arrows if arrow.tail != arrow.head)
    return Drawing(drawing.title, boxes, tuple(boxes), kept, exits)


def _paths(content: Frame | str) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    for each in content.contents:
        yield from _paths(each)
