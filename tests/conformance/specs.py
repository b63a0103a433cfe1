"""Small specs, each with something that is easy to get wrong, by the title of what that is."""

from __future__ import annotations

from pathlib import PurePosixPath

from archspec.checked import AS_WRITTEN, load
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.source import File, Text

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"


def graph_of(text: str, overrides: Overrides = AS_WRITTEN) -> Graph:
    """Read a spec from its text, without the first three lines, as ``overrides`` change it."""
    name = "small.yaml"
    whole = text.lstrip() if "archspec: 1" in text else HEAD + text
    return load(File(Text(name, whole.encode()), PurePosixPath(name)), overrides)


SPECS = {
    "a module with two inputs, given different channels, and one value twice": """
parts:
  cell:
    inputs: [now, before]
    options: [k]
    steps: [conv 1x1 k from before as p, conv 3x3 k from now as h, multiply from h p]
network:
  - conv 3x3 5 as a
  - cell 6 from a input as b
  - cell 4 from b a as c
  - cell 4 from c c
""",
    "a module with two outputs, of which one is not read": """
parts:
  split: {outputs: [low, high], steps: [conv 3x3 6 /2 as low, upsample 2 as high]}
network:
  - conv 3x3 4
  - split as a
  - conv 1x1 3 from a.low
  - split as b
  - concat from b.high b.high
""",
    "copies of a module that carry several values, and outputs by their names": """
parts:
  exchange:
    inputs: [a, b]
    outputs: [b2, a2]
    options: [k]
    steps: [conv 1x1 k from b as b2, {add: [conv 3x3 k from a, identity from b2]}, relu as a2]
network:
  - conv 3x3 4 as a
  - conv 1x1 6 from input as b
  - 3 x exchange 4 from a b as many
  - 2 x exchange 5 from many as more
  - add from more
outputs: [many.a2, add, more.b2]
""",
    "a chain of layers with and without norm and activation": """
network:
  - conv 3x3 6 norm=batch_norm activation=relu
  - conv 1x1 5
  - conv 3x3 6 /2 norm=layer_norm activation=gelu
  - depthwise_conv 3x3 activation=silu
  - flatten
  - dense 7 activation=tanh
  - dense 3
""",
    "an option that is used as it is, doubled and in a sum of branches": """
blocks:
  unit:
    options: [k, m=3]
    steps:
      - concat: {a: conv 1x1 k, b: [conv 3x3 2*k, conv 3x3 m], c: identity}
      - conv 1x1 in_channels
network: [unit 4, unit 5 m=2, 2 x unit 3]
""",
    "uses that differ in structure, of which the first repeats nothing": """
blocks:
  inner: {options: [z], steps: [conv 3x3 4 norm=z]}
  outer: {options: [n, z], steps: [n x inner z, relu]}
network:
  - {repeat: [conv 1x1 4, outer 0 z=none], times: 1}
  - repeat: [{concat: {a: outer 0 z=none, b: outer 1 z=none}}, conv 1x1 4]
    times: 2
  - outer 1 z=batch_norm
  - outer 2 z=none
""",
    "a residual with a scale, with none, and with activations chosen by an option": """
blocks:
  unit:
    options: [scale=0.2, activation=relu]
    steps:
      - residual:
          scale: scale
          activation: activation
          steps: [conv 3x3 in_channels linear]
network:
  - unit
  - 2 x unit
  - unit scale=1 activation=none
  - unit scale=0.5 activation=tanh as last
""",
    "a relu first in the body of a residual, which must not work in place": """
network:
  - residual: [relu, conv 3x3 4]
  - concat: {a: [relu, conv 3x3 4], b: conv 3x3 4}
  - dropout 0.3
  - relu
""",
    "a projection in the shortcut, and a stage that counts its blocks": """
parts:
  first:
    options: [f, s]
    steps:
      - residual:
          shortcut: conv 1x1 2*f /s
          activation: relu
          steps: [conv 3x3 f /s, conv 1x1 2*f]
  rest: {options: [f], steps: [residual: [conv 3x3 f, conv 1x1 2*f]]}
  stage: {options: [f, n, s=2], steps: [first f s=s, n-1 x rest f]}
network: [stage 3 n=3 s=1, stage 4 n=1, stage 5 n=2]
""",
    "copies that grow, as in DenseNet, in two blocks and with a param": """
params: {growth: 3}
blocks:
  layer: {steps: [concat: [identity, [batch_norm, relu, conv 3x3 growth]]]}
  block: {options: [n], steps: [n x layer, conv 1x1 in_channels]}
network: [4 x layer, conv 1x1 in_channels/2, 5 x layer, block 3, block 4]
""",
    "copies of which the first takes other channels": """
parts: {several: {options: [n, f], steps: [n x conv 3x3 f]}}
network: [2 x conv 3x3 6, 3 x conv 1x1 5, several 2 f=7, several 3 f=8, several 1 f=2]
""",
    "repeats in repeats, and a repeat of none": """
network:
  - repeat: [conv 3x3 4, 2 x conv 1x1 6, concat: [identity, conv 1x1 2]]
    times: 3
  - 0 x conv 3x3 9
  - 1 x conv 3x3 5
""",
    "values by name that are read later, twice and across": """
network:
  - conv 3x3 6 as a
  - conv 3x3 6 as b
  - add from a b as c
  - conv 1x1 6 as d
  - concat from a c d
  - subtract from c a as e
  - multiply from e d
""",
    "branches that start from different values": """
network:
  - conv 3x3 4 as low
  - max_pool 2x2 /2 as high
  - add: {lateral: conv 1x1 4 from low, top: [upsample 2 from high, conv 3x3 4]}
  - concat: [identity, [conv 1x1 3 from low, conv 3x3 2]]
""",
    "a module that reads its own values by name": """
blocks:
  gate:
    options: [r]
    steps:
      - conv 3x3 in_channels as features
      - global_avg_pool
      - dense in_channels//r activation=relu
      - dense in_channels activation=sigmoid as weights
      - multiply from features weights
network: [gate 2, 2 x gate 4]
""",
    "a residual whose body reads a value of its own by name": """
network:
  - residual:
      scale: 0.5
      activation: relu
      steps:
        - conv 3x3 4 as inner
        - conv 3x3 4
        - add from inner conv
""".replace("- add from inner conv", "- conv 3x3 4 as outer\n        - add from inner outer"),
    "a repeated list that reads a value from outside of it": """
network:
  - conv 3x3 4 as stem
  - repeat:
      - conv 3x3 4 as inside
      - add from inside stem
    times: 3
""",
    "squeeze and excitation over a map and over one cell": """
network:
  - multiply: {features: identity, gate: [global_avg_pool, dense 2, dense 4 activation=sigmoid]}
  - multiply: {features: conv 3x3 6, gate: conv 1x1 1 activation=sigmoid}
""",
    "same padding that depends on the parity of the grid within one module": """
parts: {down: {options: [f], steps: [conv 3x3 f /2, max_pool 3x3 /2 as pooled]}}
network: [conv 2x2 4 V, down 3, conv 1x1 5]
""",
    "one module on odd and even grids, so that its padding differs": """
parts: {down: {steps: [conv 3x3 4 /2 norm=batch_norm activation=relu, avg_pool 2x2]}}
network: [down, conv 2x2 4 V, down]
""",
    "one module on odd and even grids, with a kernel that is no square": """
parts: {down: {steps: [conv 3x5 4 /2]}}
network: [down, conv 2x2 4 padding=1, down, conv 3x3 4 V, down]
""",
    "a padding, a kernel and a rounding that are options": """
parts:
  down: {options: [k, p=valid, up=false], steps: [max_pool kernel=k /2 padding=p ceil=up]}
  up: {options: [n, p=valid], steps: [conv_transpose2d 1x1 n /2 padding=p]}
network: [down 3 p=same, down 2 up=true, up 6 p=same, up 4]
""",
    "a kernel that is an option, with padding that follows from it": """
parts:
  sized:
    options: [k]
    steps: [conv 4 kernel=k, depthwise_conv kernel=k padding=symmetric, max_pool k]
network: [sized 3, sized 5]
""",
    "slices, shuffles, pads, norms and scales": """
network:
  - conv 1x1 8
  - concat:
      - slice start=2 stop=5
      - slice stop=in_channels/2
      - slice start=in_channels/2 stop=in_channels
  - slice stop=8
  - channel_shuffle 4
  - pad [1,0,2,1]
  - layer_norm
  - layer_scale 0.5
  - scale 0.25
  - l2_normalize
  - softmax
  - global_max_pool
  - batch_norm gamma=false
  - layer_norm
""",
    "transposed convolutions and upsampling": """
network:
  - conv_transpose 3x3 3 /2 norm=batch_norm activation=leaky_relu
  - upsample 2 mode=bilinear
  - conv_transpose 2x2 2 /2
  - conv 3x3 2 padding=[1,0,2,1] groups=2
  - max_pool 3x3 /2 ceil=true V
""",
    "activations with attributes of their own": """
defaults: {leaky_relu: {slope: 0.3}, conv: {norm: batch_norm, activation: leaky_relu}}
blocks: {unit: {options: [a=elu], steps: [residual: {activation: a, steps: [conv 3x3 4]}]}}
network: [conv 3x3 4, conv 3x3 4, conv 1x1 4 activation=none, unit, unit a=leaky_relu]
""",
    "names that Python, torch and the source use themselves": """
params: {torch: 5, index: 3, max: 4, l: 2}
blocks:
  tensor: {options: [nn, range=2], steps: [conv 1x1 nn, conv 3x3 range*nn]}
  chain: {steps: [conv 1x1 torch, conv 1x1 max]}
  small: {steps: [conv 1x1 l+1]}
network:
  - tensor 3 as nn
  - chain as torch
  - small as functional
  - 2 x conv 1x1 index as lambda
  - add from functional functional as self
  - concat from nn torch self
""",
    "arithmetic of every kind": """
params: {w: 1.5}
blocks:
  unit:
    options: [c]
    steps:
      - conv 1x1 round_to(c*w,4)
      - conv 1x1 max(c//3,2)
      - conv 1x1 ceil(c/4)
      - conv 1x1 (c+1)*2-c%4
      - conv 1x1 c/2*4
network: [unit 6, unit 10, unit 8]
""",
    "modules that are used on maps and on vectors, and options that are words or flags": """
blocks:
  norms: {steps: [batch_norm, relu, layer_norm]}
  gate: {steps: [multiply: {a: identity, b: [identity, sigmoid]}]}
parts:
  up: {options: [mode, bias=true], steps: [upsample 2 mode=mode, conv 1x1 3 bias=bias]}
network:
  [norms, gate, up nearest, up bilinear bias=false, up bilinear, global_avg_pool, norms, gate]
""",
    "a flatten that meets a map of several cells, one of one cell, and a vector": """
blocks: {laid_out: {steps: [flatten]}}
network: [concat: [laid_out, [global_max_pool, laid_out], [conv 8x8 3 V, laid_out]]]
""",
    "values from outside a repeated residual, one of which is what its first copy is given": """
network:
  - relu as a
  - tanh as b
  - residual: {shortcut: [subtract from a b], steps: [scale 2]}
    times: 2
""",
    "a repeated merge of a value from outside with what the copy before gives": """
network:
  - tanh as a
  - relu as b
  - multiply: {w: relu from a, y: [sigmoid]}
    times: 2
  - subtract: {w: [identity, scale 0.5], y: [multiply from b a, tanh]}
    times: 3
""",
    "a repeated list that reads the value it begins with by its name": """
network:
  - tanh as a
  - repeat: [conv 1x1 4, multiply: {w: identity, y: sigmoid from a}]
    times: 3
  - relu as b
  - repeat: [{repeat: [tanh as c, subtract from c b], times: 2}, add: {w: identity, y: relu from a}]
    times: 2
""",
    "copies of which all but the first begin with a value from outside": """
network:
  - tanh as a
  - sigmoid
  - repeat: [add: {w: scale 2, y: relu from a}, 0 x relu from a]
    times: 3
""",
    "branches and bodies that begin with a repeat or residual of a named value": """
network:
  - relu as a
  - tanh as b
  - add: {p: relu, q: {repeat: [relu from a], times: 1}}
  - residual: [{residual: [sigmoid from a], times: 2}, {repeat: [tanh from b], times: 2}]
  - subtract: {p: {residual: {shortcut: relu from b, steps: [tanh from a]}}, q: 2 x relu from b}
""",
    "an input that is read by its name wherever it arrives": """
network:
  - residual: {shortcut: [multiply from input input], steps: [tanh from input]}
    times: 2
  - add: {p: [relu, subtract: {w: identity, y: scale 2 from input}], q: tanh from input}
    times: 2
""",
    "pads that differ between the copies of a module's repeat, passed on by copies of its use": """
archspec: 1
name: small
input: 5x7x1
parts: {unit: {options: [n], steps: [max_pool 3x3 /n padding=1, 2 x conv 4x4 4 /3]}}
network: [2 x unit 3, {repeat: [2 x unit 3], times: 3}, depthwise_conv 3x3, unit 1]
""",
    "copies of copies that all differ, so that there are few names left for it": """
network:
  - concat:
      - - concat: {a: [relu], b: [conv 1x1 in_channels+1]}
          times: 2
        - concat: {a: {multiply: {c: [conv 1x1 in_channels], d: [identity]}}, b: identity}
      - [conv 1x1 in_channels]
    times: 2
""",
    "slopes that bend upwards": """
defaults: {leaky_relu: {slope: -0.5}}
parts: {unit: {options: [s, a], steps: [leaky_relu s, conv 1x1 4 activation=a]}}
network: [leaky_relu -1, unit 0.5 a=leaky_relu, unit -2 a=elu, unit s=0 a=none]
""",
    "listed values whose items speak of the names of a module": """
parts:
  unit:
    options: [n=0]
    steps:
      - n x slice stop=3
      - {concat: {a: softmax, b: [relu, layer_norm]}, times: 2}
      - layer_scale
network: [conv 1x1 2, unit, conv 1x1 5, unit n=2]
""",
    "a kernel from an option in copies of which the first takes other channels": """
parts: {unit: {options: [k=2, n=3], steps: ["n x conv2d 3 kernel=[k,3]"]}}
network:
  - conv 1x1 2 as a
  - unit 3 as b
  - unit from a as c
  - add from b c
  - {repeat: [conv 1x1 2, unit 3, relu], times: 2}
""",
    "whole numbers where fractions may stand": """
network: [layer_scale 2, scale 3, conv 1x1 4, leaky_relu slope=1, elu alpha=2, dropout 0]
""",
    "grids of one row and a stride larger than the kernel": """
network: [conv 1x5 3, max_pool 8x1 V, conv 1x1 3 /3, avg_pool 1x3]
""",
}

SEVERAL = """
archspec: 1
name: several
input: {left: 6x6x3, right: 6x6x2}
network:
  - conv 3x3 4 from left as a
  - conv 3x3 4 from right as b
  - add from a b as both
  - global_avg_pool
  - dense 3 as logits
outputs: [logits, both]
auxiliary: {side: {from: a, steps: [global_avg_pool, dense 5]}}
"""
