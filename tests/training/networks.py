"""A small member of the family, and recipes to train it by."""

from __future__ import annotations

from pathlib import Path

NETWORK = """\
archspec: 1
name: tiny
input: 12x12x1
params: {classes: 10, scale: 0.2}
defaults:
  conv: {norm: batch_norm, activation: relu}
network:
  - conv 3x3 8 /2
  - residual:
      scale: scale
      activation: relu
      steps:
        - concat:
            point: conv 1x1 4
            long: [conv 1x1 4, conv 3x3 8]
        - conv 1x1 8 linear
  - conv 3x3 16 /2 as last
  - global_avg_pool
  - dropout 0.1
  - dense classes as logits
auxiliary: {side: {from: last, steps: [global_avg_pool, dense classes]}}
"""
RECIPE = """\
recipe: 1
name: small
batch: 32
epochs: 2
optimizer: sgd 0.2 momentum=0.9
schedule: one_cycle
averaging: 0.5
augmentation: none
"""


def write(folder: Path, recipe: str = RECIPE, network: str = NETWORK) -> tuple[Path, Path]:
    """Write a network and a recipe into a folder."""
    files = folder / "tiny.yaml", folder / "recipe.yaml"
    for file, text in zip(files, (network, recipe), strict=True):
        file.write_text(text)
    return files
