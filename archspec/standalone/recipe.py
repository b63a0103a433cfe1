"""What a recipe says: how a network is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple

ParamValue = int | float | bool | str
"""What a spec's param may be told."""


class Bounds(NamedTuple):
    """Which numbers make sense, where not all do."""

    least: float | None = None
    above: float | None = None
    most: float | None = None
    below: float | None = None


AboveZero = Annotated[float, Bounds(above=0)]
NotNegative = Annotated[float, Bounds(least=0)]
Decay = Annotated[float, Bounds(least=0, below=1)]
"""How much of a running mean stays at each step."""
Share = Annotated[float, Bounds(least=0, most=1)]
Factor = Annotated[float, Bounds(above=0, most=1)]
Count = Annotated[int, Bounds(least=1)]
Pixels = Annotated[int, Bounds(least=0)]
Seed = Annotated[int, Bounds(least=0, below=2**32)]


@dataclass(frozen=True, kw_only=True)
class RMSProp:
    """Divide each gradient by a running root mean square.

    Three variants are in use, and at the paper's epsilon of 1.0 their first steps differ by a
    third. ``tensorflow1`` is the paper's: epsilon inside the root, the mean square starts at one,
    the momentum gathers steps that the learning rate has scaled. ``keras`` starts at zero;
    ``torch`` starts at zero and adds epsilon outside the root, and the learning rate scales what
    the momentum has gathered.

    Source: Hinton, Neural Networks for Machine Learning, lecture 6; arXiv:1602.07261, section 4.

    Attributes:
        rate: The learning rate.
        decay: How much of the mean square stays at each step.
        momentum: How much of the last change is added to each.
        epsilon: What keeps the root from zero.
        variant: Whose formula it is.
    """

    rate: AboveZero
    decay: Decay = 0.9
    momentum: Decay = 0.0
    epsilon: AboveZero = 1.0
    variant: Literal["tensorflow1", "keras", "torch"] = "tensorflow1"


@dataclass(frozen=True, kw_only=True)
class SGD:
    """Follow the gradient, with momentum.

    Source: Sutskever et al., On the importance of initialization and momentum, 2013.

    Attributes:
        rate: The learning rate.
        momentum: How much of the last change is added to each.
        nesterov: Whether the gradient is taken where the momentum leads to.
    """

    rate: AboveZero
    momentum: Decay = 0.9
    nesterov: bool = False


@dataclass(frozen=True, kw_only=True)
class AdamW:
    """Adam whose weight decay is no part of the gradient.

    Source: arXiv:1711.05101.

    Attributes:
        rate: The learning rate.
        beta1: How much of the mean gradient stays at each step.
        beta2: How much of the mean square stays at each step.
        epsilon: What is added to the root of the mean square.
    """

    rate: AboveZero
    beta1: Decay = 0.9
    beta2: Decay = 0.999
    epsilon: AboveZero = 1e-8


Optimizer = RMSProp | SGD | AdamW


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Keep the learning rate."""


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """Multiply the learning rate by ``factor`` at once after ``every`` epochs.

    Attributes:
        factor: What the learning rate is multiplied by.
        every: The epochs from one multiplication to the next.
    """

    factor: Factor
    every: AboveZero = 1.0


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Multiply the learning rate by ``factor`` at each of some epochs.

    Attributes:
        factor: What the learning rate is multiplied by.
        at: The epochs after which it is, growing.
    """

    factor: Factor
    at: tuple[AboveZero, ...]


@dataclass(frozen=True, kw_only=True)
class Cosine:
    """Take the learning rate down to ``end`` of itself along half a cosine.

    Source: arXiv:1608.03983.

    Attributes:
        end: The share of the learning rate that is left at the end.
    """

    end: Share = 0.0


@dataclass(frozen=True, kw_only=True)
class OneCycle:
    """Take the learning rate up along a cosine from ``start`` of itself, then down to ``end``.

    Source: arXiv:1708.07120.

    Attributes:
        rise: The share of the steps on the way up.
        start: The share of the learning rate that the first step has.
        end: The share of the learning rate that is left at the end.
    """

    rise: Annotated[float, Bounds(above=0, below=1)] = 0.3
    start: Share = 0.04
    end: Share = 4e-6


Schedule = Constant | Exponential | Steps | Cosine | OneCycle


@dataclass(frozen=True, kw_only=True)
class WeightDecay:
    """Pull weights towards zero.

    For RMSProp and SGD the rate times the weight is added to the gradient, as the L2 penalty of
    the papers does; AdamW takes it from the weight itself.

    Attributes:
        rate: What weights are multiplied by.
        spares: The kinds of parameters that are left alone.
    """

    rate: NotNegative = 0.0
    spares: tuple[Literal["norm", "bias"], ...] = ("norm", "bias")


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How training images are varied.

    ``inception`` takes a random part of 5 to 100 % of the area and an aspect of 3/4 to 4/3, resizes
    it, mirrors it and shifts its colours, as GoogLeNet did (arXiv:1409.4842, section 6).
    ``light`` pads by ``padding`` pixels, cuts out a random part of the input's size and mirrors it,
    as ResNets did on CIFAR (arXiv:1512.03385, section 4.2). ``none`` resizes alone.

    Attributes:
        kind: Which of these it is.
        padding: The pixels on each side that ``light`` pads by.
        mirror: Whether half of the images are mirrored.
    """

    kind: Literal["inception", "light", "none"] = "none"
    padding: Pixels = 4
    mirror: bool = True


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: What the recipe is called.
        optimizer: How gradients become changes of weights, and the learning rate.
        batch: Examples of a step, over all processes and accumulated parts together.
        epochs: How often each example is seen.
        accumulate: Parts that a step's batch is taken in, one after another.
        schedule: How the learning rate changes as training goes on.
        warmup: Epochs in which the learning rate rises linearly from zero.
        averaging: The decay of the running average of weights and statistics that is evaluated;
            without it, the weights themselves are.
        smoothing: The share of the target that is spread over all classes
            (arXiv:1512.00567, section 7).
        auxiliary: The weight of each auxiliary head's loss.
        weight_decay: How strongly weights are pulled towards zero.
        clip: The largest global norm of the gradient (arXiv:1211.5063).
        augmentation: How training images are varied.
        normalization: ``inception`` takes pixels to -1..1, ``imagenet`` by the mean and deviation
            of ImageNet's channels, ``unit`` to 0..1.
        precision: What products are computed in; weights stay float32.
        synchronized: Whether batch norms take their statistics over all processes.
        seed: Where random numbers begin: initial weights, the order of examples, augmentation.
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
