"""Repeats: equal steps in a row, each of which takes what the one before it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archspec.raising.pieces import (
    Copied,
    Placed,
    Repeat,
    Simple,
    Steps,
    Use,
    copies_of,
    lists_in,
)
from archspec.raising.skeleton import Describing

EXACTLY = Describing(lambda use: (use.word, use.digest), has_holes=False)


def repeated(steps: Steps, is_read_once: Callable[[str], bool], least: int) -> Steps:
    """Join equal neighbours in a list; ``is_read_once`` says whether a value has one reader.

    At ``least`` so many layers are joined: in other uses of their module they may differ.
    """
    runs: list[list[Placed]] = []
    for placed in steps:
        previous = runs[-1][-1] if runs else None
        given = previous.gives if previous else ()
        if previous and all(map(is_read_once, given)) and _follows(placed, previous):
            runs[-1].append(placed)
        else:
            runs.append([placed])
    return Steps(tuple(each for run in runs for each in _joined(run, least)), steps.arriving)


def wanted(steps: Steps) -> Iterator[str]:
    """Yield the values that a list, or one inside it, takes from elsewhere than the step before."""
    flow: tuple[str, ...] = (steps.arriving,)
    for placed in steps:
        if not placed.follows(flow):
            yield from placed.takes
        flow = placed.gives
        yield from wanted_in(copies_of(placed.piece)[0])


def wanted_in(piece: Copied) -> Iterator[str]:
    """Yield the values that a piece takes by name; a module has names of its own."""
    for inner in () if isinstance(piece, Use) else lists_in(piece):
        yield from wanted(inner)


def _follows(placed: Placed, previous: Placed) -> bool:
    """Whether a step takes all that the one before it gives, and nothing else, and is its like."""
    if placed.sources != previous.gives or len(previous.sources) != len(previous.gives):
        return False
    first, second = copies_of(previous.piece)[0], copies_of(placed.piece)[0]
    if type(first) is not type(second) or previous.sources[0] in wanted_in(first):
        return False
    return EXACTLY.placed(previous, {}) == EXACTLY.placed(placed, {})


def _joined(run: list[Placed], least: int) -> list[Placed]:
    copies = tuple(copy for placed in run for copy in copies_of(placed.piece))
    if len(run) == 1 or (len(run) < least and isinstance(copies[0], Simple)):
        return run
    size = sum(each.size for each in run)
    return [Placed(Repeat(copies), run[-1].value, run[0].sources, size)]
