"""How long import of a model takes, as a whole process with and without its proof."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import interleaved, python

_EXPORTED = """
import torch
from importlib import import_module
model = getattr(import_module({module!r}), {function!r})().eval()
torch.export.export(model, (torch.zeros(1, {channels}, {height}, {width}),), strict=False)
"""


def main() -> None:
    """Print seconds of import, of making and exporting the model, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", default="torchvision.models:resnet50")
    parser.add_argument("--input", default="224x224x3")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    _compare(arguments.source, arguments.input, arguments.rounds)


def _compare(source: str, size: str, rounds: int) -> None:
    """Import with and without the proof; the peer only makes and exports the model."""
    height, width, channels = size.split("x")
    module, _, function = source.partition(":")
    told = {"module": module, "function": function}
    peer = _EXPORTED.format(**told, height=height, width=width, channels=channels)
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "archspec.commands", "import", source, "--input", size]
        commands = {
            "make and export": python(peer),
            "import": [*command, "-o", str(Path(folder, "proved"))],
            "import without proof": [*command, "-o", str(Path(folder, "bare")), "--no-verify"],
        }
        found = interleaved(commands, rounds)
    least = found["make and export"].seconds
    for name, run in found.items():
        sys.stdout.write(f"{name}: {run.seconds:.2f} s; ratio {run.seconds / least:.2f}\n")


if __name__ == "__main__":
    main()
