"""The order of examples: nothing lost or doubled, the same however the work is shared out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from archspec.standalone.data.batches import (
    Batch,
    Batches,
    evaluation_batches,
    training_batches,
)
from archspec.standalone.data.examples import DataError, Examples
from archspec.standalone.data.places import open_examples
from archspec.standalone.data.stream import (
    ALONE,
    Shard,
    draws,
    steps,
    steps_per_epoch,
    training_order,
)
from archspec.standalone.recipe import Recipe
from tests.training import image_files

SHAPE = (8, 8, 1)


def recipe(batch: int, epochs: float = 3, accumulate: int = 1) -> Recipe:
    return image_files.recipe(batch, epochs, accumulate, "light")


@pytest.fixture(scope="module")
def examples() -> Examples:
    """Make 1003 examples, which two and three processes and most batches do not divide."""
    return open_examples("synthetic:1003", "train", SHAPE)


def same(one: Iterable[Batch], other: Iterable[Batch]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(
        np.array_equal(a.images, b.images)
        and np.array_equal(a.labels, b.labels)
        and np.array_equal(a.indices, b.indices)
        for a, b in pairs
    )


def indices(batches: Batches) -> list[int]:
    with_all = list(batches)
    return [int(index) for batch in with_all for index in batch.indices]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_stream_goes_on_bit_for_bit_after_it_was_left(examples: Examples, workers: int) -> None:
    whole = list(training_batches(examples, recipe(64, 2), SHAPE))
    left = training_batches(examples, recipe(64, 2), SHAPE, workers=workers)
    assert same(islice(left, 13), whole[:13])
    state = json.loads(json.dumps(left.get_state()))
    left.close()
    taken_up = training_batches(examples, recipe(64, 2), SHAPE, workers=workers)
    taken_up.set_state(state)
    assert same(taken_up, whole[13:])


def test_a_state_of_one_number_of_workers_serves_another(examples: Examples) -> None:
    whole = list(training_batches(examples, recipe(100, 1), SHAPE))
    batches = training_batches(examples, recipe(100, 1), SHAPE, workers=1)
    batches.set_state({"next": 7, "broken": {}})
    assert same(batches, whole[7:])


def test_three_processes_see_every_example_once_in_each_epoch(examples: Examples) -> None:
    shares = [
        indices(training_batches(examples, recipe(60), SHAPE, Shard(rank, 3))) for rank in range(3)
    ]
    stream = [index for items in zip(*shares, strict=True) for index in items]
    for epoch in range(3):
        assert sorted(stream[1003 * epoch : 1003 * (epoch + 1)]) == list(range(1003))
    assert len(stream) == 51 * 60  # 3009 examples take 51 steps, the last with 51 of the next pass


def test_epochs_are_shuffled_differently_and_by_the_seed(examples: Examples) -> None:
    stream = indices(training_batches(examples, recipe(1003, 2), SHAPE))
    assert stream[:1003] != stream[1003:]
    assert stream[:1003] != sorted(stream[:1003])
    others = indices(training_batches(examples, replace(recipe(1003, 1), seed=8), SHAPE))
    assert others != stream[:1003]
    assert sorted(others) == list(range(1003))


def test_augmentation_is_drawn_from_the_seed_too(examples: Examples) -> None:
    first, second = (
        training_order(examples, replace(recipe(100), seed=seed), ALONE)[0].draws for seed in (7, 8)
    )
    assert not np.isin(first, second).any()
    assert np.array_equal(first[40:], draws(7, 40, 60))


@pytest.mark.parametrize("accumulate", [1, 2])
@pytest.mark.parametrize("world", [1, 2, 3])
def test_a_step_takes_the_same_varied_images_however_it_is_shared_out(
    examples: Examples, world: int, accumulate: int
) -> None:
    alone = list(training_batches(examples, recipe(60, 0.5), SHAPE))
    shares = [
        list(training_batches(examples, recipe(60, 0.5, accumulate), SHAPE, Shard(rank, world)))
        for rank in range(world)
    ]
    for step, batch in enumerate(alone):
        parts = slice(step * accumulate, (step + 1) * accumulate)
        pieces = [part for share in shares for part in share[parts]]
        places = np.concatenate([part.indices for part in pieces]).argsort()
        images = np.concatenate([part.images for part in pieces])
        assert np.array_equal(images[places], batch.images[batch.indices.argsort()])


@pytest.mark.parametrize("world", [1, 3])
def test_evaluation_sees_every_example_once_and_leaves_the_last_batch_short(
    examples: Examples, world: int
) -> None:
    shares = [
        list(evaluation_batches(examples, recipe(1), SHAPE, 100, Shard(rank, world)))
        for rank in range(world)
    ]
    seen = [int(index) for share in shares for batch in share for index in batch.indices]
    assert sorted(seen) == list(range(1003))
    assert [len(batch.labels) for batch in shares[0]][-1] == {1: 3, 3: 35}[world]


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [(1, 11), (2, 21), (0.1, 1), (0.001, 1)],  # 1003, 2006, 100 and 1 examples in batches of 100
)
def test_the_last_step_takes_what_is_left(examples: Examples, epochs: float, expected: int) -> None:
    assert steps(examples, recipe(100, epochs)) == expected
    assert len(training_batches(examples, recipe(100, epochs), SHAPE)) == expected
    assert steps_per_epoch(examples, recipe(100)) == 10.03


def test_a_share_of_the_examples_is_not_one_less_for_rounding() -> None:
    assert 0.29 * 100 < 29
    assert steps(open_examples("synthetic:100", "train", SHAPE), recipe(28, 0.29)) == 2


def test_a_batch_that_processes_do_not_divide_is_refused(examples: Examples) -> None:
    with pytest.raises(DataError, match=r"a batch of 64 does not go into 1 parts on 3 processes"):
        training_batches(examples, recipe(64), SHAPE, Shard(0, 3))
    with pytest.raises(DataError, match=r"a batch of 12 does not go into 4 parts on 2 processes"):
        training_batches(examples, recipe(12, 1, accumulate=4), SHAPE, Shard(0, 2))
