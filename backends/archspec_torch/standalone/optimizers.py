"""The optimizers that recipes name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from archspec.standalone.recipe import SGD, AdamW, Recipe, RMSProp, WeightDecay

Tensors = tuple[Tensor, ...] | list[Tensor]


def optimizer_of(recipe: Recipe, model: nn.Module) -> Optimizer:
    """Create the optimizer of a recipe for the parameters of a model."""
    groups = list(_groups(model, recipe.weight_decay))
    match recipe.optimizer:
        case SGD() as sgd:
            return torch.optim.SGD(
                groups, lr=sgd.rate, momentum=sgd.momentum, nesterov=sgd.nesterov
            )
        case AdamW() as adam:
            betas = (adam.beta1, adam.beta2)
            return torch.optim.AdamW(groups, lr=adam.rate, betas=betas, eps=adam.epsilon)
        case RMSProp(variant="torch") as given:
            return torch.optim.RMSprop(
                groups, given.rate, given.decay, given.epsilon, momentum=given.momentum
            )
        case RMSProp() as given:
            return InsideRootRMSProp(groups, given)


def set_learning_rate(optimizer: Optimizer, rate: float) -> None:
    """Set the learning rate of all parameter groups."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def slots_of(recipe: Recipe) -> set[str]:
    """Name what the optimizer of a recipe keeps of each parameter from its first step on."""
    model = nn.Linear(1, 1)
    optimizer = optimizer_of(recipe, model)
    model.weight.grad = torch.zeros(1, 1)
    optimizer.step()
    return {name for name, value in optimizer.state[model.weight].items() if value is not None}


def _groups(model: nn.Module, decay: WeightDecay) -> Iterator[dict[str, Any]]:
    """Group parameters into those with weight decay and those without."""
    kinds = dict(_kinds(model))
    named = list(model.named_parameters())
    for rate, spared in ((decay.rate, False), (0.0, True)):
        chosen = [each for name, each in named if (kinds[name] in decay.spares) is spared]
        if chosen:
            yield {"params": chosen, "weight_decay": rate}


def _kinds(model: nn.Module) -> Iterator[tuple[str, str]]:
    """Yield each parameter's name and whether it belongs to a norm, is a bias, or a weight."""
    for path, module in model.named_modules():
        is_norm = "Norm" in type(module).__name__
        for name, _ in module.named_parameters(recurse=False):
            kind = "norm" if is_norm else "bias" if name == "bias" else "weight"
            yield (f"{path}.{name}" if path else name), kind


class InsideRootRMSProp(Optimizer):
    """RMSProp with epsilon inside the root, as in TensorFlow 1 and Keras.

    ms <- decay ms + (1 - decay) g^2; mom <- momentum mom + rate g / sqrt(ms + epsilon);
    w <- w - mom. TensorFlow 1 starts with ms = 1, Keras with ms = 0.

    Source: tensorflow/core/kernels/training_ops.cc, ApplyRMSProp.
    """

    def __init__(self, groups: list[dict[str, Any]], given: RMSProp) -> None:
        self.start = 1.0 if given.variant == "tensorflow1" else 0.0
        defaults = {
            "lr": given.rate,
            "decay": given.decay,
            "momentum": given.momentum,
            "epsilon": given.epsilon,
            "weight_decay": 0.0,
        }
        super().__init__(groups, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take a step; ``closure`` is required by the interface and never called."""
        for group in self.param_groups:
            parameters = [each for each in group["params"] if each.grad is not None]
            if parameters:
                self._step(group, parameters)

    def _step(self, group: dict[str, Any], parameters: list[Tensor]) -> None:
        states = [self._state(each) for each in parameters]
        squares = [state["mean_square"] for state in states]
        gathered = [state["momentum"] for state in states]
        gradients: Tensors = [each.grad for each in parameters if each.grad is not None]
        if group["weight_decay"]:
            gradients = torch._foreach_add(gradients, parameters, alpha=group["weight_decay"])
        torch._foreach_mul_(squares, group["decay"])
        torch._foreach_addcmul_(squares, gradients, gradients, value=1.0 - group["decay"])
        roots = torch._foreach_sqrt(torch._foreach_add(squares, group["epsilon"]))
        torch._foreach_mul_(gathered, group["momentum"])
        torch._foreach_addcdiv_(gathered, gradients, roots, value=group["lr"])
        torch._foreach_sub_(parameters, gathered)

    def _state(self, parameter: Tensor) -> dict[str, Tensor]:
        state: dict[str, Tensor] = self.state[parameter]
        if not state:
            state["mean_square"] = torch.full_like(parameter, self.start)
            state["momentum"] = torch.zeros_like(parameter)
        return state
