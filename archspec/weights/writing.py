"""Writing tensors by a publisher's names: safetensors, or the ``.h5`` that Keras loads by name."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.weights.hdf5 import open_file


def encode(tensors: Mapping[str, Any], file: Path) -> bytes:
    """Write tensors as the content of a file, by its ending; raise ``SpecError`` for another."""
    if file.suffix == ".safetensors":
        from safetensors.numpy import save

        return save({name: tensors[name] for name in sorted(tensors)})
    if file.suffix != ".h5":
        message = f"{file} has no ending that can be written"
        help = "name a .safetensors or a .h5"
        raise SpecError((Diagnostic("weights/ending", message, help=help),))
    if not all("/" in name for name in tensors):
        message = f"{file} would be Keras's, and the names are PyTorch's"
        raise SpecError((Diagnostic("weights/ending", message, help="name a .safetensors"),))
    return _h5(tensors)


def _h5(tensors: Mapping[str, Any]) -> bytes:
    """Write layers as groups, each with its variables and their names, as Keras does."""
    layers: dict[str, dict[str, Any]] = {}
    for name, array in tensors.items():
        layer, _, variable = name.rpartition("/")
        layers.setdefault(layer, {})[variable] = array
    content = io.BytesIO()
    with open_file(content, "w") as root:
        root.attrs["layer_names"] = list(layers)
        for layer, variables in layers.items():
            group = root.create_group(layer)
            group.attrs["weight_names"] = [f"{layer}/{variable}" for variable in variables]
            for variable, array in variables.items():
                group.create_dataset(f"{layer}/{variable}", data=array)
    return content.getvalue()
