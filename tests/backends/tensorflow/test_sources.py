"""Emitted sources of the zoo, as a reviewer and a linter see them; none needs TensorFlow."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archspec_tensorflow import backend
from tests.backends.tensorflow.zoo import ROOT, ZOO, source
from tests.conformance.specs import graph_of
from tests.golden_files import Golden

GOLDEN = ROOT / "tests/golden/tensorflow"
ALLOWED = {"collections.abc", "keras", "math", "safetensors.numpy", "typing"}
RULES = (
    "A,ANN,ARG,B,C4,D,E,ERA,F,FURB,I,ICN,ISC,N,PERF,PIE,PLE,PLW,Q,RET,RUF,S,SIM,SLF,TID,TRY,UP,W"
)
MINDED = "ANN401,D203,D213,D401,TRY003"
# arrays have no type that Keras names; style; a module is told by a noun, as its spec does


def functions(text: str) -> dict[str, str]:
    """Find the functions of a source by name."""
    blocks = [block for block in text.split("\n\n\n") if block.startswith("def ")]
    return {block.split("(")[0].removeprefix("def "): block for block in blocks}


def body(text: str, name: str) -> str:
    """Find what a function of a source says."""
    return functions(text)[name]


@pytest.mark.parametrize("name", ZOO)
def test_a_source_is_what_a_review_has_agreed_to(name: str, golden: Golden) -> None:
    golden.assert_kept(GOLDEN / f"{name}.py.txt", source(name))


@pytest.mark.parametrize("name", ZOO)
def test_no_function_has_more_than_fifty_lines(name: str) -> None:
    lengths = {title: text.count("\n") + 1 for title, text in functions(source(name)).items()}
    longer = {title for title, length in lengths.items() if length > 50}
    assert longer == ({"exchange_4"} if name == "hrnet_w18" else set())  # 16 ways, a line for each


def test_inception_v4_has_at_most_250_lines() -> None:
    assert len(source("inception_v4").splitlines()) <= 250


@pytest.mark.parametrize("name", ZOO)
def test_nothing_is_imported_but_the_standard_library_keras_and_safetensors(name: str) -> None:
    modules = {
        alias
        for node in ast.walk(ast.parse(source(name)))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([node.module] if isinstance(node, ast.ImportFrom) else [node.names[0].name])
    }
    assert modules <= ALLOWED


def test_linters_find_nothing_and_the_formatter_changes_nothing(tmp_path: Path) -> None:
    for name in ZOO:
        (tmp_path / f"{name.replace('/', '_')}.py").write_text(source(name))
    ruff = [sys.executable, "-m", "ruff"]
    select = ["--select", RULES, "--ignore", MINDED, "--target-version", "py311"]
    for arguments in (
        ["check", "--isolated", "--output-format", "concise", *select],
        ["format", "--isolated", "--check"],
        ["format", "--isolated", "--check", "--line-length", "100"],
    ):
        done = subprocess.run(
            [*ruff, *arguments, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_process_writes_the_same_source_and_needs_no_framework() -> None:
    code = (
        "import sys\n"
        "import archspec\n"
        "graph = archspec.load('specs/released/inception_resnet_v2.yaml')\n"
        "print(archspec.emit(graph.without_heads(), 'tensorflow'), end='')\n"
        "assert not {'keras', 'tensorflow', 'numpy', 'torch'} & set(sys.modules)"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}:{ROOT}/backends"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == source("released/inception_resnet_v2")


@pytest.mark.parametrize("name", ZOO)
def test_no_source_has_lambda_layers_or_layers_of_its_own(name: str) -> None:
    assert "Lambda" not in source(name)
    assert not [line for line in source(name).splitlines() if line.startswith("class ")]


def test_reduction_a_of_table_1_keeps_its_letters() -> None:
    text = source("inception_v4")
    head = body(text, "reduction_a").partition('"""')[0]
    assert re.findall(r"^    ([klmn]): int,", head, re.MULTILINE) == ["k", "l", "m", "n"]
    assert 'reduction_a(x, "reduction_a", k=192, l=224, m=256, n=384)' in text
    assert "35x35x384 to 17x17x(384 + n + m)" in text


