"""A backend in a package of its own, which stands on what emission gives to all backends.

It shows what a backend costs, and shares no arithmetic with the interpreter that judges it.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from archspec.backend import installed
from archspec.checked import load
from archspec.emission.live import execute
from archspec.interpreter.interpret import interpret
from archspec.language.document.overrides import Overrides
from archspec.weights import file as weights_file
from archspec.weights.initial import example
from tests.authoring.documents import random_graph
from tests.conformance.running import Running
from tests.conformance.small import computed
from tests.conformance.specs import SEVERAL, SPECS, graph_of
from tests.conformance.test_operators import ROWS, WORDS, case, drawn, run, worked_out
from tests.conformance.test_specs import check, tensors

HERE = Path(__file__).parent
FILES = sorted((HERE / "archspec_numpy").glob("*.py"))
ZOO = ("densenet_121", "efficientnet_b0", "mobilenet_v2", "shufflenet_v2_x1_0")


def test_it_is_listed_beside_those_that_come_along(running: Running) -> None:
    assert {"numpy", "tensorflow", "torch"} <= {each.name for each in installed()}


def test_it_has_at_most_900_lines() -> None:
    assert sum(len(file.read_text("utf-8").splitlines()) for file in FILES) <= 900


def test_it_does_not_ask_the_interpreter() -> None:
    assert not [file.name for file in FILES if "interpret" in file.read_text("utf-8")]


@pytest.mark.parametrize("word", WORDS)
def test_an_operator_gives_what_the_interpreter_computes(running: Running, word: str) -> None:
    given = [(row, drawn(row)) for row in ROWS if row.word == word]
    assert not [row.title for row, _ in given if running.refuses(case(row))]
    for (row, values), found in zip(given, run(running, given), strict=True):
        wanted = computed(row.op, *values)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=2e-5, err_msg=row.title)


@pytest.mark.parametrize("word", sorted({row.word for row in ROWS if row.example}))
def test_an_operator_gives_the_numbers_that_were_worked_out_by_hand(
    running: Running, word: str
) -> None:
    given = [(row, worked_out(row)) for row in ROWS if row.word == word and row.example]
    for (row, _), found in zip(given, run(running, given), strict=True):
        assert row.example is not None
        wanted = np.asarray(row.example.output, np.float64)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5, err_msg=row.title)


@pytest.mark.parametrize("title", SPECS)
def test_a_model_gives_what_its_spec_means(running: Running, title: str) -> None:
    check(running, graph_of(SPECS[title]))


def test_several_outputs_and_heads_come_out(running: Running) -> None:
    check(running, graph_of(SEVERAL))


@pytest.mark.parametrize("seed", range(40))
def test_a_random_model_gives_what_its_spec_means(running: Running, seed: int) -> None:
    check(running, random_graph(seed))


@pytest.mark.parametrize("name", ZOO)
def test_a_network_of_the_zoo_runs_with_the_weights_file_of_the_others(
    running: Running, name: str, tmp_path: Path
) -> None:
    graph = load(HERE.parents[1] / f"specs/{name}.yaml", Overrides(inputs={"": "64x64x3"}))
    weights, inputs, file = tensors(graph), example(graph, 2), tmp_path / "weights.safetensors"
    weights_file.save(file, weights, graph)
    network = execute(running.backend.emit(graph), name).bind(str(file))
    wanted = interpret(graph, weights, inputs)
    for path, found in zip(graph.outputs.values(), network(inputs).values(), strict=True):
        scale = np.abs(wanted[path]).max()
        np.testing.assert_allclose(found, wanted[path], rtol=1e-4, atol=1e-5 * scale)


def test_a_source_needs_nothing_but_numpy_and_a_reader_of_weights(running: Running) -> None:
    tree = ast.parse(running.backend.emit(graph_of(SEVERAL)))
    froms = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imports = {
        a.name for each in ast.walk(tree) if isinstance(each, ast.Import) for a in each.names
    }
    needed = {str(module).partition(".")[0] for module in froms | imports}
    assert needed - sys.stdlib_module_names == {"numpy", "safetensors"}
