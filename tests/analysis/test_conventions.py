"""What other tools count, compared with what they said when they were run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archspec import checked
from archspec.analysis.conventions import CONVENTIONS as OURS
from archspec.analysis.conventions import Convention
from archspec.analysis.count import ConventionalTotaller
from archspec.commands.count.differences import convention
from archspec.commands.count.options import CONVENTIONS
from archspec.graph import Graph
from archspec_torch.counters import CONVENTIONS as TOOLS
from tests.published.counters import FIGURES, digest_of, zoo
from tests.published.counters.steps import single_steps

SAID: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
ZOO = dict(zoo())

EXTRAPOLATED = ("ultralytics", "nasnet_a_mobile")
"""The tool counts two small images instead, which is not exact where borders of pools are cut."""

ZEROS_AROUND = ("onnx-tool", "nasnet_a_mobile")
"""The file keeps three lists of pads, of 8 numbers, which the tool takes for parameters."""

APART = (EXTRAPOLATED, ZEROS_AROUND)

UNKNOWN = ("adaptive_", "global_response_norm", "padding=same count_padding")
"""What the exporter replaces by so many nodes that their count is not told."""


def totals(graph: Graph, found: Convention) -> list[int]:
    """Count operations and parameters."""
    counted = ConventionalTotaller(found.rules(graph)).total(graph.nodes.values())
    return [counted.macs, counted.parameters]


@pytest.mark.parametrize("name", ZOO)
def test_each_tool_said_of_the_emitted_network_what_its_convention_counts(name: str) -> None:
    graph = checked.load(ZOO[name]).without_heads()
    for tool in SAID:
        said = SAID[tool]["networks"][name]
        if (tool, name) not in APART and not isinstance(said, str):
            assert (tool, totals(graph, TOOLS[tool])) == (tool, said)


def test_each_tool_said_of_a_single_step_what_its_convention_counts(tmp_path: Path) -> None:
    for step, graph in single_steps(tmp_path):
        for tool in SAID.keys() - {"onnx-tool"}:
            assert (tool, step, totals(graph, TOOLS[tool])) == (
                tool,
                step,
                SAID[tool]["steps"][step],
            )


def test_onnx_tool_said_of_a_single_step_how_many_operations_are_counted(tmp_path: Path) -> None:
    for step, graph in single_steps(tmp_path):
        said = SAID["onnx-tool"]["steps"][step]
        if not isinstance(said, str) and not any(word in step for word in UNKNOWN):
            assert (step, totals(graph, TOOLS["onnx-tool"])[0]) == (step, said[0])


def test_only_the_cells_of_a_window_that_lie_inside_are_counted() -> None:
    """Three windows of 3x3, two apart, lie within 7 rows and begin with the first.

    Ultralytics doubles a sum for each of their 9 x 9 cells and a division for each output.
    """
    steps = "['avg_pool 3x3 stride=2 padding=[0,1,0,1]']"
    graph = checked.load(text=f"archspec: 1\nname: net\ninput: 7x7x2\nnetwork: {steps}")
    assert totals(graph, TOOLS["ultralytics"]) == [2 * (2 * 9 * 9 + 2 * 3 * 3), 0]


@pytest.mark.parametrize(("scale", "sums"), [("", 0), ("scale: 0.5, ", 8 * 8 * 4)])
def test_ptflops_sees_the_sum_of_a_residual_that_is_scaled(scale: str, sums: int) -> None:
    """It replaces ``torch.add``, and not the method by which the body is added to in place."""
    steps = f"[conv2d 4 kernel=1x1, {{residual: {{{scale}steps: [conv2d 4 kernel=3x3]}}}}]"
    graph = checked.load(text=f"archspec: 1\nname: net\ninput: 8x8x4\nnetwork: {steps}")
    layers = 8 * 8 * 4 * (4 + 1) + 8 * 8 * 4 * (9 * 4 + 1)
    assert totals(graph, TOOLS["ptflops"])[0] == layers + sums


def test_a_norm_behind_a_convolution_that_leaves_the_network_is_not_folded_in_a_file() -> None:
    """By itself it has 31 operations for each number, with a root and a division, and 4 vectors."""
    steps = "[conv2d 4 kernel=1x1 bias=false as c, batch_norm as n]\noutputs: [c, n]"
    graph = checked.load(text=f"archspec: 1\nname: net\ninput: 8x8x4\nnetwork: {steps}\n")
    numbers = 8 * 8 * 4
    assert totals(graph, TOOLS["onnx-tool"]) == [numbers * 4 + numbers * 31, 4 * 4 + 4 * 4]


def test_steps_that_learn_are_never_one_in_a_file() -> None:
    """A slope takes two operations for each number, a sum one."""
    steps = "[prelu as a, prelu from input as b, add from a b]"
    graph = checked.load(text=f"archspec: 1\nname: net\ninput: 8x8x4\nnetwork: {steps}")
    assert totals(graph, TOOLS["onnx-tool"]) == [8 * 8 * 4 * (2 + 2 + 1), 4 + 4]


def test_tools_were_run_on_the_models_that_are_emitted_now(tmp_path: Path) -> None:
    graphs = {name: checked.load(file).without_heads() for name, file in ZOO.items()}
    models = {
        name: digest_of(each) for name, each in (graphs | dict(single_steps(tmp_path))).items()
    }
    stale = {
        tool: [name for name in models if said["models"].get(name) != models[name]]
        for tool, said in SAID.items()
    }
    renew = f"python -m tests.published.counters {' '.join(tool for tool in stale if stale[tool])}"
    assert not any(stale.values()), f"run `{renew}`, which asks of the models that are others"


def test_tools_failed_on_no_network_but_one() -> None:
    failed = [
        (tool, name)
        for tool, said in SAID.items()
        for name, figures in said["networks"].items()
        if isinstance(figures, str)
    ]
    assert failed == [("onnx-tool", "bn_inception")]


def test_the_pads_of_a_file_are_parameters_to_onnx_tool() -> None:
    tool, name = ZEROS_AROUND
    operations, parameters = totals(checked.load(ZOO[name]).without_heads(), TOOLS[tool])
    assert [operations, parameters + 3 * 8] == SAID[tool]["networks"][name]


def test_a_count_of_small_images_is_lower_where_borders_of_pools_are_cut() -> None:
    tool, name = EXTRAPOLATED
    graph = checked.load(ZOO[name]).without_heads()
    (operations, parameters), said = totals(graph, TOOLS[tool]), SAID[tool]["networks"][name]
    assert parameters == said[1]
    assert 0.995 < said[0] / operations < 1


def test_the_options_name_all_conventions() -> None:
    assert set(CONVENTIONS) == {*OURS, *TOOLS}
    assert all(convention(name) for name in CONVENTIONS)


@pytest.mark.parametrize("tool", SAID)
def test_a_convention_tells_the_version_that_was_run(tool: str) -> None:
    (version,) = (
        version.partition("-")[0].partition(".post")[0]
        for package, version in SAID[tool]["versions"].items()
        if package.startswith(tool.removesuffix("-aten"))
    )
    assert f" {version} " in TOOLS[tool].about


def test_timm_counts_as_fvcore_does() -> None:
    assert TOOLS["timm"] is TOOLS["fvcore"]


PRINTED = [  # multiply-adds in millions as the papers print them, in as many digits
    ("efficientnet_b0", 390, 2),  # arXiv:1905.11946, Table 2
    ("convnext_tiny", 4500, 2),  # arXiv:2201.03545, Table 1
    ("nasnet_a_mobile", 564, 3),  # arXiv:1707.07012, Table 3
    ("mobilenet_v2", 300, 2),  # arXiv:1801.04381, Table 4
    ("released/keras_resnet_152", 11300, 3),  # arXiv:1512.03385, Table 1
    ("resnet", 1800, 2),  # arXiv:1512.03385, Table 1, 18 layers
]


@pytest.mark.parametrize(("name", "millions", "digits"), PRINTED)
def test_papers_print_the_multiply_adds_of_their_convention(
    name: str, millions: int, digits: int
) -> None:
    counted, _ = totals(checked.load(ZOO[name]).without_heads(), OURS["paper"])
    assert float(f"{counted / 1e6:.{digits}g}") == millions
