"""Exporting models as files that run without their source, and the type they compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import tensorflow
from tensorflow import errors

from archspec.backend import Export
from archspec.diagnostic import Diagnostic
from archspec.graph import Graph
from archspec_tensorflow.standalone.weights import variables

EXPORTS = {"keras": "model.keras", "savedmodel": "saved_model"}


def unexported(wanted: Export) -> Diagnostic | None:
    """Return why a model cannot be exported so; None if it can."""
    if not wanted.dynamic:
        return None
    return Diagnostic(
        "build/dynamic",
        f"`{wanted.form}` cannot be exported for maps of any size: the layers of a Keras model "
        "are made for the size of its inputs",
        help="export it for each size, with --input; the weights are the same",
    )


def export(model: keras.Model, graph: Graph, form: str, path: Path) -> None:
    """Write a model as a file for Keras, or as a folder for TensorFlow and its servers.

    Raises ``OSError``.
    """
    if form == "keras":
        model.save(path)
        return
    try:
        _serve(model, [*graph.outputs, *graph.heads], path)
    except (errors.OutOfRangeError, errors.ResourceExhaustedError) as error:
        raise OSError(error.message.rpartition("; ")[2]) from error


def _serve(model: keras.Model, names: list[str], path: Path) -> None:
    """Write one function with named outputs, and each variable once, by its key.

    Keras's own export holds all variables twice, and names a single output ``output_0``.
    """

    def serve(inputs: Any) -> dict[str, Any]:
        left = model(inputs, training=False)
        return left if isinstance(left, dict) else dict(zip(names, [left], strict=True))

    served = tensorflow.Module()
    served.weights = {key: each.value for key, (_, each) in variables(model).items()}
    specs = keras.tree.map_structure(_spec, model.input)
    served.serve = tensorflow.function(serve, input_signature=[specs])
    tensorflow.saved_model.save(served, str(path), {"serving_default": served.serve})


def _spec(given: Any) -> tensorflow.TensorSpec:
    return tensorflow.TensorSpec(given.shape, given.dtype, given.name)


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Make layers compute in a type, with float32 variables, as Keras recommends."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision if precision == "float32" else f"mixed_{precision}")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
