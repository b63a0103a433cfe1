"""Params as arguments of emitted models: a model called with one is what ``--set`` gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archspec.checked import load
from archspec.language.document.overrides import Overrides
from tests.conformance.running import BACKENDS, start
from tests.conformance.specs import graph_of
from tests.emission.calling import Running, check, constructor, taken

LAWS: dict[str, tuple[str, dict[str, tuple[Any, ...]]]] = {
    "a count of filters, and channels that follow from it inside a module used once": (
        """
params: {c: 44}
parts: {unit: [relu, conv 1x1 in_channels, depthwise_conv 3x3]}
network: [conv 3x3 c, unit, concat: {a: conv 1x1 2*c, b: identity}, unit, global_avg_pool, dense 3]
""",
        {"c": (32, 1)},
    ),
    "widths in branches whose merge has an activation, and a module in them": (
        """
params: {c: 4, n: 2}
parts: {unit: {options: [k], steps: [conv 1x1 k, conv 3x3 2*k]}}
network:
  - {concat: {a: conv 3x3 c, b: [unit c, n x conv 1x1 6]}, activation: tanh}
  - {add: [conv 1x1 c, unit c/2], activation: relu, times: 2}
  - conv 1x1 3
""",
        {"c": (6,), "n": (3,)},
    ),
    "a number that happens to be that of a param": (
        """
params: {c: 4, d: 4}
parts: {unit: {options: [k], steps: [conv 1x1 k, conv 1x1 in_channels]}}
network:
  - conv 1x1 c
  - {repeat: [conv 1x1 4, conv 1x1 d], times: 2}
  - unit c
  - unit 4
  - unit d
  - conv 1x1 2
""",
        {"c": (3,), "d": (5,)},
    ),
    "fractions, whose products are whole": (
        """
params: {w: 0.5, v: 1, f: 3}
parts: {unit: {options: [k, e], steps: [conv 1x1 k*e, conv 1x1 k/2*4, scale e/2]}}
network: [conv 3x3 8*w, conv 3x3 16*v, unit 16*w e=0.5, unit 4 e=v, scale f/2, dropout f/10]
""",
        {"w": (1.5, 1), "v": (0.5, 2), "f": (1, 2.5)},
    ),
    "whole numbers that are written as fractions": (
        """
params: {c: 4.0, n: 2.0, d: 4.0}
parts: {unit: {options: [k=6.0], steps: [conv 1x1 k, conv 1x1 k/2, slice stop=d/2]}}
network: [conv 1x1 c, unit, unit k=c, n x conv 1x1 4, conv 1x1 2*d]
""",
        {"c": (6, 8.0), "n": (3, 3.0), "d": (2, 2.0)},
    ),
    "a count of copies, of which the first takes other channels": (
        """
params: {n: 3, m: 2}
parts:
  unit: {options: [t], steps: [t x conv 1x1 in_channels]}
  told: [relu, conv 1x1 in_channels]
network:
  - n x conv 3x3 8
  - tanh
  - told
  - conv 1x1 4 as a
  - repeat: [tanh, {add: {p: identity, q: sigmoid from a}}, relu]
    times: n
  - relu
  - unit m+1
  - add: {p: identity, q: identity from a}
""",
        {"n": (0, 1, 5), "m": (1, 4)},
    ),
    "a count of copies that do not take what arrives at the first": (
        """
params: {n: 2, m: 1}
network:
  - conv 1x1 4 as a
  - conv 1x1 2 as c
  - {repeat: [subtract from a a], times: n}
  - conv 1x1 3 as d
  - {repeat: [tanh, relu from a], times: m}
  - relu as b
  - concat from b b c d
""",
        {"n": (0, 1, 3), "m": (0, 2)},
    ),
    "defaults of options and of the file, and an option that hides a param": (
        """
params: {c: 4, e: 0.5, b: true}
defaults: {conv: {bias: b}, batch_norm: {epsilon: e}, dropout: {rate: e}}
parts:
  inner: [conv 1x1 c]
  outer:
    options: [c, k=c+1, m=k]
    steps: [inner, conv 1x1 k, conv 1x1 m, conv 1x1 c norm=batch_norm]
