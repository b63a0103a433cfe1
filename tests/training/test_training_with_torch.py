"""``archspec train`` with PyTorch: what a run leaves, and that stopping it changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from tests.commands.running import run, run_json
from tests.training import networks
from tests.training.runs import DATA, LOGGED, STEPS, lines, resumed, run_program, train

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("trained"), "run", "--checkpoint-every", "7")


def test_a_run_leaves_its_log_its_checkpoints_its_weights_and_the_program(trained: Path) -> None:
    logged = lines(trained)
    assert [each["step"] for each in logged if "loss" in each] == [4, 8, 12, 16, STEPS]
    assert [each["step"] for each in logged if "test" in each] == [10, STEPS]
    kept = sorted(each.name for each in (trained / "checkpoints").iterdir())
    assert kept == ["00000014", "00000020"]
    assert {"model.py", "train.py", "trainer", "weights.safetensors"} <= {
        each.name for each in trained.iterdir()
    }


def test_a_network_learns_what_synthetic_images_show(trained: Path) -> None:
    first, last = (each for each in lines(trained) if "test" in each)
    assert last["test"]["loss"] < first["test"]["loss"]
    assert last["test"]["top1"] > 0.2  # a guess is right in 0.1


def test_a_training_that_goes_on_leaves_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    stopped = resumed(trained, tmp_path, "--checkpoint-every", "7")
    for name in ("weights.safetensors", "log.jsonl"):
        assert (stopped / name).read_bytes() == (trained / name).read_bytes()


def test_the_program_alone_trains_to_the_same_weights(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = train(tmp_path, "program", "--emit")
    run_program(program, tmp_path / "run", monkeypatch)
    for name in ("log.jsonl", "curves.svg"):
        assert (tmp_path / "run" / name).read_bytes() == (trained / name).read_bytes()


def test_a_run_is_shown_by_curves_a_report_and_the_command(trained: Path) -> None:
    found = run_json(
        "train", trained.parent / "tiny.yaml", "--recipe", trained.parent / "recipe.yaml", *DATA,
        "-o", trained, *LOGGED, "--checkpoint-every", "7", "--resume",
    )  # fmt: skip
    assert found["test"] == lines(trained)[-1]["test"]
    assert (found["step"], found["epoch"], found["broken"]) == (STEPS, 2, [])
    assert all((trained / file).is_file() for file in found["files"].values())
    report = (trained / "report.html").read_text()
    assert f"{100 - 100 * found['test']['top1']:.2f} %" in report
    assert "What is taken for what" in report
    assert f"{trained.parent / 'tiny.yaml'} --recipe" in report


@pytest.mark.parametrize("heads", [(), ("--auxiliary",)])
def test_weights_that_were_trained_with_heads_are_built_with_or_without_them(
    trained: Path, tmp_path: Path, heads: tuple[str, ...]
) -> None:
    weights = trained / "weights.safetensors"
    given = ("--backend", "torch", "--weights", weights, "-o", tmp_path / "built")
    result = run("build", trained / "spec/tiny.yaml", *given, *heads)
    assert result.exit_code == 0, result.stderr
    kept = {key for key in load_file(tmp_path / "built/weights.safetensors") if "side" in key}
    assert bool(kept) == bool(heads)


def test_a_rate_that_is_too_high_ends_with_step_examples_and_the_first_node(
    tmp_path: Path,
) -> None:
    """What overflows first is a square, and only norms square."""
    growing = networks.RECIPE.replace("sgd 0.2", "sgd 1e15") + "weight_decay: 1\n"
    network, recipe = networks.write(tmp_path, recipe=growing)
    found = run("train", network, "--recipe", recipe, *DATA, "-o", tmp_path / "run")
    assert found.exit_code == 2
    assert "the loss of step 2 is nan: the output of " in found.stderr
    assert "batch_norm is the first that is not finite (learning rate 1" in found.stderr
    assert "help: lower the learning rate or clip the gradient" in found.stderr
    assert not (tmp_path / "run/weights.safetensors").exists()


@pytest.mark.parametrize("missing", ["grain", "PIL", "safetensors"])
def test_the_program_says_what_to_install_where_a_library_is_missing(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SystemExit) as caught:
        run_program(trained, tmp_path / "run", monkeypatch)
    assert str(caught.value).startswith(f"error: {missing} is not installed\n")
    assert "`pip install grain matplotlib numpy pillow safetensors`" in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_the_library_that_draws_is_missed_before_anything_is_written(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    given = ("--recipe", trained.parent / "recipe.yaml", *DATA, "-o", tmp_path / "run")
    result = run("train", trained.parent / "tiny.yaml", *given)
    assert result.exit_code == 2
    assert "need matplotlib, which is not installed: in a checkout" in result.stderr
    assert not (tmp_path / "run").exists()
