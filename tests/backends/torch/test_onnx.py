"""ONNX files: their checker accepts them, and onnxruntime gives what the interpreter gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import onnx
import pytest

from archspec.diagnostic import SpecError
from archspec.emission.building import Target, build_folder
from archspec.weights.initial import example
from archspec_torch import backend
from tests.backends.saved import GROWS, assert_computes
from tests.backends.torch.onnx_files import EXPORTED, exported, run
from tests.conformance.specs import SEVERAL, SPECS, graph_of

OPERATORS = (
    "a chain of layers with and without norm and activation",
    "a relu first in the body of a residual, which must not work in place",
    "a padding, a kernel and a rounding that are options",
    "activations with attributes of their own",
    "modules that are used on maps and on vectors, and options that are words or flags",
    "slices, shuffles, pads, norms and scales",
    "slopes that bend upwards",
    "squeeze and excitation over a map and over one cell",
    "transposed convolutions and upsampling",
    *(EXPORTED.keys() - SPECS.keys()),
)
"""Specs whose operators differ; the others differ in modules and names, of which an export, being
traced, has none, and are left to the night."""


def traced() -> list[Any]:
    return [
        pytest.param(title, marks=() if title in OPERATORS else pytest.mark.slow)
        for title in EXPORTED
    ]


@pytest.mark.parametrize("title", traced())
def test_onnxruntime_gives_what_the_spec_means(title: str, tmp_path: Path) -> None:
    graph = graph_of(EXPORTED[title])
    file, inputs = exported(graph, tmp_path / "model.onnx"), example(graph, 3)
    onnx.checker.check_model(onnx.load(file), full_check=True)
    assert_computes(graph, run(file, inputs), inputs)


@pytest.mark.parametrize(
    "title", ["the pools of a report", "transposed convolutions and upsampling"]
)
def test_a_short_type_runs_in_onnxruntime_and_gives_nearly_the_same(
    title: str, tmp_path: Path
) -> None:
    graph = graph_of(EXPORTED[title])
    file, inputs = exported(graph, tmp_path / "model.onnx", "float16"), example(graph, 2)
    onnx.checker.check_model(onnx.load(file), full_check=True)
    assert_computes(graph, run(file, inputs, "float16"), inputs, 64 * 2.0**-11)


def test_a_type_that_no_runtime_convolves_in_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    graph = graph_of("network: [conv 3x3 4]")
    target = Target("cpu", "bfloat16", ("pt2", "onnx"))
    with pytest.raises(SpecError, match="build/precision") as caught:
        build_folder(graph, backend, tmp_path / "out", target=target)
    assert "float32 or float16" in (caught.value.diagnostics[0].help or "")
    assert not (tmp_path / "out").exists()


def axes(file: Path) -> dict[str, list[str | int]]:
    """List the axes of what arrives and leaves: names of those that may have any size."""
    network = onnx.load(file).graph
    return {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*network.input, *network.output)
    }


def test_the_axis_of_the_batch_has_a_name_and_maps_have_the_size_of_the_spec(
    tmp_path: Path,
) -> None:
    assert axes(exported(graph_of(SEVERAL), tmp_path / "model.onnx")) == {
        "left": ["batch", 3, 6, 6],
        "right": ["batch", 2, 6, 6],
        "logits": ["batch", 3],
        "both": ["batch", 4, 6, 6],
        "side": ["batch", 5],
    }


LEVELS = """
archspec: 1
name: levels
input: {height}x{width}x3
network:
  - conv 3x3 4 as first
  - max_pool 2x2 /2 V
  - conv 3x3 6 as second
  - max_pool 2x2 /2 V
  - conv_transpose 2x2 6 /2 as up
  - concat from second up
  - upsample 2 as top
  - concat from top first
  - conv 1x1 2 as logits
"""
SEVERAL_THAT_GROW = """
archspec: 1
name: several
input: {{a: {height}x{width}x3, b: {height}x{width}x2, c: 5}}
network:
  - conv 3x3 4 from a as left
  - conv 3x3 4 from b as right
  - add from left right as both
  - dense 4 from c as gate
  - multiply from both gate as logits
"""


ODD, FOURTHS = ((33, 40), (50, 47), (95, 96)), ((32, 40), (52, 48), (96, 100))


@pytest.mark.parametrize(
    ("spec", "sizes"),
    [(GROWS, ODD), (LEVELS, FOURTHS), (SEVERAL_THAT_GROW, ODD)],
    ids=["pools", "levels", "several"],
)
def test_a_dynamic_export_gives_what_the_spec_means_at_other_sizes(
    spec: str, sizes: tuple[tuple[int, int], ...], tmp_path: Path
) -> None:
    height, width = sizes[0]
    own = graph_of(spec.format(height=height, width=width))
    file = exported(own, tmp_path / "model.onnx", dynamic=True)
    first = next(iter(axes(file).values()))
    assert first[:2] == ["batch", 3]
    assert [str(axis).rpartition("_")[2] for axis in first[2:]] == ["height", "width"]
    for height, width in sizes:
        graph = graph_of(spec.format(height=height, width=width))
        inputs = example(graph, 2)
        assert_computes(graph, run(file, inputs), inputs, filled=own)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("max_pool 3x3 /2", "`same` pads by the size of the map"),
        ("flatten, dense 3", "its weights are as many as the map has cells"),
        ("concat: [conv 8x8 3 V, max_pool 8x8 /8 V]", "grid"),
    ],
)
@pytest.mark.parametrize("form", ["onnx", "pt2"])
def test_a_step_that_holds_for_one_size_alone_is_named_where_every_size_is_wanted(
    step: str, reason: str, form: str, tmp_path: Path
) -> None:
    graph = graph_of(f"network: [conv 3x3 4, {step}]")
    with pytest.raises(SpecError, match="build/dynamic") as caught:
        build_folder(
            graph, backend, tmp_path / "out", target=Target("cpu", exports=(form,), dynamic=True)
        )
    (diagnostic,) = caught.value.diagnostics
    assert reason in diagnostic.message
    assert str(diagnostic.labels[0].span).startswith("small.yaml:4:")
    assert not (tmp_path / "out").exists()


def test_the_same_spec_gives_the_same_bytes_which_tell_no_place(tmp_path: Path) -> None:
    graph = graph_of(
        SPECS["a residual with a scale, with none, and with activations chosen by an option"]
    )
    files = [exported(graph, tmp_path / name) for name in ("one.onnx", "other.onnx")]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert str(Path(__file__).parents[3]).encode() not in files[0].read_bytes()
    assert b"site-packages" not in files[0].read_bytes()


def test_the_command_prints_nothing_of_the_exporter(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(EXPORTED["several inputs, outputs and a head"].strip())
    program = "from archspec.commands.main import main; main()"
    options = "--backend torch --device cpu --auxiliary --export onnx --export pt2"
    command = [sys.executable, "-c", program, "build", "net.yaml", *options.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()[:5]] == [
        f"build/several/{name}"
        for name in ("model.py", "weights.safetensors", "archspec.json", "model.onnx", "model.pt2")
    ]
