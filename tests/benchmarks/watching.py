"""How long ``archspec watch`` takes from a save to the page, as a share of ``archspec check``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import TextIO
from urllib.request import urlopen

from measure import process, python

SPECS = Path("specs")
ROUNDS = 20
ARCHSPEC = python("from archspec.commands.main import main; main()")


def main(out: TextIO) -> None:
    """Save two versions in turn; print the medians of what the events took."""
    with TemporaryDirectory() as folder:
        text = (SPECS / "inception_resnet_v2.yaml").read_text("utf-8")
        spec = Path(folder) / "net.yaml"
        spec.write_text(text, "utf-8")
        imported = "inception_v4.yaml"
        (spec.parent / imported).write_text((SPECS / imported).read_text("utf-8"), "utf-8")
        peer = process([*ARCHSPEC, "check", str(spec)]).seconds
        command = [*ARCHSPEC, "watch", str(spec)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
            assert watching.stdout is not None
            address = watching.stdout.readline().split()[-3]
            saves = [text.replace("k=256", f"k={192 + at}") for at in range(ROUNDS)]
            times = list(_times(spec, saves, address))
            watching.terminate()
    for name, seconds in zip(("network", "diff"), zip(*times, strict=True), strict=True):
        row = f"{median(seconds):8.3f} {max(seconds):8.3f} {median(seconds) / peer:10.3f}"
        out.write(f"{name:8} {row}\n")


def _times(spec: Path, saves: list[str], address: str) -> Iterator[tuple[float, float]]:
    """Measure the seconds from a save to its two events: the network, and what changed."""
    with urlopen(f"{address}events") as stream:  # noqa: S310  # our own address
        _await(stream)
        for text in saves:
            sleep(0.3)
            begun = perf_counter()
            spec.write_text(text, "utf-8")
            first = _await(stream) - begun
            yield first, _await(stream) - begun


def _await(stream: Iterator[bytes]) -> float:
    """Return the time at which the next state has come whole."""
    next(line for line in stream if line == b"event: state\n")
    next(line for line in stream if line == b"\n")
    return perf_counter()


if __name__ == "__main__":
    main(sys.stdout)
