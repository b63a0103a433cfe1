"""The classes that an emitted model takes along where it runs eagerly and is not trained.

Their lines have at most 88 columns, as those of the models.
"""

# mypy: disable-error-code="attr-defined"
# ruff: noqa: SIM102 (TorchScript leaves out what stands in an `if` of its own)

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class InferenceReLU(nn.ReLU):
    """ReLU; in inference mode that of bfloat16 by its bits, in a quarter of the time.

    As integers its numbers below zero are -32768 (-0) to -128 (-inf); NaN is above.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not torch.jit.is_scripting():  # which knows no inference mode
            if torch.is_inference_mode_enabled() and x.dtype is torch.bfloat16:
                bits = functional.threshold(x.view(torch.int16), -128, 0, self.inplace)
                return bits.view(torch.bfloat16)
        return functional.relu(x, self.inplace)
