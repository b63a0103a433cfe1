"""The families of the zoo beside torchvision's: equal totals, equal outputs of equal weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torchvision", reason="torchvision is not installed")

import torch
from torch import nn
from torchvision import models

import archspec

Record = Callable[[str, object], None]

SPECS = Path(__file__).parents[2] / "specs"
SIDES = ("shortcut", "downsample", "proj")
"""What each side calls the way around a residual, which the others register after the body."""
THEIRS = {
    "resnet#resnet_18": "resnet18",
    "resnet#resnet_34": "resnet34",
    "resnet#resnet_50": "resnet50",
    "resnet#resnet_101": "resnet101",
    "resnet#resnet_152": "resnet152",
    "resnet#resnext_50_32x4d": "resnext50_32x4d",
    "resnet#resnext_101_32x8d": "resnext101_32x8d",
    "resnet#wide_resnet_50_2": "wide_resnet50_2",
    "resnet#wide_resnet_101_2": "wide_resnet101_2",
    **{f"efficientnet#efficientnet_b{size}": f"efficientnet_b{size}" for size in range(8)},
    "mobilenet_v3#mobilenet_v3_large": "mobilenet_v3_large",
    "mobilenet_v3#mobilenet_v3_small": "mobilenet_v3_small",
    **{
        f"regnet#regnet_{kind}_{size}": f"regnet_{kind}_{size}"
        for kind in "xy"
        for size in ("400mf", "1_6gf", "3_2gf", "8gf")
    },
}
COMPUTED = (
    "resnet#resnet_18",
    "resnet#resnext_50_32x4d",
    "efficientnet#efficientnet_b1",
    "mobilenet_v3#mobilenet_v3_large",
    "mobilenet_v3#mobilenet_v3_small",
    "regnet#regnet_x_400mf",
    "regnet#regnet_y_400mf",
)


def load(name: str) -> archspec.Graph:
    family, variant = name.split("#")
    return archspec.load(SPECS / f"{family}.yaml", variant=variant)


def leaves(module: nn.Module) -> Iterator[nn.Module]:
    """Yield the modules with tensors of their own, the way around a residual after its body."""
    children = sorted(module.named_children(), key=lambda each: each[0] in SIDES)
    for _, child in children:
        yield from leaves(child)
    if not children and module.state_dict():
        yield module


def shaken(module: nn.Module) -> nn.Module:
    """Let norms scale and shift, and know what arrives, so that values do not fade to nothing."""
    for each in module.modules():
        if isinstance(each, nn.BatchNorm2d):
            nn.init.uniform_(each.weight, 0.5, 1.5)
            nn.init.normal_(each.bias, 0.0, 0.1)
            each.momentum = 1.0
    with torch.no_grad():
        module.train()(torch.randn(4, 3, 128, 128))
    return module.eval()


def counted(module: nn.Module, size: int) -> int:
    """Count the MACs of a module that is on no device."""
    found = 0

    def count(layer: Any, _: Any, output: Any) -> None:
        nonlocal found
        found += output.numel() * layer.weight[0].numel()

    for each in module.modules():
        if isinstance(each, nn.Conv2d | nn.Linear):
            each.register_forward_hook(count)
    module.eval()(torch.zeros(1, 3, size, size, device="meta"))
    return found


@pytest.mark.parametrize("name", THEIRS)
def test_a_variant_has_the_layers_and_totals_of_torchvisions(name: str) -> None:
    graph = load(name)
    with torch.device("cpu" if "regnet" in name else "meta"):  # RegNets compute their widths
        theirs = getattr(models, THEIRS[name])(weights=None).to("meta")
    convolutions = [each for each in theirs.modules() if isinstance(each, nn.Conv2d | nn.Linear)]
    ours = [node for node in graph.nodes.values() if node.op.cost(node.output, *node.inputs).macs]
    assert len(ours) == len(convolutions)
    totals = archspec.count(graph)
    assert totals.parameters == sum(each.numel() for each in theirs.parameters())
    assert totals.macs == counted(theirs, graph.inputs["input"].type.shape[0])


@pytest.mark.parametrize("name", COMPUTED)
def test_a_variant_computes_what_torchvisions_does(name: str, record_property: Record) -> None:
    torch.manual_seed(0)
    theirs = shaken(getattr(models, THEIRS[name])(weights=None))
    ours = archspec.build(load(name), "torch").eval()
    for mine, other in zip(leaves(ours), leaves(theirs), strict=True):
        for key, tensor in other.state_dict().items():
            held = mine.state_dict()[key]
            held.copy_(tensor.reshape(held.shape))
    x = torch.randn(2, 3, 128, 128)
    with torch.no_grad():
        expected, found = theirs(x), ours(x)
    worst = float((found - expected).abs().max() / expected.abs().max())
    record_property(f"{name} beside torchvision's, of the largest output", f"{worst:.1e}")
    assert float(expected.std(dim=0).max()) > 1e-3 * float(expected.abs().max())
    assert worst < 1e-5
