"""The shapes of steps, as remarks behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.editor.reading import Reading
from archspec.language.document.spec import Spec, nested
from archspec.language.syntax.syntax import Step

_MOST_SHAPES = 2


class Hint(NamedTuple):
    """A remark behind a column of a line: ``-> 35x35x384``."""

    line: int
    column: int
    text: str


def steps_of(spec: Spec) -> Iterator[Step]:
    """Yield all steps that are written in a document."""
    for module in spec.modules.values():
        yield from nested(module.steps)
    yield from nested(spec.network or ())
    for head in spec.auxiliary:
        yield from nested(head.steps)


def hints(reading: Reading, first: int, last: int) -> Iterator[Hint]:
    """Yield the shapes of the steps between two lines, but where the author states them."""
    steps = steps_of(reading.document) if reading.document else ()
    for step in steps:
        span = step.span
        if first <= span.line <= last and step.shape is None:
            shapes = [each.leaves for each in reading.uses.at(span)]
            texts = list(dict.fromkeys(" and ".join(map(str, shape)) for shape in shapes if shape))
            if texts:
                yield Hint(span.line, _end(step), f"-> {told(texts)}")


def told(shapes: list[str]) -> str:
    """Write different shapes in one line, at most two of them."""
    if len(shapes) <= _MOST_SHAPES:
        return " or ".join(shapes)
    return f"{shapes[0]} and {len(shapes) - 1} others"


def _end(step: Step) -> int:
    """Return the column behind a step: behind the text itself, or the line where it is a key."""
    source, line, _, end = step.span
    text = source.line(line).rstrip()
    rest = text[end:].lstrip("\"'")
    return len(text) if rest.startswith(":") and not rest.endswith(("]", "}")) else end
