"""Small specs of copies that differ, or are not there, by what is easy to get wrong."""

from __future__ import annotations

COPIES = {
    "copies of copies of which the very first takes other channels": """
parts: {unit: {options: [n=3], steps: [{repeat: [{repeat: [conv2d 1x1 1], times: n}], times: n}]}}
network: [unit, conv 1x1 2, unit, conv 1x1 3, unit 2]
""",
    "a use without any of the copies whose values others list": """
parts:
  unit:
    options: [n=3]
    steps:
      - repeat:
          - residual: {shortcut: [conv 1x1 3], steps: [1 x layer_scale 0.1, conv 1x1 3]}
          - relu
        times: n
network: [conv 1x1 2 as a, unit 0, unit as c, concat from a c]
""",
    "a use without copies of an activation that others choose": """
parts:
  unit:
    options: [n, act=none]
    steps: [{repeat: [{residual: {activation: act, steps: [tanh]}}], times: n}]
network: [unit 0 act=gelu, unit 2, unit 1 act=silu]
""",
}
