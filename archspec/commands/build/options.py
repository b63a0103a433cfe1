"""``archspec build``: a model with its weights, run once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import (
    Reading,
    backend_option,
    device_option,
    format_option,
    reads_specs,
    spec_argument,
)
from archspec.commands.optimize.options import TARGETS


@click.command(
    epilog="Example: archspec build zoo:shufflenet_v2_x1_0 --backend torch -o shufflenet"
)
@spec_argument
@reads_specs
@backend_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to.  [default: build/ and the network's name]",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Fill the model from this file instead of by the seed.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Draw the initial weights from this seed.",
)
@device_option("Where to run the model once.")
@click.option(
    "--precision",
    type=click.Choice(("float32", "bfloat16", "float16")),
    default="float32",
    show_default=True,
    help="What the model computes in when it is run and exported; the weights stay float32.",
)
@click.option(
    "--export",
    "exports",
    metavar="FORMAT",
    multiple=True,
    help="Export the model too: pt2 or onnx (torch), keras or savedmodel (tensorflow); repeatable.",
)
@click.option("--dynamic", is_flag=True, help="Export for maps of any size: pt2 and onnx only.")
@click.option(
    "--optimize",
    "target",
    is_flag=False,
    flag_value="auto",
    type=click.Choice(("auto", *TARGETS)),
    metavar="[TARGET]",
    help="Optimize the network first for TARGET, as `archspec optimize` does; without one for the "
    "backend's own: eager or tensorflow.",
)
@click.option("--auxiliary", is_flag=True, help="Keep the auxiliary heads, for training.")
@format_option("text", "json")
def command(spec: str, reading: Reading, form: str, **options: Any) -> None:
    """Write SPEC as a model: model.py, weights.safetensors and archspec.json.

    The model is run once, on noise, before any of the files gets its name. With --optimize the
    spec of the optimized network and a log of what was done stand beside it.
    """
    from archspec.commands.build.run import BuildOrder, build

    if options["auxiliary"] and options["target"]:
        raise click.UsageError("--optimize is for inference, which has no auxiliary heads")
    build(spec, reading, form, BuildOrder(**options))
