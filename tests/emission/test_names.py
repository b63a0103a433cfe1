"""Names in emitted sources: none hides what the source needs."""

from __future__ import annotations

import pytest

from archspec.emission.names import FUNCTIONS
from archspec_tensorflow.source import PRELUDE as KERAS_PRELUDE
from archspec_torch.source import PRELUDE as TORCH_PRELUDE
from tests.conformance.running import BACKENDS, Running, start
from tests.conformance.specs import graph_of
from tests.conformance.test_specs import check


@pytest.fixture(scope="module", params=BACKENDS)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


def test_all_functions_that_sources_take_along_are_listed() -> None:
    functions = {name for name in (*KERAS_PRELUDE, *TORCH_PRELUDE) if name.islower()}
    assert functions == FUNCTIONS


@pytest.mark.parametrize("name", ["model", "weights", "fill", "value_error", "index_2", "chain"])
def test_a_network_may_have_any_name(running: Running, name: str) -> None:
    steps = f"parts: {{{name}: [relu], index: [tanh]}}\nnetwork: [{name}, index, 2 x {name}]"
    check(running, graph_of(f"archspec: 1\nname: {name}\ninput: 4x4x2\n{steps}"))


def test_options_and_params_may_have_the_names_of_functions(running: Running) -> None:
    text = """
params: {whole: 0.5, inputs: 2, round_to: 3, index_2: 1}
parts:
  unit:
    options: [multiply, flatten=2, activate=relu, index_2=3]
    steps:
      - multiply:
          a: conv 1x1 8*multiply
          b: [global_avg_pool, dense 8*multiply activation=activate]
      - {repeat: [2 x conv 1x1 flatten*2 padding=symmetric], times: index_2}
      - flatten
      - dense round_to(flatten*3.5,4)
network:
  - conv 3x3 8*whole
  - {repeat: [conv 1x1 inputs+round_to, {repeat: [relu, conv 1x1 4*index_2], times: 2}], times: 2}
  - unit whole flatten=3
"""
    check(running, graph_of(text))
