"""An author of random steps, many of which fit; whoever asks leaves out what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.authoring.values import NAMES, Names
from tests.authoring.written import Written

POINTWISE = (
    *("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh", "hard_sigmoid"),
    *(
        "hard_swish",
        "softmax",
        "identity",
        "dropout",
        "drop_path",
        "scale",
        "layer_scale",
        "l2_normalize",
    ),
    *("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm"),
    *("local_response_norm", "global_response_norm", "prelu", "hard_tanh", "softplus", "softsign"),
    *("mish", "affine", "standardize"),
)
"""Words that leave every shape as it is."""


@dataclass
class Module:
    """A module that steps may use: the kinds of its options, and those that have no default.

    ``inputs`` and ``outputs`` are its own where it has several.
    """

    kinds: dict[str, str]
    required: set[str]
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


@dataclass
class Place:
    """Where a step is written: what it may speak of, and how deep it stands."""

    names: Names
    modules: dict[str, Module]
    values: list[str] = field(default_factory=list)
    depth: int = 0
    vector: bool = False
    arriving: bool = True


class Author:
    """Writes steps for places."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.choice = random.choice

    def chance(self, share: float) -> bool:
        """Draw whether something of a share happens."""
        return self.random.random() < share

    def listed(self, place: Place, most: int = 3, *, keeping: bool = False) -> list[Any]:
        """Write a list of steps; ``keeping`` asks for those that leave shapes as they are."""
        place = replace(place, values=list(place.values), depth=place.depth + 1)
        own: set[str] = set()
        steps = []
        for number in range(self.random.randint(1, most)):
            step = self.step(place, keeping=keeping)
            self.named(step, place, own, first=number == 0)
            steps += [each.render(self.random) for each in self.followed(step, place)]
        return steps

    def followed(self, step: Written, place: Place) -> list[Written]:
        """Let one of several values that leave a step go on."""
        if not step.outputs:
            return [step]
        return [step, Written("identity", sources=[f"{step.name}.{self.choice(step.outputs)}"])]

    def named(self, step: Written, place: Place, own: set[str], *, first: bool = False) -> None:
        """Give a step a name, or let it take a named value instead of the one before it."""
        if not step.sources and place.values and self.chance(0.3 if first else 0.12):
            step.sources = [self.choice(place.values)]
        if step.outputs or self.chance(0.35):
            step.name = self.choice([name for name in NAMES if name not in own])
            own.add(step.name)
            place.values += [f"{step.name}.{output}" for output in step.outputs]
        if step.name and (not step.outputs or self.chance(0.3)):
            place.values.append(step.name)

    def step(self, place: Place, *, keeping: bool = False) -> Written:
        """Write one step."""
        kinds: list[Callable[[Place], Written]] = [self.pointwise]
        if place.depth < 3:
            kinds += [self.residual, self.kept, self.repeat, self.gate]
        if len(place.values) > 1:
            kinds += [self.merged, self.merged]
        if not keeping:
            kinds += self.changing(place)
        step = self.choice(kinds)(replace(place, depth=place.depth))
        if keeping and place.modules and self.chance(0.2):
            step = self.used(place)
        if len(step.sources) < 2 and step.word != "repeat" and self.chance(0.15):
            step.times = place.names.value("times")
        return step

    def changing(self, place: Place) -> list[Callable[[Place], Written]]:
        """List what may change the shape of what arrives."""
        found: list[Callable[[Place], Written]]
        if place.vector:
            found = [self.dense, self.dense, self.sliced]
        else:
            found = [self.conv, self.conv, self.pool, self.window, self.single, self.sliced]
        if place.modules:
            found += [self.used, self.used]
        return [*found, self.side_by_side] if place.depth < 3 else found

    def pointwise(self, place: Place) -> Written:
        """Write a step that leaves the shape as it is."""
        word = self.choice(POINTWISE)
        value, attributes = place.names.value, dict[str, str]()
        if word in ("dropout", "drop_path"):
            attributes = {"rate": value("share")}
        elif word == "scale":
            attributes = {"factor": value("fraction")}
        elif word == "group_norm":
            attributes = {"groups": self.choice(("1", "2", "in_channels", "in_channels//2"))}
            if self.chance(0.2):
                attributes["bias"] = value("flag")
        else:
            attributes = {
                key: value(kind)
                for key, kind in _OPTIONAL.get(word, {}).items()
                if self.chance(0.5)
            }
        return Written(word, attributes)

    def size(self, place: Place, kind: str) -> str:
        """Write a size: one number, or two."""
        one = place.names.value(kind)
        if self.chance(0.6):
            return one
        return f"[{one},{place.names.value(kind)}]"

    def kernel(self, place: Place) -> str:
        """Write a kernel."""
        short = ("1x1", "3x3", "3x3", "1x3", "2x2", "5x1", "3x2", "4x4")
        return self.choice(short) if self.chance(0.6) else self.size(place, "side")

    def padding(self, place: Place) -> str:
        """Write a padding."""
        value = place.names.value
        if self.chance(0.75):
            return value("padding")
        if self.chance(0.5):
            return value("cells")
        return f"[{','.join(value('cells') for _ in range(4))}]"

    def windowed(self, place: Place, *, transposed: bool = False) -> dict[str, str]:
        """Write what windows have in common; most leave height and width as they are."""
        found = {"kernel": self.kernel(place)}
        if self.chance(0.3):
            found["stride"] = self.size(place, "step")
        if self.chance(0.45):
            found["padding"] = self.padding(place)
        if transposed and self.chance(0.3):
            found["output_padding"] = self.size(place, "cells")
        return found

    def layered(self, place: Place) -> dict[str, str]:
        """Write the norm, the activation and the bias of a layer."""
        kinds = {"bias": "flag", "norm": "norm", "activation": "activation"}
        return {key: place.names.value(kind) for key, kind in kinds.items() if self.chance(0.3)}

    def conv(self, place: Place) -> Written:
        """Write a convolution of some kind."""
        word = self.choice(("conv", "conv", "conv", "depthwise_conv", "conv_transpose"))
        attributes = self.windowed(place, transposed=word == "conv_transpose")
        if self.chance(0.15):
            attributes["dilation"] = self.size(place, "step")
        if word == "depthwise_conv":
            if self.chance(0.3):
                attributes["multiplier"] = self.choice(("1", "2", place.names.value("step")))
            return Written(word, attributes | self.layered(place))
        attributes["filters"] = place.names.value("count")
        if self.chance(0.15):
            attributes |= self.choice(
                (
                    {"groups": "2", "filters": "4"},
                    {"groups": "in_channels", "filters": "2*in_channels"},
                )
            )
        if self.chance(0.2):
            bias = {"bias": place.names.value("flag")} if self.chance(0.3) else {}
            return Written(_OPERATORS[word], attributes | bias)
        return Written(word, attributes | self.layered(place), linear=self.chance(0.15))

    def pool(self, place: Place) -> Written:
        """Write a pool."""
        word = self.choice(("max_pool", "avg_pool"))
        attributes = self.windowed(place)
        if self.chance(0.3):
            attributes["ceil"] = place.names.value("flag")
        if word == "avg_pool" and self.chance(0.4):
            attributes["count_padding"] = place.names.value("flag")
        return Written(word, attributes)

    def reduced(self) -> Written:
        """Write a pool whose result has a size of its own, or one channel."""
        if self.chance(0.4):
            return Written(self.choice(("channel_avg_pool", "channel_max_pool")))
        if self.chance(0.3):
            return Written(self.choice(_GLOBAL), {"keepdims": "true"})
        word = self.choice(("adaptive_avg_pool", "adaptive_max_pool"))
        return Written(word, {"grid": self.choice(("1", "2", "3", "[2,1]", "[4,3]"))})

    def window(self, place: Place) -> Written:
        """Write a step that changes the grid or the order of channels and learns nothing."""
        if self.chance(0.3):
            return self.reduced()
        if self.chance(0.35):
            mode = {"mode": place.names.value("mode")} if self.chance(0.5) else {}
            return Written("upsample", {"factor": self.choice(("1x2", "2", "2x1", "1"))} | mode)
        if self.chance(0.4):
            cells = self.choice(("1", "[0,1,2,0]", place.names.value("cells")))
            word = self.choice(("pad", "crop"))
            filled = {"mode": self.choice(("reflect", "replicate"))} if self.chance(0.4) else {}
            return Written(word, {"cells": cells} | (filled if word == "pad" else {}))
        if self.chance(0.4):
            word = self.choice(("depth_to_space", "space_to_depth"))
            outer = {"outer": self.choice(("cells", "channels"))} if self.chance(0.6) else {}
            return Written(word, {"block": self.choice(("2", "2", "1", "3"))} | outer)
        return Written("channel_shuffle", {"groups": self.choice(("2", "3", "in_channels", "1"))})

    def single(self, place: Place) -> Written:
        """Write a step that makes a vector of a map."""
        if not self.chance(0.2):
            return self.conv(place)
        place.vector = True
        return Written(self.choice(("flatten", *_GLOBAL)))

    def sliced(self, place: Place) -> Written:
        """Keep some of the channels."""
        start = {"start": self.choice(("1", "0", "in_channels//2"))} if self.chance(0.5) else {}
        stop = self.choice(("2", "3", "in_channels", place.names.value("count")))
        return Written("slice", start | {"stop": stop})

    def dense(self, place: Place) -> Written:
        """Write a full connection."""
        units = {"units": place.names.value("count")}
        if self.chance(0.2):
            return Written("fully_connected", units)
        return Written("dense", units | self.layered(place), linear=self.chance(0.15))

    def merged(self, place: Place) -> Written:
        """Write a merge of named values."""
        word = self.choice(("add", "multiply", "concat", *_ELEMENTWISE, *_OF_TWO))
        count = 2 if word in _OF_TWO else self.random.randint(2, 3)
        sources = [self.choice(place.values) for _ in range(count)]
        return Written(word, self.followed_by(place), sources=sources)

    def branches(self, ways: list[list[Any]]) -> Any:
        """Write branches as a list or by name."""
        written = [way[0] if len(way) == 1 and self.chance(0.7) else way for way in ways]
        if self.chance(0.4):
            return written
        return dict(zip(self.random.sample(NAMES, len(ways)), written, strict=True))

    def kept(self, place: Place) -> Written:
        """Write a merge of branches that leave shapes as they are."""
        word = self.choice(("multiply", "concat", *_ELEMENTWISE, *_OF_TWO))
        count = 2 if word in _OF_TWO else self.random.randint(1, 3)
        ways = [self.way(place) for _ in range(count)]
        return Written(word, self.followed_by(place), under=self.branches(ways))

    def followed_by(self, place: Place) -> dict[str, str]:
        """Write the activation of a merge, if it has one."""
        return {"activation": place.names.value("activation")} if self.chance(0.25) else {}

    def way(self, place: Place) -> list[Any]:
        """Write a branch that leaves the shape as it is."""
        if self.chance(0.25):
            source = (
                f" from {self.choice(place.values)}" if place.values and self.chance(0.5) else ""
            )
            return [f"identity{source}"]
        return self.listed(place, 2, keeping=True)

    def side_by_side(self, place: Place) -> Written:
        """Write a merge of branches that end in the same number of channels."""
        word = self.choice(("concat", "concat", "multiply", "subtract", *_ELEMENTWISE))
        end = self.end(place)
        ways = [[*self.listed(place, 2), end] for _ in range(2)]
        if word == "concat" and self.chance(0.5):
            ways.append(self.way(place))
        return Written(word, self.followed_by(place), under=self.branches(ways))

    def end(self, place: Place) -> str:
        """Write the last step of a way whose channels have to be those of others."""
        count = place.names.value("count")
        return f"dense {count}" if place.vector else f"conv 1x1 {count}"

    def residual(self, place: Place) -> Written:
        """Write a residual, whose body ends in the channels that arrive or of its shortcut."""
        under: dict[str, Any] = {}
        if self.chance(0.4):
            under["scale"] = place.names.value("fraction")
        if self.chance(0.4):
            under["activation"] = place.names.value("activation")
        end = ["dense in_channels" if place.vector else "conv 1x1 in_channels"]
        if self.chance(0.3):
            end = [self.end(place)]
            under["shortcut"] = [*self.listed(place, 1, keeping=True), *end]
        elif self.chance(0.4):
            under["shortcut"] = self.listed(place, 2, keeping=True)
        body = self.listed(place, 2, keeping=True)
        under["steps"] = body if self.chance(0.4) and "shortcut" not in under else [*body, *end]
        if list(under) == ["steps"] and self.chance(0.5):
            return Written("residual", under=under["steps"])
        return Written("residual", under={key: _plain(each) for key, each in under.items()})

    def repeat(self, place: Place) -> Written:
        """Write a list several times."""
        steps = self.listed(place, 2, keeping=self.chance(0.7))
        return Written("repeat", under=steps, times=place.names.value("times"))

    def gate(self, place: Place) -> Written:
        """Weigh the channels by a gate."""
        gate: list[Any] = [
            *(() if place.vector else ("global_avg_pool",)),
            f"dense {place.names.value('count')}",
            "dense in_channels activation=sigmoid",
        ]
        return Written("multiply", under=self.branches([gate, ["identity"]]))

    def used(self, place: Place) -> Written:
        """Use a module, of several values where it takes several."""
        fitting = [word for word, each in place.modules.items() if place.values or not each.inputs]
        if not fitting:
            return self.pointwise(place)
        word = self.choice(fitting)
        module = place.modules[word]
        given = {
            name: place.names.value(kind)
            for name, kind in module.kinds.items()
            if name in module.required or self.chance(0.4)
        }
        used = Written(word, given, main=next(iter(module.kinds), ""), outputs=module.outputs)
        used.sources = [self.choice(place.values) for _ in module.inputs]
        if len(module.inputs) == len(module.outputs) and module.inputs and self.chance(0.3):
            used.times = place.names.value("times")
        return used


