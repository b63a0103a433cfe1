"""``archspec weights``: tensors of publishers to the canonical file and back."""

from __future__ import annotations

from pathlib import Path

import click

from archspec.commands.arguments import Reading, format_option, reads_specs

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(
    epilog="Example: archspec weights import shufflenet.pth --from torchvision"
    " --spec zoo:shufflenet_v2_x1_0"
)
def command() -> None:
    """Take over weights of publishers, give them back, look into files."""


@command.command(
    "import",
    epilog="Example: archspec weights import shufflenet.pth --from torchvision"
    " --spec zoo:shufflenet_v2_x1_0 --set classes=10 --partial",
)
@click.argument("file", type=FILE)
@click.option("--from", "publisher", metavar="PUBLISHER", help="Whose names the file has.")
@click.option("--names", type=FILE, help="A name map of your own, as the page on weights has it.")
@click.option(
    "--map", "renames", type=FILE, help="A key map, as `archspec diff --emit-map` writes."
)
@click.option("--by", type=click.Choice(["order"]), help="Match by order and shape, not by names.")
@click.option(
    "--rename",
    "rules",
    nargs=2,
    multiple=True,
    metavar="PATTERN REPLACEMENT",
    help=r"Change names beforehand: 'features\.(\d+)' 'stage.\1'.",
)
@click.option("--inside", metavar="NAME.", help="Take the tensors whose names begin so: ema.")
@click.option("--partial", is_flag=True, help="Keep what fits, draw the rest from the seed.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--adapt-input",
    "adapt",
    type=click.Choice(["sum", "repeat"]),
    help="How a first convolution takes another number of channels.",
)
@click.option("--spec", required=True, help="The spec that computes the same.")
@click.option("--auxiliary", is_flag=True, help="Take the auxiliary heads over too.")
@click.option("-o", "--output", type=FILE, default=Path("weights.safetensors"), show_default=True)
@reads_specs
@format_option("text", "json")
def take(file: Path, spec: str, reading: Reading, form: str, **options: object) -> None:
    """Turn FILE into the canonical weights file of a spec.

    FILE is safetensors, a checkpoint of PyTorch (.pth, .ckpt) or TensorFlow, or Keras's .h5,
    .weights.h5 or .keras. Without --from, --names, --map or --by its names are the spec's own.
    """
    from archspec.commands.weights.run import Transfer, take

    take(Transfer.of(file, form, options), spec, reading)


@command.command(
    "export",
    epilog="Example: archspec weights export weights.safetensors --to torchvision"
    " --spec zoo:shufflenet_v2_x1_0 -o shufflenet.safetensors",
)
@click.argument("file", type=FILE)
@click.option("--to", "publisher", metavar="PUBLISHER", help="Whose names to use.")
@click.option("--names", type=FILE, help="A name map of your own, as the page on weights has it.")
@click.option("--spec", required=True, help="The spec that the weights are of.")
@click.option("--auxiliary", is_flag=True, help="The file has the auxiliary heads too.")
@click.option(
    "-o",
    "--output",
    type=FILE,
    required=True,
    help="A .safetensors, or Keras's .weights.h5 or .h5.",
)
@reads_specs
@format_option("text", "json")
def give(file: Path, spec: str, reading: Reading, form: str, **options: object) -> None:
    """Write the canonical weights FILE with a publisher's names and layout."""
    from archspec.commands.weights.run import Transfer, give

    give(Transfer.of(file, form, options), spec, reading)


@command.command("inspect", epilog="Example: archspec weights inspect weights.safetensors")
@click.argument("file", type=FILE)
@format_option("text", "json")
def inspect(file: Path, form: str) -> None:
    """List the tensors of FILE: names, shapes, types."""
    from archspec.commands.weights.run import inspect

    inspect(file, form)
