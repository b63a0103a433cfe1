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
"""Bytes that a tensor, and a weights file inside a ``.keras`` archive, may have."""
DENSEST = 100
"""How many times its size in the archive such a file may have; weights hardly shrink at all."""

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
    except KeyError as error:
        raise SpecError((unreadable(file, str(error.args[0])),)) from None
    except (
        OSError,
        ValueError,
        TypeError,
        AttributeError,
        MemoryError,
        zipfile.BadZipFile,
    ) as error:
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
    from safetensors import SafetensorError, deserialize

    try:
        found = deserialize(file.read_bytes())  # type: ignore[no-untyped-call]  # it has no types
    except SafetensorError as error:
        raise ValueError(str(error)) from None
    return {name: _array(name, told) for name, told in found}


_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"} | {
    f"{kind}{bits}": f"<{kind.lower()}{bits // 8}" for kind in "IU" for bits in (8, 16, 32, 64)
}


def _array(name: str, told: Mapping[str, Any]) -> Any:
    """Read a tensor of a safetensors file; short floats of Google's are the ends of long ones."""
    from numpy import frombuffer

    kind = told["dtype"]
    if kind not in _KINDS:
        raise ValueError(f"`{name}` is of type {kind}")
    flat = frombuffer(told["data"], _KINDS[kind])
    if kind == "BF16":
        flat = (flat.astype("<u4") << 16).view("<f4")
    return flat.reshape(told["shape"])


def _keras(file: Path) -> Iterator[tuple[str, Any]]:
    """Read the weights in a ``.keras`` archive; nothing else in it is looked at."""
    with zipfile.ZipFile(file) as archive:
        inside = archive.getinfo("model.weights.h5")
        if inside.file_size > min(LARGEST, DENSEST * inside.compress_size):
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
            yield f"{layer}/{variable}", _read(root, group[text])


def _read(root: Any, dataset: Any) -> Any:
    """Read the numbers of a dataset, which lie in the file itself."""
    if getattr(dataset, "dtype", None) is None or dataset.dtype.kind not in "fiu":
        raise ValueError(f"{dataset.name} holds no numbers")
    if dataset.file != root.file or dataset.external:
        raise ValueError(f"{dataset.name} lies in another file")
    if dataset.nbytes > LARGEST:
        raise ValueError(f"{dataset.name} claims {dataset.nbytes} bytes")
    return dataset[()]


def _numbered(root: Any) -> Iterator[tuple[str, Any]]:
    for group in root.get("layers", {}).values():
        variables = group.get("vars")
        if variables is None or not len(variables):
            continue
        arrays = [_read(root, variables[str(number)]) for number in range(len(variables))]
        layer = str(variables.attrs.get("name", ""))
        if len(arrays) > len(_NORM):
            raise ValueError(f"the layer `{layer}` has {len(arrays)} variables")
        for variable, array in zip(_variables(arrays), arrays, strict=True):
            yield f"{layer}/{variable}", array


def _variables(arrays: list[Any]) -> tuple[str, ...]:
    """Tell the variables of a layer by their number and rank; Keras makes them in this order."""
    return _KERNEL[: len(arrays)] if arrays[0].ndim > 1 else _NORM[-len(arrays) :]


_KERNEL = ("kernel", "bias")
_NORM = ("gamma", "beta", "moving_mean", "moving_variance")


_READERS: Mapping[str, Callable[[Path], Any]] = {
    ".safetensors": _safetensors,
    ".keras": _keras,
    ".h5": _h5,
}
