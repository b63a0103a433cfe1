"""``archspec train``: a network trained by a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import (
    Reading,
    complete_recipe,
    device_option,
    format_option,
    reads_specs,
    spec_argument,
)

_FOLDER = click.Path(path_type=Path, file_okay=False)


def _changes(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> dict[str, str]:
    """Read ``optimizer.rate=0.1`` as a key of a recipe and its value."""
    pairs = [text.partition("=") for text in texts]
    for text, (key, _, value) in zip(texts, pairs, strict=True):
        if not (key.strip() and value.strip()):
            raise click.BadParameter(f"`{text}` is not KEY=VALUE, as in epochs=3")
    return {key.strip(): value.strip() for key, _, value in pairs}


@click.command(
    epilog="Example: archspec train zoo:shufflenet_v2_x1_0 --set classes=10 --recipe recipe:small"
    " --data synthetic --emit -o training"
)
@spec_argument
@reads_specs
@click.option(
    "--recipe",
    required=True,
    shell_complete=complete_recipe,
    help="The recipe: a YAML file, or recipe:small.",
)
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_changes,
    help="Give a key of the recipe another value: --change epochs=3.",
)
@click.option(
    "--data",
    required=True,
    help="The examples: a folder of images by class or of IDX files, or synthetic.",
)
@click.option("-o", "--output", type=_FOLDER, required=True, help="The folder to write to.")
@click.option(
    "--backend",
    default="torch",
    show_default=True,
    metavar="NAME",
    help="The framework to train with; `archspec backends` lists them.",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Start from this file instead of from the recipe's seed.",
)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint, if there is one.")
@click.option(
    "--emit", is_flag=True, help="Write the training as a program of its own, and do not run it."
)
@device_option("Where to compute.")
@click.option(
    "--workers",
    type=click.IntRange(0, 1024),
    default=0,
    show_default=True,
    help="Processes that read and augment examples; 0 reads in the training process.",
)
@click.option(
    "--log-every",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    metavar="STEPS",
    help="Steps between lines of the log.",
)
@click.option(
    "--checkpoint-every",
    type=click.IntRange(1),
    metavar="STEPS",
    help="Steps between checkpoints.  [default: an epoch]",
)
@click.option(
    "--parallel",
    type=click.Choice(("copies", "shards")),
    default="copies",
    show_default=True,
    help="What each of several processes has: a copy of the model, or a shard of every parameter.",
)
@click.option(
    "--on",
    type=click.Choice(("ray",)),
    help="Hand the training to Ray instead of running it here.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many processes Ray starts; torchrun has an option of its own.",
)
@click.option("--compile", is_flag=True, help="Let the framework compile the model first.")
@click.option("--strict", is_flag=True, help="Fail at a broken image instead of skipping it.")
@format_option("text", "json")
def command(spec: str, reading: Reading, form: str, **options: Any) -> None:
    """Train SPEC by a recipe; write log, checkpoints, weights and report into a folder."""
    from archspec.commands.train.order import TrainingOrder
    from archspec.commands.train.run import train

    train(spec, reading, form, TrainingOrder(**options))
