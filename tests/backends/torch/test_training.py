"""What only training shows: gradients, statistics, and ReLUs that overwrite what they need not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from archspec.emission.building import build
from archspec.graph import Graph
from archspec_torch import backend
from tests.backends.torch.leaving import one_number
from tests.conformance.specs import SPECS, graph_of


def gradients(model: nn.Module, graph: Graph) -> dict[str, torch.Tensor]:
    """Train on one batch of two; return the gradients."""
    generator = torch.Generator().manual_seed(0)
    images = [
        torch.randn(3, each.type.channels, *each.type.grid, generator=generator, requires_grad=True)
        for each in graph.inputs.values()
    ]
    torch.manual_seed(0)
    one_number(model(*images)).backward()
    named = [*model.named_parameters(), *((f"input {n}", each) for n, each in enumerate(images))]
    return {name: each.grad for name, each in named if each.grad is not None}


@pytest.mark.parametrize("title", SPECS)
def test_gradients_are_those_of_a_model_that_overwrites_nothing(title: str) -> None:
    graph = graph_of(SPECS[title])
    model, careful = build(graph, backend).train(), build(graph, backend).train()
    for module in careful.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    found, wanted = gradients(model, graph), gradients(careful, graph)
    assert found.keys() == wanted.keys()
    assert found
    for name, gradient in wanted.items():
        torch.testing.assert_close(found[name], gradient, msg=name)


def test_running_statistics_keep_the_share_that_momentum_says_and_an_unbiased_variance() -> None:
    graph = graph_of("network: [batch_norm momentum=0.75]\n")
    model = build(graph, backend).train()
    batch = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    model(batch)
    values = batch.permute(1, 0, 2, 3).reshape(4, -1).numpy()
    norm = model.batch_norm
    mean, variance = 0.25 * values.mean(1), 0.75 + 0.25 * values.var(1, ddof=1)
    np.testing.assert_allclose(norm.running_mean.numpy(), mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(norm.running_var.numpy(), variance, rtol=1e-4)


def test_dropout_drops_in_training_alone() -> None:
    model = build(graph_of("network: [dropout 0.5]\n"), backend)
    ones = torch.ones(1, 4, 8, 8)
    assert torch.equal(model.eval()(ones), ones)
    assert set(model.train()(ones).unique().tolist()) == {0.0, 2.0}


def test_every_copy_of_a_repeat_has_weights_of_its_own() -> None:
    model = build(graph_of("network: [3 x conv 3x3 4]\n"), backend)
    kernels = [copy.conv2d.weight for copy in model.conv]
    assert len({each.data_ptr() for each in kernels}) == 3
    assert not torch.equal(kernels[0], kernels[1])
