"""Random small specs that are valid by construction: modules, options, repeats, branches, names."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml

EXPRESSIONS = ("2", "3", "k", "2*k", "k+1", "in_channels", "in_channels+1", "k*2//3+1")
PLAIN = ("2", "3", "5", "in_channels", "in_channels//2+1")
TAILS = ("", " norm=batch_norm activation=relu", " activation=relu", " norm=batch_norm", " linear")
SINGLE = ("batch_norm", "relu", "identity", "dropout 0.1", "layer_norm", "max_pool 3x3", "silu")

Step = str | dict[str, Any]


class Writer:
    """Writes steps; ``modules`` are the names of modules that may be used."""

    def __init__(
        self, random: Random, modules: tuple[str, ...], expressions: tuple[str, ...]
    ) -> None:
        self.random = random
        self.modules = modules
        self.expressions = expressions
        self.named = 0

    def expression(self) -> str:
        return self.random.choice(self.expressions)

    def conv(self) -> str:
        kernel = self.random.choice(("1x1", "3x3", "1x3"))
        return f"conv {kernel} {self.expression()}{self.random.choice(TAILS)}"

    def single(self) -> str:
        return self.random.choice((*SINGLE, self.conv(), self.conv(), self.conv()))

    def module(self) -> str:
        if not self.modules:
            return self.conv()
        return f"{self.random.choice(self.modules)} {self.expression()}"

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
        scale = self.random.choice((1, 0.5))
        activation = self.random.choice(("none", "relu", "tanh"))
        return {"residual": {"scale": scale, "activation": activation, "steps": body}}


NESTED = ("concat", "residual", "repeat", "multiply")


def random_spec(random: Random) -> str:
    """Write a spec of two modules, the second of which may use the first, and a network."""
    inner = Writer(random, (), EXPRESSIONS)
    outer = Writer(random, ("inner",), EXPRESSIONS)
    top = Writer(random, ("inner", "outer"), PLAIN)
    document = {
        "archspec": 1,
        "name": "small",
        "input": "5x5x4",
        "parts": {
            "inner": {"options": ["k"], "steps": inner.steps(1)},
            "outer": {"options": ["k"], "steps": outer.steps(2)},
        },
        "network": top.steps(2, 2),
    }
    return str(yaml.safe_dump(document, sort_keys=False))
