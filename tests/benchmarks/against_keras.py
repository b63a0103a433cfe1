"""Whether a built Keras model predicts and trains as fast as Keras's own: one interleaved run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from measure import built_module, report

_report = partial(report, peer="keras.applications")


def main() -> None:
    """Print seconds of both and their ratio, for making, ``predict`` and a training step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `archspec build` wrote")
    parser.add_argument("model", help="the name of the same network in keras.applications")
    parser.add_argument("--size", type=int, default=299)
    parser.add_argument("--batch", type=int, default=4)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    source = built_module(arguments.folder / "model.py")
    theirs = getattr(keras.applications, arguments.model)
    _report("make", source.build, lambda: _published(theirs))
    models = (source.build(str(arguments.folder / "weights.safetensors")), _published(theirs))
    shape = (arguments.batch, arguments.size, arguments.size, 3)
    images = np.random.default_rng(0).standard_normal(shape).astype("float32")
    for model in models:
        model.compile("sgd", "mse")
    _report("predict", *(_predicting(model, images) for model in models))
    _report("training step", *(_training(model, images) for model in models))


def _published(make: Callable[..., Any]) -> Any:
    return make(weights=None, classifier_activation=None)


def _predicting(model: Any, images: Any) -> Callable[[], object]:
    return lambda: model.predict(images, batch_size=len(images), verbose=0)


def _training(model: Any, images: Any) -> Callable[[], object]:
    targets = np.zeros((len(images), *model.output_shape[1:]), "float32")
    return lambda: model.train_on_batch(images, targets)


if __name__ == "__main__":
    main()
