"""The memory of values as PyTorch keeps them, worked out by hand."""

from __future__ import annotations

import pytest

from archspec import checked
from archspec.analysis.budget import Upkeep, inference, training
from archspec.analysis.lifetimes import Lifetime, Peak, peak
from archspec.analysis.memory import StepMemory
from archspec.backend import backend
from archspec.graph import Graph

KIB = 1024


def graph_of(steps: str) -> Graph:
    """Return a network over 8x8x16, each value of which has 4 KiB."""
    return checked.load(text=f"archspec: 1\nname: net\ninput: 8x8x16\nnetwork: {steps}")


def memory_of(graph: Graph) -> StepMemory:
    """Return the memory of a network as PyTorch keeps it."""
    return StepMemory(graph, backend("torch").keeping)


def test_lifetimes_that_meet_add_up_and_those_that_follow_do_not() -> None:
    lives = [Lifetime(0, 2, 5), Lifetime(2, 3, 7), Lifetime(4, 9, 11)]
    assert peak(lives) == Peak(12, 2)


@pytest.mark.parametrize(
    ("title", "steps", "kib"),
    [
        ("a convolution keeps its input", "[conv2d 16 1x1]", 4),
        ("what two convolutions keep is one input", "[{add: [conv2d 16 1x1, conv2d 16 3x3]}]", 4),
        ("a norm its input, a ReLU its output", "[conv2d 16 1x1, batch_norm, relu]", 4 + 4 + 4),
        ("a sum nothing, so that the ReLU behind is in place", "[{add: [relu, tanh]}, relu]", 12),
        ("a pool indices of 64 bits, too", "[max_pool 2x2 /2]", 4 + 2),
        ("a mask for each number", "[dropout 0.5]", 4),
        ("both factors", "[{multiply: [identity, sigmoid]}]", 4 + 4),
        ("an uneven border is a copy of 9x9", "[conv2d 16 2x2 padding=same]", 81 * 16 * 4 / KIB),
    ],
)
def test_what_is_kept_for_the_backward_pass(title: str, steps: str, kib: float) -> None:
    assert sum(memory_of(graph_of(steps)).saved().values()) == kib * KIB, title


@pytest.mark.parametrize(
    ("title", "steps", "kib"),
    [
        ("what enters and what leaves", "[conv2d 16 1x1]", 4 + 4),
        ("the input stays, the one before goes", "[conv2d 16 1x1, conv2d 16 1x1]", 4 + 4 + 4),
        ("a ReLU in place takes nothing", "[conv2d 16 1x1, relu]", 4 + 4),
        ("a ReLU whose input is needed does", "[conv2d 16 1x1, {residual: [relu]}]", 4 * 4),
        (
            "a skip is a variable to the end",
            "[conv2d 16 1x1 as a, tanh as b, add from a b, conv2d 64 1x1, tanh]",
            4 + 4 + 16 + 16,
        ),
        (
            "what is used once is none, however late",
            "[conv2d 16 1x1 as a, conv2d 64 1x1 from input as b, concat from a b, tanh]",
            4 + 20 + 20,
        ),
    ],
)
def test_how_much_lives_at_once_in_inference(title: str, steps: str, kib: int) -> None:
    assert memory_of(graph_of(steps)).inference().bytes == kib * KIB, title


def test_an_uneven_border_is_copied_as_long_as_the_convolution_runs() -> None:
    found = memory_of(graph_of("[conv2d 16 2x2 padding=same]")).inference()
    assert found.bytes == (4 + 4) * KIB + 9 * 9 * 16 * 4


def test_a_step_keeps_what_is_saved_until_its_gradient_has_passed() -> None:
    found = memory_of(graph_of("[conv2d 16 1x1, conv2d 16 1x1]")).training()
    values, gradients = 3 * 4, 2 * 4
    assert found.bytes == (values + gradients) * KIB
    assert found.path == "conv2d_1"
    assert found.backward


