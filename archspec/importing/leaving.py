"""What leaves a network."""

from __future__ import annotations

from collections.abc import Collection

from archspec.graph import Wire
from archspec.importing.imported import NetworkBuilder, Untranslatable
from archspec.importing.values import Form, Value
from archspec.operators.grid import Pad

_OF_SPECS = (Form.MAP, Form.COLUMN, Form.VECTOR)


def whole_output(
    builder: NetworkBuilder, value: Value, forms: Collection[Form] = _OF_SPECS
) -> Wire:
    """Return a value that leaves, with the cells around it; raise ``Untranslatable``.

    ``forms`` are those in which it may leave.
    """
    if value.form not in forms:
        raise Untranslatable(
            "it returns numbers in an order that no map and no vector of a spec has",
            help="leave the last view or permutation to whoever reads the output",
        )
    if value.fill:
        raise Untranslatable(f"an output ends in cells of {value.fill:g}, not of zeros")
    if not any(value.pads):
        return value.wire
    return builder.add(Pad(cells=value.pads), value.wire)
