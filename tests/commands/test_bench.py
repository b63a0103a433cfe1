"""``archspec bench``, from the command line to what it tells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from archspec.benchmarking.onnx_runtimes import ENGINES
from tests.commands.running import run, run_json

SPEC = """
archspec: 1
name: net
input: 12x12x3
params: {deep: 1}
defaults: {conv: {norm: batch_norm, activation: relu}}
network:
  - conv 3x3 4 as stem
  - deep x conv 3x3 4 as body
  - concat: [conv 1x1 4, [avg_pool 3x3, conv 1x1 2]]
  - global_avg_pool
  - dense 5
"""
MODELS = """
from torch import nn

def net():
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), *head)

def narrow():
    return nn.Conv2d(1, 4, 3)

def both():
    return nn.Bilinear(12, 12, 4)
"""
QUICK = "--rounds", "6", "--threads", "1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a spec, one that is many times as deep, and a module with models; be there."""
    (tmp_path / "net.yaml").write_text(SPEC)
    (tmp_path / "deep.yaml").write_text(SPEC.replace("deep: 1", "deep: 40"))
    (tmp_path / "some_models.py").write_text(MODELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "some_models", raising=False)
    return tmp_path


def results(compared: Any) -> dict[str, Any]:
    return {each["candidate"]: each for each in compared["results"]}


@pytest.mark.usefixtures("folder")
def test_a_deeper_network_is_found_slower_and_the_ratio_says_by_how_much() -> None:
    told = run_json("bench", "net.yaml", "--against", "deep.yaml", "--training", *QUICK)
    assert [each["step"] for each in told["comparisons"]] == ["inference", "training"]
    for compared in told["comparisons"]:
        found = results(compared)
        assert found["net.yaml"]["times_as_fast"]["median"] == 1
        assert found["deep.yaml"]["times_as_fast"]["median"] < 1
        assert found["deep.yaml"]["seconds"]["median"] > found["net.yaml"]["seconds"]["median"]
        assert len(found["deep.yaml"]["samples"]) == 6


@pytest.mark.usefixtures("folder")
def test_the_baseline_may_be_any_candidate() -> None:
    given = "--against", "deep.yaml", "--baseline", "deep.yaml", *QUICK
    (compared,) = run_json("bench", "net.yaml", *given)["comparisons"]
    assert results(compared)["net.yaml"]["times_as_fast"]["median"] > 1
    assert results(compared)["deep.yaml"]["times_as_fast"]["median"] == 1


@pytest.mark.usefixtures("folder")
def test_models_the_optimized_form_and_runtimes_of_onnx_take_part_at_once() -> None:
    others = ("some_models:net", "optimized", "onnxruntime", "onnxruntime:optimized")
    given = (part for each in others for part in ("--against", each))
    told = run_json("bench", "net.yaml", *given, "--batch", "2", "--training", *QUICK)
    inference, training = told["comparisons"]
    for each in (*inference["results"], *training["results"]):  # of batches of two
        assert each["examples_per_second"] == pytest.approx(2 / each["seconds"]["median"])
    assert [*results(inference)] == ["net.yaml", *others]
    assert [*results(training)] == ["net.yaml", "some_models:net"]
    assert training["left_out"]["optimized"] == "an optimized network is for inference"
    assert training["left_out"]["onnxruntime"] == "onnxruntime does not train"
    assert told["candidates"]["onnxruntime"].startswith("onnxruntime 1.")
    assert told["candidates"]["optimized"].endswith(" (optimized for eager)")


@pytest.mark.usefixtures("folder")
def test_maps_with_channels_last_have_a_network_optimized_for_them() -> None:
    told = run_json("bench", "net.yaml", "--against", "optimized", "--channels-last", *QUICK)
    assert told["candidates"]["optimized"].endswith(" (optimized for channels_last)")


def test_the_memory_of_torch_holds_the_batch_and_the_values_that_live_at_once(
    folder: Path,
) -> None:
    """The batch, what leaves the norm and what leaves the pool are maps of 2 x 64 x 64 x 8."""
    steps = "[batch_norm, avg_pool 3x3, global_avg_pool]"
    (folder / "plain.yaml").write_text(
        f"archspec: 1\nname: plain\ninput: 64x64x8\nnetwork: {steps}\n"
    )
    (compared,) = run_json("bench", "plain.yaml", "--batch", "2", *QUICK)["comparisons"]
    (found,) = compared["results"]
    assert found["peak_bytes"] == pytest.approx(3 * 2 * 64 * 64 * 8 * 4, rel=0.01)


@pytest.mark.usefixtures("folder")
def test_time_is_put_on_the_lines_of_the_spec() -> None:
    told = run_json("bench", "net.yaml", "--by", "module", *QUICK)
    parts = {each["path"]: each for each in told["modules"]}
    assert parts["stem"]["place"] == "net.yaml:8"
    assert [*parts] == ["stem", "body", "concat", "global_avg_pool", "dense"]
    assert all(0 < each["share"] < 1 for each in parts.values())
    shares = [each["share"] for each in (*parts.values(), told["outside_modules"])]
    assert sum(shares) == pytest.approx(1)
    assert told["outside_modules"]["share"] > 0
    assert sum(each["operations"] for each in parts.values()) == pytest.approx(1)


