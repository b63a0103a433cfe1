"""What operators say of themselves is true of what they compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from archspec.attributes import Value
from archspec.operator import Operator, RuleError, operators
from archspec.tensor import TensorType
from tests.conformance.small import computed
from tests.operator_tables import rows

Arrays = list[Any]
Parameters = Mapping[str, Any]

WORDS = sorted(operators())
MERGES = [word for word in WORDS if operators()[word].variadic]
LARGEST = 5000
"""Numbers of an input that are still computed quickly."""
OTHERS: Mapping[str, Value] = {"rate": 0.7, "momentum": 0.3, "initial": 2.0}
"""Another value for each attribute that plays a part in training alone."""


def uses(word: str) -> Iterator[tuple[Operator, Arrays, Parameters]]:
    """Draw numbers for each use of an operator that its table has."""
    generator = np.random.default_rng(1)
    for row in rows(word):
        if row.output is not None and max(each.size for each in row.inputs) < LARGEST:
            inputs = [generator.uniform(-2, 2, each.shape) for each in row.inputs]
            learned = row.op.parameters(*row.inputs)
            yield (
                row.op,
                inputs,
                {each.name: generator.uniform(0.5, 2, each.shape) for each in learned},
            )


def types(inputs: Arrays) -> list[TensorType]:
    """Name the types of arrays."""
    return [TensorType(x.shape) for x in inputs]


def holds(word: str, law: Callable[[Operator, Arrays, Parameters], bool]) -> bool:
    """Whether a law holds for every use of an operator, and none is refused."""
    try:
        return all(law(*each) for each in uses(word))
    except RuleError:
        return False


def same(one: Any, other: Any) -> bool:
    """Whether two arrays are the same but for rounding."""
    return one.shape == other.shape and bool(np.allclose(one, other))


def commutes(op: Operator, inputs: Arrays, parameters: Parameters) -> bool:
    return same(computed(op, inputs, parameters), computed(op, inputs[::-1], parameters))


def associates(op: Operator, inputs: Arrays, parameters: Parameters) -> bool:
    x, y = inputs[:2]
    for third in (x, y):
        left = computed(op, [computed(op, [x, y], parameters), third], parameters)
        right = computed(op, [x, computed(op, [y, third], parameters)], parameters)
        if not same(left, right):
            return False
    return True


@pytest.mark.parametrize("word", MERGES)
def test_a_merge_commutes_and_associates_as_far_as_it_says(word: str) -> None:
    assert holds(word, commutes) is operators()[word].commutative
    assert holds(word, associates) is operators()[word].associative


def concatenates(op: Operator, inputs: Arrays, parameters: Parameters) -> bool:
    found = computed(op, inputs, parameters)
    return found.size == sum(x.size for x in inputs) and hands_on(op, inputs, parameters)


@pytest.mark.parametrize("word", MERGES)
def test_a_merge_that_concatenates_keeps_every_number(word: str) -> None:
    assert holds(word, concatenates) is operators()[word].concatenates


def hands_on(op: Operator, inputs: Arrays, parameters: Parameters) -> bool:
    given = np.concatenate([x.ravel() for x in inputs])
    found = computed(op, inputs, parameters).ravel()
    return same(np.sort(given), np.sort(found))


@pytest.mark.parametrize("word", [word for word in WORDS if operators()[word].is_view])
def test_a_view_hands_on_the_numbers_that_arrive(word: str) -> None:
    assert holds(word, hands_on)


@pytest.mark.parametrize("word", WORDS)
def test_an_operator_is_the_identity_where_it_says_so_and_nowhere_else(word: str) -> None:
    for op, inputs, parameters in uses(word):
        both = [[sign * x for x in inputs] for sign in (1, -1)]
        is_same = all(same(each[0], computed(op, each, parameters)) for each in both)
        said = op.is_identity(*types(inputs))
        is_one_cell = types(inputs)[0].grid == (1, 1)  # which any window that only pads leaves
        assert said is is_same or (is_one_cell and not said), op


@pytest.mark.parametrize("word", WORDS)
def test_the_attributes_that_only_train_change_nothing_in_inference(word: str) -> None:
    for op, inputs, parameters in uses(word):
        for name in op.training_only:
            other = op.replace(**{name: OTHERS[name]})
            assert other != op
            assert same(computed(op, inputs, parameters), computed(other, inputs, parameters))


def cancels_shifts(op: Operator, inputs: Arrays, parameters: Parameters) -> bool:
    """Whether the mean that an operator takes off, a running one or its own, makes up for it."""
    shift = np.arange(1, 1 + inputs[0].shape[-1])
    moved = {
        name: each + shift if name == "running_mean" else each for name, each in parameters.items()
    }
    return same(computed(op, inputs, parameters), computed(op, [inputs[0] + shift], moved))


@pytest.mark.parametrize("word", [word for word in WORDS if operators()[word].cancels_shifts])
def test_what_is_added_to_a_channel_moves_the_mean_that_is_taken_off(word: str) -> None:
    assert holds(word, cancels_shifts)


@pytest.mark.parametrize("word", WORDS)
def test_the_channels_that_leave_follow_from_what_an_operator_says_of_them(word: str) -> None:
    for op, inputs, _ in uses(word):
        given = types(inputs)
        arriving = [x.channels for x in given]
        said = {name: getattr(op, name) for name in op.sets_channels}
        counted = op.output_channels(said, arriving, *given)
        left = said[op.sets_channels[0]] if len(said) == 1 else counted
        assert op.infer(*given).channels in ([left] if left is not None else arriving)


@pytest.mark.parametrize("word", WORDS)
def test_a_cell_depends_on_no_cell_outside_of_its_field(word: str) -> None:
    for op, inputs, parameters in uses(word):
        given = types(inputs)
        fields = op.fields(*given)
        if fields is None or not op.infer(*given).is_map or not all(x.is_map for x in given):
            continue
        before = computed(op, inputs, parameters)
        for axis, field in enumerate(fields):
            for cell in range(inputs[0].shape[axis]):
                after = computed(op, [moved(x, axis, cell) for x in inputs], parameters)
                rows = np.flatnonzero((after != before).any(axis=(1 - axis, 2)))
                offsets = [cell - row * field.stride for row in map(int, rows)]
                assert all(-field.before <= each <= field.after for each in offsets), op


def moved(x: Any, axis: int, cell: int) -> Any:
    """Change one row or column of a map."""
    found = np.array(x)
    np.moveaxis(found, axis, 0)[cell] += 1
    return found