_OPTIONAL = {
    "leaky_relu": {"slope": "fraction"},
    "elu": {"alpha": "positive"},
    "gelu": {"approximate": "flag"},
    "layer_scale": {"initial": "fraction"},
    "batch_norm": {"epsilon": "positive", "gamma": "flag", "momentum": "share"},
    "layer_norm": {"epsilon": "positive", "bias": "flag"},
    "instance_norm": {"epsilon": "positive", "affine": "flag"},
    "rms_norm": {"epsilon": "positive"},
    "local_response_norm": {
        "size": "side",
        "alpha": "positive",
        "beta": "positive",
        "k": "positive",
    },
    "global_response_norm": {"epsilon": "positive"},
    "prelu": {"initial": "fraction", "shared": "flag"},
    "standardize": {"mean": "fraction", "deviation": "positive"},
    "affine": {"initial": "fraction", "shared": "flag", "bias": "flag"},
    "hard_tanh": {"high": "positive"},
    "l2_normalize": {"epsilon": "positive"},
}
_GLOBAL = ("global_avg_pool", "global_max_pool")
_OF_TWO = ("subtract", "resize", "resize_nearest")
_ELEMENTWISE = ("add", "add", "average", "maximum", "minimum")
_OPERATORS = {"conv": "conv2d", "conv_transpose": "conv_transpose2d"}


def _plain(value: Any) -> Any:
    from tests.authoring.written import plain

    return plain(value) if isinstance(value, str) else value
