"""Running emitted models; only this module imports Keras and TensorFlow."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import tensorflow
from keras import initializers, layers

from archspec.backend import Export, Guest, Ran, Workload
from archspec.backend.outputs import by_name
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.live import execute
from archspec.graph import Graph
from archspec.installing import install
from archspec_tensorflow.exporting import EXPORTS, computing_in, export, unexported
from archspec_tensorflow.measuring import Measured
from archspec_tensorflow.standalone.weights import fill, learned, variables

FINISHED = (".all", ".crop", ".response")
"""Suffixes, to its node's path, of the layer that ends what the layer with the weights begins."""


class KerasRuntime:
    """Builds models from emitted sources, fills and runs them."""

    def __init__(self) -> None:
        """Refuse a Keras that runs on another framework; raise ``SpecError``."""
        if keras.backend.backend() != "tensorflow":
            raise SpecError((_elsewhere(keras.backend.backend()),))

    @property
    def version(self) -> str:
        """The versions of Keras and TensorFlow."""
        return f"keras {keras.__version__}, tensorflow {tensorflow.__version__}"

    def device(self, wanted: str) -> str:
        """Find the device to run on: ``auto`` prefers CUDA."""
        available = bool(tensorflow.config.list_physical_devices("GPU"))
        if wanted == "auto":
            return "cuda" if available else "cpu"
        if wanted == "cuda" and not available:
            message = "TensorFlow finds no CUDA device"
            help = f"use --device cpu, or {install('tensorflow-cuda')}"
            raise SpecError((Diagnostic("backend/no-device", message, help=help),))
        return wanted

    @property
    def exports(self) -> Mapping[str, str]:
        """The formats that models are exported in."""
        return EXPORTS

    def model(self, source: str, name: str, precision: str = "float32") -> keras.Model:
        """Execute a source and construct its model, drawing no initial values."""
        module = execute(source, name)
        undrawn = keras.saving.custom_object_scope({"glorot_uniform": _Undrawn})
        with undrawn, computing_in(precision):
            model = module.build()
        for layer in model.layers:
            _mended(layer)
        return model

    def fill(self, model: keras.Model, tensors: Mapping[str, Any]) -> keras.Model:
        """Assign arrays to parameters and statistics, without those that the model lacks."""
        wanted = variables(model)
        fill(model, {key: array for key, array in tensors.items() if key in wanted})
        return model

    def tensors(self, model: keras.Model) -> Mapping[str, Any]:
        """Read the parameters and statistics."""
        return learned(model)

    def guest(self, given: Any) -> Guest | None:
        """Take a live model, or one from a ``.keras`` file, in which no code is executed."""
        if isinstance(given, Path):
            given = _loaded(given) if given.suffix == ".keras" else None
        if not isinstance(given, keras.Model):
            return None
        named = _variables(given)
        return Guest(given, {name: variable.numpy() for name, variable in named})

    def lend(self, guest: Guest, tensors: Mapping[str, Any]) -> None:
        """Assign tensors to the variables of a live model."""
        for name, variable in _variables(guest.model):
            if name in tensors:
                variable.assign(tensors[name])

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Read the variables of a TensorFlow checkpoint, named with or without ``.index``."""
        prefix = file.with_suffix("") if file.suffix == ".index" else file
        try:
            reader = tensorflow.train.load_checkpoint(str(prefix))
            _refuse_claims(prefix, reader.get_variable_to_shape_map())
            return {
                name: reader.get_tensor(name) for name in sorted(reader.get_variable_to_shape_map())
            }
        except (tensorflow.errors.OpError, IndexError, ValueError, RuntimeError) as error:
            raise SpecError((_no_checkpoint(file, error),)) from None

    def run(
        self,
        model: keras.Model,
        inputs: Mapping[str, Any],
        device: str,
        taps: tuple[str, ...] = (),
    ) -> Ran:
        """Run a batch in inference mode."""
        tapped = {path: found for path in taps if (found := _value(model, path)) is not None}
        whole = keras.Model(model.input, [model.output, tapped]) if tapped else model
        given = _arranged(inputs, getattr(model, "input", None))
        with _quietly(), tensorflow.device("/GPU:0" if device == "cuda" else "/CPU:0"):
            start = time.perf_counter()
            left = whole(given, training=False)
            arrays = keras.tree.map_structure(_array, left)
            seconds = time.perf_counter() - start
        outputs, values = arrays if tapped else (arrays, {})
        return Ran(by_name(outputs, _is_array), seconds, values)

    def prepare(self, model: keras.Model, workload: Workload) -> Measured:
        """Get a model ready to be measured."""
        with _quietly():
            inputs = _arranged(workload.inputs, getattr(model, "input", None))
            return Measured(model, inputs, workload)

    def unexported(self, graph: Graph, wanted: Export) -> Diagnostic | None:
        """Return why a model of a graph cannot be exported so; None if it can."""
        return unexported(wanted)

    def export(self, model: keras.Model, graph: Graph, wanted: Export, path: Path) -> None:
        """Write a filled model for inference, for batches of any size."""
        export(model, graph, wanted.form, path)


class _Undrawn(initializers.GlorotUniform):  # type: ignore[misc]  # Keras has no types
    """Replaces Keras's default initializer, as the values will be overwritten anyway."""

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        return keras.ops.zeros(shape, dtype)


