"""Every spec of the zoo computes what it means in PyTorch and in TensorFlow, at two sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras

from archspec import checked
from archspec.analysis.sizes import at_size
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.verification.party import Emitted, Interpreter
from archspec.verification.verdict import Agreement, Demand, verify
from archspec_tensorflow import backend as tensorflow
from archspec_torch import backend as torch
from tests.conformance.specs import SEVERAL, graph_of
from tests.verify.crooked import trial

ZOO = Path(__file__).parents[2] / "specs"
PRINTED = ZOO / "as_printed"
"""Specs that keep the mistakes of a paper, and so are no networks."""
FILES = sorted(file for file in ZOO.rglob("*.yaml") if PRINTED not in file.parents)
SMALL = range(97, 160)
"""Sizes of which the first that fits is taken, as ``archspec check --sizes 97..159`` lists it."""
ALL = Demand([Interpreter(), Emitted(torch), Emitted(tensorflow)])


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Let Keras forget the models of a test."""
    yield
    keras.utils.clear_session()


def proven(graph: Graph) -> Agreement:
    """Compare, and make sure that what was compared is worth it."""
    found = verify(trial(graph.without_heads()), ALL)
    assert found.agree, (found.worst, found.first_divergence)
    assert found.still == ()
    apart = {row.path for row in found.rows if row.difference is not None}
    joined = {path for path, node in graph.nodes.items() if node.op.role == "merge"}
    assert {row.path for row in found.rows} - apart <= joined
    assert len(found.differences) > 0.85 * found.values
    assert found.worst is not None
    assert found.worst.relative > 0
    return found


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_spec_of_the_zoo_agrees_at_its_own_size(file: Path) -> None:
    proven(checked.load(str(file)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_spec_of_the_zoo_agrees_at_another_size_that_fits(file: Path) -> None:
    (found,) = checked.specs_of(str(file), None)
    size = checked.sizes(found, SMALL, Overrides({}, {}))[0]
    given = checked.load(str(file)).inputs
    inputs = {name: at_size(each.type, size) for name, each in given.items()}
    proven(checked.load(str(file), Overrides({}, inputs)))


def test_several_outputs_and_heads_agree() -> None:
    found = verify(trial(graph_of(SEVERAL)), ALL)
    assert found.agree
    assert set(graph_of(SEVERAL).nodes) == set(found.differences)
