"""Readers for the files of publishers, which yield tensors by the publishers' names.

``.safetensors`` and Keras's ``.h5``, ``.weights.h5`` and ``.keras`` are read here; formats that
need a framework (``.pth``, TensorFlow checkpoints) are read by its backend.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.weights import archive
from archspec.weights.bounds import ROOM, Allowance, memory, size_of, unpacked
from archspec.weights.hdf5 import has, member, numbers, open_file
from archspec.weights.short_floats import bfloat16

DEEPEST = 16
"""The maximum nesting of models in a file of Keras."""

_HDF5, _ZIP, _PICKLE = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"\x80"

_BY_ENDING = {
    ".pth": "torch",
    ".pt": "torch",
    ".bin": "torch",
    ".index": "tensorflow",
    ".ckpt": "tensorflow",
    ".safetensors": "safetensors",
    ".keras": "keras",
    ".h5": "h5",
    ".hdf5": "h5",
}


def framework_of(file: Path) -> str | None:
    """Return the backend that is needed to read a file; None if it is read here."""
    kind = _kind(file)
    return kind if kind in ("torch", "tensorflow") else None


def is_sorted(file: Path) -> bool:
    """Whether a file lists its tensors by name rather than in the order of the model."""
    return _kind(file) in ("safetensors", "tensorflow")


def _kind(file: Path) -> str | None:
    """Detect the format by the first bytes, or else by the extension."""
    if file.with_name(f"{file.name}.index").is_file():
        return "tensorflow"
    if not file.is_file():
        return None
    return _by_content(file) or _BY_ENDING.get(file.suffix)


def _by_content(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            start = stream.read(9)
    except OSError:
        return None
    if start.startswith(_HDF5):
        return "h5"
    if start.startswith(_ZIP):
        return "keras" if _is_keras(file) else "torch"
    if start.startswith(_PICKLE):
        return "torch"
    return "safetensors" if start[8:] == b"{" else None


def _is_keras(file: Path) -> bool:
    try:
        return archive.is_archive(file)
    except _DAMAGED:
        return False


def _unknown_kind(file: Path) -> str:
    if not file.suffix:
        return "its content is of no known format, and its name has no extension"
    return f"`{file.suffix}` is no known format"


def read(file: Path) -> dict[str, Any]:
    """Read all tensors of a file as arrays by name; raise ``SpecError``."""
    if not file.exists():
        raise SpecError((Diagnostic("weights/not-found", f"{file} does not exist"),))
    with _refusing(file):
        size_of(file)
    reader = _READERS.get(str(_kind(file)))
    if reader is None:
        raise SpecError((unreadable(file, _unknown_kind(file)),))
    found: dict[str, Any] = {}
    with _refusing(file):
        found.update(reader(file))
    return found


def check(file: Path) -> None:
    """Raise ``SpecError`` for special files and decompression bombs, before a framework reads."""
    with _refusing(file):
        for part in _parts(file):
            size = size_of(part)
            with part.open("rb") as stream:
                is_archive = stream.read(len(_ZIP)) == _ZIP
            if is_archive:
                _check_archive(part, size)


def _parts(file: Path) -> list[Path]:
    """List the files of a checkpoint: TensorFlow's has an index and shards."""
    prefix = file.with_suffix("") if file.suffix == ".index" else file
    beside = prefix.parent.iterdir() if prefix.parent.is_dir() else ()
    shards = [each for each in beside if each.name.startswith(f"{prefix.name}.data-")]
    index = prefix.with_name(f"{prefix.name}.index")
    return [each for each in (file, index, *sorted(shards)) if each.exists()]


def _check_archive(file: Path, size: int) -> None:
    with zipfile.ZipFile(file) as opened:
        claimed = sum(each.file_size for each in opened.infolist())
    if claimed > unpacked(size):
        raise ValueError(f"it claims {claimed} bytes, more than such a file can hold")


@contextmanager
def _refusing(file: Path) -> Iterator[None]:
    """Turn the exceptions that libraries raise for damaged or hostile files into ``SpecError``."""
    try:
        yield
    except LookupError as error:
        raise SpecError((unreadable(file, str(error.args[0] if error.args else error)),)) from None
    except _DAMAGED as error:
        raise SpecError((unreadable(file, str(error)),)) from None


_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def unreadable(file: Path, reason: str) -> Diagnostic:
    """Return the diagnostic for a file of weights that cannot be read."""
    return Diagnostic(
        "weights/unreadable",
        f"{file} cannot be read: {reason}",
        help="it may be safetensors, a checkpoint of PyTorch or TensorFlow, or Keras's .h5,"
        " .weights.h5 or .keras",
    )


def _safetensors(file: Path) -> Mapping[str, Any]:
    from safetensors import SafetensorError, deserialize

    try:
        found = deserialize(file.read_bytes())  # type: ignore[no-untyped-call]  # it has no types
    except SafetensorError as error:
        raise ValueError(str(error)) from None
    return {name: _array(name, told) for name, told in sorted(found, key=_natural)}