def test_what_is_no_module_of_its_own_has_no_time_and_the_rest_is_told(folder: Path) -> None:
    merged = "  - conv 3x3 4 as a\n  - conv 1x1 4 as b\n  - add from a b as sum\n"
    (folder / "sum.yaml").write_text(f"archspec: 1\nname: sum\ninput: 12x12x3\nnetwork:\n{merged}")
    done = run("bench", "sum.yaml", "--by", "module", *QUICK)
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line}
    assert rows["sum"] == ["sum", "add", "sum.yaml:7", "-", "-", "0.0%"]
    shares = [float(rows[name][4].rstrip("%")) for name in ("a", "b")]
    shares.append(float(rows["outside"][-1].rstrip("%")))
    assert sum(shares) == pytest.approx(100, abs=0.2)


@pytest.mark.usefixtures("folder")
def test_fewer_than_six_rounds_give_no_interval_and_a_note_says_so() -> None:
    given = "bench", "net.yaml", "--against", "optimized", "--threads", "1", "--rounds"
    few, enough = (run(*given, rounds).stdout for rounds in ("5", "6"))
    note = "note: 6 rounds or more give intervals"
    assert note in few
    assert " - " in next(line for line in few.splitlines() if line.startswith("optimized"))
    assert note not in enough
    (compared,) = run_json(*given, "5")["comparisons"]
    found = results(compared)["optimized"]["times_as_fast"]
    assert (found["lower"], found["upper"]) == (None, None)
    assert found["median"] > 0


def test_text_and_plot_tell_the_same_figures_for_people(folder: Path) -> None:
    done = run("bench", "net.yaml", "--against", "optimized", "--plot", "bench.svg", *QUICK)
    assert done.exit_code == 0
    assert "inference: batch 1, float32, cpu, 1 thread, 6 rounds" in done.stdout
    assert "times as fast" in done.stdout
    assert "archspec" in done.stdout
    drawn = (folder / "bench.svg").read_text()
    assert drawn.count("<svg") == 1
    rows = [line.split() for line in done.stdout.splitlines()]
    medians = [row[1] for row in rows if row and row[0] in ("net.yaml", "optimized")]
    assert len(medians) == 2
    assert all(f"<!--  {each} -->" in drawn for each in medians)


@pytest.mark.usefixtures("folder")
def test_tensorflow_is_measured_too_and_its_layers_as_modules() -> None:
    pytest.importorskip("tensorflow")
    given = ("--backend", "tensorflow", "--against", "deep.yaml", "--by", "module", *QUICK)
    told = run_json("bench", "net.yaml", *given)
    (compared,) = told["comparisons"]
    assert results(compared)["deep.yaml"]["times_as_fast"]["median"] < 1
    assert results(compared)["net.yaml"]["peak_bytes"] is None
    assert all(each["seconds"] > 0 for each in told["modules"])
    assert told["outside_modules"]["seconds"] > 0


MISTAKES = {
    ("--against", "net.yaml"): "net.yaml is named twice",
    ("--against", "deep.yaml", "--baseline", "deeep.yaml"): "did you mean `deep.yaml`?",
    ("--against", "deep.yaml", "--baseline", "x"): "name one of net.yaml, deep.yaml",
    ("--against", "no_such_module:net"): "ModuleNotFoundError: No module named 'no_such_module'",
    ("--against", "some_models:nets"): "has no attribute 'nets'",
    (
        "--against",
        "some_models:narrow",
    ): "some_models:narrow does not run on 12x12x3, which net.yaml takes",
    ("--against", "some_models:both"): "some_models:both does not run on 12x12x3",
    ("--against", "zoo:resnet_50"): "takes 224x224x3, and net.yaml 12x12x3",
    ("--against", "onnxruntime:none.onnx"): "there is no file none.onnx",
    ("--against", "net.onnx"): "name what runs it, `onnxruntime:net.onnx` or `openvino:net.onnx`",
    ("--against", "net.pt2"): "operator by operator is not how such files are run",
    ("--batch", "0"): "no list of batch sizes from 1 to 65,536",
    ("--batch", "65536", "--input", "2048x2048x3"): "net.yaml needs about",
    ("--batch", "1,65536", "--input", "2048x2048x3"): "for a batch of 65,536",
    ("--batch", "1,b"): "no list of batch sizes",
    ("--precision", "float8"): "`float8` is none of float32, bfloat16, float16",
    ("--backend", "jax"): "no backend is called `jax`",
    ("--plot", "bench.pdf"): "should end in .svg or .png",
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("given", MISTAKES, ids=" ".join)
def test_a_mistake_is_told_in_a_sentence_as_a_wrong_command(given: tuple[str, ...]) -> None:
    done = run("bench", "net.yaml", *given, *QUICK)
    assert done.exit_code == 2
    assert MISTAKES[given] in " ".join(done.output.split())
    assert "Traceback" not in done.output


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ENGINES)
def test_a_runtime_that_is_not_installed_is_told_with_how_to_install_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    done = run("bench", "net.yaml", "--against", name, *QUICK)
    assert done.exit_code == 2
    assert f"{name} is not installed" in done.output
    assert f"pip install '.[{name}]'" in done.output
