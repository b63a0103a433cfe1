"""Running emitted models."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from warnings import catch_warnings

import numpy
import torch
from torch import Tensor, nn

from archspec.backend import Export, Guest, Ran, told
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.live import execute
from archspec.graph import Graph
from archspec.weights.bounds import LARGEST, Allowance
from archspec_torch.exporting import EXPORTS, arranged, export, unexported

UNREADABLE = (
    OSError, RuntimeError, EOFError, KeyError, TypeError, ValueError, UnpicklingError,
)  # fmt: skip
"""What torch raises for files that are damaged or hold something else, such as sparse tensors."""

SHOWN = 5
"""Classes and functions of a checkpoint that are named where it is refused."""

DEEPEST = 12
"""Containers inside of containers in which tensors are looked for."""


MOST_VALUES = 1_000_000
"""Values of a checkpoint that are looked at; containers may hold others over and over."""


class TorchRuntime:
    """Builds models from emitted sources, fills and runs them."""

    @property
    def version(self) -> str:
        """The version of torch."""
        return f"torch {torch.__version__}"

    def device(self, wanted: str) -> str:
        """Find the device to run on: ``auto`` prefers CUDA."""
        available = torch.cuda.is_available()
        if wanted == "auto":
            return "cuda" if available else "cpu"
        if wanted == "cuda" and not available:
            message = "torch finds no CUDA device"
            help = "use --device cpu, or install a torch with CUDA"
            raise SpecError((Diagnostic("backend/no-device", message, help=help),))
        return wanted

    @property
    def exports(self) -> Mapping[str, str]:
        """The formats that models are exported in."""
        return EXPORTS

    def model(self, source: str, name: str, precision: str = "float32") -> nn.Module:
        """Execute a source and construct its model on ``meta``, where nothing has values yet."""
        with torch.device("meta"):
            model: nn.Module = execute(source, name).build()
        return _in_precision(model, getattr(torch, precision))

    def fill(self, model: nn.Module, tensors: Mapping[str, Any]) -> nn.Module:
        """Give a model the arrays as its parameters and statistics; only short types are copies."""
        precision = next((each.dtype for each in model.parameters()), torch.float32)
        values = {key: torch.from_numpy(tensors[key]) for key in tensors}
        model.load_state_dict(values, assign=True)
        return _in_precision(model, precision)

    def tensors(self, model: nn.Module) -> Mapping[str, Any]:
        """Read the parameters and statistics; how many batches a norm has seen is no weight."""
        return {
            key: value.detach().float().cpu().contiguous().numpy()
            for key, value in model.state_dict().items()
            if value.is_floating_point()
        }

    def guest(self, given: Any) -> Guest | None:
        """Take a live module; files hold tensors and no modules that could be read safely."""
        if not isinstance(given, nn.Module):
            return None
        return Guest(given, self.tensors(given))

    def lend(self, guest: Guest, tensors: Mapping[str, Any]) -> None:
        """Load tensors into a live module."""
        values = {name: torch.from_numpy(array) for name, array in tensors.items()}
        guest.model.load_state_dict(values, strict=False)

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Read a pickled state dict, refusing everything in it but tensors and plain data."""
        try:
            with catch_warnings(action="ignore"):
                found = torch.load(file, map_location="cpu", weights_only=True)
                return dict(_arrays(found, Allowance(LARGEST, MOST_VALUES)))
        except FileNotFoundError:
            raise SpecError((Diagnostic("weights/not-found", f"{file} does not exist"),)) from None
        except UNREADABLE as error:
            raise SpecError((_no_checkpoint(file, error),)) from None

    def run(
        self,
        model: nn.Module,
        inputs: Mapping[str, Any],
        device: str,
        taps: tuple[str, ...] = (),
    ) -> Ran:
        """Run a batch in inference mode; the model's own mode comes back afterwards."""
        training = model.training
        model.to(device).eval()
        given = [each.to(device) for each in arranged(model, inputs)]
        tapped: dict[str, Any] = {}
        parts = dict(model.named_modules(remove_duplicate=False)) if taps else {}
        hooks = [
            parts[path].register_forward_hook(_tap(path, tapped)) for path in taps if path in parts
        ]
        try:
            with torch.inference_mode():
                start = time.perf_counter()
                left = model(*given)
                arrays = {name: _array(value) for name, value in _named(left).items()}
                seconds = time.perf_counter() - start
        finally:
            for hook in hooks:
                hook.remove()
            model.train(training)
        return Ran(arrays, seconds, tapped)

    def unexported(self, graph: Graph, wanted: Export) -> Diagnostic | None:
        """Say why a model of a graph cannot be exported so."""
        return unexported(graph, wanted)

    def export(self, model: nn.Module, graph: Graph, wanted: Export, path: Path) -> None:
        """Write a filled model for inference on any device, for batches of any size."""
        export(model, graph, wanted, path)


