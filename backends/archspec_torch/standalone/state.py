"""The state of a training, as arrays for checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from archspec.standalone import averaging
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.recipe import Recipe
from archspec_torch.standalone.optimizers import optimizer_of, slots_of
from archspec_torch.standalone.parallel import shard, synchronized
from archspec_torch.standalone.processes import Processes

Tensors = tuple[Tensor, ...] | list[Tensor]


@dataclass(frozen=True)
class State:
    """A model, its moving average and its optimizer.

    ``blank`` is the model without values, where processes have shards of its parameters.
    """

    model: nn.Module
    average: AveragedModel | None
    optimizer: Optimizer
    blank: nn.Module | None = None

    @property
    def evaluated(self) -> nn.Module:
        """The model to evaluate and save: the moving average if there is one."""
        if self.average is None:
            return self.model
        module: nn.Module = self.average.module
        return module

    @property
    def whole(self) -> nn.Module:
        """The model to evaluate, unsharded: a collective operation."""
        if self.blank is None:
            return self.evaluated
        values = self.evaluated.state_dict()
        self.blank.load_state_dict({key: _whole(values[key]) for key in values}, assign=True)
        return self.blank


def start(model: nn.Module, job: Job, processes: Processes) -> State:
    """Move a model, or its shard, to the device and create its average and optimizer."""
    recipe, is_shared = job.recipe, job.parallel == "shards" and processes.are_several
    model.to(processes.device).train()
    if not is_shared:  # FSDP takes contiguous parameters only
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in stubs
    if recipe.synchronized and processes.are_several:
        model = synchronized(model, processes)
    average = running_average(model, recipe.averaging) if recipe.averaging else None
    blank = None
    if is_shared:
        blank = deepcopy(model).to("meta")
        for each in (model, average.module) if average else (model,):
            shard(each)
    return State(model, average, optimizer_of(recipe, model), blank)


def running_average(model: nn.Module, decay: float) -> AveragedModel:
    """Create an exponential moving average of the parameters and running statistics of a model."""

    def update(averages: Tensors, values: Tensors, updates: Tensor | int) -> None:
        """Update tensors of the same type, in which they arrive."""
        kept, learned = map(_own, averages), map(_own, values)
        if averages[0].is_floating_point():
            torch._foreach_lerp_([*kept], [*learned], averaging.share(decay, int(updates)))
        else:
            torch._foreach_copy_([*kept], [*learned])

    return AveragedModel(model, multi_avg_fn=update, use_buffers=True)


def arrays(state: State, processes: Processes) -> dict[str, Any]:
    """Gather the state of model, optimizer, average and generators as arrays by name."""
    found = {name: _array(tensor) for name, tensor in _tensors(state)}
    for rank, drawn in enumerate(processes.gathered(_random_state(processes.device))):
        found[f"random.{rank}"] = _array(drawn)
    return found


def restore(state: State, recipe: Recipe, given: Mapping[str, Any], processes: Processes) -> None:
    """Restore the state that ``arrays`` returned; raise ``TrainingError`` if it does not fit."""
    kept = slots_of(recipe)
    for name, parameter in state.model.named_parameters():
        prefix = f"optimizer.{name}."
        slots = {key.removeprefix(prefix): given[key] for key in given if key.startswith(prefix)}
        if slots and not _fit(slots, kept, parameter):
            message = "the checkpoint holds the state of another optimizer"
            raise TrainingError(message, "train into another folder")
        state.optimizer.state[parameter] = {
            key: _slot(parameter, array) for key, array in slots.items()
        }
    modules = {"model": state.model, "average": state.average}
    for title, module in modules.items():
        if module is not None:
            _fill(module, title, given)
    _set_random_state(given.get(f"random.{processes.rank}"), processes)


@torch.no_grad()
def _fill(module: nn.Module, title: str, given: Mapping[str, Any]) -> None:
    """Load the parameters and buffers of a module from a checkpoint."""
    own = {f"{title}.{name}": value for name, value in module.state_dict().items()}
    theirs = {key: value for key, value in given.items() if key.startswith(f"{title}.")}
    if {key: tuple(value.shape) for key, value in own.items()} != {
        key: value.shape for key, value in theirs.items()
    }:
        message = "the checkpoint holds the weights of another network"
        raise TrainingError(message, "train into another folder")
    for key, value in own.items():
        value.copy_(_like(value, theirs[key]))


def _tensors(state: State) -> Iterator[tuple[str, Tensor]]:
    for name, value in state.model.state_dict().items():
        yield f"model.{name}", value
    for name, value in (state.average.state_dict() if state.average else {}).items():
        yield f"average.{name}", value
    for name, parameter in state.model.named_parameters():
        for slot, value in state.optimizer.state.get(parameter, {}).items():
            if value is not None:
                yield f"optimizer.{name}.{slot}", value


def _array(tensor: Tensor) -> Any:
    """Copy the full tensor to the CPU: a collective operation."""
    return _whole(tensor).detach().cpu().contiguous().numpy()


def _own(tensor: Tensor) -> Tensor:
    """Return the local shard of a tensor."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def _whole(tensor: Tensor) -> Tensor:
    """All-gather a sharded tensor."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def _like(tensor: Tensor, array: Any) -> Tensor:
    """Place an array like another tensor of its shape: on its device, sharded alike."""
    whole = torch.from_numpy(array).to(tensor.device)
    if isinstance(tensor, DTensor):
        return distribute_tensor(whole, tensor.device_mesh, tensor.placements)
    return whole


def _fit(slots: Mapping[str, Any], kept: set[str], parameter: Tensor) -> bool:
    """Whether arrays are what is kept of a parameter: each of its shape, or a number."""
    shapes = {(), tuple(parameter.shape)}
    return slots.keys() == kept and all(
        each.shape in shapes and each.dtype.kind == "f" for each in slots.values()
    )


def _slot(parameter: Tensor, array: Any) -> Tensor:
    """Place the optimizer state of a parameter; step counts stay on the CPU."""
    return _like(parameter, array) if array.ndim else torch.from_numpy(array)


def _random_state(device: torch.device) -> Tensor:
    if device.type == "cuda":
        return torch.cuda.get_rng_state(device).to(device)
    return torch.get_rng_state()


def _set_random_state(state: Any, processes: Processes) -> None:
    """Restore a random generator; without a state for this device it keeps its seed."""
    own = _random_state(processes.device)
    if state is None or (state.dtype, state.shape) != (np.uint8, tuple(own.shape)):
        return
    if processes.device.type == "cuda":
        torch.cuda.set_rng_state(torch.from_numpy(state), processes.device)
    else:
        torch.set_rng_state(torch.from_numpy(state))
