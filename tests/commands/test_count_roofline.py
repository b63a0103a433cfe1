"""``archspec count --roofline``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import PROGRAM, ROOT, run, run_json

MOBILENET = ROOT / "specs/mobilenet_v2.yaml"
TWO = """
archspec: 1
name: two
input: 8x8x16
network: [conv 3x3 16 bias=false, relu]
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    file = tmp_path / "two.yaml"
    file.write_text(TWO, "utf-8")
    return file


def test_kernels_and_their_bounds_are_listed(two: Path) -> None:
    """A convolution of 294,912 operations moves 4 * (2 * 1024 + 2304) bytes: 16.9 for each."""
    record = run_json("count", two, "--roofline", "150GFLOPS,20GB/s")
    assert record["machine"] == {"flops": 150e9, "bandwidth": 20e9, "ridge": 7.5}
    convolution, relu = record["kernels"]
    assert (convolution["flops"], convolution["bytes"]) == (294_912, 17_408)
    assert (convolution["bound"], relu["bound"]) == ("compute", "memory")
    assert relu["intensity"] == 1024 / 8192
    slow = record["together"]["memory_bound"]
    assert (slow["kernels"], slow["flops"], slow["bytes"]) == (1, 1024, 8192)


def test_no_time_is_told(two: Path) -> None:
    said = run("count", two, "--roofline", "150GFLOPS,20GB/s", "--by", "layer").stdout
    assert "memory-bound below 7.5 FLOPs for each byte" in said
    assert "1 of 2 kernels are memory-bound: 0.3 % of the FLOPs, 32.0 % of the bytes" in said
    assert not {"ms", "seconds", "second"} & set(said.split())


def test_a_faster_memory_moves_the_ridge(two: Path) -> None:
    record = run_json("count", two, "--roofline", "1.5TFLOPS,12TB/s")
    assert [each["bound"] for each in record["kernels"]] == ["compute", "compute"]


def test_depthwise_convolutions_are_memory_bound() -> None:
    """Nine multiplications for two numbers that are moved: at most 18 operations for 8 bytes."""
    record = run_json("count", MOBILENET, "--roofline", "75GFLOPS,10GB/s", "--fused")
    deep = [each for each in record["kernels"] if each["path"].endswith("depthwise_conv")]
    assert len(deep) == 17
    assert {each["bound"] for each in deep} == {"memory"}


def test_a_machine_is_measured_by_networks_whose_work_is_known(two: Path) -> None:
    record = run_json("count", two, "--roofline", "measure")
    assert record["measured"].startswith("measured with torch")
    assert 1e8 < record["machine"]["flops"] < 1e16
    assert 1e7 < record["machine"]["bandwidth"] < 1e14


def test_measuring_without_the_framework_names_what_to_install(two: Path) -> None:
    code = f"import sys; sys.modules['torch'] = None; {PROGRAM}"
    asked = ["count", str(two), "--roofline", "measure"]
    done = subprocess.run(
        [sys.executable, "-c", code, *asked],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/backends"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "backend/no-framework" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_network_that_computes_nothing_has_no_kernels(tmp_path: Path) -> None:
    file = tmp_path / "nothing.yaml"
    file.write_text("archspec: 1\nname: nothing\ninput: 8x8x3\nnetwork: [identity]\n")
    found = run("count", file, "--roofline", "1GFLOPS,1GB/s")
    assert found.exit_code == 0
    assert "0 of 0 kernels" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--roofline", "fast"], "write 150GFLOPS,20GB/s or measure"),
        (["--roofline", "0GFLOPS,1B/s"], "no machine does nothing"),
        (["--roofline", "1GFLOPS,1GB/s", "--training"], "--roofline does not go with --training"),
        (["--fused"], "add --roofline"),
    ],
)
def test_a_mistake_is_answered(two: Path, arguments: list[str], said: str) -> None:
    found = run("count", two, *arguments)
    assert (found.exit_code, said in found.stderr) == (2, True)
