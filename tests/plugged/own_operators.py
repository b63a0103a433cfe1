"""Three operators of a package of its own, and where they are computed and written: one file."""

from collections.abc import Iterator, Sequence
from functools import reduce
from math import sqrt
from typing import Any

from archspec.attributes import Positive, Share
from archspec.cost import Cost
from archspec.emission.lowering import Lowering, Use, constant, constructing
from archspec.emission.python import Code, call, listed
from archspec.interpreter.rule import computes
from archspec.operator import FigureLabel, Normal, Operator, Parameter
from archspec.operators.merge import Merge, require_equal, require_several
from archspec.tensor import TensorType
from archspec_torch import backend


class Project(Operator, name="project", main="width"):
    """Mix the channels of each cell: ``h x w x channels`` to ``h x w x width``.

    Attributes:
        width: How many channels leave.
    """

    sets_channels = ("width",)
    symbolic = ("width",)

    width: Positive

    def infer(self, x: TensorType) -> TensorType:
        """Change the channels."""
        return x.with_channels(self.width)

    def parameters(self, x: TensorType) -> Iterator[Parameter]:
        """``weight``, as of a convolution of one cell."""
        shape = (self.width, x.channels, 1, 1)
        yield Parameter("weight", shape, Normal(sqrt(1 / x.channels)))

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """One multiply-accumulate per number that leaves and channel that arrives."""
        return Cost(out.size * x.channels)

    def label(self, x: TensorType) -> FigureLabel:
        """Say how many channels leave."""
        return FigureLabel("Projection", (f"to {self.width}",))


class Largest(Merge, name="largest", role="merge"):
    """Take the largest of values of equal shape, element by element."""

    title = "Largest"
    commutative = True
    associative = True

    def infer(self, *xs: TensorType) -> TensorType:
        """Refuse values of different shapes."""
        require_several(xs)
        require_equal(xs)
        return xs[0]


class DropBranch(Operator, name="drop_branch", main="rate"):
    """Zero whole examples at random while training (arXiv:1603.09382); the shape is unchanged.

    Attributes:
        rate: The share of examples that is dropped.
    """

    is_view = True
    training_only = ("rate",)

    rate: Share

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type."""
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: it works only in training."""
        return Cost()


@computes(Project)
def _project(_op: Project, x: Any, weight: Any) -> Any:
    return x @ weight[:, :, 0, 0].T


@computes(Largest)
def _maximum(_op: Largest, *xs: Any) -> Any:
    import numpy as np

    return reduce(np.maximum, xs)


@computes(DropBranch)
def _kept(_op: DropBranch, x: Any) -> Any:
    return x


@backend.lowers(Project, overwritable=True)
def _projected(use: Use[Project]) -> Lowering:
    positional = {"in": use.channels[0], "width": use["width"], "kernel": constant(1)}
    return Lowering("nn.Conv2d", positional, {"bias": constant(False)}, {"bias": True})


@backend.lowers(Largest)
def _largest(_use: Use[Largest]) -> Lowering:
    def join(xs: Sequence[str]) -> Code:
        return call("torch.amax", [call("torch.stack", [listed(xs)])], {"dim": "0"})

    return Lowering("Largest", join=join)


backend.lowers(DropBranch)(constructing("DropBranch", "rate"))
backend.prelude |= {
    "Largest": '''class Largest(Chain):
    """Branches over one input, the largest of each number."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.amax(torch.stack([branch(x) for branch in self]), dim=0)''',
    "DropBranch": '''class DropBranch(nn.Module):
    """Zero whole examples at random while training."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        kept = torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device) >= self.rate
        return x * kept / (1 - self.rate) if self.training else x''',
}
