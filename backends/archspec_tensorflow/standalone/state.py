"""The state of a training, as arrays for checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers
from tensorflow import Tensor, Variable

from archspec.standalone.job import TrainingError
from archspec.standalone.recipe import Recipe
from archspec_tensorflow.standalone.optimizers import Descent
from archspec_tensorflow.standalone.processes import Processes
from archspec_tensorflow.standalone.weights import arranged, returned, variables

OPTIMIZER, RANDOM, STEPS = "optimizer.", "random.", "steps"
"""What names of arrays begin with that are no weights, and the number of steps."""


@dataclass
class State:
    """A model, its moving average, its optimizer and the number of steps so far."""

    model: keras.Model
    average: keras.Model | None
    descent: Descent
    steps: int = 0

    @property
    def evaluated(self) -> keras.Model:
        """The model to evaluate and save: the moving average if there is one."""
        return self.model if self.average is None else self.average

    def update_average(self, share: Tensor) -> None:
        """Update the moving average of weights and running statistics."""
        if self.average is None:
            return
        for average, value in zip(self.average.weights, self.model.weights, strict=True):
            average.assign(average + share * (value - average))


def start(build: Callable[[], keras.Model], recipe: Recipe) -> State:
    """Create a model with its average and optimizer."""
    model = build()
    for norm in model.layers:
        if isinstance(norm, layers.BatchNormalization):
            norm.synchronized = recipe.synchronized
    average = build() if recipe.averaging is not None else None
    return State(model, average, Descent(recipe, model))


def arrays(state: State, together: Processes) -> dict[str, Any]:
    """Gather the state of a training as arrays by name, in PyTorch's layout."""
    found = {name: returned(variable.numpy(), layer) for name, layer, variable in _kept(state)}
    found[STEPS] = np.array([state.steps])
    if _generators(state.model):
        drawn = together.gathered(_random_state(state.model))
        found |= {f"{RANDOM}{rank}": each for rank, each in enumerate(drawn)}
    return found


def restore(state: State, given: Mapping[str, Any], together: Processes) -> None:
    """Restore the state that ``arrays`` returned; raise ``TrainingError`` if it does not fit."""
    kept = {name: (layer, variable) for name, layer, variable in _kept(state)}
    turned = {
        name: _turned(given.get(name), layer, tuple(variable.shape))
        for name, (layer, variable) in kept.items()
    }
    others = {name for name in given if name != STEPS and not name.startswith(RANDOM)}
    misfits = {name for name, array in turned.items() if array is None} | (others - kept.keys())
    if misfits or STEPS not in given:
        is_optimizer = all(name.startswith(OPTIMIZER) for name in misfits)
        whose = (
            "the state of another optimizer" if is_optimizer else "the weights of another network"
        )
        raise TrainingError(f"the checkpoint holds {whose}", "train into another folder")
    for name, (_, variable) in kept.items():
        variable.assign(turned[name])
    state.steps = int(given[STEPS].sum())
    _set_random_state(state.model, given.get(f"{RANDOM}{together.shard.rank}"))


def _kept(state: State) -> Iterator[tuple[str, layers.Layer, Variable]]:
    """List all variables by name, with their layers."""
    for title, model in (("model", state.model), ("average", state.average)):
        for key, (layer, variable) in variables(model).items() if model is not None else ():
            yield f"{title}.{key}", layer, variable
    known = variables(state.model)
    for key, weight in state.descent.weights.items():
        for slot, variable in weight.slots.items():
            yield f"{OPTIMIZER}{key}.{slot}", known[key][0], variable


def _turned(array: Any, layer: layers.Layer, shape: tuple[int, ...]) -> Any:
    """Turn an array into Keras's layout; None where it is not of a shape."""
    if array is None or array.dtype.kind != "f" or array.ndim not in (1, 2, 4):
        return None
    return arranged(array, layer, shape)


def _random_state(model: keras.Model) -> Any:
    """Stack the states of the layers' random generators, K x 2."""
    states = [each.numpy() for each in _generators(model)]
    return np.array(states, np.int64)


def _set_random_state(model: keras.Model, drawn: Any) -> None:
    """Go on drawing; a process that was not there before keeps what its seed gave."""
    if drawn is None or drawn.shape != (len(_generators(model)), 2):
        return
    for generator, state in zip(_generators(model), drawn, strict=True):
        generator.assign(state)


def _generators(model: keras.Model) -> list[keras.Variable]:
    """List the non-weight variables of a model: the states of its random generators."""
    weights = {id(each) for each in model.weights}
    return [each for each in model.variables if id(each) not in weights]
