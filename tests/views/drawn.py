"""Folding specs into drawings, and reading drawings back."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from archspec import api
from archspec.graph import Graph
from archspec.views.drawing import Arrow, Box, BoxKind, Drawing, Frame
from archspec.views.folding import fold
from archspec.views.options import Options

ROOT = Path(__file__).parents[2]
ZOO = tuple(
    path.relative_to(ROOT / "specs").with_suffix("").as_posix()
    for folder in ("specs", "specs/released")
    for path in sorted((ROOT / folder).glob("*.yaml"))
)


@cache
def graph(spec: str) -> Graph:
    """Load a spec of the zoo."""
    return api.load(ROOT / "specs" / f"{spec}.yaml")


def written(folder: Path, text: str) -> Graph:
    """Load a spec that a test writes."""
    file = folder / "spec.yaml"
    file.write_text(text, "utf-8")
    return api.load(file)


def drawn(of: Graph, **options: Any) -> Drawing:
    """Fold a network."""
    return fold(of, Options(**options))


def labelled(*labels: str) -> Drawing:
    """Draw boxes in a frame, with arrows from each to the next."""
    paths = [f"box {label}" for label in labels]
    boxes = {
        path: Box(path, label, BoxKind.BLOCK, label)
        for path, label in zip(paths, labels, strict=True)
    }
    frame = Frame("frame", labels[0], BoxKind.BLOCK, tuple(paths))
    arrows = tuple(Arrow(*pair) for pair in pairwise(paths))
    return Drawing(labels[0], boxes, (frame,), arrows)


def ways(drawing: Drawing) -> list[tuple[str, ...]]:
    """List the labels along every way through a drawing, in the order in which arrows are seen."""
    heads: dict[str, list[str]] = {path: [] for path in drawing.boxes}
    for arrow in drawing.arrows:
        heads[arrow.tail].append(arrow.head)
    arriving = {arrow.head for arrow in drawing.arrows}

    def onwards(path: str) -> list[tuple[str, ...]]:
        label = drawing.boxes[path].label
        rest = [way for head in heads[path] for way in onwards(head)]
        return [(label, *way) for way in rest] or [(label,)]

    return [way for path in drawing.boxes if path not in arriving for way in onwards(path)]


def boxes(drawing: Drawing) -> list[str]:
    """List what the boxes say, as they are placed."""
    return [box.label for box in drawing.boxes.values()]


def frames(drawing: Drawing) -> list[str]:
    """List what the frames say, outer ones first."""

    def inside(contents: tuple[Frame | str, ...]) -> list[str]:
        found = []
        for each in contents:
            if isinstance(each, Frame):
                found += [each.label, *inside(each.contents)]
        return found

    return inside(drawing.contents)
