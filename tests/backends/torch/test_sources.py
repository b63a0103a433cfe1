"""Emitted sources of the zoo, as a reviewer and a linter see them. Nothing here needs torch."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.torch.zoo import ROOT, ZOO, source
from tests.golden_files import Golden

GOLDEN = ROOT / "tests/golden/torch"
ALLOWED = {
    "collections",
    "collections.abc",
    "functools",
    "math",
    "safetensors.torch",
    "torch",
    "torch.nn",
}

LONGER = {
    "efficientnet": {"EfficientnetB0"},
    "hrnet_w18": {"Exchange3", "Exchange4", "HrnetW18"},
    "nasnet_a_mobile": {"NasnetAMobile", "Normal", "Reduction", "Reduction2", "Sep"},
    "yolo_v5": {"YoloV5N"},
}
"""Exchange units and cells have many ways, each of which is constructed and followed; families
write the width of each stage by a param."""

RULES = (
    "A,ANN,ARG,B,C4,D,E,ERA,F,FURB,I,ICN,ISC,N,PERF,PIE,PLE,PLW,Q,RET,RUF,S,SIM,SLF,TID,TRY,UP,W"
)
MINDED = "D102,D107,D203,D213"  # docstrings of forward and __init__; the other of two styles


def lines_of_classes(text: str) -> dict[str, int]:
    """Count the lines of each class."""
    blocks = [block for block in text.split("\n\n\n") if block.startswith("class ")]
    return {block.split("(")[0].removeprefix("class "): block.count("\n") + 1 for block in blocks}


@pytest.mark.parametrize("name", ZOO)
def test_a_source_is_what_a_review_has_agreed_to(name: str, golden: Golden) -> None:
    golden.assert_kept(GOLDEN / f"{name}.py.txt", source(name))


@pytest.mark.parametrize("name", ZOO)
def test_no_class_has_more_than_forty_lines(name: str) -> None:
    longer = {each for each, lines in lines_of_classes(source(name)).items() if lines > 40}
    assert longer == LONGER.get(name, set())


def test_inception_v4_has_at_most_250_lines_where_timm_has_458() -> None:
    assert len(source("inception_v4").splitlines()) <= 250


@pytest.mark.parametrize("name", ZOO)
def test_nothing_is_imported_but_the_standard_library_torch_and_safetensors(name: str) -> None:
    tree = ast.walk(ast.parse(source(name)))
    modules = {
        alias
        for node in tree
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


def test_every_process_writes_the_same_source() -> None:
    code = (
        "import archspec\n"
        "graph = archspec.load('specs/released/inception_resnet_v2.yaml')\n"
        "print(archspec.emit(graph.without_heads(), 'torch'), end='')"
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


def test_residual_blocks_of_the_release_are_one_class_with_scale_and_activation() -> None:
    text = source("released/inception_resnet_v2")
    assert "self.last_block = InceptionResnetC(scale=1, activation=nn.Identity)" in text
    assert text.count("class InceptionResnetC") == 1


def test_reduction_a_of_table_1_keeps_its_letters() -> None:
    text = source("inception_v4")
    assert "def __init__(self, k: int, l: int, m: int, n: int) -> None:" in text
    assert "ReductionA(k=192, l=224, m=256, n=384)" in text
    assert "35x35x384 to 17x17x(384 + n + m)" in text