def test_paddings_are_written_as_the_spec_writes_them() -> None:
    stem = body(source("inception_v4"), "stem")
    assert 'conv(x, f"{name}.conv", 32, 3, strides=2, padding="valid")' in stem
    assert 'conv(x, f"{name}.conv_2", 64, 3)' in stem


def test_only_networks_with_padding_that_keras_lacks_pad_beforehand() -> None:
    padding = {name for name in ZOO if "ZeroPadding2D" in source(name)}
    assert not padding & {"inception_v4", "inception_resnet_v2", "inception_v3", "u_net", "vgg_16"}
    assert {"resnet_50", "released/torchvision_inception_v3"} <= padding


def test_symmetric_padding_at_stride_1_is_keras_own() -> None:
    assert 'padding="same"' in body(source("vgg_16"), "stage")


def test_channels_that_arrive_are_read_where_uses_differ_in_them() -> None:
    text = source("densenet_121")
    assert "in_channels = x.shape[-1]" in body(text, "transition")
    assert "whole(in_channels / 2)" in body(text, "transition")
    assert "in_channels" not in body(text, "densenet_121")


def test_repeats_are_loops_that_name_their_copies() -> None:
    network = body(source("inception_v4"), "inception_v4")
    assert "for index in range(7):" in network
    assert 'inception_b(x, f"inception_b.{index}")' in network


def test_copies_that_differ_loop_over_what_differs() -> None:
    graph = graph_of("""
network:
  - repeat: [conv 1x1 in_channels*2]
    times: 3
""")
    assert "for index, filters in enumerate((8, 16, 32)):" in backend.emit(graph)


def test_the_last_block_of_the_release_has_no_scale_and_no_activation() -> None:
    text = source("released/inception_resnet_v2")
    assert 'inception_resnet_c(x, "last_block", scale=1, activation=None)' in text
    assert "if scale != 1:" in body(text, "inception_resnet_c")
    assert "if scale" not in body(text, "inception_resnet_a")


def test_a_branch_that_is_called_like_a_function_does_not_hide_it() -> None:
    stem = body(source("inception_v4"), "stem")
    assert "conv_ = conv(" in stem
    assert "    conv = " not in stem


def test_an_activation_without_a_word_in_keras_is_passed_as_a_function() -> None:
    graph = graph_of("""
defaults: {leaky_relu: {slope: 0.3}}
blocks:
  unit: {options: [a=relu], steps: [residual: {steps: [conv 1x1 4], activation: a}]}
network: [unit, unit a=leaky_relu, unit a=none]
""")
    text = backend.emit(graph)
    assert 'layers.LeakyReLU(0.3, name=f"{name}.leaky_relu")(x)' in body(text, "leaky_relu")
    assert 'unit(x, "unit_1", a=leaky_relu)' in text


def test_steps_that_lead_nowhere_are_left_out_and_their_tensors_are_not_minded() -> None:
    graph = graph_of("""
blocks: {unread: {steps: [conv 1x1 9]}}
network:
  - conv 1x1 3 as kept
  - unread from input as lost
  - conv 1x1 5 from lost as after
  - relu from kept
""")
    text = backend.emit(graph)
    assert "def unread" not in text
    assert "unread=[" in text
    assert '"lost.conv.conv2d"' in text
    assert '"after.conv2d"' in text


def test_the_docstring_names_figure_shapes_and_line() -> None:
    assert '"""Figure 4: 35x35x384 (inception_v4.yaml:' in source("inception_v4")


def test_only_pooling_that_rounds_up_is_exact_for_one_size_alone() -> None:
    claim = "Exact for this size of input alone"
    assert claim not in source("u_net")
    assert claim in source("bn_inception")
    assert claim not in source("resnet_50")


def test_the_layout_of_the_network_is_channels_last() -> None:
    assert '"""Input N x 299 x 299 x 3 to logits N x 1000."""' in source("inception_v4")
