"""Which modules are better written out where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from archspec.raising.modules import Modules
from archspec.raising.pieces import Repeat, Simple, Steps, Use, copies_of, lists_in
from archspec.raising.skeleton import uses_in

_SHORT = 5
"""How many steps are written out in a branch rather than as a module without a class."""


def superfluous(lists: Iterable[Steps], modules: Modules) -> frozenset[str]:
    """Return the paths of the modules that say no more than their steps.

    Such are, where one place uses them, rows of steps without branches, modules with several
    outputs, and what has no class in the source and holds other modules. Such are also short rows
    of layers without a class, where each place that uses them is a branch of its own. What gives
    values that modules within it call alike cannot say which is which.
    """
    written = [*lists, *(each.uses[0].steps for each in modules.all)]
    places: dict[str, list[_Place]] = {}
    for place in chain.from_iterable(map(_places, written)):
        places.setdefault(modules.of_use(place.use).name, []).append(place)
    # What holds rows alone is no container once they are gone.
    for rule in (_is_ambiguous, _is_superfluous, _is_container):
        gone = [each for each in modules.all if rule(each.uses[0], places[each.name])]
        if gone:
            return frozenset(use.path for each in gone for use in each.uses)
    return frozenset()


class _Place(NamedTuple):
    """A place in the text of a list that uses a module: repeated, or alone in a branch."""

    use: Use
    is_repeated: bool
    is_branch: bool


def _is_ambiguous(use: Use, _places: list[_Place]) -> bool:
    """Whether two values that leave are called alike: by their place among all, or within."""
    last = (copies_of(placed.piece)[-1] for placed in use.steps)
    several = [each for each in last if isinstance(each, Use) and len(each.outputs) > 1]
    within = {value: at for each in several for at, value in enumerate(each.outputs)}
    called = [within.get(value, at) for at, value in enumerate(use.outputs)]
    return len(set(called)) < len(called)


def _is_superfluous(use: Use, places: list[_Place]) -> bool:
    if any(each.is_repeated for each in places):
        return False
    if len(places) == 1:
        return len(use.outputs) > 1 or _is_row(use)
    is_short = len(use.steps) <= _SHORT and all(isinstance(e.piece, Simple) for e in use.steps)
    is_branch = all(each.is_branch for each in places)
    return not use.has_class and is_short and is_branch and _is_row(use)


def _is_container(use: Use, places: list[_Place]) -> bool:
    """Whether a module without a class, which one place uses, holds others."""
    is_alone = len(places) == 1 and not places[0].is_repeated
    return is_alone and not use.has_class and any(True for _ in uses_in(use.steps))


def _is_row(use: Use) -> bool:
    """Whether each step takes what the one before it gives, and none has branches."""
    steps = use.steps.contents
    flows = all(second.follows(first.gives) for first, second in pairwise(steps))
    copies = (copies_of(each.piece)[0] for each in steps)
    return flows and not any(lists_in(each) for each in copies if not isinstance(each, Use))


def _places(steps: Steps, *, is_branch: bool = False) -> Iterator[_Place]:
    """Yield the places in the text of a list that use modules."""
    for placed in steps:
        copy = copies_of(placed.piece)[0]
        if isinstance(copy, Use):
            yield _Place(copy, isinstance(placed.piece, Repeat), is_branch and len(steps) == 1)
        else:
            for inner in lists_in(copy):
                yield from _places(inner, is_branch=True)