def test_weights_gradients_and_states_are_divided_over_processes_and_values_are_not() -> None:
    graph = graph_of("[conv2d 16 1x1, 2 x conv2d 16 3x3]")
    one, two = (training(memory_of(graph), Upkeep(2), shards) for shards in (1, 2))
    count = 16 * 16 + 16 + 2 * (9 * 16 * 16 + 16)
    assert one.fixed["weights"] == max(one.gradients) == 4 * count
    assert one.fixed["states of the optimizer"] == 2 * 4 * count
    assert two.fixed["weights"] == max(two.gradients) == 4 * count / 2
    assert two.fixed["gathered weights"] == 2 * 4 * (9 * 16 * 16 + 16)
    assert two.values == one.values


def test_a_batch_fits_as_long_as_its_values_fit_beside_the_weights() -> None:
    budget = inference(memory_of(graph_of("[conv2d 16 1x1]")))
    weights = 4 * (16 * 16 + 16)
    assert budget.total(3) == weights + 3 * 8 * KIB
    assert budget.largest_batch(weights + 24 * KIB) == 3
    assert budget.largest_batch(weights + 24 * KIB - 1) == 2
    assert budget.largest_batch(weights - 1) == 0


def test_gradients_of_parameters_come_as_the_backward_pass_reaches_them() -> None:
    graph = graph_of("[conv2d 64 1x1, global_avg_pool, fully_connected 1000]")
    budget = training(memory_of(graph), Upkeep())
    convolution, dense = 4 * (16 * 64 + 64), 4 * (64 * 1000 + 1000)
    assert [each for each in budget.gradients if each] == [dense, dense, *2 * [dense + convolution]]
    one, many = budget.peak(1), budget.peak(1000)
    assert (one.path, one.gradients) == ("conv2d", dense + convolution)
    assert (many.path, many.gradients) == ("global_avg_pool", dense)


def test_gradients_of_micro_batches_before_are_there_all_along() -> None:
    graph = graph_of("[conv2d 64 1x1]")
    gradients = training(memory_of(graph), Upkeep(accumulates=True)).gradients
    assert set(gradients) == {4 * (16 * 64 + 64)}


def test_a_batch_fits_at_every_moment_of_a_step() -> None:
    graph = graph_of("[conv2d 64 1x1, global_avg_pool, fully_connected 1000]")
    budget = training(memory_of(graph), Upkeep(1))
    for batch in (1, 2, 17, 1000):
        assert budget.largest_batch(budget.total(batch)) == batch
        assert budget.largest_batch(budget.total(batch) - 1) == batch - 1
    assert budget.largest_batch(sum(budget.fixed.values()) + max(budget.gradients) - 1) == 0


def test_averages_copies_of_16_bits_and_heads_are_told_apart() -> None:
    graph = graph_of("[conv2d 16 1x1]")
    count = 16 * 16 + 16
    halves = StepMemory(graph, memory_of(graph).keeping, 2)
    found = training(halves, Upkeep(averages=True)).fixed
    assert found["averages of weights"] == 4 * count
    assert found["weights of 16 bits"] == 2 * count
    assert "states of the optimizer" not in found
    assert "averages of weights" not in training(halves, Upkeep()).fixed


def test_a_head_adds_its_gradient_to_a_step() -> None:
    convs = "network: [conv2d 16 1x1 as a, conv2d 16 1x1]"
    head = "auxiliary: {side: {from: a, steps: [conv2d 16 1x1]}}"
    text = f"archspec: 1\nname: net\ninput: 8x8x16\n{convs}\n{head}"
    with_head = checked.load(text=text)
    found, plain = (memory_of(graph).training() for graph in (with_head, with_head.without_heads()))
    values, gradients = 3 * 4, 2 * 4
    assert plain.bytes == (values + gradients) * KIB
    assert found.bytes == (values + 4 + gradients + 4) * KIB
