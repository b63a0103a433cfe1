"""Ask the paper's questions of small networks: train them, evaluate them, draw the curves.

    python docs/experiments/questions.py --data fashion-mnist -o experiments

Runs that are there already are gone on with, so that a stop costs nothing. What is printed is a
table for docs/experiments.md; the figures lie in the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

ARCHSPEC = (sys.executable, "-m", "archspec.commands")
RESIDUAL, PLAIN = "zoo:small/inception_resnet", "zoo:small/inception"
WIDE = "zoo:small/wide_inception_resnet"
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


class Training(NamedTuple):
    """One training: the name of its folder, its network, and what else is told to archspec."""

    name: str
    network: str
    told: tuple[str, ...]


def residual_against_plain(seeds: Iterable[int], epochs: int) -> Iterator[Training]:
    """Questions 1 to 3: networks of equal cost, with residuals and without."""
    for seed in seeds:
        told = (f"--change=seed={seed}", f"--change=epochs={epochs}")
        yield Training(f"residual-{seed}", RESIDUAL, told)
        yield Training(f"plain-{seed}", PLAIN, told)


def scaling(seeds: Iterable[int], steps: int) -> Iterator[Training]:
    """Section 3.3: more than a thousand filters, with the residuals scaled and not."""
    for seed in seeds:
        told = ("--set=w=20", "--set=c=4", f"--change=seed={seed}")
        told += (f"--change=epochs={steps * 128 / 60000}", "--log-every=5")
        yield Training(f"scaled-{seed}", WIDE, (*told, "--set=scale=0.1"))
        yield Training(f"unscaled-{seed}", WIDE, (*told, "--set=scale=1.0"))


def main() -> None:
    """Train, evaluate, draw."""
    options = _options()
    seeds = range(options.seeds)
    trainings = list(residual_against_plain(seeds, options.epochs))
    if options.scaling:
        trainings += scaling(seeds, options.scaling)
    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(lambda each: train(each, options), trainings))
    runs = {each.name: options.output / each.name for each in trainings}
    draw(options.output / "curves.svg", runs.values(), "--measure=error")
    for name, members in ensembles(options.seeds).items():
        scores = evaluate([runs[each] for each in members], options.data)
        sys.stdout.write(f"{name:42} {1 - scores['top1']:8.2%} {1 - scores['top5']:8.2%}\n")


def ensembles(seeds: int) -> dict[str, list[str]]:
    """Name each network, and each ensemble, by the trainings that are its members."""
    kinds = ("residual", "plain")
    alone = {f"{kind}-{seed}": [f"{kind}-{seed}"] for kind in kinds for seed in range(seeds)}
    several = [f"residual-{seed}" for seed in range(seeds)]
    return {**alone, "residuals": several, "residuals and a plain one": [*several, "plain-0"]}


def train(training: Training, options: argparse.Namespace) -> None:
    """Train a network, or go on with it; nothing happens if that is done."""
    folder = options.output / training.name
    told = ("--recipe", options.recipe, "--data", options.data, "-o", str(folder), "--resume")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (options.output / f"{training.name}.txt").open("a") as log:
        _archspec("train", training.network, *told, *training.told, "--backend", options.backend,
                  stderr=log, threads=options.threads)  # fmt: skip


def evaluate(runs: Sequence[Path], data: str) -> dict[str, Any]:
    """Evaluate a network, or several as an ensemble."""
    told = _archspec("evaluate", *map(str, runs), "--data", data, "--format", "json")
    return dict(json.loads(told))


def draw(file: Path, runs: Iterable[Path], *told: str) -> None:
    """Draw the curves of runs into a file."""
    _archspec("curves", *map(str, runs), "-o", str(file), *told)


def _archspec(*told: str, stderr: Any = None, threads: int | None = None) -> str:
    limits = {name: str(threads) for name in THREADS} if threads else {}
    done = subprocess.run(
        [*ARCHSPEC, *told],
        check=True,
        env={**os.environ, **limits},
        stderr=stderr,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--data", required=True, help="the folder of Fashion-MNIST's four files")
    add("-o", "--output", required=True, type=Path, help="the folder of the runs")
    add("--recipe", default="recipe:small")
    add("--backend", default="torch")
    add("--seeds", type=int, default=3)
    add("--epochs", type=int, default=4)
    add("--scaling", type=int, default=0, metavar="STEPS", help="ask section 3.3 too, so long")
    add("--jobs", type=int, default=2, help="trainings at the same time")
    add("--threads", type=int, default=1, help="threads of each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
