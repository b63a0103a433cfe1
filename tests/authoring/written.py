"""A step before it is text, and the two forms in which it may be written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

MAIN = {
    **dict.fromkeys(("conv", "conv2d", "conv_transpose", "conv_transpose2d"), "filters"),
    **dict.fromkeys(("dense", "fully_connected"), "units"),
    **dict.fromkeys(("max_pool", "avg_pool"), "kernel"),
    **dict.fromkeys(("adaptive_avg_pool", "adaptive_max_pool"), "grid"),
    **dict.fromkeys(("upsample", "scale"), "factor"),
    "depthwise_conv": "multiplier",
    "leaky_relu": "slope",
    "elu": "alpha",
    "channel_shuffle": "groups",
    **dict.fromkeys(("dropout", "drop_path"), "rate"),
    **dict.fromkeys(("depth_to_space", "space_to_depth"), "block"),
    "pad": "cells",
    "layer_scale": "initial",
    "group_norm": "groups",
    "local_response_norm": "size",
    "prelu": "initial",
    "affine": "initial",
    "radix_softmax": "radix",
    "channel_conv": "kernel",
}

_PLAIN = re.compile(r"-?\d+(\.\d+)?")


def plain(text: str) -> Any:
    """Return a text as YAML would read it."""
    if _PLAIN.fullmatch(text):
        return float(text) if "." in text else int(text)
    return {"true": True, "false": False}.get(text, text)


@dataclass
class Written:
    """A step: its word, its attributes, and whatever stands under it instead of them.

    ``outputs`` are those of the module that it uses, if there are several.
    """

    word: str
    attributes: dict[str, str] = field(default_factory=dict)
    under: Any = None
    name: str = ""
    sources: list[str] = field(default_factory=list)
    times: str = ""
    linear: bool = False
    main: str = ""
    outputs: list[str] = field(default_factory=list)

    def render(self, random: Random) -> Any:
        """Write the step, short or as a mapping."""
        if self.under is not None:
            return self.long(self.under)
        is_long = random.random() < 0.2 and not self.linear and (self.attributes or self.times)
        if is_long and not (len(self.sources) > 1):
            return self.long({key: self.listed(each) for key, each in self.attributes.items()})
        return self.short(random)

    @staticmethod
    def listed(text: str) -> Any:
        """Write an attribute under its word: a list where it is one."""
        if text.startswith("[") and not re.search(r"[(][^)]*,", text):
            return [plain(each) for each in text[1:-1].split(",")]
        return plain(text)

    def long(self, under: Any) -> dict[str, Any]:
        """Write the step as a mapping, what is said of a merge beside its branches."""
        step = {self.word: under}
        if self.under is not None:
            step |= {key: self.listed(each) for key, each in self.attributes.items()}
        if self.times:
            step["times"] = plain(self.times)
        if self.name:
            step["as"] = self.name
        if self.sources:
            step["from"] = self.sources[0] if len(self.sources) == 1 else list(self.sources)
        return step

    def short(self, random: Random) -> str:
        """Write the step as a string, its arguments in any order."""
        arguments = [self.argument(key, each, random) for key, each in self.attributes.items()]
        if self.linear:
            arguments.append("linear")
        random.shuffle(arguments)
        clauses = [f"as {self.name}"] * bool(self.name)
        clauses += [f"from {' '.join(self.sources)}"] * bool(self.sources)
        random.shuffle(clauses)
        count = f"{self.times} x " if self.times else ""
        return f"{count}{' '.join([self.word, *arguments, *clauses])}"

    def argument(self, key: str, text: str, random: Random) -> str:
        """Write one argument, without its name where that may be left out."""
        if random.random() < 0.2:
            return f"{key}={text}"
        if key == "stride" and not text.startswith("["):
            return f"/{text}"
        if key == "padding" and text in ("valid", "same", "symmetric"):
            return "V" if text == "valid" else text
        if key == "kernel" and re.fullmatch(r"\d+x\d+", text):
            return text
        main = self.main or MAIN.get(self.word)
        bare = key == main and not text.startswith(("[", "/")) and text not in ("linear", "V")
        words = ("valid", "same", "symmetric")
        return text if bare and text not in words else f"{key}={text}"
