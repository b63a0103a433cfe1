"""``archspec solve``: values of params at which a network keeps within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import (
    Reading,
    format_option,
    output_ending,
    reads_specs,
    spec_argument,
)

_AMOUNT = click.Choice(("parameters", "macs"))


@click.command(
    epilog='Example: archspec solve zoo:inception_v4 --for k,l,m,n --macs "<= 12G" -o front.svg'
)
@spec_argument
@reads_specs
@click.option(
    "--for",
    "names",
    required=True,
    metavar="NAMES",
    help="The params, and options of steps of the network, that may vary: k,l or "
    "k=64..256:8,layer_1.n=1..4.  [default values: from half to twice the spec's]",
)
@click.option(
    "--macs", multiple=True, metavar="BOUND", help='A limit on MACs: "<= 12G", ">= 500M".'
)
@click.option(
    "--parameters", multiple=True, metavar="BOUND", help='A limit on parameters: "<= 40M".'
)
@click.option("--maximize", multiple=True, type=_AMOUNT, help="What is to be as large as can be.")
@click.option("--minimize", multiple=True, type=_AMOUNT, help="What is to be as small as can be.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Show so many answers; of a front, at even distances.",
)
@click.option(
    "--budget",
    type=click.IntRange(1, 100_000),
    default=500,
    show_default=True,
    help="Count at most so many networks where there are no closed forms.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=output_ending(".svg"),
    help="Draw parameters over MACs into this file: .svg.",
)
@format_option("text", "json")
def command(spec: str, reading: Reading, form: str, **asked: Any) -> None:
    """Find values of params at which SPEC keeps within limits on MACs and parameters.

    Without an objective the answers are a front: no candidate has as many parameters for fewer
    MACs. Candidates cost what the closed forms of `count --symbolic` say; where there are none,
    they are counted. Every answer is checked and counted by itself.
    """
    from archspec.commands.solve.run import Order, tell_solution

    tell_solution(spec, reading, form, Order(**asked))
