"""``archspec build``; what is built has tests of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import ROOT, run, run_json

SPEC = """\
archspec: 1
name: tiny
input: 16x16x3
network:
  - conv 3x3 4 /2 as first
  - global_avg_pool
  - dense 5 as logits
auxiliary: {side: {from: first, steps: [global_avg_pool, dense 5]}}
"""
FILES = ["archspec.json", "model.py", "weights.safetensors"]
TORCH = ("--backend", "torch")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a small spec."""
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(SPEC)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_model_its_weights_and_its_facts_are_written_and_the_output_is_told(folder: Path) -> None:
    result = run("build", "tiny.yaml", *TORCH, "-o", "out", "--device", "cpu")
    assert result.exit_code == 0
    assert names(folder / "out") == FILES
    assert "16x16x3 -> logits 5" in result.stdout
    assert f"{3 * 4 * 9 + 4 + 4 * 5 + 5} parameters; ran in " in result.stdout


def test_without_a_folder_the_model_goes_to_build_and_its_name(folder: Path) -> None:
    run("build", "tiny.yaml", *TORCH)
    assert names(folder / "build/tiny") == FILES


def test_programs_get_the_files_the_outputs_the_seconds_and_the_device() -> None:
    found = run_json("build", "tiny.yaml", *TORCH, "-o", "out", "--device", "cpu", "--auxiliary")
    assert sorted(Path(file).name for file in found["files"]) == FILES
    assert {name: each["shape"] for name, each in found["outputs"].items()} == {
        "logits": "5",
        "side": "5",
    }
    assert found["device"] == "cpu"
    assert found["seconds"] > 0


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(folder: Path) -> None:
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        run("build", "tiny.yaml", *TORCH, "-o", name, "--seed", seed)
    one, two, three = (
        (folder / name / "weights.safetensors").read_bytes() for name in ("one", "two", "three")
    )
    assert one == two != three


def test_weights_of_a_build_fill_another_one(folder: Path) -> None:
    run("build", "tiny.yaml", *TORCH, "-o", "one", "--seed", "7")
    weights = folder / "one/weights.safetensors"
    result = run("build", "tiny.yaml", *TORCH, "-o", "two", "--weights", weights)
    assert result.exit_code == 0
    assert (folder / "two/weights.safetensors").read_bytes() == weights.read_bytes()


def test_weights_of_another_network_are_refused_and_nothing_is_written(folder: Path) -> None:
    Path("other.yaml").write_text(SPEC.replace("conv 3x3 4", "conv 3x3 8"))
    run("build", "other.yaml", *TORCH, "-o", "one")
    weights = folder / "one/weights.safetensors"
    result = run("build", "tiny.yaml", *TORCH, "-o", "two", "--weights", weights)
    assert result.exit_code == 1
    assert "error[weights/shape]" in result.stderr
    assert not (folder / "two").exists()


def test_a_folder_that_is_a_file_is_a_wrong_command() -> None:
    assert run("build", "tiny.yaml", *TORCH, "-o", "tiny.yaml").exit_code == 2


def test_a_folder_that_cannot_be_written_is_a_wrong_command(folder: Path) -> None:
    result = run("build", "tiny.yaml", *TORCH, "-o", "tiny.yaml/inner")
    assert result.exit_code == 2
    assert "error[build/unwritable]: tiny.yaml/inner cannot be written" in result.stderr
    assert names(folder) == ["tiny.yaml"]


def test_a_device_that_is_not_there_is_a_wrong_command(folder: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    result = run("build", "tiny.yaml", *TORCH, "-o", "out", "--device", "cuda")
    assert result.exit_code == 2
    assert "error[backend/no-device]" in result.stderr
    assert not (folder / "out").exists()


def test_exports_are_listed_with_the_other_files_and_named_once(folder: Path) -> None:
    exported = ("--export", "pt2", "--export", "pt2", "--precision", "bfloat16")
    found = run_json("build", "tiny.yaml", *TORCH, "-o", "out", "--device", "cpu", *exported)
    assert sorted(Path(file).name for file in found["files"]) == sorted([*FILES, "model.pt2"])
    assert names(folder / "out") == sorted([*FILES, "model.pt2"])


def test_a_format_that_the_backend_has_not_is_a_wrong_command(folder: Path) -> None:
    result = run("build", "tiny.yaml", *TORCH, "-o", "out", "--export", "keras")
    assert result.exit_code == 2
    assert "error[build/export]: the backend torch cannot export `keras`" in result.stderr
    assert not (folder / "out").exists()


def test_an_unknown_precision_is_a_wrong_command(folder: Path) -> None:
    assert run("build", "tiny.yaml", *TORCH, "--precision", "float64").exit_code == 2
    assert names(folder) == ["tiny.yaml"]


@pytest.mark.parametrize(
    ("framework", "form", "room"),
    [("torch", "pt2", 1), ("torch", "pt2", 16), ("tensorflow", "savedmodel", 16)],
)
def test_a_full_disk_is_told_and_leaves_nothing(
    folder: Path, framework: str, form: str, room: int
) -> None:
    pytest.importorskip(framework)
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room} * 1024, resource.RLIM_INFINITY))\n"
        "from archspec.commands.main import main\n"
        f"sys.argv[1:] = 'build tiny.yaml -o out --backend {framework} --export {form}'.split()\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/backends"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "error[build/unwritable]: out cannot be written: File too large" in done.stderr
    assert names(folder) == ["tiny.yaml"]


def test_what_a_framework_cannot_do_is_told_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archspec_torch.runtime import TorchRuntime

    def unknown(*_: object) -> None:
        raise RuntimeError("no exporter for an operator\nof this kind")

    monkeypatch.setattr(TorchRuntime, "export", unknown)
    result = run("build", "tiny.yaml", *TORCH, "-o", "out", "--export", "pt2")
    assert result.exit_code == 2
    assert (
        "error[backend/failed]: PyTorch could not export tiny: RuntimeError: no exporter for an"
        " operator\n"
    ) in result.stderr
    assert names(folder) == ["tiny.yaml"]
