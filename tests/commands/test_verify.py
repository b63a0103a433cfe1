"""``archspec verify``; what is compared and how has tests of its own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.commands.running import run, run_json
from tests.docs.packages import install

SPEC = """\
archspec: 1
name: tiny
input: 16x16x3
network:
  - conv 3x3 4 /2 norm=batch_norm activation=relu as first
  - global_avg_pool
  - dense 5 as logits
auxiliary: {side: {from: first, steps: [global_avg_pool, dense 5]}}
"""
BOTH = ("--backends", "torch,tensorflow")
TWICE = ("--backends", "torch,twin")
TWIN = """\
from dataclasses import replace

from archspec_torch import backend as torch

backend = replace(torch, name="twin")
"""
WRONG = """\
from dataclasses import replace

from archspec.emission.lowering import Lowering
from archspec.operators.pool import GlobalAvgPool
from archspec_torch import backend as torch

rules = {**torch.rules, GlobalAvgPool: lambda use: Lowering("GlobalMaxPool")}
backend = replace(torch, name="wrong", rules=rules)
"""
STRANGERS = {"twin": TWIN, "wrong": WRONG, "broken": "raise RuntimeError('no luck')\n"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a small spec."""
    pytest.importorskip("torch", reason="torch is not installed")
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(SPEC)
    return tmp_path


@pytest.fixture
def strangers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install packages that offer a backend like PyTorch's, a wrong one and a broken one."""
    monkeypatch.syspath_prepend(str(folder))
    for name, text in STRANGERS.items():
        (folder / f"archspec_{name}_test.py").write_text(text)
        points = {"archspec.backends": {name: f"archspec_{name}_test:backend"}}
        install({"name": name, "entry-points": points}, folder)


def weights(folder: Path) -> dict[str, np.ndarray]:
    run("build", "tiny.yaml", "--backend", "torch", "-o", "built", "--device", "cpu")
    return dict(load_file(folder / "built/weights.safetensors"))


@pytest.mark.usefixtures("strangers")
def test_backends_that_agree_leave_with_0_and_a_table_of_differences() -> None:
    result = run("verify", "tiny.yaml", *TWICE)
    assert result.exit_code == 0, result.output
    drawn = "weights and statistics of norms drawn from seed 0; two examples of noise from seed 0"
    assert drawn in result.stdout
    assert "first            conv             0.0e+00  0.0e+00" in result.stdout
    assert "5 of 5 values compared: they agree, to 0.0e+00; tolerance 0.0001" in result.stdout


@pytest.mark.usefixtures("strangers")
def test_backends_that_disagree_leave_with_1_and_show_the_operator_to_blame() -> None:
    result = run("verify", "tiny.yaml", "--backends", "torch,wrong")
    assert result.exit_code == 1
    assert "they disagree" in result.stdout
    assert "first to disagree: global_avg_pool, at tiny.yaml:6:5" in result.stdout
    assert "torch:\n    self.global_avg_pool = GlobalAvgPool()" in result.stdout
    assert "wrong:\n    self.global_avg_pool = GlobalMaxPool()" in result.stdout


@pytest.mark.usefixtures("strangers")
def test_programs_get_whether_they_agree_and_the_differences_of_each_module() -> None:
    found = run_json("verify", "tiny.yaml", *TWICE)
    assert found["agree"] is True
    assert found["tolerance"] == 1e-4
    assert found["modules"] == [
        {"path": path, "max_abs": 0.0, "max_rel": 0.0}
        for path in ("first", "global_avg_pool", "logits")
    ]
    found = run_json("verify", "tiny.yaml", "--backends", "torch,wrong")
    assert found["agree"] is False
    assert (found["first"]["path"], found["first"]["line"]) == ("global_avg_pool", 6)
    assert set(found["first"]["written"]) == {"torch", "wrong"}


@pytest.mark.usefixtures("strangers")
def test_heads_another_size_and_params_are_compared_as_asked() -> None:
    found = run_json(
        "verify", "tiny.yaml", *TWICE, "--auxiliary", "--input", "33x20x3", "--tolerance", "0.01"
    )
    assert [each["path"] for each in found["modules"]][-1] == "side"
    assert found["values"] == {"compared": 7, "all": 7}
    assert found["tolerance"] == 0.01


