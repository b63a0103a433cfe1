"""What leaves a network."""

from __future__ import annotations

from collections.abc import Collection

from archspec.graph import Wire
from archspec.importing.imported import NetworkBuilder, Untranslatable
from archspec.importing.layout import CHANNELS, whole
from archspec.importing.values import Form, Value, layout_of
from archspec.operators.grid import Pad

_OF_SPECS = (Form.MAP, Form.COLUMN, Form.VECTOR)


def whole_output(
    builder: NetworkBuilder, value: Value, forms: Collection[Form] = _OF_SPECS
) -> Wire:
    """Return a value that leaves, with the cells around it; raise ``Untranslatable``.

    ``forms`` are those in which it may leave.
    """
    if value.form not in forms and not _is_in_order(value):
        raise Untranslatable(
            "it returns numbers in an order that no map and no vector of a spec has",
            help="leave the last view or permutation to whoever reads the output",
        )
    if value.spread:
        raise Untranslatable(
            "it returns numbers that are spread over more cells or channels",
            help="return them before they are spread",
        )
    if value.fill:
        raise Untranslatable(
            f"an output ends in cells of {value.fill:g}, not of zeros",
            help="pad with zeros, or leave the pad to whoever reads the output",
        )
    if not any(value.pads):
        return value.wire
    return builder.add(Pad(cells=value.pads), value.wire)


def _is_in_order(value: Value) -> bool:
    """Whether a value lacks, or has beside its own, dimensions of one number alone.

    A map has to be one of a single channel, which may be left out.
    """
    long = tuple(each for each in value.layout if each)
    if len(long) <= 1 and long in ((), (whole(CHANNELS, value.wire.type.channels),)):
        return True
    return value.rank == _RANK and layout_of(Form.MAP, value.wire.type) == ((), *value.layout)


_RANK = 3
"""The dimensions of a map without that of channels, the batch included."""
