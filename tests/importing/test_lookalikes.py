"""Models of PyTorch that look like a word of specs and compute otherwise, read without a proof."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from archspec.importing.imported import Untranslatable  # noqa: E402
from archspec.importing.importing import spec_of  # noqa: E402
from tests.importing.test_torch import ORDER, assert_same, shaken, translated  # noqa: E402

SHAPE = (8, 8, 4)
Forward = Callable[["Layered", Tensor], Tensor]


class Layered(nn.Module):
    """Calls a function with a layer."""

    def __init__(self, forward: Forward, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.function = forward

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


def around(x: Tensor, fill: float, *cells: int) -> Tensor:
    return functional.pad(x, cells or (1, 1, 1, 1), value=fill)


def reason(forward: Forward, layer: nn.Module, shape: tuple[int, ...] = SHAPE) -> str:
    """Return why a model is refused whose spec nobody proves."""
    with pytest.raises(Untranslatable) as refused:
        translated(Layered(forward, layer).eval(), shape, "net")
    return " ".join([str(refused.value), *(each.reason for each in refused.value.missing)])


READERS: dict[str, nn.Module] = {
    "convolution": nn.Conv2d(4, 6, 3),
    "depthwise convolution": nn.Conv2d(4, 4, 3, groups=4),
    "transposed convolution": nn.ConvTranspose2d(4, 6, 3),
    "average": nn.AvgPool2d(3),
    "adaptive pool": nn.AdaptiveMaxPool2d(5),
    "norm": nn.BatchNorm2d(4),
    "function": nn.ReLU(),
    "resizing": nn.Upsample(scale_factor=2),
    "view": nn.Flatten(),
    "pad": nn.ZeroPad2d(1),
}


@pytest.mark.parametrize("reader", READERS)
def test_only_a_max_pool_reads_cells_of_minus_infinity(reader: str) -> None:
    said = reason(lambda net, x: net.layer(around(x, -inf)), READERS[reader])
    assert "cells of -inf are around what it takes" in said


@pytest.mark.parametrize(
    "forward",
    [
        lambda net, x: around(net.layer(x), -inf) + x,
        lambda net, x: torch.cat([around(net.layer(x), -inf), x], 1),
        lambda net, x: around(net.layer(x), -inf)[:, :, 1:-1],
        lambda net, x: around(net.layer(x), -inf).mean((2, 3)),
    ],
    ids=("sum", "concatenation", "slice", "mean"),
)
def test_no_merge_and_no_part_reads_cells_of_minus_infinity(forward: Forward) -> None:
    assert "cells of -inf are around what it takes" in reason(forward, nn.Conv2d(4, 4, 3))


@pytest.mark.parametrize("fill", [1.0, 0.5, inf])
def test_cells_of_other_numbers_are_refused_where_they_are_added(fill: float) -> None:
    said = reason(lambda net, x: net.layer(around(x, fill)), nn.Conv2d(4, 6, 3))
    assert f"it adds cells of {fill:g}, and specs pad with zeros" in said


def test_cells_of_the_opposite_side_are_refused_with_the_name_of_their_mode() -> None:
    layer = nn.Conv2d(4, 6, 3, padding=1, padding_mode="circular")
    assert "cells in the mode `circular`" in reason(lambda net, x: net.layer(x), layer)


@pytest.mark.parametrize("cells", [(0, 0, 0, 0, 1, 2), (0, 0, 0, 0, 0, 0, 0, 1), (1, 0, 0, 0, 1)])
def test_padded_channels_and_examples_are_no_cells(cells: tuple[int, ...]) -> None:
    said = reason(lambda _, x: around(x, -inf, *cells, *(0,) * (len(cells) % 2)), nn.Identity())
    assert "it adds examples, channels that are not zeros, or channels and cells at once" in said


def blur(x: Tensor, **told: Any) -> Tensor:
    """Blur by a filter that nobody learns."""
    row = torch.tensor([1.0, 2.0, 1.0]) / 4
    return functional.conv2d(x, torch.outer(row, row).expand(4, 1, 3, 3), groups=4, **told)


ALIKE: dict[str, tuple[Forward, nn.Module]] = {
    "what cuts off fills nothing": (
        lambda net, x: net.layer(around(x, 1.0, -1, -1, -2, -1)),
        nn.Conv2d(4, 6, 3),
    ),
    "cells of minus infinity are none of a max pool": (
        lambda net, x: net.layer(around(x, -inf, 0, 1, 1, 0)),
        nn.MaxPool2d(3, 2, padding=1, ceil_mode=True),
    ),
    "zeros around a pad of its own": (
        lambda net, x: net.layer(around(x, 0.0, 0, 1, 2, 0)),
        nn.Conv2d(4, 6, 3, padding="same"),
    ),
    "a mirror around a stride": (
        lambda net, x: net.layer(x),
        nn.Conv2d(4, 6, 3, stride=2, padding=(1, 2), padding_mode="reflect"),
    ),
    "a cell with zeros around it": (
        lambda net, x: net.layer(functional.adaptive_avg_pool2d(x, 1)),
        nn.Conv2d(4, 6, 1, padding=1),
    ),
    "cells beside a larger map": (
        lambda net, x: torch.cat([net.layer(x).expand(-1, -1, 8, 8), x], 1),
        nn.AdaptiveAvgPool2d(1),
    ),
    "a cell that is spread in a product": (
        lambda net, x: x * net.layer(x).expand(-1, -1, 8, 8).sigmoid(),
        nn.AdaptiveAvgPool2d(1),
    ),
    "values that are overwritten and read by one name": (
        lambda net, x: net.layer(x).view(-1, 4, 8, 8).relu_().add_(1).mul_(2),
        nn.Conv2d(4, 4, 1),
    ),
    "a blur with gaps": (lambda _, x: blur(x, dilation=2), nn.Identity()),
    "a blur with a bias": (lambda _, x: blur(x, bias=torch.ones(4)), nn.Identity()),
    "an open bound at zero": (lambda _, x: x.clamp_min(0), nn.Identity()),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_has_a_word_computes_what_the_module_computes(name: str) -> None:
    model = shaken(Layered(*ALIKE[name]))
    assert_same(model, spec_of(translated(model, SHAPE, "net"), ORDER), SHAPE)


def neighbours(net: Layered, x: Tensor) -> Tensor:
    """Gate by a convolution along the channels."""
    gate: Tensor = net.layer(x.mean((2, 3)).unsqueeze(1)).transpose(1, 2)
    return x * gate.unsqueeze(-1)


def viewed(net: Layered, x: Tensor) -> Tensor:
    """Read a view of what was overwritten meanwhile."""
    whole: Tensor = net.layer(x)
    view = whole.flatten(2)
    whole.add_(1)
    return view * 2


def viewed_twice(net: Layered, x: Tensor) -> Tensor:
    """Read a view after another view of the same numbers was overwritten."""
    whole: Tensor = net.layer(x)
    one, other = whole.flatten(2), whole.flatten(1)
    one.add_(1)
    return other * 2


SPREAD = "it takes numbers that are spread over more cells or channels"
UNLIKE: dict[str, tuple[Forward, nn.Module, str]] = {
    "neighbours with gaps between them": (
        neighbours,
        nn.Conv1d(1, 1, 3, padding="same", dilation=2, bias=False),
        "it does more than to weigh neighbours",
    ),
    "a quotient that is rounded": (
        lambda _, x: torch.div(x, 2, rounding_mode="floor"),
        nn.Identity(),
        "it rounds its quotient",
    ),
    "numbers that are cut": (
        lambda _, x: x.to(torch.int32).float(),
        nn.Identity(),
        "it rounds numbers to int32",
    ),
    "numbers that are halved": (
        lambda _, x: x.half().float(),
        nn.Identity(),
        "it rounds numbers to float16",
    ),
    "an example of several": (
        lambda _, x: x[:1],
        nn.Identity(),
        "it takes some examples of a batch",
    ),
    "a sum over copies": (
        lambda net, x: net.layer(x).expand(-1, -1, 8, 8).sum((2, 3)),
        nn.AdaptiveAvgPool2d(1),
        SPREAD,
    ),
    "a window over copies": (
        lambda net, x: net.layer(functional.adaptive_avg_pool2d(x, 1).expand(-1, -1, 8, 8)) + x,
        nn.Conv2d(4, 4, 3, padding=1),
        SPREAD,
    ),
    "copies that leave": (
        lambda net, x: net.layer(x).expand(-1, -1, 8, 8),
        nn.AdaptiveAvgPool2d(1),
        "it returns numbers that are spread",
    ),
    "copies of a channel beside others": (
        lambda _, x: torch.cat([x.mean(1, keepdim=True).expand(-1, 8, -1, -1), x], 1),
        nn.Identity(),
        "it takes a channel that is spread to several",
    ),
    "a number with one dimension more": (
        lambda _, x: x.mean((2, 3)) * torch.ones(1, 1, 1, 1),
        nn.Identity(),
        "a dimension more",
    ),
    "a view of what was overwritten": (viewed, nn.Conv2d(4, 4, 1), "overwrites"),
    "another view of what was overwritten": (viewed_twice, nn.Conv2d(4, 4, 1), "overwrites"),
    "one bound": (lambda _, x: x.clamp(min=0.5), nn.Identity(), "it clips on one side alone"),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_what_computes_otherwise_is_refused_with_its_reason(name: str) -> None:
    forward, layer, said = UNLIKE[name]
    assert said in reason(forward, layer)


@pytest.mark.parametrize("pool", [nn.MaxPool2d, nn.AvgPool2d])
def test_a_window_that_rounding_up_begins_in_a_pad_is_no_window_of_a_spec(pool: Any) -> None:
    """Four columns and two of padding: windows of three begin in columns 0 and 4."""
    layer, fill = pool(3, 4, ceil_mode=True), -inf if pool is nn.MaxPool2d else 0.0
    model = Layered(lambda net, x: net.layer(around(x, fill, 0, 2, 0, 2)), layer).eval()
    assert model(torch.zeros(1, 4, 4, 4)).shape == (1, 4, 2, 2)
    if pool is nn.MaxPool2d:
        assert "a window that begins in the cells behind" in reason(
            model.function, layer, (4, 4, 4)
        )
    else:
        assert_same(model, spec_of(translated(model, (4, 4, 4), "net"), ORDER), (4, 4, 4))
