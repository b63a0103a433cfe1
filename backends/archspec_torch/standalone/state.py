"""What a training has come to, as arrays that a checkpoint keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from archspec.standalone import averaging
from archspec.standalone.job import TrainingError
from archspec.standalone.recipe import Recipe
from archspec_torch.standalone.optimizers import optimizer_of
from archspec_torch.standalone.processes import Processes

Tensors = tuple[Tensor, ...] | list[Tensor]


@dataclass(frozen=True)
class State:
    """A model, its running average and its optimizer."""

    model: nn.Module
    average: AveragedModel | None
    optimizer: Optimizer

    @property
    def evaluated(self) -> nn.Module:
        """The model that is evaluated and kept: the average, where there is one."""
        if self.average is None:
            return self.model
        module: nn.Module = self.average.module
        return module


def start(model: nn.Module, recipe: Recipe, device: torch.device) -> State:
    """Put a model on a device, with what trains it."""
    model.to(device).train()
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    average = running_average(model, recipe.averaging) if recipe.averaging else None
    return State(model, average, optimizer_of(recipe, model))


def running_average(model: nn.Module, decay: float) -> AveragedModel:
    """Keep a running average of a model's parameters and statistics."""

    def update(averages: Tensors, values: Tensors, updates: Tensor | int) -> None:
        """Update tensors of one type, as which they come."""
        if averages[0].is_floating_point():
            torch._foreach_lerp_(averages, values, averaging.share(decay, int(updates)))
        else:
            torch._foreach_copy_(averages, values)

    return AveragedModel(model, multi_avg_fn=update, use_buffers=True)


def arrays(state: State, processes: Processes) -> dict[str, Any]:
    """Gather everything that learns or draws, as arrays by name."""
    found = {name: _array(tensor) for name, tensor in _tensors(state)}
    for rank, drawn in enumerate(processes.gathered(_random_state(processes.device))):
        found[f"random.{rank}"] = _array(drawn)
    return found


def restore(state: State, given: Mapping[str, Any], processes: Processes) -> None:
    """Set everything that learns or draws to what ``arrays`` gathered."""
    for name, parameter in state.model.named_parameters():
        prefix = f"optimizer.{name}."
        slots = {key: given[key] for key in given if key.startswith(prefix)}
        state.optimizer.state[parameter] = {
            key.removeprefix(prefix): _like(parameter, array) for key, array in slots.items()
        }
    modules = {"model": state.model, "average": state.average}
    for title, module in modules.items():
        if module is not None:
            _fill(module, title, given)
    _set_random_state(given.get(f"random.{processes.rank}"), processes)


def _fill(module: nn.Module, title: str, given: Mapping[str, Any]) -> None:
    prefix = f"{title}."
    values = {
        key.removeprefix(prefix): torch.from_numpy(given[key])
        for key in given
        if key.startswith(prefix)
    }
    try:
        module.load_state_dict(values)
    except RuntimeError as error:
        message = f"the checkpoint holds another model: {error}"
        raise TrainingError(message, "train into another folder") from None


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
    return tensor.detach().cpu().contiguous().numpy()


def _like(parameter: Tensor, array: Any) -> Tensor:
    """Put what belongs to a parameter where that is; counts of steps stay on the CPU."""
    tensor = torch.from_numpy(array)
    if tensor.dim() == 0:
        return tensor
    return tensor.to(parameter.device).to(memory_format=_format(tensor))


def _format(tensor: Tensor) -> torch.memory_format:
    return torch.channels_last if tensor.dim() == 4 else torch.contiguous_format


def _random_state(device: torch.device) -> Tensor:
    if device.type == "cuda":
        return torch.cuda.get_rng_state(device).to(device)
    return torch.get_rng_state()


def _set_random_state(state: Any, processes: Processes) -> None:
    """Go on drawing; a process that was not there before keeps what its seed gave."""
    if state is None:
        return
    if processes.device.type == "cuda":
        torch.cuda.set_rng_state(torch.from_numpy(state), processes.device)
    else:
        torch.set_rng_state(torch.from_numpy(state))
