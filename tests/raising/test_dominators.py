"""Immediate dominators, compared with those of networkx."""

from __future__ import annotations

from random import Random

import networkx
import pytest

from archspec.raising.dominators import ENTRY, immediate_dominators


def random_sources(seed: int) -> dict[str, list[str]]:
    """Draw values that read up to three of the ten before them, or what comes from outside."""
    random = Random(seed)  # noqa: S311 - no secret
    values = [f"v{number}" for number in range(40)]
    return {
        value: random.sample([*values[max(0, at - 10) : at], "x", "y"], random.randint(1, 2))
        for at, value in enumerate(values)
    }


@pytest.mark.parametrize("seed", range(30))
def test_they_are_those_of_networkx(seed: int) -> None:
    sources = random_sources(seed)
    wires = networkx.DiGraph([(ENTRY, "x"), (ENTRY, "y")])
    wires.add_edges_from((each, value) for value, given in sources.items() for each in given)
    wanted = networkx.immediate_dominators(wires, ENTRY)
    found = immediate_dominators(sources)
    assert all(found[value] == wanted[value] for value in sources)
