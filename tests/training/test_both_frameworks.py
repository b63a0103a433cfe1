"""The same recipe, start and batches give the same weights in PyTorch and in TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras
import tensorflow
import torch
from keras import layers

import archspec
from archspec.backend import backend
from archspec.emission.building import build
from archspec.graph import Graph
from archspec.standalone.data.batches import Batch
from archspec.standalone.job import Job
from archspec.standalone.journal import read
from archspec.standalone.recipe import (
    SGD,
    AdamW,
    Exponential,
    Optimizer,
    Recipe,
    RMSProp,
    WeightDecay,
)
from archspec_tensorflow.standalone import loop as tensorflow_loop
from archspec_tensorflow.standalone import optimizers as tensorflow_optimizers
from archspec_tensorflow.standalone.processes import processes
from archspec_tensorflow.standalone.state import start
from archspec_torch.standalone import loop as torch_loop
from archspec_torch.standalone import optimizers as torch_optimizers
from archspec_torch.standalone.processes import Processes
from archspec_torch.standalone.state import State

NETWORK = """\
archspec: 1
name: smooth
input: 12x12x1
defaults:
  conv: {norm: batch_norm, activation: silu}
  batch_norm: {momentum: 0.9}
network:
  - conv 3x3 6 /2
  - residual:
      scale: 0.2
      activation: silu
      steps:
        - concat:
            point: conv 1x1 4
            long: [conv 1x1 4, conv 3x3 4]
        - conv 1x1 6 linear
  - conv 3x3 8 /2 as last
  - global_avg_pool
  - dense 10