@pytest.mark.usefixtures("strangers")
def test_what_differs_is_named_where_each_framework_runs_in_a_process_of_its_own() -> None:
    found = run_json("verify", "tiny.yaml", "--backends", "torch,wrong", "--isolate")
    assert found["agree"] is False
    assert found["first"]["path"] == "global_avg_pool"


@pytest.mark.usefixtures("strangers")
def test_a_broken_backend_is_listed_and_nothing_else_suffers() -> None:
    text = run("verify", "tiny.yaml").stdout
    assert "broken: broken: RuntimeError: no luck" in text
    assert run_json("verify", "tiny.yaml")["broken"] == {"broken": "RuntimeError: no luck"}
    result = run("verify", "tiny.yaml", "--backends", "torch,broken")
    assert result.exit_code == 2
    assert "error[backend/broken]" in result.stderr


@pytest.mark.usefixtures("strangers")
def test_weights_and_inputs_come_from_files(folder: Path) -> None:
    weights(folder)
    np.save("x.npy", np.random.default_rng(0).random((2, 16, 16, 3), np.float32))
    given = ("--weights", "built/weights.safetensors", "--inputs", "x.npy")
    result = run("verify", "tiny.yaml", *TWICE, *given)
    assert result.exit_code == 0
    assert "weights of weights.safetensors; x.npy" in result.stdout


@pytest.mark.usefixtures("strangers")
def test_equal_examples_show_nothing_which_leaves_with_1() -> None:
    np.save("x.npy", np.ones((2, 16, 16, 3), np.float32))
    result = run("verify", "tiny.yaml", *TWICE, "--inputs", "x.npy")
    assert result.exit_code == 1
    assert "0 of 5 values compared: they show nothing" in result.stdout
    assert "hardly vary between the inputs: first.conv2d, " in result.stdout
    assert "and 2 more" in result.stdout
    found = run_json("verify", "tiny.yaml", *TWICE, "--inputs", "x.npy")
    assert (found["agree"], found["answer"]) == (False, "show_nothing")
    assert found["still"][-1] == "logits.fully_connected"


@pytest.mark.usefixtures("strangers")
def test_a_single_example_is_compared_with_noise_beside_it() -> None:
    np.save("x.npy", np.random.default_rng(0).random((16, 16, 3), np.float32))
    assert run_json("verify", "tiny.yaml", *TWICE, "--inputs", "x.npy")["agree"] is True


def test_one_framework_is_enough_since_the_interpreter_is_the_other_side() -> None:
    for options in (("--backends", "torch"), ("--backends", "interpreter,torch")):
        found = run_json("verify", "tiny.yaml", *options, "--precision", "float64")
        assert found["agree"] is True
        assert found["compared"][0].startswith("interpreter (float64, numpy ")
        assert found["compared"][1].startswith("torch ")
        assert found["values"] == {"compared": 5, "all": 5}


@pytest.mark.usefixtures("strangers")
def test_the_interpreter_blames_the_backend_that_is_wrong() -> None:
    found = run_json("verify", "tiny.yaml", "--backends", "interpreter,torch,wrong")
    assert found["first"]["path"] == "global_avg_pool"
    assert found["first"]["written"] == {
        "wrong": ["self.global_avg_pool = GlobalMaxPool()", "return self.global_avg_pool(x)"]
    }


@pytest.mark.usefixtures("strangers")
@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("weights/not-finite", lambda array: array * np.float32("nan")),
        ("weights/type", lambda array: array.astype(np.float16)),
        ("weights/shape", lambda array: array[1:]),
    ],
)
def test_weights_that_are_wrong_are_refused(code: str, change: object, folder: Path) -> None:
    found = weights(folder)
    assert callable(change)
    found["logits.fully_connected.bias"] = change(found["logits.fully_connected.bias"])
    save_file(found, "wrong.safetensors")
    result = run("verify", "tiny.yaml", *TWICE, "--weights", "wrong.safetensors")
    assert result.exit_code == 1
    assert f"error[{code}]: `logits.fully_connected.bias`" in result.stderr