def _natural(entry: tuple[str, Any]) -> list[tuple[int, str]]:
    """Return the key of natural sorting, ``conv2`` before ``conv10``: the format keeps no order."""
    pieces = _NUMBERS.split(entry[0])
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]


_NUMBERS = re.compile(r"([0-9]{1,9})")


_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?"} | {
    f"{kind}{bits}": f"<{kind.lower()}{bits // 8}" for kind in "IU" for bits in (8, 16, 32, 64)
}


def _array(name: str, told: Mapping[str, Any]) -> Any:
    """Convert a tensor of a safetensors file to an array."""
    from numpy import frombuffer

    kind = told["dtype"]
    if kind not in _KINDS:
        raise ValueError(f"`{name}` is of type {kind}")
    flat = frombuffer(told["data"], _KINDS[kind])
    if kind == "BF16":
        flat = bfloat16(flat)
    return flat.reshape(told["shape"])


def _keras(file: Path) -> Iterator[tuple[str, Any]]:
    """Read the weights in a ``.keras`` archive, and nothing else of it."""
    content = archive.weights(file)
    yield from _layers(io.BytesIO(content), len(content))


def _h5(file: Path) -> Iterator[tuple[str, Any]]:
    return _layers(file, file.stat().st_size)


def _layers(file: Any, size: int) -> Iterator[tuple[str, Any]]:
    """Read either of Keras's HDF5 formats, with named or with numbered variables."""
    allowance = Allowance(size)
    with open_file(file, "r") as opened, memory(ROOM + allowance.bytes):
        root = member(opened, "model_weights") if has(opened, "model_weights") else opened
        if "layer_names" in root.attrs:
            yield from _named(root, allowance)
        else:
            yield from _numbered(opened, allowance)


def _named(root: Any, allowance: Allowance) -> Iterator[tuple[str, Any]]:
    """Read layers in the order of the model; the variables of nested models name their layers."""
    for layer in map(_text, root.attrs["layer_names"]):
        group = member(root, layer)
        paths = [_text(name) for name in group.attrs.get("weight_names", ())]
        arrays = [numbers(member(group, path), allowance) for path in paths]
        names = [path.rpartition("/")[2].split(":")[0] for path in paths]
        if not all("/" in path for path in paths):  # Keras 1 used other names
            names = list(_variables(arrays))
        is_model = len(set(names)) < len(names)
        for path, name, array in zip(paths, names, arrays, strict=True):
            owner = path.split("/")[-2] if is_model else layer
            yield f"{owner}/{_RENAMED.get(name, name)}", array


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _numbered(root: Any, allowance: Allowance, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Read layers by Keras's numbering, those of nested models included."""
    if depth > DEEPEST:
        raise ValueError("its models are nested too deeply")
    layers = member(root, "layers") if has(root, "layers") else {}
    for name in sorted(layers, key=_counted):
        allowance.take(name)
        group = member(layers, name)
        yield from _layer(group, name, allowance)
        yield from _numbered(group, allowance, depth + 1)


def _counted(name: str) -> tuple[str, int]:
    word, _, number = name.rpartition("_")
    return (word, int(number)) if word and number.isdecimal() else (name, 0)


def _layer(group: Any, name: str, allowance: Allowance) -> Iterator[tuple[str, Any]]:
    variables = member(group, "vars") if has(group, "vars") else None
    if variables is None or not len(variables):
        return
    layer = _text(variables.attrs.get("name", name))
    if len(variables) > len(_NORM):
        raise ValueError(f"the layer `{layer}` has {len(variables)} variables")
    found = [member(variables, str(number)) for number in range(len(variables))]
    arrays = [numbers(each, allowance) for each in found]
    for variable, array in zip(_variables(arrays, _counted(name)[0]), arrays, strict=True):
        yield f"{layer}/{variable}", array


def _variables(arrays: list[Any], kind: str = "") -> tuple[str, ...]:
    """Name the variables of a layer by its kind, or else by their number and rank.

    They are in the order in which Keras creates them.
    """
    if kind in _OF_KIND:
        return _OF_KIND[kind][: len(arrays)]
    return _KERNEL[: len(arrays)] if arrays[0].ndim > 1 else _NORM[-len(arrays) :]


_RENAMED = {"depthwise_kernel": "kernel"}
"""Names of Keras 2 that Keras 3 changed."""
_KERNEL = ("kernel", "bias")
_NORM = ("gamma", "beta", "moving_mean", "moving_variance")
_OF_KIND = {"layer_normalization": _NORM[:2], "einsum_dense": _KERNEL, "layer_scale": ("gamma",)}
"""The variables of layers whose number and rank are ambiguous."""


_READERS: Mapping[str, Callable[[Path], Any]] = {
    "safetensors": _safetensors,
    "keras": _keras,
    "h5": _h5,
}
