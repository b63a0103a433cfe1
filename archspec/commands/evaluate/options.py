"""``archspec evaluate``: how often networks are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import (
    Reading,
    complete_spec,
    device_option,
    format_option,
    output_ending,
    reads_specs,
)

_FILE = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command(
    epilog="Example: archspec evaluate zoo:shufflenet_v2_x1_0 --weights weights.safetensors"
    " --normalization imagenet --data synthetic:4 --crops 10"
)
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", shell_complete=complete_spec)
@reads_specs
@click.option(
    "--weights",
    "weights",
    type=_THERE,
    multiple=True,
    help="Fill a SPEC from this file; one for each SPEC, in their order.",
)
@click.option(
    "--data",
    metavar="PLACE",
    help="The images: a folder of images by class or of IDX files, or synthetic:1000.",
)
@click.option(
    "--crops",
    type=click.Choice(("1", "10", "12", "144")),
    default="1",
    show_default=True,
    help="How many views of an image are averaged.",
)
@click.option(
    "--exclude", type=_THERE, help="Leave out the images that this file names, one a line."
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="Take N images that are drawn from the data, the same ones every time.",
)
@click.option(
    "--normalization",
    type=click.Choice(("inception", "imagenet", "unit")),
    help="The range that pixels are taken to.  [default: the recipe's, else inception]",
)
@click.option("--strict", is_flag=True, help="Fail at a broken image instead of skipping it.")
@click.option(
    "--backend",
    metavar="NAME",
    help="The framework to run in.  [default: that of the run, else torch]",
)
@device_option("Where to run.")
@click.option(
    "--batch",
    type=click.IntRange(1, 65536),
    default=64,
    show_default=True,
    help="How many views are computed at once.",
)
@click.option(
    "--save-predictions",
    type=_FILE,
    callback=output_ending(".safetensors"),
    help="Keep the averaged probabilities, which can be evaluated like a RUN.",
)
@click.option(
    "--picture",
    type=_FILE,
    callback=output_ending(".svg", ".png"),
    help="Draw the confusion matrix and the worst classes: a .svg or .png.",
)
@format_option("text", "json")
def command(runs: tuple[str, ...], reading: Reading, form: str, **options: Any) -> None:
    """Tell how often each RUN is right, and all of them together.

    A RUN is the folder of a training, a SPEC whose weights --weights gives, or a file of
    predictions that --save-predictions has written. Several are an ensemble: their probabilities
    are averaged.
    """
    from archspec.commands.evaluate.run import EvaluationOrder, evaluate

    evaluate(runs, reading, form, EvaluationOrder(**options))
