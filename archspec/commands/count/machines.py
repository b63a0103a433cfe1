"""Machines on the command line: what they do in a second at best."""

from __future__ import annotations

import re

import click

from archspec.analysis.roofline import Machine
from archspec.language.document.bounds import UNITS

MEASURE = "measure"
_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([KMGT]?)"
_MACHINE = re.compile(rf"{_NUMBER}FLOPS, ?{_NUMBER}B/s")


def read_machine(
    _ctx: click.Context, _param: click.Parameter, text: str | None
) -> Machine | str | None:
    """Read ``150GFLOPS,20GB/s`` as a machine; ``measure`` stays as it is."""
    if text is None or text == MEASURE:
        return text
    found = _MACHINE.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"`{text}` is no machine: write 150GFLOPS,20GB/s or {MEASURE}")
    flops, prefix, bandwidth, other = found.groups()
    machine = Machine(float(flops) * UNITS[prefix], float(bandwidth) * UNITS[other])
    if not all(machine):
        raise click.BadParameter(f"`{text}`: no machine does nothing in a second")
    return machine
