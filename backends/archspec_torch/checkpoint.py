"""Reading checkpoints as tensors by name, without executing code in them."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Self
from warnings import catch_warnings

import numpy
import torch
from torch import Tensor
from torch.serialization import safe_globals

from archspec.backend import told
from archspec.diagnostic import Diagnostic, SpecError
from archspec.weights.bounds import LARGEST, Allowance

UNPICKLED = (
    AssertionError, AttributeError, EOFError, LookupError, UnpicklingError, struct.error,
)  # fmt: skip
"""Raised by torch for a pickle that is damaged, is none, or holds more than tensors."""

UNREADABLE = (*UNPICKLED, OSError, RuntimeError, TypeError, ValueError)
"""Raised by torch for files that are damaged or hold something else, as sparse tensors."""

SHOWN = 5
"""Classes and functions of a checkpoint that are named where it is refused."""

DEEPEST = 12
"""The depth of nested containers down to which tensors are sought."""

MOST_VALUES = 1_000_000
"""The number of values that are visited; containers may share others exponentially often."""


class Bystander:
    """Replaces an object beside the tensors, and drops its state.

    The real classes would get values of a stranger: a forged state makes ``numpy.dtype`` access
    memory out of bounds.
    """

    def __new__(cls, *_parts: Any) -> Self:
        """Drop what a constructor is given."""
        return super().__new__(cls)

    def __setstate__(self, state: Any) -> None:
        """Drop what would become attributes."""


BYSTANDERS = [
    type(name, (Bystander,), {"__module__": module, "__qualname__": name})
    for module, name in (
        ("argparse", "Namespace"),
        ("numpy", "dtype"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy.core.multiarray", "scalar"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
    )
]
"""Substitutes for what training scripts store beside tensors: options, folders, best scores.

torch resolves them by the names in the pickle, in place of the real classes.
"""


def read(file: Path) -> Mapping[str, Any]:
    """Read a pickled state dict, refusing everything in it but tensors and plain data."""
    with catch_warnings(action="ignore"), safe_globals([*BYSTANDERS]):
        try:
            found = torch.load(file, map_location="cpu", weights_only=True)
            return dict(_arrays(found, Allowance(LARGEST, MOST_VALUES)))
        except FileNotFoundError:
            raise SpecError((Diagnostic("weights/not-found", f"{file} does not exist"),)) from None
        except UNREADABLE as error:
            raise SpecError((_no_checkpoint(file, error),)) from None


def _arrays(
    found: Any, allowance: Allowance, beginning: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Find the tensors in a checkpoint, whatever containers and objects are around them."""
    allowance.take(beginning)
    if isinstance(found, Tensor):
        yield beginning.removesuffix("."), _stored(found)
    elif depth < DEEPEST and isinstance(found, (Mapping, list, tuple)):
        parts = found.items() if isinstance(found, Mapping) else enumerate(found)
        for name, part in parts:
            yield from _arrays(part, allowance, f"{beginning}{name}.", depth + 1)


def _stored(tensor: Tensor) -> Any:
    """Turn a tensor into an array; types that numpy lacks become float32, with a note of it."""
    tensor = tensor.detach()
    if tensor.dtype in _NUMPYS or not tensor.is_floating_point():
        return tensor.numpy()
    longer = numpy.dtype("float32", metadata={"stored": str(tensor.dtype).removeprefix("torch.")})
    return tensor.float().numpy().view(longer)


_NUMPYS = (torch.float16, torch.float32, torch.float64)


def _no_checkpoint(file: Path, error: Exception) -> Diagnostic:
    help = "save a plain state dict: torch.save(model.state_dict(), file)"
    pickled = isinstance(error, UNPICKLED)
    strangers = _strangers(file, error) if pickled else []
    reason = _unpickled(file) if pickled else told(error)
    if "TorchScript archives" in str(error):
        reason = "it is a TorchScript program, which would have to be run"
    if strangers:
        reason = f"it holds {', '.join(strangers)}, which only running its code would bring back"
        help = f"whoever made it can {help}"
    message = f"{file} cannot be read as a PyTorch checkpoint: {reason}"
    return Diagnostic("weights/unreadable", message, help=help)


def _unpickled(file: Path) -> str:
    with file.open("rb") as stream:
        start = stream.read(4)
    if not start:
        return "it is empty"
    if not start.startswith(STARTS):
        return "it begins as no checkpoint does, and may be a text or a page of a site"
    return "it holds more than tensors and plain data, or is damaged"


STARTS = (b"PK\x03\x04", b"\x80")
"""The first bytes of a zip archive, and of a pickle, the older format."""


def _strangers(file: Path, error: Exception) -> list[str]:
    """List the classes and functions in a checkpoint that torch refuses; none if it is damaged.

    Of an older file, only the first is known, which torch names in its error.
    """
    first = re.search(r"GLOBAL ([\w.]+)", str(error))
    try:
        found = torch.serialization.get_unsafe_globals_in_checkpoint(str(file))
    except Exception:  # noqa: BLE001 - an older file, or a damaged one
        found = [first[1]] if first else []
    return [f"`{each}`" for each in sorted(found)[:SHOWN]]
