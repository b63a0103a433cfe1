"""The classes that an emitted model takes along where it runs eagerly and is not trained.

Their lines have at most 88 columns, as those of the models.
"""

# mypy: disable-error-code="arg-type, attr-defined, no-any-return, no-untyped-call, override"
# ruff: noqa: SIM102 (TorchScript leaves out what stands in an `if` of its own)
# ruff: noqa: SLF001 (what oneDNN offers, and what watches, PyTorch tells by such names alone)

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
            if is_inferring() and x.dtype is torch.bfloat16 and not is_watched(x):
                bits = functional.threshold(x.view(torch.int16), -128, 0, self.inplace)
                return bits.view(torch.bfloat16)
        return functional.relu(x, self.inplace)


class InferenceConv2d(nn.Conv2d):
    """Convolution, perhaps with ReLU, that oneDNN computes at once for inference.

    In inference mode, on a processor; what it gives has channels last in memory. Its
    weight stays packed in oneDNN's order, into which `nn.Conv2d` brings one at each
    call, until it changes: after a change that PyTorch does not count, as through
    `.data` or NumPy, call `eval()`. Its ReLU may make NaN zero.
    """

    packed: tuple[Tensor, int, Tensor] | None = None  # a weight, its version, packed
    __jit_ignored_attributes__ = ("packed",)

    def __init__(
        self,
        *sizes: int | tuple[int, int],
        relu: bool = False,
        **options: int | tuple[int, int],
    ) -> None:
        super().__init__(*sizes, **options)
        self.relu = InferenceReLU(inplace=True) if relu else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        if not torch.jit.is_scripting():  # which knows no inference mode
            if is_inferring() and takes_packed(x, self.weight):
                return self.convolve(x)
            self.packed = None  # fused optimizers count no change
        return self.relu(self._conv_forward(x, self.weight, self.bias))

    @torch.jit.unused
    def convolve(self, x: Tensor) -> Tensor:
        options = self.padding, self.stride, self.dilation, self.groups
        weight, version = self.weight.detach(), self.weight._version
        before, known, packed = self.packed or (x, -1, x)
        if not before.is_set_to(weight) or known != version:
            pack = torch.ops.mkldnn._reorder_convolution_weight
            sizes = len(x), weight.shape[1] * self.groups, *x.shape[2:]
            packed = pack(weight, *options, sizes)
            self.packed = weight, version, packed
        bias = None if self.bias is None else self.bias.contiguous()
        after = "relu" if isinstance(self.relu, nn.ReLU) else "none"
        convolution = torch.ops.mkldnn._convolution_pointwise
        return convolution(x, packed, bias, *options, after, [], "")

    def train(self, mode: bool = True) -> nn.Module:
        self.packed = None
        return super().train(mode)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "packed": None}


def is_inferring() -> bool:
    """Whether PyTorch derives nothing, and no compiler looks on."""
    return not torch.compiler.is_compiling() and torch.is_inference_mode_enabled()


def takes_packed(x: Tensor, weight: Tensor) -> bool:
    """Whether oneDNN convolves a map with a weight in its own order, here and now."""
    if is_watched(x) or type(weight) not in (Tensor, nn.Parameter):
        return False
    if weight.is_inference() or x.dtype is not weight.dtype:
        return False
    if {x.device.type, weight.device.type} != {"cpu"} or x.dim() != 4:
        return False
    if not torch.backends.mkldnn.is_available() or not torch._C._get_mkldnn_enabled():
        return False
    if x.dtype is torch.bfloat16:
        return torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return x.dtype is torch.float32


def is_watched(x: Tensor) -> bool:
    """Whether PyTorch stores a value otherwise, or changes or counts what is done."""
    if type(x) is not Tensor or x.layout is not torch.strided:
        return True
    if torch._C._len_torch_dispatch_stack():
        return True
    if torch.jit.is_tracing() or torch._C._are_functorch_transforms_active():
        return True
    return torch.is_autocast_enabled("cpu")
