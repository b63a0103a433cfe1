"""Writers of tensors by a publisher's names: safetensors, and the HDF5 files that Keras loads."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, Node
from archspec.weights.hdf5 import open_file
from archspec.weights.keras_order import in_keras_order
from archspec.weights.layouts import is_depthwise
from archspec.weights.names import KeyNaming

NUMBERED = ".weights.h5"


def encode(tensors: Mapping[str, Any], naming: KeyNaming, graph: Graph, file: Path) -> bytes:
    """Return the content of a file with a publisher's tensors, in the format of its extension.

    Raises ``SpecError`` for other extensions.
    """
    if file.suffix == ".safetensors":
        from safetensors.numpy import save

        return save({name: tensors[name] for name in sorted(tensors)})
    if file.suffix != ".h5":
        message = f"{file} has no extension of a format that can be written"
        help = "name a .safetensors, or a .weights.h5 or .h5 for Keras"
        raise SpecError((Diagnostic("weights/ending", message, help=help),))
    if not naming.layout.moved:
        message = f"{file} is a format of Keras, and the names are PyTorch's"
        raise SpecError((Diagnostic("weights/ending", message, help="name a .safetensors"),))
    layers = _layers(tensors, naming, graph)
    content = io.BytesIO()
    with open_file(content, "w") as root:
        (_numbered if file.name.endswith(NUMBERED) else _named)(root, layers)
    return content.getvalue()


@dataclass
class _Layer:
    """The word by which Keras numbers a layer, and its variables by name, in Keras's order."""

    word: str
    variables: dict[str, Any] = field(default_factory=dict)


def _layers(tensors: Mapping[str, Any], naming: KeyNaming, graph: Graph) -> dict[str, _Layer]:
    """Group the variables by layer, in the order of Keras's model."""
    layers: dict[str, _Layer] = {}
    for path in in_keras_order(graph):
        node = graph.nodes[path]
        for parameter in node.op.parameters(*node.inputs):
            layer = naming.keys[f"{path}.{parameter.name}"].rpartition("/")[0]
            layers.setdefault(layer, _Layer(_word(node)))
    for layer, found in layers.items():
        named = {variable: f"{layer}/{variable}" for variable in _VARIABLES}
        found.variables = {each: tensors[name] for each, name in named.items() if name in tensors}
    return layers


_VARIABLES = ("kernel", "gamma", "bias", "beta", "moving_mean", "moving_variance")
"""The variables of a layer in Keras's order."""

_WORDS = {
    "conv2d": "conv2d",
    "conv_transpose2d": "conv2d_transpose",
    "fully_connected": "dense",
    "batch_norm": "batch_normalization",
    "layer_norm": "layer_normalization",
}
"""The words by which Keras numbers layers: their classes in snake case."""


def _word(node: Node) -> str:
    """Return the word by which Keras numbers a node's layer."""
    return "depthwise_conv2d" if is_depthwise(node) else _WORDS.get(node.op.word, node.op.word)


def _named(root: Any, layers: Mapping[str, _Layer]) -> None:
    """Write groups by name with named variables: Keras 2's format."""
    root.attrs["layer_names"] = list(layers)
    for layer, found in layers.items():
        group = root.create_group(layer)
        group.attrs["weight_names"] = [f"{layer}/{variable}" for variable in found.variables]
        for variable, array in found.variables.items():
            group.create_dataset(f"{layer}/{variable}", data=array)


def _numbered(root: Any, layers: Mapping[str, _Layer]) -> None:
    """Write groups by class and number with numbered variables: Keras 3's format."""
    counts: dict[str, int] = {}
    for layer, found in layers.items():
        number = counts.setdefault(found.word, 0)
        counts[found.word] += 1
        name = f"{found.word}_{number}" if number else found.word
        group = root.create_group(f"layers/{name}/vars")
        group.attrs["name"] = layer
        for place, array in enumerate(found.variables.values()):
            group.create_dataset(str(place), data=array)
