"""Sizes of memory on the command line."""

from __future__ import annotations

import click

WIDTHS = {"float32": 4, "bfloat16": 2}
"""The bytes of a number by its precision."""

_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def read_size(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    """Read ``16GiB`` as bytes."""
    if text is None:
        return None
    unit = next((each for each in _UNITS if text.endswith(each)), None)
    number = text.removesuffix(unit or "")
    if unit is None or not number.replace(".", "", 1).isdecimal():
        raise click.BadParameter(f"{text} is no size: write 16GiB, or 512MiB")
    return int(float(number) * _UNITS[unit])
