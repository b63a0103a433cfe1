"""A raised graph is written as an author would, and means what it meant."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

import archspec
from archspec import Graph, interpret
from archspec.operators.activation import Relu
from archspec.raising.raised import Raised, raise_spec
from tests.authoring.documents import random_graph
from tests.authoring.running import trial
from tests.authoring.seeds import seeds
from tests.commands.running import ROOT

SPECS = sorted(
    path for path in (ROOT / "specs").rglob("*.yaml") if path.parent.name != "as_printed"
)
SECTIONS = ("stems", "blocks", "reductions", "parts")


def of_zoo(spec: Path) -> Graph:
    return archspec.load(spec)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_the_text_of_a_zoo_network_means_it_and_is_hardly_longer_than_its_authors(
    spec: Path,
) -> None:
    graph = of_zoo(spec)
    made = raise_spec(graph)
    again = archspec.load(text=made.text)
    assert archspec.count(again) == archspec.count(graph)
    assert set(made.paths) == {*graph.nodes, *graph.inputs}
    said = sum(1 + len(each.preprocessing) for each in graph.inputs.values())
    assert len(made.text.splitlines()) - said <= 2 * len(spec.read_text().splitlines())
    assert not used_once_beside_another(made)


@pytest.mark.parametrize("seed", seeds(40))
def test_a_random_network_computes_what_it_computed(seed: int) -> None:
    found = trial(seed)
    graph = found.graph.without_heads()
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
    graph = random_graph(seed + 1000)
    made = raise_spec(graph)
    assert sorted(made.paths[path] for path in graph.nodes) == sorted(made.graph.nodes)
    assert len(made.graph.heads) == len(graph.heads)
    assert raise_spec(graph).text == made.text


@pytest.mark.parametrize("seed", seeds(20))
def test_a_flat_text_has_the_nodes_of_the_graph_in_its_order(seed: int) -> None:
    graph = random_graph(seed + 1000).without_heads()
    if graph.nodes and len(set(graph.outputs.values())) == len(graph.outputs):
        made = raise_spec(graph, flat=True)
        assert [made.paths[path] for path in graph.nodes] == list(made.graph.nodes)
        assert list(made.graph.scopes) == [""]


def test_raising_what_was_raised_changes_nothing_more() -> None:
    for name in ("resnet_50", "inception_v4", "efficientnet_b0"):
        once = raise_spec(of_zoo(ROOT / f"specs/{name}.yaml"))
        assert raise_spec(once.graph).text == once.text


def test_heads_go_along_with_their_parameters() -> None:
    graph = of_zoo(ROOT / "specs/inception_v3.yaml")
    made = raise_spec(graph)
    assert "\nauxiliary:\n" in made.text
    assert made.graph.heads.keys() == graph.heads.keys()
    assert archspec.count(made.graph) == archspec.count(graph)


def test_a_network_without_steps_and_a_value_under_two_names_have_texts() -> None:
    builder = archspec.GraphBuilder("passing")
    given = builder.input("input", (4, 4, 2))
    assert "  - 0 x identity\n" in raise_spec(builder.graph(given)).text
    made = raise_spec(builder.graph(left=given, right=given))
    assert list(made.graph.outputs.values()) == ["input", "input"]
    after = builder.add(Relu(), given)
    twice = raise_spec(builder.graph(left=after, right=after)).graph
    assert list(twice.outputs) == ["left", "right"]
    assert len(set(twice.outputs.values())) == 1


def used_once_beside_another(made: Raised) -> list[str]:
    """Name the modules that one use has, though another has their steps up to numbers."""
    document = yaml.safe_load(made.text)
    modules = {n: m for key in SECTIONS for n, m in document.get(key, {}).items()}
    uses = Counter(each.template.name for each in made.graph.scopes.values() if each.template)
    alike: dict[str, list[str]] = {}
    for name, module in modules.items():
        steps = module["steps"] if isinstance(module, dict) else module
        options = module.get("options", []) if isinstance(module, dict) else []
        alike.setdefault(without_numbers(json.dumps(steps), options), []).append(name)
    return [name for names in alike.values() if len(names) > 1 for name in names if uses[name] == 1]


def without_numbers(text: str, options: list[str]) -> str:
    names = [option.partition("=")[0] for option in options]
    return re.sub(rf"\b({'|'.join(['[0-9]+', *names])})\b", "_", text)
