"""``archspec emit``: the source of a model."""

from __future__ import annotations

from pathlib import Path

import click

from archspec.commands.arguments import Reading, backend_option, reads_specs, spec_argument


@click.command(epilog="Example: archspec emit zoo:inception_v4 --backend torch -o model.py")
@spec_argument
@reads_specs
@backend_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write; - is standard output, the default.",
)
@click.option("--auxiliary", is_flag=True, help="Keep the auxiliary heads, for training.")
def command(
    spec: str, reading: Reading, backend: str, output: Path | None, auxiliary: bool
) -> None:
    """Write SPEC as the source of a model; the framework need not be installed."""
    from archspec.commands.emit.run import emit

    emit(spec, reading, backend, output, auxiliary)
