"""Models that are ready to be measured: one step of inference or training over one batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import keras
import tensorflow
from keras import layers

from archspec.backend import Workload
from archspec_tensorflow.standalone.precision import computing_in

PLACES = {"cuda": "/GPU:0", "cpu": "/CPU:0"}


class Measured:
    """A model on its device, with a batch; its steps are traced as graphs, as ``fit`` does."""

    def __init__(self, model: keras.Model, inputs: Any, workload: Workload) -> None:
        """Settle a model and trace its step; ``inputs`` are arranged as it takes them.

        TensorFlow has read the number of threads when it started.
        """
        self.model, self.workload = model, workload
        self.place = PLACES[workload.device]
        with tensorflow.device(self.place):
            self.inputs = keras.tree.map_structure(tensorflow.constant, inputs)
            _settle(model, self.inputs)
            self.optimizer = keras.optimizers.SGD(0.0, momentum=0.9)
            self.optimizer.build(model.trainable_variables)
            step = self._train if workload.is_training else self._infer
            self.called = tensorflow.function(step, jit_compile=workload.compile)
            with computing_in(model, workload.precision):
                self.called()

    def run(self) -> None:
        """Do the work once, and wait for the device."""
        with tensorflow.device(self.place):
            left = self.called()
        keras.tree.map_structure(keras.ops.convert_to_numpy, left)

    def memory(self) -> int | None:
        """Ask the allocator of a GPU; that of the processor tells nothing."""
        if self.workload.device == "cpu":
            return None
        device = self.place.strip("/")
        tensorflow.config.experimental.reset_memory_stats(device)
        before = tensorflow.config.experimental.get_memory_info(device)["current"]
        self.run()
        peak = tensorflow.config.experimental.get_memory_info(device)["peak"]
        return int(peak - before) + self._held()

    def seconds(self, paths: Collection[str]) -> Mapping[str, float]:
        """Run layer by layer and measure the layers of paths, and the model as the path ""."""
        spent: dict[str, float] = {}
        found = {each.name: each for each in self.model.layers if each.name in paths}
        with tensorflow.device(self.place), _around(found, spent):
            _measured("", self.model, spent)(self.inputs, training=False)
        return spent

    def _infer(self) -> Any:
        return self.model(self.inputs, training=False)

    def _train(self) -> Any:
        """Take a step whose rate is 0: each computes the same, and no network diverges."""
        variables = self.model.trainable_variables
        with tensorflow.GradientTape() as tape:
            left = keras.tree.flatten(self.model(self.inputs, training=True))
            squares = [keras.ops.square(keras.ops.cast(each, "float32")) for each in left]
            loss = tensorflow.add_n([keras.ops.mean(each) for each in squares])
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def _held(self) -> int:
        variables = (*self.model.variables, *self.optimizer.variables)
        return sum(each.value.nbytes for each in variables)


def _settle(model: keras.Model, inputs: Any) -> None:
    """Give norms the statistics of the batch."""
    norms = [each for each in model.layers if isinstance(each, layers.BatchNormalization)]
    momenta = [each.momentum for each in norms]
    for each in norms:
        each.momentum = 0.0
    model(inputs, training=True)
    for each, momentum in zip(norms, momenta, strict=True):
        each.momentum = momentum


@contextmanager
def _around(found: Mapping[str, layers.Layer], spent: dict[str, float]) -> Iterator[None]:
    """Measure the calls of layers."""
    calls = {name: layer.call for name, layer in found.items()}
    for name, layer in found.items():
        layer.call = _measured(name, layer.call, spent)
    try:
        yield
    finally:
        for name, layer in found.items():
            layer.call = calls[name]


def _measured(name: str, call: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def measured(*given: Any, **options: Any) -> Any:
        start = perf_counter()
        left = call(*given, **options)
        keras.tree.map_structure(keras.ops.convert_to_numpy, left)  # waits for the device
        spent[name] = spent.get(name, 0.0) + perf_counter() - start
        return left

    return measured