network: [outer 4, outer 8 k=c, conv 1x1 2*c, dropout]
""",
        {"c": (3, 8), "e": (0.25,), "b": (False,)},
    ),
    "channels of what arrives at a merge, though no branch takes it": (
        """
params: {c: 4, d: 4, e: 4}
parts:
  unit:
    options: [k]
    steps:
      - conv 1x1 k as one
      - conv 1x1 e as two
      - {concat: {p: conv 1x1 in_channels from two, q: conv 1x1 2 from two}, from: one}
network:
  - conv 1x1 c as one
  - conv 1x1 d as two
  - {concat: {p: conv 1x1 in_channels from two, q: identity from two}, from: one}
  - repeat:
      - conv 1x1 in_channels as three
      - {concat: {p: [relu from three, conv 1x1 in_channels], q: conv 1x1 2 from three}, from: two}
    times: 2
  - unit d
  - unit 4
""",
        {"c": (3, 6), "d": (3, 6), "e": (3, 6)},
    ),
    "all that a model only passes on": (
        """
params: {e: 0.5, m: 0.25, s: 2, r: 0.5, i: 0.1, g: 2, t: 2, u: 3, b: true, q: 2}
network:
  - conv 3x3 4*t bias=b
  - batch_norm epsilon=e momentum=m
  - scale s
  - leaky_relu r
  - elu alpha=r
  - layer_scale initial=i
  - channel_shuffle g
  - depthwise_conv 3x3 multiplier=t
  - conv_transpose 3x3 u bias=b
  - layer_norm epsilon=e
  - slice start=r*2 stop=u
  - residual: {scale: r, steps: [conv 3x3 in_channels]}
  - {repeat: [conv 1x1 u, relu], times: q}
  - dropout r
  - global_avg_pool
  - dense u bias=b
""",
        {
            "e": (0.25,),
            "m": (0.5,),
            "s": (3, 1),
            "r": (1,),
            "i": (0.5,),
            "g": (1, 4),
            "t": (1, 3),
            "u": (2, 4),
            "b": (False,),
            "q": (0, 1, 3),
        },
    ),
    "counts of copies that grow or are too few, groups, and defaults of what layers are made of": (
        """
params: {n: 3, o: 1, g: 2, c: 4, e: 0.5}
defaults: {batch_norm: {epsilon: e}}
network:
  - {repeat: [concat: {p: identity, q: conv 3x3 2}], times: n}
  - {repeat: [conv 3x3 4], times: o}
  - conv 1x1 c norm=batch_norm
  - conv 3x3 8 groups=g
""",
        {"n": (2,), "o": (2,), "g": (4,), "c": (2,), "e": (0.25,)},
    ),
    "what decides windows, operators or grids": (
        """
params: {k: 3, p: same, a: relu, z: batch_norm, s: 1, g: 2, u: 2, ceil: false}
parts: {unit: {options: [q, act], steps: [conv 4 kernel=q activation=act padding=p]}}
network:
  - conv 4 kernel=k norm=z activation=a
  - unit k act=a
  - conv 3x3 4 /s groups=g
  - conv_transpose 3x3 4 /u padding=p
  - max_pool 2x2 /2 ceil=ceil
  - residual: {scale: s, activation: a, steps: [conv 3x3 4]}
  - flatten
  - dense 3
""",
        {"k": (1, 5), "p": ("symmetric",), "a": ("tanh", "none"), "z": ("none",), "s": (2,)},
    ),
    "defaults that speak of a param which an option hides, and copies whose first takes another": (
        """
params: {c: 1.5, n: 2}
defaults: {residual: {scale: c}}
parts: {unit: {options: [c=1], steps: [{residual: [relu, conv 1x1 in_channels]}, scale c]}}
network:
  - conv 1x1 2 as first
  - {repeat: [hard_sigmoid from input], times: n}
  - conv 1x1 2
  - unit
  - residual: [unit 2, conv 1x1 in_channels]
