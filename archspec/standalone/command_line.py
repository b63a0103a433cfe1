"""The command line of a training program."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from archspec.standalone.curve_figure import write_curves
from archspec.standalone.data.examples import DataError
from archspec.standalone.job import Job, Task, TrainingError, unwritable
from archspec.standalone.links import refuse_links_out
from archspec.standalone.recipe import Recipe

INITIAL = "weights.safetensors"
"""The file of initial weights, in the folder of the program."""
INTERRUPTED, TERMINATED = 130, 143
"""The exit statuses of shells for SIGINT and SIGTERM."""


def main(
    train: Callable[[Callable[[], Any], Job, Callable[[Any, Path], None]], None],
    build: Callable[[str], Any],
    save: Callable[[Any, str], None],
    recipe: Recipe,
    task: Task,
) -> None:
    """Train the model that ``build`` makes; exit with the message of a ``TrainingError``."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    weights = options.__dict__.pop("weights")
    job = Job(recipe=recipe, **task._asdict(), **vars(options), evaluated=_drawing(options.run))
    try:
        options.run.mkdir(parents=True, exist_ok=True)
        refuse_links_out(options.run)
        train(lambda: build(weights), job, _saving(save))
    except (TrainingError, DataError) as error:
        help = f"\n  help: {error.help}" if error.help else ""
        sys.exit(f"error: {error}{help}")
    except OSError as error:
        sys.exit(f"error: {error.filename or options.run}: {error.strerror or error}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _saving(save: Callable[[Any, str], None]) -> Callable[[Any, Path], None]:
    """Return what saves weights; it raises ``TrainingError`` and leaves no part of a file."""

    def saved(model: Any, path: Path) -> None:
        try:
            save(model, str(path))
        except (OSError, SafetensorError) as error:
            path.unlink(missing_ok=True)
            raise unwritable(path, error) from None

    return saved


def _drawing(run: Path) -> Callable[[], None] | None:
    """Return what draws the curves after each evaluation; None without matplotlib."""
    return partial(write_curves, run) if find_spec("matplotlib") else None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        formatter_class=argparse.ArgumentDefaultsHelpFormatter, description="Train the model."
    )
    add = parser.add_argument
    add("--data", required=True, help="a folder of images by class or of IDX files, or synthetic")
    add("-o", "--run", required=True, type=Path, help="the folder to write to")
    add("--weights", default=str(Path(sys.argv[0]).with_name(INITIAL)), help="what to start from")
    add("--resume", action="store_true", help="go on from the last checkpoint")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to compute")
    add("--workers", type=int, default=0, help="processes that read examples")
    add("--log-every", type=int, default=50, help="steps between lines of the log")
    add("--checkpoint-every", type=int, help="steps between checkpoints; else one an epoch")
    add("--parallel", choices=("copies", "shards"), default="copies", help="of the model")
    add("--compile", action="store_true", help="compile the model first")
    add("--strict", action="store_true", help="fail at a broken image")
    return parser.parse_args()
