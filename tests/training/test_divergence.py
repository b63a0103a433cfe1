"""Where a value of a PyTorch model is the first that is not finite."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from archspec_torch.standalone.divergence import first_not_finite


class Between(nn.Module):
    """Two layers, and what a network computes between them."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.first, self.second, self.factor = nn.Linear(4, 3), nn.Linear(3, 2), factor

    def forward(self, images: Tensor) -> Tensor:
        found: Tensor = self.second(self.first(images) * self.factor)
        return found


def test_the_first_value_that_is_not_finite_is_named_wherever_it_is() -> None:
    ones = torch.ones(2, 4)
    assert first_not_finite(Between(1.0), ones) is None
    assert first_not_finite(Between(1.0), ones * torch.inf) == "an image"
    assert first_not_finite(Between(torch.inf), ones) == "the input of second"
    large = Between(1.0)
    nn.init.constant_(large.first.weight, 3e38)
    assert first_not_finite(large, ones) == "the output of first"
    nn.init.constant_(large.second.bias, torch.nan)
    assert first_not_finite(large, ones) == "the weight second.bias"
