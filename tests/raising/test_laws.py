"""A raised graph is written as an author would, and means what it meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import archspec
from archspec import Graph, interpret
from archspec.raising.raised import Raised, Unraisable, raise_spec
from tests.authoring.documents import random_graph
from tests.authoring.running import trial
from tests.authoring.seeds import seeds
from tests.commands.running import ROOT

SPECS = sorted(
    path for path in (ROOT / "specs").rglob("*.yaml") if path.parent.name != "as_printed"
)
UNWRITABLE = ("has no operators", "is listed twice")
"""Networks of Python alone: no step at all, one value under two names."""


def of_zoo(spec: Path) -> Graph:
    return archspec.load(spec).without_heads()


def is_writable(graph: Graph) -> bool:
    """Whether there is a step at all, and no value that comes out under two names."""
    return bool(graph.nodes) and len(set(graph.outputs.values())) == len(graph.outputs)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_the_text_of_a_zoo_network_means_it_and_is_hardly_longer_than_its_authors(
    spec: Path,
) -> None:
    graph = of_zoo(spec)
    made = raise_spec(graph)
    again = archspec.load(text=made.text)
    assert archspec.count(again) == archspec.count(graph)
    assert set(made.paths) == {*graph.nodes, *graph.inputs}
    assert len(made.text.splitlines()) <= 2.1 * len(spec.read_text().splitlines()) + 12


@pytest.mark.parametrize("seed", seeds(40))
def test_a_random_network_computes_what_it_computed(seed: int) -> None:
    found = trial(seed)
    graph = found.graph.without_heads()
    if not is_writable(graph):
        return
    made = raise_spec(graph)
    found_there = {key: each for key, each in found.weights.items() if known(key, made)}
    weights = {renamed(key, made): value for key, value in found_there.items()}
    with np.errstate(all="ignore"):
        values = interpret(made.graph, weights, found.inputs, dtype="float64")
    for path in graph.outputs.values():
        wanted = found.wanted.values[path] if path in graph.nodes else found.inputs[path]
        np.testing.assert_allclose(values[made.paths[path]], wanted, rtol=1e-7, atol=1e-9)


def known(key: str, made: Raised) -> bool:
    return key.rpartition(".")[0] in made.paths


def renamed(key: str, made: Raised) -> str:
    node, _, tensor = key.rpartition(".")
    return f"{made.paths[node]}.{tensor}"


@pytest.mark.parametrize("seed", seeds(100))
def test_a_random_network_has_a_text(seed: int) -> None:
    graph = random_graph(seed + 1000).without_heads()
    if is_writable(graph):
        made = raise_spec(graph)
        assert sorted(made.paths[path] for path in graph.nodes) == sorted(made.graph.nodes)
        assert raise_spec(graph).text == made.text


@pytest.mark.parametrize("seed", seeds(20))
def test_a_flat_text_has_the_nodes_of_the_graph_in_its_order(seed: int) -> None:
    graph = random_graph(seed + 1000).without_heads()
    if is_writable(graph):
        made = raise_spec(graph, flat=True)
        assert [made.paths[path] for path in graph.nodes] == list(made.graph.nodes)
        assert list(made.graph.scopes) == [""]


def test_raising_what_was_raised_changes_nothing_more() -> None:
    for name in ("resnet_50", "inception_v4", "efficientnet_b0"):
        once = raise_spec(of_zoo(ROOT / f"specs/{name}.yaml"))
        assert raise_spec(once.graph).text == once.text


def test_heads_are_refused_with_what_to_do() -> None:
    with pytest.raises(Unraisable, match=r"raise graph\.without_heads\(\)"):
        raise_spec(archspec.load(ROOT / "specs/inception_v3.yaml"))
