"""Modules that no spec means, or that cannot be traced, are answered in a sentence with a fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

import archspec  # noqa: E402
from archspec.diagnostic import Diagnostic, SpecError  # noqa: E402


class After(nn.Module):
    """A convolution, and what is done with what it gives."""

    def __init__(self, act: Callable[[Any], Any]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.act = act

    def forward(self, x: Tensor) -> Any:
        """Convolve and go on."""
        return self.act(self.conv(x))


class Viewing(nn.Module):
    """Flattens by a view, which only memory in order allows."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(4 * 4 * 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve a gray image and flatten it."""
        x = self.conv(x)
        found: Tensor = self.fc(x.view(-1, x.shape[1:].numel()))
        return found


@dataclass
class Found:
    """What a model returns, with what is no tensor."""

    scores: Tensor
    maps: dict[str, Tensor]
    loss: Tensor | None = None
    count: int = 3


class OfPhotos(nn.Module):
    """A model that takes a dict."""

    def forward(self, given: Any) -> Tensor:
        """Take one of the values."""
        found: Tensor = torch.relu(given["image"])
        return found


class Again(nn.Module):
    """A convolution that is used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve twice, with a norm behind it once."""
        found: Tensor = self.conv(self.norm(self.conv(x)))
        return found


class Pair(nn.Module):
    """Two convolutions, of which both results leave."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the result of each."""
        x = torch.relu(self.first(x))
        return x, self.second(x)


class Pairs(nn.Module):
    """Two pairs, of which both first results leave, and the last."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = Pair(), Pair()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what both call the first, and what comes out."""
        left, x = self.left(x)
        right, x = self.right(x)
        return left, right, x


class AllPairs(nn.Module):
    """Two pairs of pairs."""

    def __init__(self) -> None:
        super().__init__()
        self.early, self.late = Pairs(), Pairs()

    def forward(self, x: Tensor) -> Tensor:
        """Add up what leaves them."""
        first, second, x = self.early(x)
        third, fourth, x = self.late(first + second * x)
        found: Tensor = third + fourth * x
        return found


def blurred(x: Tensor) -> Tensor:
    """Blur what is far from zero, so that single precision rounds much of it away."""
    row = torch.tensor([1.0, 2.0, 1.0], dtype=x.dtype) / 4
    far = nn.functional.conv2d(x + 1e5, torch.outer(row, row).expand(3, 1, 3, 3), groups=3)
    return far - 1e5


def deciding(x: Tensor) -> Tensor:
    """Do otherwise where a sum is positive."""
    return torch.relu(x) if x.sum() > 0 else x


def blackened(x: Tensor) -> Tensor:
    """Overwrite one channel of what is returned as a whole."""
    x[:, 0] = 0.5
    return x


def across_examples(x: Tensor) -> Tensor:
    """Divide by what the channels of all examples come to, folded into one dimension."""
    folded = x.reshape(1, -1, *x.shape[2:])
    shares: Tensor = torch.softmax(folded, 1)
    return shares.reshape(x.shape)


def one_example(x: Tensor) -> Tensor:
    """Pool all examples as one of three channels, which two are not."""
    pooled: Tensor = nn.functional.avg_pool2d(x.reshape(1, 3, *x.shape[2:]), 2)
    return pooled


def infinite() -> nn.Module:
    """Make a model one of whose weights has overflowed."""
    model = After(torch.relu)
    model.conv.weight.data[0] = torch.inf
    return model


REFUSED: dict[str, tuple[Callable[[], nn.Module], str, str]] = {
    "deciding": (
        lambda: After(deciding),
        "what it does next depends on the values that it computes",
        "may not decide",
    ),
    "of photos": (OfPhotos, "torch.export cannot trace it: IndexError", "takes dicts or lists"),
    "in half precision": (
        lambda: After(torch.relu).half(),
        "its weights are in half precision",
        "model.float()",
    ),
    "twice the same": (lambda: After(lambda y: (y, y)), "returns one value twice", ""),
    "no value": (lambda: After(lambda y: (y, torch.ones(2))), "returns no tensor that is", ""),
    "channels last": (
        lambda: After(lambda y: y.permute(0, 2, 3, 1)),
        "in an order that no map and no vector of a spec has",
        "leave the last view or permutation",
    ),
    "rows of cells": (
        lambda: After(lambda y: y.flatten(2)),
        "in an order that no map and no vector of a spec has",
        "leave the last view or permutation",
    ),
    "overwritten": (lambda: After(blackened), "aten.fill_.Tensor", "make a new tensor"),
    "across examples": (
        lambda: After(across_examples),
        "it gives for two examples together something else than for each by itself",
        "let forward keep the first dimension",
    ),
    "one example": (
        lambda: After(one_example),
        "it gives for two examples together something else than for each by itself",
        "--no-verify writes the network of one example",
    ),
    "infinite": (infinite, "hold NaN or infinity", "--no-verify"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_stranger_is_answered_in_a_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    make, said, help = REFUSED[name]
    found = refused(make())
    assert said in found.message
    assert "\n" not in found.message
    assert help in (found.help or "")
    assert capfd.readouterr() == ("", "")


def test_a_model_that_rounds_batches_of_one_otherwise_does_not_mix_examples() -> None:
    found = refused(After(lambda y: y * (1 + (len(y) == 1) / 1000)))
    assert found.code == "import/different"
    assert "together" not in found.message


def refused(model: nn.Module) -> Diagnostic:
    with pytest.raises(SpecError) as error:
        archspec.import_model(model, (6, 5, 3))
    (found,) = error.value.diagnostics
    return found


def test_a_model_in_double_precision_is_imported() -> None:
    found = archspec.import_model(After(torch.relu).double(), (6, 5, 3))
    assert {each.dtype.name for each in found.tensors.values()} == {"float32"}
    assert found.difference is not None
    assert found.difference < 1e-5


def test_what_is_rounded_otherwise_is_compared_in_double_precision() -> None:
    model = After(blurred)
    before = model.conv.weight.detach().clone()
    found = archspec.import_model(model, (6, 5, 3))
    assert found.text.count("avg_pool 2x2") == 1
    assert found.in_double
    assert found.difference is not None
    assert found.difference < 1e-6
    assert torch.equal(model.conv.weight, before)


def test_outputs_within_lists_and_dicts_are_compared() -> None:
    model = After(lambda y: ([y, torch.relu(y)], {"sum": y + y}))
    found = archspec.import_model(model, (6, 5, 3))
    assert len(found.graph.outputs) == 3


def test_outputs_are_called_what_the_model_calls_them() -> None:
    model = After(lambda y: Found(y.mean((2, 3)), {"fine": y, "coarse": y + 1}))
    found = archspec.import_model(model, (6, 5, 3))
    assert [*found.graph.outputs] == ["scores", "maps_fine", "maps_coarse"]


def test_a_gray_image_is_flattened_by_a_view() -> None:
    found = archspec.import_model(Viewing(), (6, 5, 1))
    assert (found.difference, found.in_double) == (0, False)


def test_results_that_modules_call_alike_leave_the_module_around_them() -> None:
    found = archspec.import_model(AllPairs(), (6, 5, 3))
    assert found.difference == 0
    assert "  pair:" in found.text


def test_weights_that_layers_share_are_named() -> None:
    found = archspec.import_model(Again().eval(), (6, 5, 3))
    assert found.shared == ("conv.weight", "conv.bias")
