"""Models as files that run without their source, and the type that models compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
from tensorflow import errors

from archspec.backend import Export
from archspec.diagnostic import Diagnostic

EXPORTS = {"keras": "model.keras", "savedmodel": "saved_model"}


def unexported(wanted: Export) -> Diagnostic | None:
    """Say why a model cannot be exported so."""
    if not wanted.dynamic:
        return None
    return Diagnostic(
        "build/dynamic",
        f"`{wanted.form}` cannot be exported for maps of any size: the layers of a Keras model "
        "are made for the size of its inputs",
        help="export it for each size, with --input; the weights are the same",
    )


def export(model: keras.Model, form: str, path: Path) -> None:
    """Write a model as a file for Keras, or as a folder for TensorFlow and what serves it.

    Raise ``OSError`` where the disk does.
    """
    if form == "keras":
        model.save(path)
        return
    try:
        model.export(str(path), format="tf_saved_model", verbose=False)
    except (errors.OutOfRangeError, errors.ResourceExhaustedError) as error:
        raise OSError(error.message.rpartition("; ")[2]) from error


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Make layers compute in a type, their variables being float32 as Keras advises."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision if precision == "float32" else f"mixed_{precision}")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
