"""``archspec verify``: the numbers that a spec means, in every framework."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archspec.commands.arguments import (
    Reading,
    device_option,
    format_option,
    reads_specs,
    spec_argument,
)
from archspec.commands.output import leave_without

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


def _tolerance(_ctx: click.Context, _param: click.Parameter, value: float) -> float:
    if not 0 < value < 1:
        raise click.BadParameter(
            f"`{value:g}` does not lie between 0 and 1: frameworks add in different orders, so that"
            " exact equality is never met, and 1e-4 is what float32 can hold through a deep network"
        )
    return value


def _names(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(","))) if text else ()


def _files(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> dict[str, Path]:
    """Read ``FILE`` or ``NAME=FILE``; without a name it is for the only input."""
    found = {}
    for text in texts:
        name, _, file = text.rpartition("=")
        if not Path(file).exists():
            raise click.BadParameter(f"there is no file {file}")
        found[name.strip()] = Path(file)
    return found


@click.command(epilog="Example: archspec verify zoo:shufflenet_v2_x1_0 --backends torch,tensorflow")
@spec_argument
@reads_specs
@click.option(
    "--backends",
    metavar="NAME,NAME",
    callback=_names,
    help="Which to compare; with `interpreter`, if it is among them, else with the first.  "
    "[default: the interpreter and all that are installed with their framework]",
)
@click.option("--weights", type=FILE, help="Fill the models from this file instead of by the seed.")
@click.option(
    "--inputs",
    "given",
    multiple=True,
    metavar="[NAME=]FILE.npy",
    callback=_files,
    help="Run on these arrays instead of on noise; a single example gets noise beside it.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Draw weights, statistics of norms and noise from this seed.",
)
@click.option(
    "--tolerance",
    type=float,
    default=1e-4,
    show_default=True,
    callback=_tolerance,
    help="The largest difference, as a share of how much the value varies between the inputs.",
)
@click.option(
    "--against",
    metavar="FILE|MODULE:FUNCTION",
    help="Compare outputs with those of somebody else's model.",
)
@click.option(
    "--from",
    "publisher",
    metavar="PUBLISHER",
    help="Draw weights for both, and give them to that model by these names.  "
    "[default: take its own by the names of the spec]",
)
@click.option("--own-weights", is_flag=True, help="Take over that model's own weights instead.")
@click.option("--auxiliary", is_flag=True, help="Compare the auxiliary heads too.")
@click.option("--isolate", is_flag=True, help="Run each framework in a process of its own.")
@device_option(
    "Where to run; each framework in a process of its own unless it is cpu.", default="cpu"
)
@click.option(
    "--precision",
    type=click.Choice(("float32", "float64")),
    default="float32",
    show_default=True,
    help="What the interpreter computes in.",
)
@format_option("text", "json")
def command(spec: str, reading: Reading, form: str, **options: Any) -> None:
    """Prove that the models of SPEC compute what it means, in every framework.

    Weights and inputs are the same; what leaves every module and operator is compared with what a
    plain interpreter makes of it. One framework is enough.
    """
    try:
        from archspec.commands.verify.run import VerifyOrder, verify
    except ModuleNotFoundError as error:
        leave_without(error, "verify", form)
    verify(spec, reading, form, VerifyOrder(**options))
