"""Reading examples for all sides from files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.tensor import TensorType
from archspec.weights.bounds import size_of


def read_inputs(files: Mapping[str, Path], graph: Graph) -> dict[str, Any]:
    """Read a batch of each input from ``.npy`` files; raise ``SpecError`` with what is wrong.

    A file without a name is for the only input. Arrays are height x width x channels, or a batch
    of such, of any floating type.
    """
    names = tuple(graph.inputs)
    named = {name or names[0]: file for name, file in files.items()}
    if named.keys() != graph.inputs.keys() or len(named) != len(files):
        raise SpecError((_named(names),))
    found = {name: _batch(named[name], graph.inputs[name].type) for name in names}
    if len({len(array) for array in found.values()}) > 1:
        message = "the inputs hold different numbers of examples"
        raise SpecError((Diagnostic("inputs/shape", message),))
    return found


def _named(names: tuple[str, ...]) -> Diagnostic:
    listed = " ".join(f"--inputs {name}={name}.npy" for name in names)
    return Diagnostic("command/inputs", "every input needs one file", help=f"say {listed}")


def _batch(file: Path, wanted: TensorType) -> Any:
    from numpy import errstate

    array = _read(file)
    if array.dtype.kind != "f":
        message = f"{file} holds {array.dtype}, and should hold floating-point numbers"
        help = "scale images as the network expects them, and save them as float32"
        raise SpecError((Diagnostic("inputs/type", message, help=help),))
    batch = array[None] if array.shape == wanted.shape else array
    if batch.shape[1:] != wanted.shape or len(batch) == 0:
        raise SpecError((_misshapen(file, array.shape, wanted),))
    with errstate(over="ignore"):
        single = batch.astype("float32")
    if not abs(single).max() < float("inf"):
        message = f"{file} holds numbers that are not finite as float32: infinite, or none (NaN)"
        raise SpecError((Diagnostic("inputs/not-finite", message),))
    return single


def _read(file: Path) -> Any:
    """Read an array; refuse pickled objects, and headers that claim more than the file has."""
    from numpy import array
    from numpy.lib.format import open_memmap

    try:
        size_of(file)
        return array(open_memmap(file, mode="r"))
    except (
        OSError, ValueError, TypeError, OverflowError, MemoryError, SyntaxError, TokenError
    ) as error:  # fmt: skip
        message = f"{file} cannot be read as one array: {error}"
        help = "write it with numpy.save(file, array)"
        raise SpecError((Diagnostic("inputs/unreadable", message, help=help),)) from None


def _misshapen(file: Path, shape: tuple[int, ...], wanted: TensorType) -> Diagnostic:
    found = " x ".join(map(str, shape)) or "a single number"
    return Diagnostic(
        "inputs/shape",
        f"{file} is {found}, and the network takes {wanted}",
        help="arrays are height x width x channels, or a batch of such; --input changes the size",
    )
