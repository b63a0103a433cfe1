"""Recipes: how a network is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple

ParamValue = int | float | bool | str
"""The value of a spec's param."""


class Bounds(NamedTuple):
    """The range of a number: from ``least`` to ``most``, or strictly ``above`` and ``below``."""

    least: float | None = None
    above: float | None = None
    most: float | None = None
    below: float | None = None


AboveZero = Annotated[float, Bounds(above=0)]
NotNegative = Annotated[float, Bounds(least=0)]
Decay = Annotated[float, Bounds(least=0, below=1)]
"""The decay of an exponential moving average at each step."""
Share = Annotated[float, Bounds(least=0, most=1)]
Factor = Annotated[float, Bounds(above=0, most=1)]
Count = Annotated[int, Bounds(least=1)]
Pixels = Annotated[int, Bounds(least=0)]
Seed = Annotated[int, Bounds(least=0, below=2**32)]


@dataclass(frozen=True, kw_only=True)
class RMSProp:
    """Divide each gradient by its running root mean square.

    Three variants are in use, whose first steps differ by a third at the paper's epsilon of 1.0.
    ``tensorflow1`` is the paper's: epsilon is inside the root, the mean square starts at one, and
    momentum accumulates updates already scaled by the learning rate. ``keras`` starts at zero;
    ``torch`` starts at zero, adds epsilon outside the root, and scales the accumulated momentum by
    the learning rate.

    Source: Hinton, Neural Networks for Machine Learning, lecture 6; arXiv:1602.07261, section 4.

    Attributes:
        rate: The learning rate.
        decay: The decay of the running mean square.
        momentum: The fraction of the last update that is added to the next.
        epsilon: A constant that keeps the root from zero.
        variant: The implementation whose formula is used.
    """

    rate: AboveZero
    decay: Decay = 0.9
    momentum: Decay = 0.0
    epsilon: AboveZero = 1.0
    variant: Literal["tensorflow1", "keras", "torch"] = "tensorflow1"


@dataclass(frozen=True, kw_only=True)
class SGD:
    """Stochastic gradient descent with momentum.

    Source: Sutskever et al., On the importance of initialization and momentum, 2013.

    Attributes:
        rate: The learning rate.
        momentum: The fraction of the last update that is added to the next.
        nesterov: Whether to use Nesterov's accelerated gradient.
    """

    rate: AboveZero
    momentum: Decay = 0.9
    nesterov: bool = False


@dataclass(frozen=True, kw_only=True)
class AdamW:
    """Adam with decoupled weight decay.

    Source: arXiv:1711.05101.

    Attributes:
        rate: The learning rate.
        beta1: The decay of the mean gradient.
        beta2: The decay of the mean square.
        epsilon: A constant added to the root of the mean square.
    """

    rate: AboveZero
    beta1: Decay = 0.9
    beta2: Decay = 0.999
    epsilon: AboveZero = 1e-8


Optimizer = RMSProp | SGD | AdamW


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Keep the learning rate constant."""


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """Multiply the learning rate by ``factor`` every ``every`` epochs, in steps.

    Attributes:
        factor: What the learning rate is multiplied by.
        every: The number of epochs between multiplications.
    """

    factor: Factor
    every: AboveZero = 1.0


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Multiply the learning rate by ``factor`` at each of the given epochs.

    Attributes:
        factor: What the learning rate is multiplied by.
        at: The epochs after which it is multiplied, in ascending order.
    """

    factor: Factor
    at: tuple[AboveZero, ...]


@dataclass(frozen=True, kw_only=True)
class Cosine:
    """Decay the learning rate to ``end`` of its value along half a cosine.

    Source: arXiv:1608.03983.

    Attributes:
        end: The final fraction of the learning rate.
    """

    end: Share = 0.0


@dataclass(frozen=True, kw_only=True)
class OneCycle:
    """Raise the learning rate from ``start`` of its value along a cosine, then decay it to ``end``.

    Source: arXiv:1708.07120.

    Attributes:
        rise: The fraction of the steps in which it rises.
        start: The initial fraction of the learning rate.
        end: The final fraction of the learning rate.
    """

    rise: Annotated[float, Bounds(above=0, below=1)] = 0.3
    start: Share = 0.04
    end: Share = 4e-6


Schedule = Constant | Exponential | Steps | Cosine | OneCycle


@dataclass(frozen=True, kw_only=True)
class WeightDecay:
    """Shrink weights towards zero.

    With RMSProp and SGD the rate times the weight is added to the gradient, which is the L2 penalty
    of the papers; AdamW subtracts it from the weight itself.

    Attributes:
        rate: The coefficient of the weights.
        spares: The kinds of parameters without weight decay.
    """

    rate: NotNegative = 0.0
    spares: tuple[Literal["norm", "bias"], ...] = ("norm", "bias")


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Augment training images.

    ``inception`` takes a random crop of 5 to 100 % of the area with an aspect ratio of 3/4 to 4/3,
    resizes it, flips it and distorts its colours, as GoogLeNet did (arXiv:1409.4842, section 6).
    ``light`` pads by ``padding`` pixels, takes a random crop of the input's size and flips it, as
    ResNets did on CIFAR (arXiv:1512.03385, section 4.2). ``none`` only resizes.

    Attributes:
        kind: Which of these to use.
        padding: The pixels that ``light`` pads on each side.
        mirror: Whether half of the images are flipped horizontally.
    """

    kind: Literal["inception", "light", "none"] = "none"
    padding: Pixels = 4
    mirror: bool = True


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: The name of the recipe.
        optimizer: The optimizer and its learning rate.
        batch: Examples per step, over all processes and accumulated micro-batches.
        epochs: The number of passes over the training examples.
        accumulate: The number of micro-batches whose gradients a step accumulates.
        schedule: How the learning rate changes during training.
        warmup: Epochs in which the learning rate rises linearly from zero.
        averaging: The decay of the exponential moving average of weights and running statistics,
            which is then evaluated in place of the weights themselves.
        smoothing: The label smoothing: the fraction of the target that is spread over all classes
            (arXiv:1512.00567, section 7).
        auxiliary: The weight of each auxiliary head's loss.
        weight_decay: How strongly weights shrink towards zero.
        clip: The maximum global norm of the gradient (arXiv:1211.5063).
        augmentation: How training images are augmented.
        normalization: ``inception`` scales pixels to -1..1, ``unit`` to 0..1, and ``imagenet``
            standardizes them by the mean and standard deviation of ImageNet's channels.
        precision: The type that products are computed in; weights stay float32.
        synchronized: Whether batch norms compute their statistics over all processes.
        seed: The seed of initial weights, the order of examples and augmentation.
        params: Values of the spec's params, such as the scale of residuals.
    """

    name: str
    optimizer: Optimizer
    batch: Count
    epochs: AboveZero
    accumulate: Count = 1
    schedule: Schedule = Constant()
    warmup: NotNegative = 0.0
    averaging: Decay | None = None
    smoothing: Decay = 0.0
    auxiliary: NotNegative = 0.4
    weight_decay: WeightDecay = WeightDecay()
    clip: AboveZero | None = None
    augmentation: Augmentation = Augmentation()
    normalization: Literal["inception", "imagenet", "unit"] = "inception"
    precision: Literal["float32", "bfloat16"] = "float32"
    synchronized: bool = False
    seed: Seed = 0
    params: Mapping[str, ParamValue] = field(default_factory=dict)
