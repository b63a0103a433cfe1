"""``archspec count``: what a network costs."""

from __future__ import annotations

import click

from archspec.collector import paused
from archspec.commands.arguments import Reading, format_option, reads_specs, spec_argument


@click.command(epilog="Example: archspec count zoo:inception_v4 --by operator")
@spec_argument
@reads_specs
@click.option(
    "--by",
    type=click.Choice(("module", "operator", "layer")),
    default="module",
    show_default=True,
    help="What one row stands for.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, 2**31),
    default=1,
    show_default=True,
    help="How many examples MACs, FLOPs and activations are for.",
)
@click.option(
    "--as",
    "convention",
    type=click.Choice(("archspec", "timm")),
    default="archspec",
    show_default=True,
    help="What counts as a MAC; timm's tables, by fvcore, count norms and upsampling too.",
)
@format_option("text", "json")
@paused()
def command(spec: str, reading: Reading, by: str, batch: int, convention: str, form: str) -> None:
    """Count the parameters, multiply-accumulates (MACs) and activations of SPEC.

    MACs are those of convolutions and dense layers; FLOPs are two for each, and one for every
    other operation. Activations are the outputs of convolutions and dense layers.
    """
    from archspec.commands.count.run import Counted, tell
    from archspec.commands.loading import load_graph

    tell(Counted(load_graph(spec, reading, form), by, batch, convention), form)
