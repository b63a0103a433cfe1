"""Running emitted models."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from archspec.backend import Export, Guest, Ran, Workload
from archspec.backend.outputs import by_name
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.live import execute
from archspec.graph import Graph
from archspec.importing.imported import Untranslatable
from archspec.importing.refusals import refused
from archspec_torch import checkpoint
from archspec_torch.exporting import EXPORTS, arranged, export, unexported
from archspec_torch.measuring import Measured
from archspec_torch.members import key_read, key_written


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
        """Execute a source and construct its model on the ``meta`` device, without storage."""
        with torch.device("meta"):
            model: nn.Module = execute(source, name).build()
        return _in_precision(model, getattr(torch, precision))

    def fill(self, model: nn.Module, tensors: Mapping[str, Any]) -> nn.Module:
        """Assign arrays as parameters and statistics, copied only for half precision."""
        precision = next((each.dtype for each in model.parameters()), torch.float32)
        values = {key_written(key): torch.from_numpy(tensors[key]) for key in tensors}
        model.load_state_dict(values, assign=True)
        return _in_precision(model, precision)

    def tensors(self, model: nn.Module) -> Mapping[str, Any]:
        """Read parameters and statistics as float32, without the batch counters of norms."""
        return _arrays(model.state_dict())

    def guest(self, given: Any) -> Guest | None:
        """Take a live module, or the program in a ``.pt2`` file."""
        if isinstance(given, Path):
            return _program(given) if given.suffix == ".pt2" else None
        if not isinstance(given, nn.Module):
            return None
        tensors = (*given.parameters(), *given.buffers())
        is_single = {each.dtype for each in tensors if each.is_floating_point()} == {torch.float32}
        return Guest(given, self.tensors(given), partial(_in_double, given) if is_single else None)

    def lend(self, guest: Guest, tensors: Mapping[str, Any]) -> None:
        """Load tensors into a live module."""
        values = {key_written(name): torch.from_numpy(array) for name, array in tensors.items()}
        guest.model.load_state_dict(values, strict=False)

    def checkpoint(self, file: Path) -> Mapping[str, Any]:
        """Read a pickled state dict, refusing everything in it but tensors and plain data."""
        return checkpoint.read(file)

    def run(
        self,
        model: nn.Module,
        inputs: Mapping[str, Any],
        device: str,
        taps: tuple[str, ...] = (),
    ) -> Ran:
        """Run a batch in inference mode, and restore the model's own mode."""
        model.to(device)
        given = [each.to(device) for each in arranged(model, inputs)]
        with _evaluating(model), _tapping(model, taps) as tapped, torch.inference_mode():
            start = time.perf_counter()
            left = by_name(model(*given), torch.is_tensor)
            arrays = {name: _array(value) for name, value in left.items()}
            seconds = time.perf_counter() - start
        return Ran(arrays, seconds, tapped)

    def prepare(self, model: nn.Module, workload: Workload) -> Measured:
        """Get a model ready to be measured."""
        return Measured(model, workload)

    def unexported(self, graph: Graph, wanted: Export) -> Diagnostic | None:
        """Return why a model of a graph cannot be exported so; None if it can."""
        return unexported(graph, wanted)

    def export(self, model: nn.Module, graph: Graph, wanted: Export, path: Path) -> None:
        """Write a filled model for inference on any device, for batches of any size."""
        export(model, graph, wanted, path)


def _program(file: Path) -> Guest:
    from archspec_torch.importing.opened import opened

    try:
        model = opened(file)
    except Untranslatable as error:
        raise refused(str(file), str(error)) from None
    return Guest(model, _arrays(model.named))


def _arrays(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Convert those of floats to float32."""
    return {
        key_read(key): value.detach().float().cpu().contiguous().numpy()
        for key, value in tensors.items()
        if value.is_floating_point()
    }


@contextmanager
def _in_double(model: nn.Module) -> Iterator[None]:
    """Let a model of single precision compute in double, which loses nothing on the way back."""
    model.double()
    try:
        yield
    finally:
        model.float()


def _in_precision(model: nn.Module, precision: torch.dtype) -> nn.Module:
    """Convert a model from float32, in which it is constructed and filled."""
    return model if precision is torch.float32 else model.to(precision)


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model into the mode of evaluation, and back into its own."""
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)


@contextmanager
def _tapping(model: nn.Module, taps: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Collect what the modules at some paths give; a path without a module gives nothing."""
    found: dict[str, Any] = {}
    named = model.named_modules(remove_duplicate=False) if taps else ()
    parts = {key_read(path): part for path, part in named}
    hooks = [parts[path].register_forward_hook(_tap(path, found)) for path in taps if path in parts]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _array(value: Tensor) -> Any:
    """Copy a value, channels last, before an in-place operator overwrites it."""
    kept = value.detach().clone()
    kept = kept.permute(0, 2, 3, 1) if kept.dim() == 4 else kept
    return kept.float().cpu().contiguous().numpy()


def _tap(path: str, tapped: dict[str, Any]) -> Callable[[nn.Module, Any, Any], None]:
    def keep(module: nn.Module, inputs: Any, output: Any) -> None:
        tapped[path] = _array(output)

    return keep