def _elsewhere(framework: str) -> Diagnostic:
    return Diagnostic(
        "backend/keras",
        f"Keras runs on {framework} in this process, and on one framework in each",
        help="set KERAS_BACKEND=tensorflow, or nothing, before Keras is imported",
    )


def _mended(layer: layers.Layer) -> None:
    """Restore the default initializer of a layer, for clones and saved models."""
    for kind in ("kernel_initializer", "depthwise_initializer"):
        if isinstance(getattr(layer, kind, None), _Undrawn):
            setattr(layer, kind, initializers.GlorotUniform())


def _value(model: keras.Model, path: str) -> Any:
    """Find the output of a node; None if the model has no layer for it."""
    layers_by_name = {each.name: each for each in model.layers}
    names = (*(f"{path}{suffix}" for suffix in FINISHED), path)
    found = next((layers_by_name[name] for name in names if name in layers_by_name), None)
    return found.output if found is not None else None


def _arranged(inputs: Mapping[str, Any], wanted: Any) -> Any:
    """Arrange inputs as a model takes them: by name, as a list, or a single one."""
    if isinstance(wanted, dict):
        is_named = {*wanted} == {*inputs}
        return dict(inputs) if is_named else dict(zip(wanted, inputs.values(), strict=True))
    several = list(inputs.values())
    is_one = len(several) == 1 and not isinstance(wanted, (list, tuple))
    return several[0] if is_one else several


@contextmanager
def _quietly() -> Iterator[None]:
    """Silence TensorFlow's warnings about retracing in models of many convolutions."""
    logger = tensorflow.get_logger()
    before = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(before)


def _array(value: Any) -> Any:
    return keras.ops.convert_to_numpy(keras.ops.cast(value, "float32"))


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape")


def _variables(model: keras.Model) -> Iterator[tuple[str, Any]]:
    """List the variables of a foreign model as ``conv2d_1/kernel``."""
    for layer in model.layers:
        for variable in layer.weights:
            yield f"{layer.name}/{variable.name}", variable


def _loaded(file: Path) -> keras.Model:
    """Load a model in Keras's safe mode, which executes no code of the file's."""
    if not is_zipfile(file):
        raise SpecError((_no_model(file, ValueError("it is no whole archive")),))
    try:
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SpecError((_no_model(file, error),)) from None


def _no_model(file: Path, error: Exception) -> Diagnostic:
    return Diagnostic(
        "weights/unreadable",
        f"{file} cannot be read as a Keras model: {_first_line(error)}",
        help="save it with model.save; layers of one's own and Lambda layers cannot be loaded",
    )


def _refuse_claims(prefix: Path, shapes: Mapping[str, list[int]]) -> None:
    """Refuse an index that claims more numbers than its shards have bytes; raise ``ValueError``."""
    beside = (
        each for each in prefix.parent.iterdir() if each.name.startswith(f"{prefix.name}.data")
    )
    held = sum(each.stat().st_size for each in beside)
    claimed = sum(map(prod, shapes.values()))
    if held and claimed > held:
        raise ValueError(f"it claims {claimed} numbers, and has {held} bytes")


def _no_checkpoint(file: Path, error: Exception) -> Diagnostic:
    return Diagnostic(
        "weights/unreadable",
        f"{file} cannot be read as a TensorFlow checkpoint: {_first_line(error)}",
        help="name its .index file; the .data file must lie beside it",
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
