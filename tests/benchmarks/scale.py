"""How checking and counting grow: generated specs of a thousand to a hundred thousand nodes."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from measure import interleaved, python

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 3
_HEAD = """archspec: 1
name: generated
input: 32x32x16
defaults: {conv: {norm: batch_norm, activation: relu}}
network:
"""
_MEASURED = """
from archspec import api
api.count(api.load({path!r})).modules
"""


def spec(nodes: int) -> str:
    """Write a spec of as many nodes: convolutions of three nodes each, all written out."""
    steps = (f"  - conv 3x3 {16 + number % 7}\n" for number in range(nodes // 3))
    return _HEAD + "".join(steps)


def main(out: TextIO) -> None:
    """Print seconds and memory of whole processes, their share, and microseconds a node."""
    with TemporaryDirectory() as folder:
        paths = {size: Path(folder) / f"{size}.yaml" for size in SIZES}
        for size, path in paths.items():
            path.write_text(spec(size), encoding="utf-8")
        commands = {
            str(size): python(_MEASURED.format(path=str(path))) for size, path in paths.items()
        }
        peers = {"torch": python("import torch"), "start": python("from archspec import api")}
        runs = interleaved({**peers, **commands}, ROUNDS)
    out.write(f"{'nodes':>8} {'seconds':>8} {'MiB':>6} {'of import torch':>16} {'us a node':>10}\n")
    for size in SIZES:
        run = runs[str(size)]
        each = (run.seconds - runs["start"].seconds) / size * 1e6
        share = run.seconds / runs["torch"].seconds
        out.write(f"{size:8} {run.seconds:8.2f} {run.mebibytes:6.0f} {share:16.2f} {each:10.1f}\n")


if __name__ == "__main__":
    main(sys.stdout)