@pytest.mark.usefixtures("strangers")
def test_weights_of_another_spec_are_refused_with_the_step_that_has_none(folder: Path) -> None:
    weights(folder)
    Path("other.yaml").write_text(SPEC.replace("as first", "as start").replace(
        "from: first", "from: start"))  # fmt: skip
    result = run("verify", "other.yaml", *TWICE, "--weights", "built/weights.safetensors")
    assert result.exit_code == 1
    assert "error[weights/missing]" in result.stderr
    assert "a tensor `first.batch_norm.bias` that no step needs" in result.stderr


@pytest.mark.usefixtures("strangers")
def test_inputs_of_another_shape_are_refused(folder: Path) -> None:
    np.save("x.npy", np.ones((3, 16, 16), np.float32))
    result = run("verify", "tiny.yaml", *TWICE, "--inputs", "x.npy")
    assert result.exit_code == 1
    assert "error[inputs/shape]: x.npy is 3 x 16 x 16" in result.stderr


@pytest.mark.parametrize("tolerance", ["0", "-1e-4", "nan", "1", "none"])
def test_a_tolerance_that_proves_nothing_is_a_wrong_command(tolerance: str) -> None:
    result = run("verify", "tiny.yaml", *TWICE, "--tolerance", tolerance)
    assert result.exit_code == 2


def test_a_tolerance_of_zero_is_refused_with_the_reason() -> None:
    result = run("verify", "tiny.yaml", *TWICE, "--tolerance", "0")
    assert "frameworks add in different orders" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--backends", "interpreter"), "needs two sides, and this is one: interpreter"),
        (("--backends", "torch,pytorch"), "no backend is called `pytorch`"),
        (("--from", "timm"), "--from says whose names"),
        (("--own-weights",), "--own-weights takes over those of the model of --against"),
        (("--from", "timm", "--against", "x:y", "--weights", "tiny.yaml"), "the weights of both"),
        (("--against", "x:y", "--from", "timm", "--isolate"), "in one process"),
        (("--against", "nowhere_at_all:y", "--from", "timm"), "No module named 'nowhere_at_all'"),
        (("--against", "nothing", "--from", "timm"), "there is no such file"),
        (("--inputs", "nothing.npy"), "there is no file nothing.npy"),
    ],
)
def test_a_wrong_command_leaves_with_2_and_says_why(options: tuple[str, ...], said: str) -> None:
    result = run("verify", "tiny.yaml", *options)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_a_framework_that_is_not_installed_is_named_with_the_extra_that_brings_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(folder))
    text = TWIN.replace('"twin"', '"bare", extra="bare", start=start').replace(
        "backend = ", "\ndef start():\n    import nowhere_at_all\n\nbackend = "
    )
    (folder / "archspec_bare_test.py").write_text(text)
    points = {"archspec.backends": {"bare": "archspec_bare_test:backend"}}
    install({"name": "bare", "entry-points": points}, folder)
    result = run("verify", "tiny.yaml", "--backends", "torch,bare")
    assert result.exit_code == 2
    assert "pip install '.[bare]'" in result.stderr


def test_torch_and_tensorflow_agree_in_one_process_and_in_two() -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    for options in ((), ("--isolate",)):
        found = run_json("verify", "tiny.yaml", *BOTH, "--auxiliary", *options)
        assert found["agree"] is True, json.dumps(found)
        assert found["values"]["compared"] == found["values"]["all"]
        assert any(row["max_rel"] for row in found["modules"])


@pytest.mark.usefixtures("strangers")
def test_a_device_that_is_not_there_is_told_by_the_process_that_looked_for_it() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    result = run("verify", "tiny.yaml", *TWICE, "--device", "cuda")
    assert result.exit_code == 2
    assert "error[backend/no-device]" in result.stderr


@pytest.mark.gpu
def test_frameworks_agree_on_a_gpu_each_in_a_process_of_its_own() -> None:
    import torch

    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    found = run_json("verify", "tiny.yaml", *BOTH, "--device", "cuda", "--tolerance", "1e-3")
    assert found["agree"] is True
