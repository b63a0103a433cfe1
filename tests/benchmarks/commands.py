"""How long the command line takes as whole processes, as a share of ``import torch``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from measure import Run, interleaved, python

SPEC = "specs/inception_resnet_v2.yaml"
FAMILY = "specs/inception_v4.yaml"
TEN_THOUSAND = "k=64..208:16,l=96..240:16,m=96..240:16,n=96..384:32"
"""Four options with ten values each."""
ROUNDS = 9
ARCHSPEC = python("from archspec.commands.main import main; main()")


def main(out: TextIO) -> None:
    """Measure each verb and print its seconds, memory and ratio."""
    with TemporaryDirectory() as folder:
        emitted = str(Path(folder) / "model.py")
        commands = {
            "import torch": python("import torch"),
            "python": python(""),
            "--help": [*ARCHSPEC, "--help"],
            "check": [*ARCHSPEC, "check", SPEC],
            "count": [*ARCHSPEC, "count", SPEC],
            "solve": [*ARCHSPEC, "solve", FAMILY, "--for", TEN_THOUSAND, "--macs", "<= 12G"],
            "emit": [*ARCHSPEC, "emit", SPEC, "--backend", "torch", "-o", emitted],
        }
        runs = interleaved(commands, ROUNDS)
    out.write(f"{'':14} {'seconds':>8} {'MiB':>6} {'of import torch':>16}\n")
    out.writelines(f"{_row(name, run, runs['import torch'])}\n" for name, run in runs.items())


def _row(name: str, run: Run, peer: Run) -> str:
    return f"{name:14} {run.seconds:8.3f} {run.mebibytes:6.0f} {run.seconds / peer.seconds:16.3f}"


if __name__ == "__main__":
    main(sys.stdout)
