"""The canonical file of weights: safetensors with node paths as keys and one entry of metadata.

Equal weights are equal bytes: safetensors sorts tensors by name, but the order of several entries
of metadata would be random.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.weights.bounds import size_of
from archspec.weights.expected import Expected, expected
from archspec.weights.misfits import shown, told

METADATA = "archspec"
CONVENTIONS = {
    "batch_norm": "weight is gamma, bias is beta, running_var is unbiased",
    "flatten": "channels, height, width",
    "layout": "conv2d: filters, channels, height, width; fully_connected: units, channels",
}
COUNTED = ".num_batches_tracked"
"""PyTorch's counter of batches in a batch norm, which is not a weight and is ignored."""


def save(file: Path, tensors: Mapping[str, Any], graph: Graph) -> None:
    """Write the tensors of a graph to a file; raise ``OSError``."""
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file(_in_rows(tensors), file, _metadata(graph))
    except SafetensorError as error:
        raise OSError(str(error).rpartition("error: ")[2]) from None


def encode(tensors: Mapping[str, Any], graph: Graph) -> bytes:
    """Return the content of the file for the tensors of a graph."""
    from safetensors.numpy import save as save_bytes

    return bytes(save_bytes(_in_rows(tensors), _metadata(graph)))


def _in_rows(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Lay tensors out in rows, since safetensors writes the memory of a transposed one as it is."""
    from numpy import ascontiguousarray

    return {key: ascontiguousarray(each) for key, each in tensors.items()}


def _metadata(graph: Graph) -> dict[str, str]:
    facts = {
        "conventions": CONVENTIONS,
        "digest": graph.header.digest,
        "spec": graph.name,
        "version": 1,
    }
    return {METADATA: json.dumps(facts, sort_keys=True, separators=(",", ":"))}


def load(file: Path, graph: Graph) -> dict[str, Any]:
    """Read the tensors of a graph as arrays by key; raise ``SpecError`` with all misfits.

    Those of heads that the graph was freed of may be there, and are left out.
    """
    wanted = expected(graph)
    spare = tuple(f"{head}." for head in graph.left_out)
    found = {key: each for key, each in _read(file).items() if not key.startswith(spare)}
    misfits = told(list(_misfits(found, wanted, file)), len(wanted))
    if misfits:
        first = replace(misfits[0], notes=(*notes(file, graph), *misfits[0].notes))
        raise SpecError((first, *misfits[1:]))
    broken = told(list(_not_finite({key: found[key] for key in wanted}, wanted, file)), len(wanted))
    if broken:
        raise SpecError(broken)
    return {key: found[key] for key in wanted}


def _read(file: Path) -> dict[str, Any]:
    """Read all tensors; safetensors checks the sizes in the header before it allocates."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        size_of(file)
        return dict(load_file(file))
    except FileNotFoundError:
        raise SpecError((Diagnostic("weights/not-found", f"{file} does not exist"),)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SpecError((_unreadable(file, reason),)) from None
    except (TypeError, AttributeError) as error:  # numpy has no bfloat16 and no 8-bit floats
        raise SpecError((_unreadable(file, f"its tensors are not float32 ({error})"),)) from None
    except (SafetensorError, KeyError, ValueError) as error:
        raise SpecError(
            (_unreadable(file, f"it is not a complete safetensors file ({error})"),)
        ) from None


def notes(file: Path, graph: Graph) -> Iterator[str]:
    """Note if the metadata of a file names another spec, or another version of it."""
    said = origin(file)
    if said.get("spec", graph.name) != graph.name:
        yield f"{file} was written for {said['spec']}, and this is {graph.name}"
    elif said.get("digest", graph.header.digest) != graph.header.digest:
        yield f"{file} was written for another version of {graph.name}"


def origin(file: Path) -> dict[str, str]:
    """Read the name and the digest of the spec from a file's metadata; empty if there is none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "numpy") as opened:
            said = json.loads((opened.metadata() or {})[METADATA])
        return {"spec": str(said["spec"]), "digest": str(said["digest"])}
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError):
        return {}


def _unreadable(file: Path, reason: str) -> Diagnostic:
    return Diagnostic(
        "weights/unreadable",
        f"{file} cannot be read: {reason}",
        help="copy or download it again if it should be safetensors with float32 tensors;"
        " `archspec weights import` converts other files",
    )


def _misfits(
    found: Mapping[str, Any], wanted: Mapping[str, Expected], file: Path
) -> Iterator[Diagnostic]:
    """Compare keys, shapes and types."""
    shared = {key: each for key, each in wanted.items() if key in found}
    yield from (_missing(each, file) for key, each in wanted.items() if key not in found)
    extra = [key for key in found if key not in wanted and not key.endswith(COUNTED)]
    yield from (_unexpected(key, file) for key in extra)
    for key, each in shared.items():
        if found[key].shape != each.shape:
            yield _misshapen(key, each, found[key].shape, file)
    types = (_mistyped(key, each, found[key], file) for key, each in shared.items())
    yield from (each for each in types if each is not None)


def _missing(wanted: Expected, file: Path) -> Diagnostic:
    key = f"{wanted.node.path}.{wanted.parameter.name}"
    return Diagnostic(
        "weights/missing",
        f"{file} has no tensor `{key}`",
        wanted.node.labels(f"needs it, {shown(wanted.shape)}"),
        "`archspec weights import` takes over weights with other names, or a part of them",
    )


def _unexpected(key: str, file: Path) -> Diagnostic:
    return Diagnostic("weights/unexpected", f"{file} has a tensor `{key}` that no step needs")


def _misshapen(key: str, wanted: Expected, shape: tuple[int, ...], file: Path) -> Diagnostic:
    return Diagnostic(
        "weights/shape",
        f"`{key}` is {shown(shape)} in {file}, and should be {shown(wanted.shape)}",
        wanted.node.labels(f"needs {shown(wanted.shape)}"),
    )


def _mistyped(key: str, wanted: Expected, array: Any, file: Path) -> Diagnostic | None:
    if str(array.dtype) == "float32":
        return None
    return Diagnostic(
        "weights/type",
        f"`{key}` is of type {array.dtype} in {file}, and should be float32",
        wanted.node.labels(),
        "convert the tensors to float32",
    )


def _not_finite(
    found: Mapping[str, Any], wanted: Mapping[str, Expected], file: Path
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each tensor with infinities or NaN."""
    import numpy

    for key, array in found.items():
        if not numpy.isfinite(array).all():
            yield Diagnostic(
                "weights/not-finite",
                f"`{key}` holds infinite numbers, or none at all (NaN), in {file}",
                wanted[key].node.labels(),
                "the training that wrote the file diverged; use an earlier checkpoint",
            )
