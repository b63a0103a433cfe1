"""How long diffs take as whole processes: the show-piece, and generated specs with 100 edits.

Two shapes of network grow: one list of steps, and blocks that repeat and branch. The edits insert,
remove and change steps at places drawn from a seed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TextIO

from measure import interleaved, python

PAPER = "specs/inception_resnet_v2.yaml"
RELEASED = "specs/released/inception_resnet_v2.yaml"
SIZES = (1_000, 5_000, 20_000, 80_000)
EDITS = 100
ROUNDS = 5
ARCHSPEC = python("from archspec.commands.main import main; main()")
_HEAD = """archspec: 1
name: generated
input: 32x32x16
defaults: {conv: {norm: batch_norm, activation: relu}}
"""
_BLOCK_NODES = 105
"""Nodes that a block and its five copies have: 21 each."""


def listed(nodes: int, edits: int) -> str:
    """Write convolutions of three nodes each, one after another."""
    steps = [f"conv 3x3 {16 + number % 7}" for number in range(nodes // 3)]
    draw = Random(1)  # noqa: S311  # places of edits, not secrets
    for number in range(edits):
        at = draw.randrange(len(steps))
        if number % 3 == 0:
            steps.insert(at, f"conv 5x5 {16 + at % 7}")
        elif number % 3 == 1:
            steps.pop(at)
        else:
            steps[at] = f"conv 3x3 {40 + at % 9}"
    return f"{_HEAD}network:\n" + "".join(f"  - {step}\n" for step in steps)


def nested(nodes: int, edits: int) -> str:
    """Write residual blocks of three branches, each a module that is repeated five times."""
    count = max(1, nodes // _BLOCK_NODES)
    edited = set(Random(1).sample(range(count), min(edits, count)))  # noqa: S311
    blocks = "".join(_block(number, number in edited) for number in range(count))
    steps = "".join(f"  - 5 x block_{number}\n" for number in range(count))
    return f"{_HEAD}blocks:\n{blocks}network:\n{steps}"


def _block(number: int, is_edited: bool) -> str:
    width = 8 + number % 5
    first = width + 3 if is_edited and number % 2 else width
    last = "      - conv 3x3 16\n" if is_edited and not number % 2 else ""
    pair = f"[conv 1x1 {width}, conv 3x3 {width}]"
    return (
        f"  block_{number}:\n    steps:\n      - residual:\n          - concat:\n"
        f"              a: conv 1x1 {first}\n              b: {pair}\n              c: {pair}\n"
        f"          - conv 1x1 in_channels linear\n{last}"
    )


SHAPES: dict[str, Callable[[int, int], str]] = {"one list": listed, "blocks": nested}


def main(out: TextIO) -> None:
    """Print seconds, memory and ratios: to two checks, and a node's share to that of the least."""
    show_piece(out)
    for name, write in SHAPES.items():
        growth(name, write, out)


def show_piece(out: TextIO) -> None:
    """Compare the paper's network with the released one, and with checking both."""
    commands = {
        "check both": [*ARCHSPEC, "check", PAPER, RELEASED],
        "diff": [*ARCHSPEC, "diff", PAPER, RELEASED],
        "markdown": [*ARCHSPEC, "diff", PAPER, RELEASED, "--format", "markdown"],
        "html": [*ARCHSPEC, "diff", PAPER, RELEASED, "--format", "html"],
    }
    runs = interleaved(commands, ROUNDS)
    out.write(f"{'show-piece':12} {'seconds':>8} {'MiB':>6} {'of check':>9}\n")
    for name, run in runs.items():
        ratio = run.seconds / runs["check both"].seconds
        out.write(f"{name:12} {run.seconds:8.3f} {run.mebibytes:6.0f} {ratio:9.2f}\n")


def growth(name: str, write: Callable[[int, int], str], out: TextIO) -> None:
    """Compare generated specs of ever more nodes with what a hundred edits make of them."""
    with TemporaryDirectory() as folder:
        commands = {"start": [*ARCHSPEC, "--version"]}
        for size in SIZES:
            files = [Path(folder) / f"{size}_{side}.yaml" for side in ("old", "new")]
            for file, edits in zip(files, (0, EDITS), strict=True):
                file.write_text(write(size, edits), encoding="utf-8")
            commands[str(size)] = [*ARCHSPEC, "diff", *map(str, files)]
        runs = interleaved(commands, ROUNDS)
    out.write(f"\n{name:12} {'seconds':>8} {'MiB':>6} {'us a node':>10} {'of least':>9}\n")
    shares = {each: (runs[str(each)].seconds - runs["start"].seconds) / each for each in SIZES}
    for size, share in shares.items():
        run, ratio = runs[str(size)], share / shares[SIZES[0]]
        row = f"{run.seconds:8.2f} {run.mebibytes:6.0f} {share * 1e6:10.1f} {ratio:9.2f}"
        out.write(f"{size:12,} {row}\n")


if __name__ == "__main__":
    main(sys.stdout)
