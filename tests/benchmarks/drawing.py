"""How long drawings take as whole processes, as a share of ``import torch``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from measure import Run, interleaved, python
from scale import spec

SPEC = "specs/inception_resnet_v2.yaml"
OPERATORS = 5_000
ROUNDS = 9
DRAW = [*python("from archspec.commands.main import main; main()"), "draw"]


def main(out: TextIO) -> None:
    """Print the seconds and the memory of each drawing, and its share."""
    with TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        large.write_text(spec(OPERATORS), encoding="utf-8")
        commands = {
            "import torch": python("import torch"),
            "folded": [*DRAW, SPEC],
            "sheet": [*DRAW, SPEC, "--layout", "sheet"],
            "slide": [*DRAW, SPEC, "--layout", "sheet", "--width", "16:9"],
            f"{OPERATORS:,} operators": [*DRAW, str(large), "--depth", "operators"],
        }
        runs = interleaved(commands, ROUNDS)
    out.write(f"{'':16} {'seconds':>8} {'MiB':>6} {'of import torch':>16}\n")
    out.writelines(f"{_row(name, run, runs['import torch'])}\n" for name, run in runs.items())


def _row(name: str, run: Run, peer: Run) -> str:
    return f"{name:16} {run.seconds:8.3f} {run.mebibytes:6.0f} {run.seconds / peer.seconds:16.3f}"


if __name__ == "__main__":
    main(sys.stdout)
