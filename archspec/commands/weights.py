"""``archspec weights``: tensors of publishers to the canonical file and back."""

from __future__ import annotations

from pathlib import Path

import click

from archspec.commands.arguments import Reading, format_option, reads_specs

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(
    epilog="Example: archspec weights import v4.pth --from timm --spec zoo:released/inception_v4"
)
def command() -> None:
    """Take over weights of publishers, give them back, look into files."""


@command.command(
    "import", epilog="Example: archspec weights import v4.pth --from timm --spec released/v4.yaml"
)
@click.argument("file", type=FILE)
@click.option("--from", "publisher", metavar="PUBLISHER", help="Whose names the file has.")
@click.option(
    "--map", "renames", type=FILE, help="A key map, as `archspec diff --emit-map` writes."
)
@click.option("--spec", required=True, help="The spec that computes the same.")
@click.option("--auxiliary", is_flag=True, help="Take the auxiliary heads over too.")
@click.option("-o", "--output", type=FILE, default=Path("weights.safetensors"), show_default=True)
@reads_specs
@format_option("text", "json")
def take(file: Path, spec: str, reading: Reading, form: str, **options: object) -> None:
    """Turn FILE into the canonical weights file of a spec.

    FILE is safetensors, a .pth, Keras's .h5, .weights.h5 or .keras, or a TensorFlow checkpoint.
    """
    from archspec.commands.transferring import Transfer, take

    take(Transfer.of(file, form, options), spec, reading)


@command.command(
    "export", epilog="Example: archspec weights export w.safetensors --to timm --spec v4.yaml -o v4"
)
@click.argument("file", type=FILE)
@click.option("--to", "publisher", metavar="PUBLISHER", required=True, help="Whose names to use.")
@click.option("--spec", required=True, help="The spec that the weights are of.")
@click.option("--auxiliary", is_flag=True, help="The file has the auxiliary heads too.")
@click.option("-o", "--output", type=FILE, required=True, help="A .safetensors, or Keras's .h5.")
@reads_specs
@format_option("text", "json")
def give(file: Path, spec: str, reading: Reading, form: str, **options: object) -> None:
    """Write the canonical weights FILE with a publisher's names and layout."""
    from archspec.commands.transferring import Transfer, give

    give(Transfer.of(file, form, options), spec, reading)


@command.command("inspect", epilog="Example: archspec weights inspect weights.safetensors")
@click.argument("file", type=FILE)
@format_option("text", "json")
def inspect(file: Path, form: str) -> None:
    """List the tensors of FILE: names, shapes, types."""
    from archspec.commands.transferring import inspect

    inspect(file, form)
