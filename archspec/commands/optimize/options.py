"""``archspec optimize``: a network for inference that computes the same with less work."""

from __future__ import annotations

from pathlib import Path

import click

from archspec.commands.arguments import Reading, format_option, reads_specs, spec_argument

TARGETS = ("eager", "channels_last", "compile", "onnxruntime", "openvino", "tensorflow")


@click.command(
    epilog="Example: archspec optimize net.yaml --weights net.safetensors --for eager -o faster"
)
@spec_argument
@reads_specs
@click.option(
    "--weights",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The weights, which change along with the network.",
)
@click.option(
    "--for",
    "target",
    type=click.Choice(TARGETS),
    default="eager",
    show_default=True,
    help="What will run it: passes that do not pay there are left out.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to.  [default: optimized/ and the network's name]",
)
@format_option("text", "json")
def command(
    spec: str, reading: Reading, weights: Path, target: str, output: Path | None, form: str
) -> None:
    """Write SPEC, for inference, as a spec with fewer steps: NAME.yaml and its weights.

    Norms and scales are folded into convolutions, branches re-parameterized, convolutions over one
    value merged. Tells of each place what was done, how exact it is, or why not.
    """
    from archspec.commands.optimize.run import OptimizeOrder, optimize_spec

    optimize_spec(spec, reading, form, OptimizeOrder(weights, target, output))
