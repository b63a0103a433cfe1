"""Reading an ONNX file of a stranger: bounded, ordered, and nothing from outside its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

from archspec.importing.imported import Untranslatable
from archspec.installing import install

FIRST_OPSET = 11
OWN_DOMAINS = ("", "ai.onnx")
"""The names of the domain of ONNX's own operators."""
MOST_NODES = 100_000
MOST_BYTES = 4 << 30
"""What a file and its external data may take, 4 GiB."""
_LONGEST_NUMBER = 18


def read(file: Path) -> Any:
    """Read a model without its external data; raise ``Untranslatable``."""
    try:
        import onnx
    except ImportError:
        raise Untranslatable(
            f"ONNX files need onnx, which is missing: {install('import')}"
        ) from None
    if file.stat().st_size > MOST_BYTES:
        raise Untranslatable(f"it has {file.stat().st_size:,} bytes, more than {MOST_BYTES:,}")
    try:
        model = onnx.load(str(file), load_external_data=False)
    except Exception:  # noqa: BLE001 - protobuf raises what it likes
        raise Untranslatable("it is no ONNX file, or a damaged one") from None
    nodes = len(model.graph.node)
    if nodes > MOST_NODES:
        raise Untranslatable(f"it has {nodes:,} nodes, more than {MOST_NODES:,}")
    _require_opset(model)
    _require_order(model.graph)
    return model


def _require_opset(model: Any) -> None:
    from onnx.defs import onnx_opset_version

    versions = opsets(model)
    known = range(FIRST_OPSET, onnx_opset_version() + 1)
    if not versions:
        raise Untranslatable("it names no opset of ONNX: it is no ONNX file, or an empty one")
    if versions[0] not in known:
        reason = f"it is of opset {versions[0]}, not of {known[0]} to {known[-1]}"
        raise Untranslatable(f"{reason}: convert it, with onnx.version_converter for example")


def opsets(model: Any) -> list[int]:
    """List the versions of ONNX's own operators that a model names, of which the first counts."""
    return [int(each.version) for each in model.opset_import if each.domain in OWN_DOMAINS]


def _require_order(graph: Any) -> None:
    """Refuse graphs whose nodes take what no node before them gives, as those with cycles do."""
    known = {each.name for each in (*graph.input, *graph.initializer)} | {""}
    for node in graph.node:
        late = next((name for name in node.input if name not in known), None)
        name = node.name or node.op_type
        if late is not None:
            raise Untranslatable(f"{name} takes `{late}`, which nothing before it gives")
        if not node.output or not known.isdisjoint({*node.output} - {""}):
            raise Untranslatable(f"{name} gives nothing, or what another node gives")
        known.update(node.output)


def initializers(model: Any, folder: Path) -> dict[str, Any]:
    """Read the weights of a model as arrays; raise ``Untranslatable``."""
    from onnx.numpy_helper import to_array

    return {each.name: to_array(_whole(each, folder)) for each in model.graph.initializer}


def _whole(tensor: Any, folder: Path) -> Any:
    """Return a tensor with its data, which may lie in a file beside the model."""
    told = dict(_pairs(tensor.external_data))
    if not told:
        _require_size(tensor, len(tensor.raw_data) or None)
        return tensor
    place = Path(told.get("location", ""))
    file = (folder / place).resolve()
    if place.is_absolute() or not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise Untranslatable(f"the data of `{tensor.name}` lie in {place}, not beside the model")
    start, size = _number(told, "offset"), _number(told, "length") or _claimed(tensor)
    _require_size(tensor, size)
    with file.open("rb") as stream:
        stream.seek(start)
        data = stream.read(size)
    if len(data) < size:
        raise Untranslatable(f"the data of `{tensor.name}` end before all are read, in {place}")
    found = type(tensor)()
    found.CopyFrom(tensor)
    del found.external_data[:]
    found.data_location, found.raw_data = 0, data
    return found


def _number(told: Mapping[str, str], name: str) -> int:
    text = told.get(name, "0")
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        raise Untranslatable(f"the {name} of its external data is `{text[:40]}`")
    return int(text)


def _require_size(tensor: Any, size: int | None) -> None:
    claimed, shape = _claimed(tensor), "x".join(map(str, tensor.dims))
    if size is not None and size != claimed:
        raise Untranslatable(f"`{tensor.name}` claims {shape} and has {size:,} bytes of data")
    if not 0 <= claimed <= MOST_BYTES:
        raise Untranslatable(f"`{tensor.name}` claims {shape}, beyond any memory")


def _claimed(tensor: Any) -> int:
    from onnx.helper import get_all_tensor_dtypes, tensor_dtype_to_np_dtype

    if tensor.data_type not in get_all_tensor_dtypes():
        raise Untranslatable(f"`{tensor.name}` is of the unknown type {tensor.data_type}")
    return int(prod(tensor.dims)) * int(tensor_dtype_to_np_dtype(tensor.data_type).itemsize)


def _pairs(entries: Any) -> Iterator[tuple[str, str]]:
    return ((each.key, each.value) for each in entries)


def attributes(node: Any) -> Mapping[str, Any]:
    """Return the attributes of a node by name, texts decoded and tensors as they are."""
    from onnx.helper import get_attribute_value

    found = {each.name: get_attribute_value(each) for each in node.attribute}
    return {
        name: each.decode() if isinstance(each, bytes) else each for name, each in found.items()
    }
