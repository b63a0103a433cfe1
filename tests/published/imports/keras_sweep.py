"""What importing Keras's own convolutional models gives, a line of JSON for each.

``python -m tests.published.imports.keras_sweep RESULTS [NAME ...]`` appends a line for each model
that RESULTS does not have yet, with the fields of ``record``. Nobody has trained the models: their
norms get random statistics, and they end before the softmax, so that no mistake hides.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras
import numpy as np

import archspec

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
SIDE = 224
"""The size of images where a model leaves it open."""


def main(results: Path, names: Iterable[str]) -> None:
    """Import all models that are named, or all, and are not in the results yet."""
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    done = {json.loads(line)["model"] for line in lines}
    for name in names:
        key = f"keras:{name}"
        if key in done:
            continue
        row = {"model": key, "family": family(name), **recorded(name, results.with_suffix(""))}
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        sys.stdout.write(f"{json.dumps(row)}\n")
        sys.stdout.flush()
        keras.utils.clear_session()


def family(name: str) -> str:
    """Return the name without the size of the model."""
    sizes = ("Tiny", "Small", "Base", "XLarge", "Large", "Mobile")
    plain = next((name.removesuffix(each) for each in sizes if name.endswith(each)), name)
    return plain.rstrip("0123456789").lower()


def recorded(name: str, folder: Path) -> dict[str, Any]:
    """Import a model into a folder; return what a row of the page says, or what was missing."""
    begun = time.monotonic()
    model = getattr(keras.applications, name)(weights=None, classifier_activation=None)
    shaken(model)
    size = tuple(side or SIDE for side in model.input_shape[1:3])
    theirs = {"parameters": sum(int(np.prod(each.shape)) for each in model.trainable_weights)}
    theirs["all"] = model.count_params()
    try:
        shape = (*size, 3) if None in model.input_shape[1:] else ()
        found = archspec.import_model(model, shape, name=name.lower())
    except archspec.SpecError as error:
        reason = "; ".join(each.message for each in error.diagnostics)
        return {"theirs": theirs, "size": size, "refused": reason, "seconds": _since(begun)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name.lower()}.yaml").write_text(found.text, "utf-8")
    totals = archspec.count(found.graph)
    return {
        "size": size,
        "lines": len(found.text.splitlines()),
        "modules": len(_templates(found.graph)),
        "parameters": totals.parameters,
        "all": sum(each.size for each in found.tensors.values()),
        "macs": totals.macs,
        "theirs": theirs,
        "difference": found.difference,
        "nodes": len(found.graph.nodes),
        "seconds": _since(begun),
    }


def shaken(model: Any) -> None:
    """Give norms random statistics, scales and shifts."""
    random = np.random.default_rng(0)
    for layer in model.layers:
        for each in layer.weights:
            if each.path.rsplit("/", 1)[-1] in ("moving_mean", "beta", "bias", "mean"):
                each.assign(random.standard_normal(each.shape) * 0.1)
            elif len(each.shape) == 1:
                each.assign(random.random(each.shape) + 0.5)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def _templates(graph: archspec.Graph) -> set[str]:
    return {each.template.name for each in graph.scopes.values() if each.template}


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or MODELS)
