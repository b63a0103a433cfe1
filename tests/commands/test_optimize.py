"""``archspec optimize``, from the command line to the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archspec
from archspec.backend import installed
from archspec.weights import file as weights_file
from archspec.weights.initial import example
from tests.commands.running import run, run_json
from tests.passes.networks import weights

SPEC = """
archspec: 1
name: net
input: 9x9x3
network:
  - conv 3x3 4 norm=batch_norm activation=relu
  - concat: [conv 1x1 4 activation=relu, [avg_pool 3x3, conv 1x1 2]]
  - residual: [conv 1x1 6, scale 0.2]
  - global_avg_pool
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Write a spec with weights beside it."""
    file = tmp_path / "net.yaml"
    file.write_text(SPEC)
    graph = archspec.load(file)
    weights_file.save(tmp_path / "net.safetensors", weights(graph), graph)
    return file


def optimized(spec: Path, *options: str) -> tuple[str, ...]:
    given = ("--weights", str(spec.with_suffix(".safetensors")), "-o", str(spec.parent / "fast"))
    return ("optimize", str(spec), *given, *options)


def test_the_spec_that_it_writes_computes_the_same_with_the_weights_beside_it(spec: Path) -> None:
    assert run(*optimized(spec)).exit_code == 0
    before, after = archspec.load(spec), archspec.load(spec.parent / "fast" / "net.yaml")
    found = []
    for graph, folder in ((before, spec.parent), (after, spec.parent / "fast")):
        (file,) = folder.glob("*.safetensors")
        tensors = weights_file.load(file, graph)
        (output,) = archspec.interpret(graph, tensors, example(graph), taps=()).values()
        found.append(output)
    assert abs(found[0] - found[1]).max() < 1e-5 * abs(found[0]).max()
    assert [node.op.word for node in after.nodes.values()].count("batch_norm") == 0


def test_it_says_of_each_place_what_was_done_or_why_not(spec: Path) -> None:
    told = run_json(*optimized(spec, "--for", "openvino"))
    places = {(each["pass"], each["applied"]): each["told"] for each in told["records"]}
    assert places["fold_scale", True] == "folded into `residual.body.conv.conv2d`"
    assert places["move_average_pool", False] == "OpenVINO measured no faster"
    log = json.loads((spec.parent / "fast" / "optimize.json").read_text())
    assert log["records"] == told["records"]
    assert (
        "not at concat.branch_1.avg_pool: OpenVINO"
        in run(*optimized(spec, "--for", "openvino")).output
    )


def test_it_tells_what_nothing_used_and_which_params_are_numbers_now(spec: Path) -> None:
    head = "params: {k: 4, rate: 0.2}\nnetwork:\n  - conv2d k kernel=5x5 as beside"
    written = SPEC.replace("network:", head).replace("scale 0.2", "scale rate")
    first = "conv 3x3 4 norm=batch_norm activation=relu"
    spec.write_text(written.replace(first, f"{first} from input"))
    graph = archspec.load(spec)
    weights_file.save(spec.with_suffix(".safetensors"), weights(graph), graph)
    told = run_json(*optimized(spec))
    record = told["records"][0]
    assert (record["path"], record["told"]) == ("beside", "nothing uses it")
    assert told["params"] == {"k": 4, "rate": 0.2}
    assert "params: numbers now, k=4, rate=0.2" in run(*optimized(spec)).output
    fast = spec.parent / "fast" / "net.yaml"
    assert fast.read_text().splitlines()[:4] == [
        "# net for inference, optimized for eager.",
        "# Its params are numbers: k=4, rate=0.2.",
        "",
        "archspec: 1",
    ]
    assert not archspec.load(fast).header.params


def built(spec: Path, *options: str) -> tuple[str, ...]:
    given = ("--weights", str(spec.with_suffix(".safetensors")), "-o", str(spec.parent / "model"))
    return ("build", str(spec), "--backend", "torch", *given, *options)


def test_a_build_optimizes_in_one_go_what_optimize_and_build_do_one_after_the_other(
    spec: Path,
) -> None:
    pytest.importorskip("torch")
    run(*optimized(spec))
    told = run_json(*built(spec, "--optimize"))
    for name in ("net.yaml", "weights.safetensors", "optimize.json"):
        one, other = (spec.parent / folder / name for folder in ("fast", "model"))
        assert one.read_bytes() == other.read_bytes()
    facts = json.loads((spec.parent / "model" / "archspec.json").read_text())
    assert facts["weights"] == {"file": "net.safetensors", "optimized": "eager"}
    assert told["parameters"] == told["optimized"]["after"]["parameters"] == facts["parameters"]
    graph = archspec.load(spec.parent / "model" / "net.yaml")
    source = archspec.emit(graph, "torch", for_inference=True)
    written = (spec.parent / "model" / "model.py").read_text()
    assert written.partition("class ")[2] == source.partition("class ")[2]
    assert "BatchNorm2d" not in written
    assert "Written by archspec from net.yaml;" in written


def test_a_build_that_names_no_target_optimizes_for_its_backend(spec: Path) -> None:
    pytest.importorskip("tensorflow")
    keras = [*built(spec, "--optimize")]
    keras[keras.index("torch")] = "tensorflow"
    assert run_json(*keras)["optimized"]["target"] == "tensorflow"
    told = run_json(*built(spec, "--optimize", "onnxruntime"))
    assert told["optimized"]["target"] == "onnxruntime"


@pytest.mark.parametrize(
    ("backend", "target", "named"),
    [
        ("torch", "tensorflow", "eager, channels_last, compile, onnxruntime, openvino"),
        ("tensorflow", "eager", "tensorflow, openvino"),
        ("tensorflow", "onnxruntime", "tensorflow, openvino"),
    ],
)
def test_a_target_that_does_not_run_what_the_backend_makes_is_refused(
    spec: Path, backend: str, target: str, named: str
) -> None:
    order = [*built(spec, "--optimize", target)]
    order[order.index("torch")] = backend
    done = run(*order)
    assert done.exit_code == 2
    assert "build/target" in done.stderr
    assert f"name one of {named}; " in done.stderr
    assert not (spec.parent / "model").exists()


def test_what_backends_are_optimized_for_are_targets_of_the_passes() -> None:
    from archspec.passes.targets import TARGETS

    for each in installed():
        assert each.backend is None or {*each.backend.targets} <= {*TARGETS}


@pytest.mark.parametrize(("target", "is_eager"), [("channels_last", True), ("compile", False)])
def test_what_runs_eagerly_is_lowered_for_inference(
    spec: Path, target: str, is_eager: bool
) -> None:
    pytest.importorskip("torch")
    assert run(*built(spec, "--optimize", target)).exit_code == 0
    written = (spec.parent / "model" / "model.py").read_text()
    assert ("=InferenceConv2d(" in written) is is_eager
    assert ("=nn.Conv2d(" in written) is not is_eager


def test_heads_for_training_are_not_optimized(spec: Path) -> None:
    done = run(*built(spec, "--optimize", "--auxiliary"))
    assert done.exit_code == 2
    assert "no auxiliary heads" in done.output


def test_weights_of_another_network_leave_nothing_behind(spec: Path) -> None:
    spec.write_text(SPEC.replace("conv 3x3 4", "conv 3x3 5"))
    done = run(*optimized(spec))
    assert done.exit_code == 1
    assert "weights/shape" in done.output
    assert not (spec.parent / "fast").exists()
    assert "weights/shape" in run(*built(spec, "--optimize")).output
    assert not (spec.parent / "model").exists()


def test_the_targets_of_the_command_are_those_of_the_passes() -> None:
    from archspec.commands.optimize.options import TARGETS
    from archspec.passes import targets

    assert tuple(targets.TARGETS) == TARGETS
