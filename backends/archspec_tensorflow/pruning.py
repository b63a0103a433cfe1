"""Leaving out what nobody reads: a Keras model holds only what leads to its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archspec.emission.definition import Definition
from archspec.emission.names import IN_CHANNELS
from archspec.emission.part import Part, Role, Wiring

Arguments = Mapping[str, frozenset[str]]
"""The names of the arguments of each definition, by its key."""


def prune(definitions: Sequence[Definition]) -> list[Definition]:
    """Leave out steps, arguments and definitions that nothing takes; the inner come first."""
    arguments: dict[str, frozenset[str]] = {}
    found = []
    for definition in definitions:
        body = _pruned(definition.body, arguments)
        kept = tuple(each for each in definition.arguments if each.name in body.names)
        arguments[definition.key] = frozenset(each.name for each in kept) | {IN_CHANNELS}
        found.append(replace(definition, body=body, arguments=kept))
    used = _used(found)
    return [each for each in found if each.key in used]


def _pruned(part: Part, arguments: Arguments) -> Part:
    if part.wiring is not None:
        part = _read(part, part.wiring)
    leaves = part.leaves
    if part.role is Role.CALL:
        wanted = arguments[str(part.key)]
        leaves = {name: leaf for name, leaf in leaves.items() if name in wanted}
    children = {name: _pruned(child, arguments) for name, child in part.children.items()}
    return replace(part, leaves=leaves, children=children)


def _read(part: Part, wiring: Wiring) -> Part:
    """Keep the steps of a list that lead to what leaves it."""
    wanted, waiting = set[int](), list(wiring.outputs)
    while waiting:
        place = waiting.pop()
        if place >= 0 and place not in wanted:
            wanted.add(place)
            waiting += wiring.reads[place]
    kept = sorted(wanted)
    moved = {place: index for index, place in enumerate(kept)}
    reads = tuple(_moved(wiring.reads[place], moved) for place in kept)
    names = list(part.children)
    return replace(
        part,
        children={names[place]: part.children[names[place]] for place in kept},
        wiring=Wiring(wiring.arrivals, reads, _moved(wiring.outputs, moved)),
    )


def _moved(places: tuple[int, ...], moved: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(moved.get(place, place) for place in places)


def _used(definitions: Sequence[Definition]) -> set[str]:
    """Find the definitions that the network uses, or those that it uses; it is the last."""
    used = {definitions[-1].key}
    for definition in reversed(definitions):
        if definition.key in used:
            calls = [each for each in definition.body.walk() if each.role is Role.CALL]
            used |= {str(each.key) for each in calls}
    return used
