"""What both sides are given: weights of which each one matters, and examples."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.operator import Constant
from archspec.tensor import TensorType
from archspec.verify.powers import arriving
from archspec.weights.bounds import size_of
from archspec.weights.expected import Expected, expected
from archspec.weights.initial import draw

LEAST = 0.1
"""What a constant counts at least, so that a layer scale of a millionth hides nothing."""


def tensors(graph: Graph, seed: int = 0) -> dict[str, Any]:
    """Draw weights; what starts as a constant is moved off it, statistics of norms included.

    At their initial values of zero and one, a wrong norm or bias would not be seen. Statistics are
    near those of what arrives, as they are after training.
    """
    wanted, drawn = expected(graph), draw(graph, seed)
    powers = arriving(graph, drawn)
    return {
        key: _moved(key, wanted[key], array, seed) * _scale(wanted[key], powers)
        for key, array in drawn.items()
    }


def _scale(wanted: Expected, powers: Mapping[str, float]) -> Any:
    """Say what a drawn statistic is multiplied by, given the mean square of what arrives."""
    import numpy

    power = powers[wanted.node.path]
    factors = {"running_mean": sqrt(power), "running_var": power}
    return numpy.float32(factors.get(wanted.parameter.name, 1.0))


def _moved(key: str, wanted: Expected, array: Any, seed: int) -> Any:
    """Move zeros by a tenth either way, other constants by a fifth of themselves."""
    import numpy

    init = wanted.parameter.init
    if not isinstance(init, Constant):
        return array
    state = int.from_bytes(sha256(f"verify\n{seed}\n{key}".encode()).digest()[:16], "little")
    generator = numpy.random.Generator(numpy.random.SFC64(state))
    low, high = (0.8, 1.2) if init.value else (-LEAST, LEAST)
    factor = max(init.value, LEAST) if init.value else 1.0
    return (generator.uniform(low, high, wanted.shape) * factor).astype(numpy.float32)


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
    """Read an array; refused are pickled objects, and what claims more than the file holds."""
    from numpy import array
    from numpy.lib.format import open_memmap

    try:
        size_of(file)
        return array(open_memmap(file, mode="r"))
    except (OSError, ValueError, TypeError, OverflowError, EOFError, MemoryError) as error:
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
