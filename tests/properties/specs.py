"""Random small specs that are valid by construction: modules, options, repeats, branches, names."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml

from archspec.diagnostic import SpecError
from archspec.graph import Graph
from tests.conformance.specs import graph_of

EXPRESSIONS = ("2", "3", "k", "2*k", "k+1", "in_channels", "in_channels+1", "k*2//3+1")
PLAIN = ("2", "3", "5", "in_channels", "in_channels//2+1")
KERNELS = ("1x1", "3x3", "1x3")
TAILS = ("", " norm=batch_norm activation=relu", " activation=relu", " norm=batch_norm", " linear")
SINGLE = ("batch_norm", "relu", "identity", "dropout 0.1", "layer_norm", "max_pool 3x3", "silu")
OPTIONS = ["k", "w=3", "a=relu", "f=0.5"]
"""What modules are told: a number of filters, a kernel, an activation, a factor."""
CHOICES = (("w", ("1", "3", "5")), ("a", ("relu", "tanh", "none")), ("f", ("0.5", "1", "2")))

Step = str | dict[str, Any]


class Writer:
    """Writes steps; ``modules`` may be used, and ``is_module`` says that options may be."""

    def __init__(
        self, random: Random, modules: tuple[str, ...], *, is_module: bool = False
    ) -> None:
        self.random = random
        self.modules = modules
        self.is_module = is_module
        self.named = 0

    def expression(self) -> str:
        return self.random.choice(EXPRESSIONS if self.is_module else PLAIN)

    def conv(self) -> str:
        if self.random.random() < 0.25:
            return f"depthwise_conv {self.kernel()}{self.tail()}"
        return f"conv {self.kernel()} {self.expression()}{self.tail()}"

    def kernel(self) -> str:
        chosen: tuple[str, ...] = ("kernel=w",) if self.is_module else ()
        return self.random.choice((*KERNELS, *chosen))

    def tail(self) -> str:
        words = (" activation=a", " norm=batch_norm activation=a")
        chosen: tuple[str, ...] = words if self.is_module else ()
        return self.random.choice((*TAILS, *chosen))

    def single(self) -> str:
        return self.random.choice((*SINGLE, self.conv(), self.conv(), self.conv()))

    def module(self) -> str:
        if not self.modules:
            return self.conv()
        return f"{self.random.choice(self.modules)} {self.expression()}{self.options()}"

    def options(self) -> str:
        written = ""
        for option, values in CHOICES:
            passed = (*values, option) if self.is_module else values
            if self.random.random() < 0.5:
                written += f" {option}={self.random.choice(passed)}"
        return written

    def steps(self, depth: int, least: int = 1) -> list[Step]:
        """Write some steps; two of them may be named and joined at the end."""
        steps = [self.step(depth) for _ in range(self.random.randint(least, 3))]
        if self.random.random() < 0.3:
            self.named += 1
            a, b = f"a_{self.named}", f"b_{self.named}"
            steps += [f"{self.conv()} as {a}", f"{self.conv()} as {b}", f"concat from {a} {b}"]
        return steps

    def step(self, depth: int) -> Step:
        kind = self.random.choice(("single", "single", "module", "counted", *NESTED[: depth * 2]))
        if kind == "counted":
            word = self.random.choice((self.conv(), self.module()))
            return f"{self.random.randint(0, 3)} x {word}"
        if kind == "concat":
            branches = [self.steps(depth - 1) for _ in range(self.random.randint(1, 2))]
            return {
                "concat": {
                    **{f"way_{n}": each for n, each in enumerate(branches)},
                    "kept": "identity",
                }
            }
        if kind == "residual":
            return self.residual(depth)
        if kind == "repeat":
            return {"repeat": self.steps(depth - 1), "times": self.random.randint(1, 3)}
        if kind == "multiply":
            gate = ["global_avg_pool", "dense 2", "dense in_channels activation=sigmoid"]
            return {"multiply": {"features": "identity", "gate": gate}}
        return self.module() if kind == "module" else self.single()

    def residual(self, depth: int) -> Step:
        body = [*self.steps(depth - 1), "conv 1x1 in_channels"]
        chosen = self.is_module
        scale = self.random.choice((1, 0.5, "f") if chosen else (1, 0.5))
        words = ("none", "relu", "tanh")
        activation = self.random.choice((*words, "a") if chosen else words)
        return {"residual": {"scale": scale, "activation": activation, "steps": body}}


NESTED = ("concat", "residual", "repeat", "multiply")


def random_spec(random: Random) -> str:
    """Write a spec of two modules, the second of which may use the first, and a network."""
    inner = Writer(random, (), is_module=True)
    outer = Writer(random, ("inner",), is_module=True)
    top = Writer(random, ("inner", "outer"))
    document = {
        "archspec": 1,
        "name": "small",
        "input": "5x5x4",
        "parts": {
            "inner": {"options": OPTIONS, "steps": inner.steps(1)},
            "outer": {"options": OPTIONS, "steps": outer.steps(2)},
        },
        "network": top.steps(2, 2),
    }
    return str(yaml.safe_dump(document, sort_keys=False))


def random_graph(seed: int) -> Graph:
    """Read a random spec; another one, where the first is of more channels than there may be."""
    random = Random(seed)  # noqa: S311 - no secrets are drawn
    while True:
        try:
            return graph_of(random_spec(random))
        except SpecError as error:
            errors = [each.code for each in error.diagnostics if each.severity == "error"]
            if errors != ["graph/too-large"]:
                raise
