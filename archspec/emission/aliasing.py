"""Telling values apart that are one value in some uses of a body, and two in others."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

from archspec.emission.fragments import Branching, Fragment, RepeatCopies, StepList

F = TypeVar("F", bound=Fragment)

ValueOrigins = tuple[Hashable, ...]
"""Values by what they come from: outside, or the path of a step."""

SourcesRead = list[tuple[tuple[str, ...], ValueOrigins]]
"""What each step takes, by its path."""


def told_apart(uses: Sequence[F], arriving: Sequence[Sequence[str]]) -> list[F]:
    """Wire uses of one body alike, which tells apart values that are one value in some of them.

    Where several of the values that arrive are one, the wiring of that use cannot tell them apart;
    that of another use can, and is taken where it reads the same.
    """
    pairs = list(zip(uses, arriving, strict=True))
    models = [use for use, given in pairs if not _is_aliased(given)]
    return [_wired(use, models, tuple(given)) for use, given in pairs]


def _is_aliased(given: Sequence[str]) -> bool:
    return len(set(given)) < len(given)


def _wired(use: F, models: Sequence[F], given: ValueOrigins) -> F:
    """Wire a use as the first model that reads the same, where values that arrive are one."""
    if len(set(given)) == len(given):
        return use
    alike = (use.wired_like(model) for model in models if _is_alike(use, model))
    wanted = _reads(use, given)
    return next((each for each in alike if _reads(each, given) == wanted), use)


def _is_alike(fragment: Fragment, model: Fragment) -> bool:
    """Whether two fragments differ in nothing but in who reads what."""
    pairs = zip(fragment.children.items(), model.children.items(), strict=False)
    return (
        type(fragment) is type(model)
        and len(fragment.children) == len(model.children)
        and all(name == other and _is_alike(one, two) for (name, one), (other, two) in pairs)
    )


def _reads(fragment: Fragment, given: ValueOrigins) -> tuple[ValueOrigins, SourcesRead]:
    """Find what leaves a fragment and what everything in it takes, whatever lists call that."""
    reads: SourcesRead = []
    return _followed(fragment, given, (), reads), reads


def _followed(
    fragment: Fragment, given: ValueOrigins, path: tuple[str, ...], reads: SourcesRead
) -> ValueOrigins:
    if isinstance(fragment, StepList):
        return _through_list(fragment, given, path, reads)
    if isinstance(fragment, RepeatCopies):
        return _through_copies(fragment, given, path, reads)
    if isinstance(fragment, Branching):
        given = tuple(_through_branches(fragment, given, path, reads))
    reads.append((path, given))
    return tuple((*path, place) for place in range(max(len(fragment.outputs), 1)))


def _through_list(
    listed: StepList, given: ValueOrigins, path: tuple[str, ...], reads: SourcesRead
) -> ValueOrigins:
    wiring = listed.wiring
    values = {-1 - place: value for place, value in enumerate(given)}
    for place, (name, child) in enumerate(listed.children.items()):
        taken = tuple(values[reference] for reference in wiring.reads[place])
        left = _followed(child, taken, (*path, name), reads)
        values.update(zip(wiring.given(place), left, strict=True))
    return tuple(values[reference] for reference in wiring.outputs)


def _through_copies(
    copies: RepeatCopies, given: ValueOrigins, path: tuple[str, ...], reads: SourcesRead
) -> ValueOrigins:
    carried = max(len(copies.outputs), 1)
    flow, others = given[:carried], given[carried:]
    for name, copy in copies.children.items():
        flow = _followed(copy, (*flow, *others), (*path, name), reads)
    return flow


def _through_branches(
    step: Branching, given: ValueOrigins, path: tuple[str, ...], reads: SourcesRead
) -> Iterator[Hashable]:
    for name, starts in step.starts.items():
        taken = tuple(given[-1 - reference] for reference in starts)
        branch = step.children.get(name)
        yield from _followed(branch, taken, (*path, name), reads) if branch else taken
