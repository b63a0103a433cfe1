"""The optimizers that recipes name, on the raw training kernels of TensorFlow.

Keras's own SGD has the learning rate inside the momentum, and its AdamW the epsilon before the
correction of the bias; neither is what PyTorch has under the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import keras
import tensorflow
from tensorflow import Tensor, Variable, raw_ops

from archspec.standalone.recipe import SGD, AdamW, Optimizer, Recipe, RMSProp, WeightDecay
from archspec_tensorflow.standalone.weights import variables

Slots = Mapping[str, Variable]


class Step(NamedTuple):
    """The learning rate of a step, float32, and its number, float64, counted from 1."""

    rate: Tensor
    number: Tensor


Update = Callable[[Variable, Slots, Tensor, Step], Any]
"""Updates a weight and its slots in place, given its gradient."""


class Rule(NamedTuple):
    """The update rule of an optimizer, and the initial values of its slots."""

    starts: Mapping[str, float]
    update: Update


class Weight(NamedTuple):
    """A weight, its optimizer slots and its weight decay."""

    variable: Variable
    slots: Slots
    decay: float


class Descent:
    """An optimizer of the weights of a model, by key."""

    def __init__(self, recipe: Recipe, model: keras.Model) -> None:
        self.is_decoupled = isinstance(recipe.optimizer, AdamW)
        self.clip = recipe.clip
        starts, self.update = rule_of(recipe.optimizer)
        self.weights = {
            key: Weight(variable.value, _slots(variable, starts), decay)
            for key, variable, decay in _decaying(model, recipe.weight_decay)
        }

    @property
    def variables(self) -> list[Variable]:
        """The weights, in the order of their gradients."""
        return [each.variable for each in self.weights.values()]

    def follow(self, gradients: Sequence[Tensor], step: Step) -> None:
        """Update all weights."""
        if self.clip is not None:
            gradients = clipped(gradients, self.clip)
        for weight, gradient in zip(self.weights.values(), gradients, strict=True):
            self._follow(weight, gradient, step)

    def _follow(self, weight: Weight, gradient: Tensor, step: Step) -> None:
        variable, slots, decay = weight
        if decay and self.is_decoupled:
            variable.assign(variable * (1.0 - step.rate * decay))
        elif decay:
            gradient += decay * variable
        self.update(variable, slots, gradient, step)


def clipped(gradients: Sequence[Tensor], largest: float) -> list[Tensor]:
    """Clip gradients to a global norm, with the arithmetic of PyTorch."""
    share = tensorflow.minimum(1.0, largest / (tensorflow.linalg.global_norm(gradients) + 1e-6))
    return [each * share for each in gradients]


def rule_of(optimizer: Optimizer) -> Rule:
    """Return the update rule of an optimizer; slots have the names of PyTorch's."""
    match optimizer:
        case SGD():
            return Rule({"momentum_buffer": 0.0}, partial(sgd, optimizer))
        case AdamW():
            return Rule({"exp_avg": 0.0, "exp_avg_sq": 0.0}, partial(adam, optimizer))
        case RMSProp(variant="torch"):
            starts = {"square_avg": 0.0, "momentum_buffer": 0.0}
            return Rule(starts, partial(outside_root_rmsprop, optimizer))
        case RMSProp(variant=variant):
            starts = {"mean_square": 1.0 if variant == "tensorflow1" else 0.0, "momentum": 0.0}
            return Rule(starts, partial(inside_root_rmsprop, optimizer))


def sgd(given: SGD, weight: Variable, slots: Slots, gradient: Tensor, step: Step) -> None:
    """Update ``b <- momentum b + g``; ``w <- w - rate b``, or ``w - rate (g + momentum b)``."""
    raw_ops.ResourceApplyMomentum(
        var=weight.handle,
        accum=slots["momentum_buffer"].handle,
        lr=step.rate,
        grad=gradient,
        momentum=given.momentum,
        use_nesterov=given.nesterov,
    )


def adam(given: AdamW, weight: Variable, slots: Slots, gradient: Tensor, step: Step) -> None:
    """Update by Adam, with epsilon added after bias correction.

    The kernel adds it before, so that it is given one which is corrected beforehand.
    """
    first, second = (
        tensorflow.pow(_double(each), step.number) for each in (given.beta1, given.beta2)
    )
    raw_ops.ResourceApplyAdam(
        var=weight.handle,
        m=slots["exp_avg"].handle,
        v=slots["exp_avg_sq"].handle,
        beta1_power=_single(first),
        beta2_power=_single(second),
        lr=step.rate,
        beta1=given.beta1,
        beta2=given.beta2,
        epsilon=_single(given.epsilon * tensorflow.sqrt(1.0 - second)),
        grad=gradient,
    )


def inside_root_rmsprop(
    given: RMSProp, weight: Variable, slots: Slots, gradient: Tensor, step: Step
) -> None:
    """Update by RMSProp with epsilon inside the root, with TensorFlow 1's kernel.

    ms <- decay ms + (1 - decay) g^2; mom <- momentum mom + rate g / sqrt(ms + epsilon);
    w <- w - mom. TensorFlow 1 starts with ms = 1, Keras with ms = 0.
    """
    raw_ops.ResourceApplyRMSProp(
        var=weight.handle,
        ms=slots["mean_square"].handle,
        mom=slots["momentum"].handle,
        lr=step.rate,
        rho=given.decay,
        momentum=given.momentum,
        epsilon=given.epsilon,
        grad=gradient,
    )


def outside_root_rmsprop(
    given: RMSProp, weight: Variable, slots: Slots, gradient: Tensor, step: Step
) -> None:
    """Update by RMSProp as in PyTorch: epsilon outside the root, the rate outside the momentum."""
    square, gathered = slots["square_avg"], slots["momentum_buffer"]
    square.assign(given.decay * square + (1.0 - given.decay) * gradient**2)
    scaled = gradient / (tensorflow.sqrt(square) + given.epsilon)
    gathered.assign(given.momentum * gathered + scaled)
    weight.assign_sub(step.rate * gathered)


def _decaying(
    model: keras.Model, decay: WeightDecay
) -> Iterator[tuple[str, keras.Variable, float]]:
    """List the trainable weights by key, each with its weight decay."""
    for key, (layer, variable) in variables(model).items():
        is_norm = "Normalization" in type(layer).__name__
        kind = "norm" if is_norm else "bias" if variable.name == "bias" else "weight"
        if variable.trainable:
            yield key, variable, 0.0 if kind in decay.spares else decay.rate


def _slots(variable: keras.Variable, starts: Mapping[str, float]) -> Slots:
    return {
        name: Variable(tensorflow.fill(variable.shape, start), trainable=False)
        for name, start in starts.items()
    }


def _double(value: float) -> Tensor:
    return tensorflow.constant(value, tensorflow.float64)


def _single(value: Tensor) -> Tensor:
    return tensorflow.cast(value, tensorflow.float32)