def _arrays(
    found: Any, allowance: Allowance, beginning: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Find the tensors of a checkpoint, whatever training scripts put around and beside them."""
    allowance.take(beginning)
    if isinstance(found, Tensor):
        yield beginning.removesuffix("."), _stored(found)
    elif depth < DEEPEST and isinstance(found, (Mapping, list, tuple)):
        parts = found.items() if isinstance(found, Mapping) else enumerate(found)
        for name, part in parts:
            yield from _arrays(part, allowance, f"{beginning}{name}.", depth + 1)


def _stored(tensor: Tensor) -> Any:
    """Turn a tensor into an array; what numpy has no type for gets longer, and says so."""
    tensor = tensor.detach()
    if tensor.dtype in _NUMPYS or not tensor.is_floating_point():
        return tensor.numpy()
    longer = numpy.dtype("float32", metadata={"stored": str(tensor.dtype).removeprefix("torch.")})
    return tensor.float().numpy().view(longer)


_NUMPYS = (torch.float16, torch.float32, torch.float64)


def _in_precision(model: nn.Module, precision: torch.dtype) -> nn.Module:
    """Convert a model, which is made in float32 and filled in it."""
    return model if precision is torch.float32 else model.to(precision)


def _named(left: Any) -> Mapping[str, Tensor]:
    """Name what left a model; models of others may return a tuple."""
    if isinstance(left, dict):
        return left
    several = left if isinstance(left, (tuple, list)) else (left,)
    return {str(place): each for place, each in enumerate(several)}


def _no_checkpoint(file: Path, error: Exception) -> Diagnostic:
    help = "save a plain state dict: torch.save(model.state_dict(), file)"
    pickled = isinstance(error, UnpicklingError)
    strangers = _strangers(file, error) if pickled else []
    reason = "it holds more than tensors and plain data, or is damaged" if pickled else told(error)
    if "TorchScript archives" in str(error):
        reason = "it is a TorchScript program, which would have to be run"
    if strangers:
        reason = f"it holds {', '.join(strangers)}, which only running its code would bring back"
        help = f"whoever made it can {help}"
    message = f"{file} cannot be read as a PyTorch checkpoint: {reason}"
    return Diagnostic("weights/unreadable", message, help=help)


def _strangers(file: Path, error: Exception) -> list[str]:
    """List what a checkpoint holds beside tensors and plain data; none where it is damaged.

    An older file is read only up to the first, which torch names in its error.
    """
    first = re.search(r"GLOBAL ([\w.]+)", str(error))
    try:
        found = torch.serialization.get_unsafe_globals_in_checkpoint(str(file))
    except Exception:  # noqa: BLE001 - an older file, or a damaged one
        found = [first[1]] if first else []
    return [f"`{each}`" for each in sorted(found)[:SHOWN]]


def _array(value: Tensor) -> Any:
    """Copy a value, so that an in-place ReLU behind it changes nothing; channels last."""
    kept = value.detach().clone()
    kept = kept.permute(0, 2, 3, 1) if kept.dim() == 4 else kept
    return kept.float().cpu().contiguous().numpy()


def _tap(path: str, tapped: dict[str, Any]) -> Callable[[nn.Module, Any, Any], None]:
    def keep(module: nn.Module, inputs: Any, output: Any) -> None:
        tapped[path] = _array(output)

    return keep
