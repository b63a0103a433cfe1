"""Repeats: equal steps in a row, each of which takes what the one before it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archspec.raising.pieces import (
    Copied,
    Piece,
    Placed,
    Repeat,
    Residual,
    Simple,
    Steps,
    Use,
    copies_of,
    lists_in,
)


def repeated(steps: Steps, is_read_once: Callable[[str], bool]) -> Steps:
    """Join equal neighbours in a list; ``is_read_once`` says whether a value has one reader.

    Two layers alone stay two steps: in other uses of their module they may differ.
    """
    runs: list[list[Placed]] = []
    for placed in steps:
        previous = runs[-1][-1] if runs else None
        if previous and is_read_once(previous.value) and _follows(placed, previous):
            runs[-1].append(placed)
        else:
            runs.append([placed])
    return Steps(tuple(each for run in runs for each in _joined(run)), steps.arriving)


def wanted(steps: Steps) -> Iterator[str]:
    """Yield the values that a list, or one inside it, takes from elsewhere than the step before."""
    flow = steps.arriving
    for placed in steps:
        if placed.sources != (flow,):
            yield from placed.sources
        flow = placed.value
        yield from wanted_in(copies_of(placed.piece)[0])


def wanted_in(piece: Copied) -> Iterator[str]:
    """Yield the values that a piece takes by name; a module has names of its own."""
    for inner in () if isinstance(piece, Use) else lists_in(piece):
        yield from wanted(inner)


def _follows(placed: Placed, previous: Placed) -> bool:
    if placed.sources != (previous.value,) or len(previous.sources) > 1:
        return False
    first, second = copies_of(previous.piece)[0], copies_of(placed.piece)[0]
    is_named = previous.sources[0] in wanted_in(first)
    return not is_named and digest(first) == digest(second)


def _joined(run: list[Placed]) -> list[Placed]:
    copies = tuple(copy for placed in run for copy in copies_of(placed.piece))
    if len(run) == 1 or (len(run) == 2 and isinstance(copies[0], Simple)):
        return run
    size = sum(each.size for each in run)
    return [Placed(Repeat(copies), run[-1].value, run[0].sources, size)]


def digest(piece: Piece) -> object:
    """Describe a piece by what it computes, apart from paths and from the values it takes."""
    copies = copies_of(piece)
    return len(copies), _said(copies[0]), tuple(map(_of_steps, lists_in(copies[0])))


def _said(piece: Copied) -> object:
    values = piece.values if isinstance(piece, Simple | Residual) else {}
    return type(piece), getattr(piece, "word", ""), tuple(sorted(values.items()))


def _of_steps(steps: Steps) -> object:
    return _wiring(steps), tuple(digest(each.piece) for each in steps)


def _wiring(steps: Steps) -> tuple[tuple[int, ...], ...]:
    """List the values that each step reads, numbered as they are met."""
    numbers: dict[str, int] = {steps.arriving: 0}
    found = []
    for placed in steps:
        found.append(tuple(numbers.setdefault(each, len(numbers)) for each in placed.sources))
        numbers.setdefault(placed.value, len(numbers))
    return tuple(found)
