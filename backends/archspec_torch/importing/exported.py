"""A module that torch.export traces, as a network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from typing import Any
from warnings import catch_warnings, simplefilter

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram

from archspec.backend import told
from archspec.backend.outputs import named_outputs
from archspec.importing.imported import Network, Untranslatable
from archspec_torch.importing.precision import precision_of
from archspec_torch.importing.program import program_of
from archspec_torch.importing.translation import translated

_UNTRACED = (
    "forward is called with one tensor of floats for each --input, in order, and may not decide by"
    " what is in them; wrap a model that takes dicts or lists in one that does not"
)


def network_of(program: ExportedProgram, name: str) -> Network:
    """Translate an exported program; raise ``Untranslatable`` with all operators without a word."""
    return translated(program_of(program), name)


def network(model: nn.Module, inputs: Mapping[str, tuple[int, ...]], name: str) -> Network:
    """Trace a module in inference mode and translate it; raise ``Untranslatable``.

    ``inputs`` are sizes (height, width, channels) in the order of the module's arguments.
    """
    if not inputs:
        raise Untranslatable("the sizes of its inputs are not known: give them, --input 224x224x3")
    kind = precision_of(model.parameters())
    given = tuple(torch.zeros(1, *_arranged(shape), dtype=kind) for shape in inputs.values())
    names: list[str] = []
    try:
        with _quietly(), _returning_tensors(model, names):
            program = torch.export.export(model.eval(), given, strict=False)
    except Exception as error:  # noqa: BLE001 - a stranger's model may raise anything
        reason = f"torch.export cannot trace it: {_in_short(error)}"
        raise Untranslatable(reason, help=_UNTRACED) from None
    return translated(replace(program_of(program), called=tuple(names)), name)


@contextmanager
def _returning_tensors(model: nn.Module, names: list[str]) -> Iterator[None]:
    """Let a model return its tensors in one tuple, however it nests them; note their names."""

    def flattened(_model: nn.Module, _given: Any, left: Any) -> tuple[Tensor, ...]:
        found = [*named_outputs(left, torch.is_tensor)]
        names[:] = [name for name, _ in found]
        return tuple(each for _, each in found)

    hook = model.register_forward_hook(flattened)
    try:
        yield
    finally:
        hook.remove()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep to oneself what torch prints of programs that it cannot trace."""
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()), catch_warnings():
            simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _in_short(error: Exception) -> str:
    if "GuardOnDataDependent" in type(error).__name__:
        return "what it does next depends on the values that it computes"
    return told(error)


def _arranged(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[2], *shape[:2]) if len(shape) == 3 else shape
