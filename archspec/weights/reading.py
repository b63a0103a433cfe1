"""Reading tensors from the files that publishers write, by the publisher's names.

``.safetensors`` and Keras's ``.h5``, ``.weights.h5`` and ``.keras`` are read here; what only a
framework can read (``.pth``, TensorFlow checkpoints) is read by the backend that has it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.weights.hdf5 import open_file

LARGEST = 4 * 2**30
"""Bytes that a weights file inside a ``.keras`` archive may have."""

_OF_FRAMEWORK = {
    ".pth": "torch",
    ".pt": "torch",
    ".bin": "torch",
    ".index": "tensorflow",
    ".ckpt": "tensorflow",
}


def framework_of(file: Path) -> str | None:
    """Name the backend that alone can read a file; None for what is read here."""
    if file.with_name(f"{file.name}.index").exists():
        return "tensorflow"
    return _OF_FRAMEWORK.get(file.suffix)


def read(file: Path) -> dict[str, Any]:
    """Read all tensors of a file as arrays by name; raise ``SpecError``."""
    reader = _READERS.get(file.suffix)
    if not file.exists():
        raise SpecError((Diagnostic("weights/not-found", f"{file} does not exist"),))
    if reader is None:
        raise SpecError((unreadable(file, f"what `{file.suffix}` means is not known"),))
    try:
        return dict(reader(file))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise SpecError((unreadable(file, str(error)),)) from None


def unreadable(file: Path, reason: str) -> Diagnostic:
    """Say why a file of weights cannot be read."""
    return Diagnostic(
        "weights/unreadable",
        f"{file} cannot be read: {reason}",
        help="it may be safetensors, a .pth, Keras's .h5, .weights.h5 or .keras, "
        "or a TensorFlow checkpoint",
    )


def _safetensors(file: Path) -> Mapping[str, Any]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        found: Mapping[str, Any] = load_file(file)
    except SafetensorError as error:
        raise ValueError(str(error)) from None
    return found


def _keras(file: Path) -> Iterator[tuple[str, Any]]:
    """Read the weights in a ``.keras`` archive; nothing else in it is looked at."""
    with zipfile.ZipFile(file) as archive:
        inside = archive.getinfo("model.weights.h5")
        if inside.file_size > LARGEST:
            raise ValueError(f"its weights claim {inside.file_size} bytes")
        yield from _h5(io.BytesIO(archive.read(inside)))


def _h5(file: Any) -> Iterator[tuple[str, Any]]:
    """Read either of Keras's formats: layers by name with named or with numbered variables."""
    with open_file(file, "r") as opened:
        root = opened.get("model_weights", opened)
        if "layer_names" in root.attrs:
            yield from _named(root)
        else:
            yield from _numbered(opened)


def _named(root: Any) -> Iterator[tuple[str, Any]]:
    for layer, group in root.items():
        for name in group.attrs.get("weight_names", ()):
            text = name.decode() if isinstance(name, bytes) else str(name)
            variable = text.split("/")[-1].split(":")[0]
            yield f"{layer}/{variable}", group[text][()]


def _numbered(root: Any) -> Iterator[tuple[str, Any]]:
    for group in root.get("layers", {}).values():
        variables = group.get("vars")
        if variables is None or not len(variables):
            continue
        arrays = [variables[str(number)][()] for number in range(len(variables))]
        layer = str(variables.attrs.get("name", ""))
        for variable, array in zip(_variables(arrays), arrays, strict=True):
            yield f"{layer}/{variable}", array


def _variables(arrays: list[Any]) -> tuple[str, ...]:
    """Tell the variables of a layer by their number and rank; Keras makes them in this order."""
    if arrays[0].ndim > 1:
        return ("kernel", "bias")[: len(arrays)]
    return ("gamma", "beta", "moving_mean", "moving_variance")[-len(arrays) :]


_READERS: Mapping[str, Callable[[Path], Any]] = {
    ".safetensors": _safetensors,
    ".keras": _keras,
    ".h5": _h5,
}
