"""The tensors of a model by the keys, and in the layout, of the weights file.

Emitted models take these functions along, in lines of at most 88 columns as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import layers


def variables(
    model: keras.Model,
) -> dict[str, tuple[layers.Layer, keras.Variable]]:
    """List the layer and variable of each tensor, by the keys of the weights file."""
    words = dict.fromkeys(("alpha", "gamma", "kernel", "scale"), "weight") | {
        "beta": "bias",
        "moving_mean": "running_mean",
        "moving_variance": "running_var",
    }
    return {
        f"{layer.name}.{words.get(variable.name, variable.name)}": (layer, variable)
        for layer in model.layers
        for variable in layer.weights
    }


def fill(
    model: keras.Model,
    tensors: Mapping[str, Any],
    *,
    unread: Sequence[str] = (),
) -> None:
    """Load arrays in PyTorch's layout into a model, if all of them fit.

    Those of ``unread`` layers are left out: nothing leads from them to an output.
    """
    wanted = variables(model)
    given = {key for key in tensors if key.rpartition(".")[0] not in unread}
    given -= {key for key in tensors if key.endswith(".num_batches_tracked")}
    wrong = [f"missing {key}" for key in wanted if key not in given]
    wrong += [f"unexpected {key}" for key in given if key not in wanted]
    turned = {
        key: arranged(tensors[key], layer, tuple(variable.shape))
        for key, (layer, variable) in wanted.items()
        if key in given
    }
    misfits = [key for key, tensor in turned.items() if tensor is None]
    wrong += [f"{key} is {tensors[key].shape}" for key in misfits]
    if wrong:
        raise ValueError(f"the weights do not fit: {', '.join(sorted(wrong))}")
    for key, (_, variable) in wanted.items():
        variable.assign(turned[key])


def arranged(tensor: Any, layer: layers.Layer, shape: tuple[int, ...]) -> Any:
    """Convert a tensor from PyTorch's layout to Keras's; None if it does not fit."""
    axes = {4: (2, 3, 1, 0), 2: (1, 0)}.get(tensor.ndim, (0,))
    turned = tensor.transpose(axes)
    wanted = shape[-1:] if isinstance(layer, layers.PReLU) else shape
    if isinstance(layer, layers.DepthwiseConv2D) and len(shape) == 4:
        height, width, channels, multiplier = shape
        scales = isinstance(layer.depthwise_initializer, keras.initializers.Constant)
        wanted = (channels,) if scales else (height, width, 1, channels * multiplier)
    return turned.reshape(shape) if turned.shape == wanted else None


def save(model: keras.Model, path: str) -> None:
    """Save the weights of a model to a file that `build` of any framework reads."""
    from safetensors.numpy import save_file

    save_file(learned(model), path)


def learned(model: keras.Model) -> dict[str, Any]:
    """Convert the variables to float32 arrays in PyTorch's layout, by key."""
    return {
        key: returned(variable.numpy().astype("float32"), layer)
        for key, (layer, variable) in variables(model).items()
    }


def returned(array: Any, layer: layers.Layer) -> Any:
    """Convert an array from Keras's layout to PyTorch's, the inverse of `arranged`."""
    array = array.reshape(-1) if isinstance(layer, layers.PReLU) else array
    if isinstance(layer, layers.DepthwiseConv2D) and array.ndim == 4:
        array = array.reshape(*array.shape[:2], 1, -1)
        if isinstance(layer.depthwise_initializer, keras.initializers.Constant):
            array = array.reshape(-1)
    return array.transpose({4: (3, 2, 0, 1), 2: (1, 0)}.get(array.ndim, (0,))).copy()
