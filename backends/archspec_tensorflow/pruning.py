"""Dead code elimination: a Keras model holds only the layers that its outputs depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archspec.emission.definition import Definition
from archspec.emission.fragments import DefinitionCall, Fragment, StepList
from archspec.emission.names import IN_CHANNELS
from archspec.emission.wiring import Wiring

Arguments = Mapping[str, frozenset[str]]
"""The names of the arguments of each definition, by its key."""


def prune(definitions: Sequence[Definition]) -> list[Definition]:
    """Remove dead steps, arguments and definitions; each definition comes after those it calls."""
    arguments: dict[str, frozenset[str]] = {}
    found = []
    for definition in definitions:
        body = _pruned(definition.body, arguments)
        kept = tuple(each for each in definition.arguments if each.name in body.names)
        arguments[definition.key] = frozenset(each.name for each in kept) | {IN_CHANNELS}
        found.append(replace(definition, body=body, arguments=kept))
    used = _used(found)
    return [each for each in found if each.key in used]


def _pruned(fragment: Fragment, arguments: Arguments) -> Fragment:
    if isinstance(fragment, StepList):
        fragment = _read(fragment)
    if isinstance(fragment, DefinitionCall):
        wanted = arguments[fragment.definition]
        leaves = {name: leaf for name, leaf in fragment.leaves.items() if name in wanted}
        return replace(fragment, leaves=leaves)
    children = {name: _pruned(child, arguments) for name, child in fragment.children.items()}
    return replace(fragment, children=children)


def _read(listed: StepList) -> StepList:
    """Keep the live steps of a list."""
    wiring = listed.wiring
    kept = sorted(wiring.needed)
    values = [value for place in kept for value in wiring.given(place)]
    moved = {value: number for number, value in enumerate(values)}
    reads = tuple(_moved(wiring.reads[place], moved) for place in kept)
    widths = tuple(wiring.widths[place] for place in kept)
    names = list(listed.children)
    return replace(
        listed,
        children={names[place]: listed.children[names[place]] for place in kept},
        wiring=Wiring(wiring.arrivals, reads, _moved(wiring.outputs, moved), widths),
    )


def _moved(values: tuple[int, ...], moved: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(moved.get(value, value) for value in values)


def _used(definitions: Sequence[Definition]) -> set[str]:
    """Find the definitions that the network, the last one, calls directly or indirectly."""
    used = {definitions[-1].key}
    for definition in reversed(definitions):
        if definition.key in used:
            inside = definition.body.walk()
            used |= {each.definition for each in inside if isinstance(each, DefinitionCall)}
    return used
