"""``archspec train`` with TensorFlow: what a run leaves, and that stopping it changes nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras
from safetensors.numpy import load_file

from archspec.standalone.job import TrainingError
from archspec.standalone.recipe import SGD, AdamW, Optimizer, Recipe
from archspec_tensorflow.standalone import state
from archspec_tensorflow.standalone.divergence import first_not_finite
from archspec_tensorflow.standalone.processes import processes
from archspec_tensorflow.standalone.statistics import unbiased_variances
from tests.commands.running import PROGRAM, ROOT, run
from tests.training import networks
from tests.training.runs import DATA, LOGGED, STEPS, lines, resumed, run_program, train

WITH = ("--backend", "tensorflow")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("trained"), "run", *WITH, "--checkpoint-every", "7")


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
    first, last = (each["test"] for each in lines(trained) if "test" in each)
    assert last["loss"] < first["loss"]
    assert last["top1"] > 0.2  # a guess is right in 0.1


def test_a_training_that_goes_on_leaves_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    stopped = resumed(trained, tmp_path, *WITH, "--checkpoint-every", "7")
    for name in ("weights.safetensors", "log.jsonl"):
        assert (stopped / name).read_bytes() == (trained / name).read_bytes()


def test_the_program_alone_trains_to_the_same_log(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = train(tmp_path, "program", *WITH, "--emit")
    run_program(program, tmp_path / "run", monkeypatch)
    assert (tmp_path / "run/log.jsonl").read_bytes() == (trained / "log.jsonl").read_bytes()


def test_a_loss_that_is_not_finite_ends_with_step_examples_and_the_first_node(
    tmp_path: Path,
) -> None:
    """What overflows first is a square, and only norms square."""
    growing = networks.RECIPE.replace("sgd 0.2", "sgd 1e15") + "weight_decay: 1\n"
    network, recipe = networks.write(tmp_path, recipe=growing)
    found = run("train", network, "--recipe", recipe, *DATA, "-o", tmp_path / "run", *WITH)
    assert found.exit_code != 0
    assert "the loss of step 2 is" in found.output
    assert ".batch_norm is the first that is not finite (learning rate 1" in found.output
    assert "; examples " in found.output


def test_weights_that_are_not_finite_come_before_what_they_give() -> None:
    inputs = keras.Input((4,))
    middle = keras.layers.Dense(3, name="first")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, name="second")(middle))
    ones = np.ones((2, 4), np.float32)
    assert first_not_finite(model, ones) is None
    assert first_not_finite(model, ones * np.inf) == f"the output of {model.layers[0].name}"
    model.layers[2].bias.assign([0.0, np.nan])
    assert first_not_finite(model, ones) == "the weight second.bias"


def test_the_state_of_another_training_is_refused() -> None:
    def model(units: int) -> Any:
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, name="dense")])

    def start(units: int, optimizer: Optimizer) -> state.State:
        recipe = Recipe(name="plain", optimizer=optimizer, batch=2, epochs=1)
        return state.start(lambda: model(units), recipe)

    with processes("cpu") as together:
        arrays = state.arrays(start(3, SGD(rate=0.1)), together)
        state.restore(start(3, SGD(rate=0.1)), arrays, together)
        with pytest.raises(TrainingError, match="the weights of another network"):
            state.restore(start(2, SGD(rate=0.1)), arrays, together)
        with pytest.raises(TrainingError, match="the state of another optimizer"):
            state.restore(start(3, AdamW(rate=0.1)), arrays, together)


def test_running_variances_are_moved_towards_the_unbiased_one() -> None:
    inputs = keras.Input((2, 3, 4))
    model = keras.Model(inputs, keras.layers.BatchNormalization(momentum=0.75)(inputs))
    images = np.random.default_rng(0).normal(size=(5, 2, 3, 4)).astype(np.float32)
    with unbiased_variances(model, len(images)):
        model(images, training=True)
    unbiased = images.var(axis=(0, 1, 2), ddof=1)
    moved = model.layers[1].moving_variance.numpy()
    np.testing.assert_allclose(moved, 0.75 + 0.25 * unbiased, rtol=1e-5)


UNDRAWN = {
    "network": networks.NETWORK.replace("  - dropout 0.1\n", ""),
    "recipe": networks.RECIPE + "synchronized: true\n",
}
"""A training that draws nothing, and whose norms see the examples of all processes."""


def workers(
    folder: Path, output: str, world: int, *options: str, **texts: str
) -> list[subprocess.Popen[str]]:
    """Start the processes of a training, each a worker that TF_CONFIG tells of all."""
    network, recipe = networks.write(folder, **texts)
    told = ["train", network, "--recipe", recipe, *DATA, "-o", folder / output, *WITH, *LOGGED]
    told += options
    cluster = {"worker": [f"localhost:{port}" for port in free_ports(world)]}
    tasks = [{"type": "worker", "index": rank} for rank in range(world)]
    return [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *map(str, told)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "TF_CONFIG": json.dumps({"cluster": cluster, "task": task}),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        for task in tasks
    ]


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_server(("", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in opened]


def test_two_processes_come_to_the_weights_of_one(tmp_path: Path) -> None:
    started = workers(tmp_path, "by_two", 2, **UNDRAWN)
    alone = train(tmp_path, "by_one", *WITH, **UNDRAWN)
    told = [each.communicate(timeout=600)[1] for each in started]
    assert [each.returncode for each in started] == [0, 0], told
    one, two = (load_file(run / "weights.safetensors") for run in (alone, tmp_path / "by_two"))
    for key, array in one.items():
        np.testing.assert_allclose(two[key], array, rtol=1e-4, atol=2e-6, err_msg=key)
    first, second = (lines(run)[-1]["test"] for run in (alone, tmp_path / "by_two"))
    assert second == pytest.approx(first, rel=1e-5)


@pytest.mark.slow
def test_two_processes_test_the_statistics_that_the_first_keeps(tmp_path: Path) -> None:
    """Norms that are not synchronized see other examples in each process, and move far here."""
    moving = UNDRAWN["network"].replace("network:", "  batch_norm: {momentum: 0.2}\nnetwork:")
    started = workers(tmp_path, "run", 2, network=moving)
    told = [each.communicate(timeout=600)[1] for each in started]
    assert [each.returncode for each in started] == [0, 0], told
    kept = tmp_path / "kept.safetensors"
    found = run("evaluate", tmp_path / "run", *DATA, "--save-predictions", kept)
    assert found.exit_code == 0, found.output
    arrays = load_file(kept)
    chosen = np.take_along_axis(arrays["probabilities"], arrays["labels"][:, None], axis=1)
    tested = lines(tmp_path / "run")[-1]["test"]
    assert tested["loss"] == pytest.approx(-np.log(chosen).mean(), rel=1e-4)


@pytest.mark.slow
def test_a_process_that_dies_ends_the_others_and_one_alone_goes_on(tmp_path: Path) -> None:
    long = {"recipe": networks.RECIPE.replace("epochs: 2", "epochs: 100")}
    staying, dying = workers(tmp_path, "run", 2, "--checkpoint-every", "5", **long)
    while not (tmp_path / "run/checkpoints/00000010").exists():
        assert staying.poll() is None, staying.communicate()[1]
        time.sleep(0.1)
    dying.kill()
    told = staying.communicate(timeout=600)[1]
    dying.communicate()
    assert staying.returncode == 2
    assert "process 0 of 2 waits for another that is gone" in told
    train(tmp_path, "run", *WITH, "--resume", **long)
    assert [each["step"] for each in lines(tmp_path / "run") if "loss" in each] == [
        *range(4, 1001, 4)
    ]


@pytest.mark.parametrize("told", ["{", "[]", '{"cluster": {}}', '{"cluster": {}, "task": 1}'])
def test_a_cluster_that_is_none_is_refused(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", told)
    network, recipe = networks.write(tmp_path)
    found = run("train", network, "--recipe", recipe, *DATA, "-o", tmp_path / "run", *WITH)
    assert found.exit_code == 2
    assert "TF_CONFIG does not describe a cluster" in found.output
    assert not (tmp_path / "run").exists()
