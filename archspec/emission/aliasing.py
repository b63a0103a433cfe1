"""Aliasing: live-ins of a body that are one value in some of its uses, and two in others."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

from archspec.emission.fragments import Branching, Fragment, RepeatCopies, StepList

F = TypeVar("F", bound=Fragment)

ValueOrigins = tuple[Hashable, ...]
"""Values by their producers: a live-in, or the path and output of a step."""

SourcesRead = list[tuple[tuple[str, ...], ValueOrigins]]
"""The values that each step reads, by its path."""


def told_apart(uses: Sequence[F], arriving: Sequence[Sequence[str]]) -> list[F]:
    """Give the uses of one body the same wiring where some of their live-ins are aliases.

    In a use with aliases the wiring is ambiguous: that of a use without is taken instead, if both
    read the same values.
    """
    pairs = list(zip(uses, arriving, strict=True))
    models = [use for use, given in pairs if not _is_aliased(given)]
    return [_wired(use, models, tuple(given)) for use, given in pairs]


def _is_aliased(given: Sequence[str]) -> bool:
    return len(set(given)) < len(given)


def _wired(use: F, models: Sequence[F], given: ValueOrigins) -> F:
    """Wire a use with aliases like the first model under which it reads the same values."""
    if len(set(given)) == len(given):
        return use
    alike = (use.wired_like(model) for model in models if _is_alike(use, model))
    wanted = _reads(use, given)
    return next((each for each in alike if _reads(each, given) == wanted), use)


def _is_alike(fragment: Fragment, model: Fragment) -> bool:
    """Whether two fragments have the same structure, wiring aside."""
    pairs = zip(fragment.children.items(), model.children.items(), strict=False)
    return (
        type(fragment) is type(model)
        and len(fragment.children) == len(model.children)
        and all(name == other and _is_alike(one, two) for (name, one), (other, two) in pairs)
    )


def _reads(fragment: Fragment, given: ValueOrigins) -> tuple[ValueOrigins, SourcesRead]:
    """Find the producers of the outputs of a fragment, and of all that is read inside it."""
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
