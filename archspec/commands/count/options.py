"""``archspec count``: what a network costs."""

from __future__ import annotations

from typing import Any

import click

from archspec.collector import paused
from archspec.commands.arguments import (
    Reading,
    complete_recipe,
    format_option,
    reads_specs,
    spec_argument,
)
from archspec.commands.count.sizes import read_size


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
@click.option(
    "--memory",
    "of_memory",
    is_flag=True,
    help="Tell the memory that inference needs, or training with --training.",
)
@click.option("--training", is_flag=True, help="Tell the memory of a step of training.")
@click.option(
    "--recipe",
    metavar="RECIPE",
    shell_complete=complete_recipe,
    help="Whose optimizer and precision to train with; SGD with momentum by default.",
)
@click.option(
    "--precision",
    type=click.Choice(("float32", "bfloat16")),
    help="The type of values.  [default: the recipe's, else float32]",
)
@click.option(
    "--shards",
    type=click.IntRange(1, 2**20),
    default=1,
    show_default=True,
    help="Over how many processes weights, gradients and states are divided.",
)
@click.option(
    "--fit",
    metavar="SIZE",
    callback=read_size,
    help="Tell the largest batch that fits into so much memory: 16GiB.",
)
@format_option("text", "json")
@paused()
def command(
    spec: str, reading: Reading, by: str, batch: int, convention: str, form: str, **memory: Any
) -> None:
    """Count the parameters, multiply-accumulates (MACs) and activations of SPEC.

    MACs are those of convolutions and dense layers; FLOPs are two for each, and one for every
    other operation. Activations are the outputs of convolutions and dense layers.

    Memory is that of PyTorch as models are emitted for it, without workspaces of kernels and what
    an allocator loses between blocks.
    """
    from archspec.commands.count.run import Counted, tell
    from archspec.commands.loading import load_graph

    if any(memory[each] for each in ("of_memory", "training", "fit")):
        from archspec.commands.count.memory import asked_of, tell_memory

        tell_memory(asked_of(load_graph(spec, reading, form), batch, memory), form)
        return
    tell(Counted(load_graph(spec, reading, form), by, batch, convention), form)
