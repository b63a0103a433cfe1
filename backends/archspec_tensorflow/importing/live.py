"""A live Keras model as a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from archspec.backend import told
from archspec.importing.imported import Network, Untranslatable
from archspec_tensorflow.importing.description import MODELS, Path, described
from archspec_tensorflow.importing.translation import Translation


def network(model: keras.Model, inputs: Mapping[str, tuple[int, ...]], name: str) -> Network:
    """Translate a functional or sequential model; raise ``Untranslatable``.

    ``inputs`` are sizes (height, width, channels) of those that the model leaves open.
    """
    kind = type(model).__name__
    if kind not in MODELS or not model.built:
        raise Untranslatable(
            f"it is a {kind}: only functional and sequential models that are built say what they do"
        )
    try:
        config = keras.saving.serialize_keras_object(model)
    except Exception as error:  # noqa: BLE001 - a stranger's layer may raise anything
        raise Untranslatable(f"Keras cannot describe it: {told(error)}") from None
    return Translation(described(kind, config["config"]), _Held(model), inputs, name).network()


class _Held:
    """The variables of the layers of a model, by their paths."""

    def __init__(self, model: keras.Model) -> None:
        self.layers = dict(_layers(model, ()))

    def __call__(self, path: Path) -> Sequence[Any]:
        """Return the variables of a layer as arrays."""
        layer = self.layers.get(path)
        return [] if layer is None else [each.numpy() for each in layer.weights]


def _layers(model: keras.Model, around: Path) -> Any:
    for layer in model.layers:
        path = (*around, layer.name)
        yield path, layer
        if isinstance(layer, keras.Model):
            yield from _layers(layer, path)
