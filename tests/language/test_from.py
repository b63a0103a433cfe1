"""What `from` finds, and what it cannot take."""

from __future__ import annotations

from pathlib import Path

from archspec import api
from archspec.api import Checked


def check(network: str, folder: Path) -> Checked:
    file = folder / "example.yaml"
    file.write_text(f"archspec: 1\nname: example\ninput: 8x8x3\n{network}", "utf-8")
    return api.check(file)


def test_a_name_that_torch_owns_is_taken_as_it_was_written(tmp_path: Path) -> None:
    network = "network: [conv 3x3 4 as double, relu as half, add from double half]\n"
    graph = check(network, tmp_path).graph
    assert graph is not None
    assert graph.nodes["add"].sources == ("double_.conv2d", "half_")


def test_an_output_that_torch_owns_is_listed_as_it_was_written(tmp_path: Path) -> None:
    graph = check("network: [conv 3x3 4 as half, relu]\noutputs: [half]\n", tmp_path).graph
    assert graph is not None
    assert graph.outputs == {"half": "half_.conv2d"}


def test_the_branches_of_a_merge_start_from_one_value(tmp_path: Path) -> None:
    network = """
network:
  - conv 3x3 4 as a
  - conv 3x3 4 as b
  - concat: [relu, tanh]
    from: [a, b]
"""
    (found,) = check(network, tmp_path).diagnostics
    assert found.code == "from/too-many"
    assert found.help == "write `from b` in the branch that starts there"


SPLIT = """
parts:
  split:
    outputs: [fine, coarse]
    steps: [conv 3x3 4 as fine, conv 3x3 5 as coarse]
"""


def test_outputs_that_do_not_fit_together_are_called_as_they_may_be_written(tmp_path: Path) -> None:
    network = f"{SPLIT}network: [split as both, add from both both.fine]\n"
    (found,) = check(network, tmp_path).diagnostics
    assert found.code == "add/channels"
    assert found.message == "`both.fine` has 4 channels, `both.coarse` 5"


def test_an_output_is_one_of_the_step_that_the_inner_list_calls_so(tmp_path: Path) -> None:
    inner = "[relu as both, conv 3x3 4 from both.fine]"
    merge = f"{{add: {{a: {inner}, b: identity}}, from: both.fine}}"
    network = f"{SPLIT}network: [split as both, {merge}, add from both.coarse both.coarse]\n"
    (found,) = check(network, tmp_path).diagnostics
    assert found.code == "from/unknown"
    assert found.message == "nothing before this step is called `both.fine`"