outputs: [first, residual]
""",
        {"c": (2, 0.5), "n": (1, 0)},
    ),
    "a count of merges, none of whose branches takes what arrives": (
        """
params: {n: 2}
network:
  - conv 1x1 4 as first
  - conv 1x1 2
  - {add: {a: relu from first, b: subtract from first input}, times: n}
  - conv 1x1 3
outputs: [first, conv, conv_1]
""",
        {"n": (1, 0)},
    ),
    "channels behind counted copies, which are what arrives if there are none": (
        """
params: {c: 4, n: 3}
parts: {unit: {options: [k], steps: [conv 1x1 k]}}
network:
  - conv 1x1 c
  - n x conv 3x3 8
  - concat: {a: unit in_channels, b: identity}
""",
        {"c": (3, 8), "n": (0, 1)},
    ),
}
"""Specs by what their params do, with further values of each."""

HONOURED: dict[str, set[str]] = {
    "a count of filters, and channels that follow from it inside a module used once": {"c"},
    "fractions, whose products are whole": {"w", "v", "f"},
    "whole numbers that are written as fractions": {"c", "n", "d"},
    "a count of copies, of which the first takes other channels": {"n", "m"},
    "channels of what arrives at a merge, though no branch takes it": {"c", "d", "e"},
    "all that a model only passes on": set("emsrigtubq"),
    "counts of copies that grow or are too few, groups, and defaults of what layers are made of": (
        set()
    ),
    "what decides windows, operators or grids": set(),
    "defaults that speak of a param which an option hides, and copies whose first takes another": (
        set()
    ),
    "a count of merges, none of whose branches takes what arrives": set(),
    "channels behind counted copies, which are what arrives if there are none": {"c", "n"},
}
"""The params that models take as arguments; of the others, any may."""


@pytest.fixture(scope="module", params=BACKENDS)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


@pytest.mark.parametrize("title", LAWS)
def test_a_model_called_with_a_param_is_what_set_gives(running: Running, title: str) -> None:
    text, values = LAWS[title]
    graph = graph_of(text)
    make = constructor(running[0], graph)
    params = taken(make)
    assert params <= set(values)
    assert HONOURED.get(title, params) == params
    check(running, make(), graph)
    for param in params:
        for value in values[param]:
            changed = graph_of(text, Overrides(params={param: value}))
            check(running, make(**{param: value}), changed)


def test_a_model_refuses_a_fraction_where_a_whole_number_has_to_be(
    running: Running,
) -> None:
    make = constructor(running[0], graph_of("params: {w: 0.5}\nnetwork: [conv 3x3 8*w]"))
    with pytest.raises(ValueError, match=r"2\.4\d* should be a whole number"):
        make(w=0.3)


def test_half_of_an_odd_number_of_channels_is_refused(running: Running) -> None:
    text = "params: {c: 8}\nparts: {half: [conv 1x1 in_channels/2]}\nnetwork: [conv 1x1 c, half]"
    make = constructor(running[0], graph_of(text))
    check(running, make(c=6), graph_of(text, Overrides(params={"c": 6})))
    with pytest.raises(ValueError, match=r"3\.5 should be a whole number"):
        make(c=7)


def test_the_defaults_of_an_imported_file_speak_of_its_own_params(
    running: Running, tmp_path: Path
) -> None:
    own = "defaults: {residual: {scale: c}}\nparts: {unit: [{residual: [relu, conv 1x1 2]}]}\n"
    (tmp_path / "other.yaml").write_text(f"archspec: 1\nparams: {{c: 2}}\n{own}")
    main = "import: {other.yaml: [unit]}\nnetwork: [conv 1x1 2, unit, conv 1x1 c]\n"
    spec = tmp_path / "main.yaml"
    spec.write_text(f"archspec: 1\nname: main\ninput: 4x4x3\nparams: {{c: 2}}\n{main}")
    make = constructor(running[0], load(spec))
    check(running, make(c=3), load(spec, Overrides(params={"c": 3})))
