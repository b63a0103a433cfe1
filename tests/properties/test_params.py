"""Random specs with params: a model called with one is what ``--set`` gives."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from tests.conformance.running import start
from tests.conformance.specs import graph_of
from tests.emission.calling import check, constructor, taken

VALUES: dict[str, tuple[Any, ...]] = {
    "c": (4, 1, 3, 6),
    "w": (0.5, 1, 1.5, 2),
    "f": (0.25, 1, 3),
    "n": (2, 0, 1, 3),
    "b": (True, False),
    "a": ("relu", "tanh", "none"),
    "k": (3, 1),
}
"""Values of params, of which a spec has one and a model is called with another."""

COUNTS = ("c", "2*c", "c+1", "8*w", "c*w", "c/2*4", "ceil(7*w)", "in_channels", "4", "min(c,3)")
SHARES = ("f", "f/2", "w*2", "0.5")
SINGLE = (
    "conv 1x1 {count}",
    "conv {count} kernel=k activation=a bias=b",
    "depthwise_conv 3x3 norm=batch_norm",
    "scale {share}",
    "dropout f/4",
    "leaky_relu f",
    "relu",
)
NESTED = (
    "residual: [conv 1x1 {count}, {single}, conv 1x1 in_channels]",
    "residual: {{scale: f, activation: a, steps: [{single}, conv 1x1 in_channels]}}",
    "concat: {{p: [{single}, {single}], q: identity}}",
    "repeat: [{single}, {single}]",
    "multiply: {{p: identity, q: [global_avg_pool, dense in_channels activation=sigmoid]}}",
)
USES = ("inner {count}", "inner {count} e={share}", "outer", "n x inner {count}", "n x outer")


def step(random: Random, uses: tuple[str, ...]) -> str:
    """Write a step that may use modules."""
    pattern = random.choice((*SINGLE, *NESTED, *uses, *uses))
    while "{single}" in pattern:
        pattern = pattern.replace("{single}", random.choice(SINGLE), 1)
    while "{count}" in pattern:
        pattern = pattern.replace("{count}", random.choice(COUNTS), 1)
    text = pattern.replace("{share}", random.choice(SHARES)).replace("{{", "{").replace("}}", "}")
    times = random.choice(("1", "2", "n", "n+1")) if text.startswith("repeat") else ""
    return f"{{{text}, times: {times}}}" if times else text


def steps(random: Random, uses: tuple[str, ...] = ()) -> str:
    """Write a list of steps."""
    return "".join(f"\n      - {step(random, uses)}" for _ in range(random.randint(1, 3)))


def spec(random: Random) -> str:
    """Write a spec of two modules and a network."""
    params = ", ".join(f"{name}: {each[0]}".lower() for name, each in VALUES.items())
    return f"""
params: {{{params}}}
parts:
  inner:
    options: [m, e=f]
    steps:
      - conv 1x1 m
      - scale e{steps(random)}
  outer:
    steps:{steps(random, USES[:2])}
network:
      - conv 3x3 {random.choice(COUNTS)}{steps(random, USES)}{steps(random, USES)}
      - global_avg_pool
      - dense {random.choice(COUNTS)}
"""


def drawn(seed: int, overrides: Overrides = Overrides()) -> Graph | None:  # noqa: B008 - a tuple
    """Read a random spec; None where the params are illegal."""
    try:
        return graph_of(spec(Random(seed)), overrides)  # noqa: S311 - no secrets are drawn
    except SpecError:
        return None


SEEDS = [seed for seed in range(60) if drawn(seed) is not None]
MODELS = [*(("torch", seed) for seed in SEEDS), *(("tensorflow", seed) for seed in SEEDS[::4])]


@pytest.mark.parametrize(("name", "seed"), MODELS)
def test_a_model_called_with_a_param_is_what_set_gives(name: str, seed: int) -> None:
    running = start(name)
    graph = drawn(seed)
    assert graph is not None
    make = constructor(running[0], graph)
    for param in sorted(taken(make)):
        value = Random(seed).choice(VALUES[param][1:])  # noqa: S311
        changed = drawn(seed, Overrides(params={param: value}))
        if changed is not None:
            check(running, make(**{param: value}), changed)


def test_random_models_take_every_param_that_is_a_number_and_no_other() -> None:
    found = start("torch")[0]
    graphs = [drawn(seed) for seed in SEEDS]
    params = [taken(constructor(found, graph)) for graph in graphs if graph is not None]
    assert set().union(*params) == set("cwfnb")
