"""What a training has come to, as arrays that a checkpoint keeps."""

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
from archspec_tensorflow.standalone.weights import arranged, fill, learned, returned, variables

ELSEWHERE = "train into another folder"


@dataclass
class State:
    """A model, its running average, its optimizer, and how many steps it has taken."""

    model: keras.Model
    average: keras.Model | None
    descent: Descent
    steps: int = 0

    @property
    def evaluated(self) -> keras.Model:
        """The model that is evaluated and kept: the average, where there is one."""
        return self.model if self.average is None else self.average

    def update_average(self, share: Tensor) -> None:
        """Move the average of weights and statistics a share of the way to the model's."""
        if self.average is None:
            return
        for average, value in zip(self.average.weights, self.model.weights, strict=True):
            average.assign(average + share * (value - average))


def start(build: Callable[[], keras.Model], recipe: Recipe) -> State:
    """Make a model, and what trains it."""
    model = build()
    for norm in model.layers:
        if isinstance(norm, layers.BatchNormalization):
            norm.synchronized = recipe.synchronized
    average = build() if recipe.averaging is not None else None
    return State(model, average, Descent(recipe, model))


def arrays(state: State, together: Processes) -> dict[str, Any]:
    """Gather everything that learns or draws, as arrays by name."""
    found = {f"model.{key}": array for key, array in learned(state.model).items()}
    if state.average is not None:
        found |= {f"average.{key}": array for key, array in learned(state.average).items()}
    for name, layer, slot in _slots(state):
        found[name] = returned(slot.numpy(), layer)
    found["steps"] = np.array([state.steps])
    if _generators(state.model):
        drawn = together.gathered(_random_state(state.model))
        found |= {f"random.{rank}": each for rank, each in enumerate(drawn)}
    return found


def restore(state: State, given: Mapping[str, Any], together: Processes) -> None:
    """Set everything that learns or draws to what ``arrays`` gathered; raise ``TrainingError``."""
    _fill(state.model, "model.", given)
    if state.average is not None:
        _fill(state.average, "average.", given)
    for name, layer, slot in _slots(state):
        if name not in given:
            raise TrainingError("the checkpoint is another optimizer's", ELSEWHERE)
        slot.assign(arranged(given[name], layer, tuple(slot.shape)))
    state.steps = int(given["steps"][0])
    drawn = given.get(f"random.{together.shard.rank}")
    if drawn is not None:  # a process that was not there before keeps what its seed gave
        _set_random_state(state.model, drawn)


def _fill(model: keras.Model, prefix: str, given: Mapping[str, Any]) -> None:
    found = {key.removeprefix(prefix): given[key] for key in given if key.startswith(prefix)}
    try:
        fill(model, found)
    except ValueError:
        message = "the checkpoint holds the weights of another network"
        raise TrainingError(message, ELSEWHERE) from None


def _slots(state: State) -> Iterator[tuple[str, layers.Layer, Variable]]:
    """List what the optimizer keeps, by name, with the layers that it belongs to."""
    known = variables(state.model)
    for key, weight in state.descent.weights.items():
        for slot, variable in weight.slots.items():
            yield f"optimizer.{key}.{slot}", known[key][0], variable


def _random_state(model: keras.Model) -> Any:
    """Stack the states of the generators that layers draw from, K x 2."""
    states = [each.numpy() for each in _generators(model)]
    return np.array(states, np.int64)


def _set_random_state(model: keras.Model, drawn: Any) -> None:
    for generator, state in zip(_generators(model), drawn, strict=True):
        generator.assign(state)


def _generators(model: keras.Model) -> list[keras.Variable]:
    """List the variables of a model that are no weights: the states of its generators."""
    weights = {id(each) for each in model.weights}
    return [each for each in model.variables if id(each) not in weights]