auxiliary: {side: {from: last, steps: [global_avg_pool, dense 10]}}
"""
"""Nothing in it has a kink, where what is rounded otherwise would be a step to the other side."""

PAPER = Recipe(
    name="paper",
    optimizer=RMSProp(rate=0.045),
    schedule=Exponential(factor=0.94, every=0.25),
    batch=16,
    epochs=1,
    averaging=0.9,
    smoothing=0.1,
    weight_decay=WeightDecay(rate=0.01),
    clip=0.5,
)
"""Twenty steps of 320 examples, with all that the paper and its predecessors tell."""

RECIPES = {
    "the paper's": PAPER,
    "in parts": replace(PAPER, optimizer=SGD(rate=0.1), accumulate=2, averaging=None),
    "AdamW": replace(PAPER, optimizer=AdamW(rate=0.003, epsilon=1e-3), clip=None),
}

OPTIMIZERS: dict[str, Optimizer] = {
    "RMSProp": RMSProp(rate=0.045),
    "RMSProp with momentum": RMSProp(rate=0.045, momentum=0.9),
    "Keras's RMSProp": RMSProp(rate=0.01, epsilon=0.1, momentum=0.5, variant="keras"),
    "PyTorch's RMSProp": RMSProp(rate=0.01, epsilon=0.1, momentum=0.5, variant="torch"),
    "SGD": SGD(rate=0.1),
    "SGD that looks ahead": SGD(rate=0.1, nesterov=True),
    "AdamW": AdamW(rate=0.003, epsilon=0.1),
}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Keep PyTorch from sharing out tensors of a few numbers, which takes longer than they do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trained(graph: Graph, name: str, given: Recipe, run: Path) -> dict[str, Any]:
    """Train by one framework; return the weights that are evaluated."""
    chosen, found = backend(name), dict[str, Any]()
    runtime = chosen.runtime()
    run.mkdir()
    job = Job(recipe=given, data="synthetic:320", run=run, shape=(12, 12, 1), classes=10)
    chosen.training().train(
        lambda: build(graph, chosen), job, lambda model, _: found.update(runtime.tensors(model))
    )
    return found


@pytest.mark.parametrize("title", RECIPES)
def test_twenty_steps_give_the_same_weights_and_statistics(title: str, tmp_path: Path) -> None:
    file = tmp_path / "smooth.yaml"
    file.write_text(NETWORK)
    graph = archspec.load(file)
    first = trained(graph, "torch", RECIPES[title], tmp_path / "torch")
    second = trained(graph, "tensorflow", RECIPES[title], tmp_path / "tensorflow")
    assert first.keys() == second.keys()
    for key, array in first.items():
        np.testing.assert_allclose(second[key], array, rtol=1e-4, atol=3e-6, err_msg=key)
    tested = [read(tmp_path / each / "log.jsonl")[-1]["test"] for each in ("torch", "tensorflow")]
    assert tested[1] == pytest.approx(tested[0], rel=1e-4)


class Pair:
    """One small model in both frameworks, to follow gradients with: a weight, a bias and a norm."""

    def __init__(self, given: Recipe) -> None:
        random = np.random.default_rng(0)
        self.start = [random.normal(size=size) for size in (6, 2, 2, 2)]
        self.module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
        first, second = layers.Dense(2), layers.BatchNormalization()
        self.model = keras.Sequential([keras.Input((3,)), first, second])
        self.variables = [first.kernel, first.bias, second.gamma, second.beta]
        self.assign()
        self.optimizer = torch_optimizers.optimizer_of(given, self.module)
        self.descent = tensorflow_optimizers.Descent(given, self.model)
        self.steps = 0

    def assign(self) -> None:
        """Set the weights of both models to the start."""
        weights = zip(self.start, self.module.parameters(), self.variables, strict=True)
        for value, parameter, variable in weights:
            parameter.data = torch.tensor(value, dtype=torch.float32).reshape(parameter.shape)
            variable.assign(parameter.detach().numpy().T)

    def follow(self, gradients: list[Any], rate: float) -> None:
        """Take a step with both."""
        pairs = zip(self.module.parameters(), gradients, strict=True)
        given = [torch.tensor(each, dtype=torch.float32).reshape(at.shape) for at, each in pairs]
        for parameter, gradient in zip(self.module.parameters(), given, strict=True):
            parameter.grad = gradient
        torch_optimizers.set_learning_rate(self.optimizer, rate)
        self.optimizer.step()
        self.steps += 1
        step = tensorflow_optimizers.Step(
            tensorflow.constant(rate, "float32"), tensorflow.constant(self.steps, "float64")
        )
        self.descent.follow([tensorflow.constant(each.numpy().T) for each in given], step)

    def weights(self) -> tuple[Any, Any]:
        """Return what both have come to, in a row."""
        first = [each.detach().numpy().ravel() for each in self.module.parameters()]
        second = [each.numpy().T.ravel() for each in self.variables]
        return np.concatenate(first), np.concatenate(second)


def path(steps: int) -> Iterator[tuple[list[Any], float]]:
    """Draw gradients, some of them large, and rates that fall."""
    random = np.random.default_rng(1)
    for step in range(steps):
        yield [random.normal(size=size) * 3 for size in (6, 2, 2, 2)], 0.045 * 0.94**step


@pytest.mark.parametrize("spares", [(), ("norm",), ("bias",)])
@pytest.mark.parametrize("title", OPTIMIZERS)
def test_optimizers_follow_the_same_gradients_to_the_same_weights(
    title: str, spares: tuple[Literal["norm", "bias"], ...]
) -> None:
    decay = WeightDecay(rate=0.1, spares=spares)
    pair = Pair(replace(PAPER, optimizer=OPTIMIZERS[title], weight_decay=decay, clip=None))
    for gradients, rate in path(20):
        pair.follow(gradients, rate)
    first, second = pair.weights()
    assert np.abs(first - np.concatenate(pair.start)).min() > 1e-3
    np.testing.assert_allclose(second, first, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_both_follow_the_formula_of_tensorflow_1(momentum: float) -> None:
    """Hold the paper's optimizer to ApplyRMSProp of tensorflow/core/kernels/training_ops.cc."""
    given = RMSProp(rate=0.045, decay=0.9, momentum=momentum, epsilon=1.0)
    pair = Pair(replace(PAPER, optimizer=given, weight_decay=WeightDecay(), clip=None))
    wanted = np.concatenate(pair.start)
    mean_square, gathered = np.ones_like(wanted), np.zeros_like(wanted)
    for gradients, rate in path(8):
        gradient = np.concatenate(gradients)
        mean_square += (gradient**2 - mean_square) * (1 - 0.9)
        gathered = gathered * momentum + rate * gradient / np.sqrt(mean_square + 1.0)
        wanted -= gathered
        pair.follow(gradients, rate)
    for found in pair.weights():
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def losses(given: Recipe, batch: Batch, weights: Any) -> list[float]:
    """Compute the loss of a dense layer in both frameworks, as a training step does."""
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 3, bias=False))
    module[1].weight.data = torch.tensor(weights.T)
    dense = layers.Dense(weights.shape[1], use_bias=False)
    model = keras.Sequential([keras.Input(batch.images.shape[1:]), layers.Flatten(), dense])
    dense.kernel.assign(weights)
    started = State(module, None, torch_optimizers.optimizer_of(given, module))
    alone = Processes(torch.device("cpu"))
    first = torch_loop.Learner(started, module, given, alone).gather_gradient(batch)
    with processes("cpu") as together:
        learner = tensorflow_loop.Learner(start(lambda: model, given), given, together)
        second, _ = learner.gradient_of(batch)
    return [sums[0] / sums[2] for sums in (first, second)]


def test_products_are_rounded_as_a_recipe_says_and_labels_are_smoothed() -> None:
    random = np.random.default_rng(2)
    weights = random.normal(size=(16, 3)).astype(np.float32)
    labels = np.array([0, 1, 2, 2, 1])
    batch = Batch(random.normal(size=(5, 4, 4, 1)).astype(np.float32), labels, labels)
    logits = batch.images.reshape(5, 16).astype(np.float64) @ weights
    likelihoods = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    targets = 0.9 * np.eye(3)[labels] + 0.1 / 3
    wanted = -(targets * likelihoods).sum(axis=1).mean()
    exact = losses(replace(PAPER, smoothing=0.1), batch, weights)
    rounded = losses(replace(PAPER, smoothing=0.1, precision="bfloat16"), batch, weights)
    assert exact == pytest.approx([wanted] * 2, rel=1e-5)
    assert rounded == pytest.approx([wanted] * 2, rel=2e-2)
    assert np.abs(np.subtract(rounded, exact)).min() > 1e-4 * wanted
