"""What importing Keras's own convolutional models gives, a line of JSON for each.

``python -m tests.published.imports.keras_sweep RESULTS [NAME ...]`` appends a line for each model
that RESULTS has not imported yet, with the fields of ``record``. Nobody has trained the models:
their norms get the statistics of noise, and they end before the softmax, so that no mistake hides.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import keras
import numpy as np

import archspec
from archspec.emission.live import execute
from archspec.importing.importing import ImportedSpec, spec_of
from archspec.importing.order import Order
from archspec.importing.proof import TOLERANCE, largest_difference
from archspec.importing.source import live
from tests.published.imports.results import (
    DIFFERENT,
    Row,
    add,
    folder,
    is_imported,
    read,
    spec_fields,
)

MODELS = (
    *("MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large", "NASNetMobile"),
    *("EfficientNetB0", "EfficientNetV2B0", "DenseNet121", "ResNet50", "ResNet50V2", "Xception"),
    *("InceptionV3", "ConvNeXtTiny", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3"),
    *("EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "DenseNet169", "DenseNet201"),
    *("ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "EfficientNetV2S"),
    *("InceptionResNetV2", "ConvNeXtSmall", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6"),
    *("VGG16", "VGG19", "EfficientNetB7", "EfficientNetV2M", "ConvNeXtBase", "NASNetLarge"),
    *("EfficientNetV2L", "ConvNeXtLarge", "ConvNeXtXLarge"),
)
"""All convolutional models of ``keras.applications``, large ones last."""
FAMILIES = (
    *("ConvNeXt", "DenseNet", "EfficientNetV2", "EfficientNet", "InceptionResNet", "Inception"),
    *("MobileNet", "NASNet", "ResNet", "VGG", "Xception"),
)
"""What names begin with."""
SIDES = {"InceptionV3": 299, "InceptionResNetV2": 299, "Xception": 299}
SIDE = 224
"""The height and width of images elsewhere, also where a model's own are larger, to save time."""


def main(results: Path, names: Iterable[str]) -> None:
    """Import all models that are named, or all, and are not in the results yet."""
    done = {each["model"] for each in read(results) if is_imported(each)}
    for name in names:
        model = f"keras.applications:{name}"
        if model in done:
            continue
        row = {"model": model, "family": family(name), **recorded(name, folder(results))}
        add(results, row)
        sys.stdout.write(f"{json.dumps(row)}\n")
        sys.stdout.flush()
        keras.utils.clear_session()


def family(name: str) -> str:
    """Return the family of a model by the beginning of its name."""
    return next(each for each in FAMILIES if name.startswith(each)).lower()


def recorded(name: str, folder: Path) -> Row:
    """Import a model into a folder; return what a row of the page says, or what was missing."""
    begun = time.monotonic()
    model = made(name)
    said = {"size": model.input_shape[1:3], "theirs": totals(model)}
    try:
        found = archspec.import_model(model, name=name.lower())
        difference, precision = found.difference, "single"
    except archspec.SpecError as error:
        if error.diagnostics[0].code != DIFFERENT:
            reason = "; ".join(each.message for each in error.diagnostics)
            return {**said, "refused": reason, "seconds": _since(begun)}
        found, difference = in_double(name)
        precision = "double"
    if difference is None or not difference <= TOLERANCE:
        reason = f"it differs by {difference}"
        return {**said, "refused": reason, "difference": difference, "seconds": _since(begun)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(found.text, "utf-8")
    return {
        **said,
        **spec_fields(found),
        "difference": difference,
        "precision": precision,
        "seconds": _since(begun),
    }


def made(name: str) -> Any:
    """Make a model without weights of a training, in the precision that is set."""
    side = SIDES.get(name, SIDE)
    function = getattr(keras.applications, name)
    model = function(weights=None, classifier_activation=None, input_shape=(side, side, 3))
    shaken(model)
    return model


def totals(model: Any) -> dict[str, int]:
    """Count the learned numbers, and the multiplications of kernels at all places of outputs."""
    layers = model._flatten_layers(include_self=False)  # noqa: SLF001 - layers within layers, too
    macs = sum(
        prod(layer.output.shape[1:-1]) * prod(weight.shape)
        for layer in layers
        if not isinstance(layer, keras.Model)
        for weight in layer.weights
        if len(weight.shape) > 1
    )
    return {"parameters": sum(prod(each.shape) for each in model.trainable_weights), "macs": macs}


def in_double(name: str) -> tuple[ImportedSpec, float]:
    """Import in double precision: some deep networks make noise of single precision's rounding.

    Returns the spec and the largest difference, as a share of the largest output.
    """
    with computing_in_double():
        model = made(name)
        source = live(model, name)
        order = Order(name, {}, {}, name.lower(), verify=False)
        found = spec_of(source.network(order), order)
        emitted = execute(source.backend.emit(found.graph), name.lower()).build()
        ours = source.runtime.fill(emitted, found.tensors)
        images = np.random.default_rng(1).standard_normal((2, *model.input_shape[1:]))
        both = [[each(images, training=False).numpy()] for each in (model, ours)]
    return found, largest_difference(*both)


@contextmanager
def computing_in_double() -> Iterator[None]:
    """Let Keras make variables and compute in double precision."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])


def shaken(model: Any) -> None:
    """Give norms random scales and shifts, and the statistics of noise, which are shaken, too."""
    random = np.random.default_rng(0)
    for layer in model.layers:
        for each in layer.weights:
            if each.path.rsplit("/", 1)[-1] in ("beta", "bias", "mean"):
                each.assign(random.standard_normal(each.shape) * 0.1)
            elif len(each.shape) == 1:
                each.assign(random.random(each.shape) + 0.5)
        if isinstance(layer, keras.layers.Normalization):
            _round(layer)
    norms = [each for each in model.layers if isinstance(each, keras.layers.BatchNormalization)]
    if norms:
        _observe(model, norms)
    for mean, variance in ((each.moving_mean, each.moving_variance) for each in norms):
        deviations = random.standard_normal(mean.shape) * 0.1
        mean.assign_add(deviations * np.sqrt(variance.numpy()))
        variance.assign(variance * (random.random(mean.shape) + 0.5))


def _round(layer: Any) -> None:
    """Let images be standardised by squares of eighths, which specs tell in full."""
    for each in (weight for weight in layer.weights if len(weight.shape) == 1):
        each.assign(np.square(np.round(each.numpy() * 8) / 8))
    layer.finalize_state()


def _observe(model: Any, norms: list[Any]) -> None:
    """Let norms take over the statistics of what passes: images may hardly pass others."""
    momenta = [each.momentum for each in norms]
    for norm in norms:
        norm.momentum = 0
    model(np.random.default_rng(2).standard_normal((4, *model.input_shape[1:])), training=True)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or MODELS)
