"""Diagnostics about tensors that do not fit, summarised however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from archspec.diagnostic import Diagnostic
from archspec.weights.expected import Expected

DRAWN = "weights import --partial takes what fits and draws this from a seed"
ADAPTED = "weights import --adapt-input sum, or repeat, makes it fit the channels of the input"
MOST = 3
"""The most tensors per code that are reported one by one; of more, the first and their number."""


def missing(key: str, name: str, wanted: Expected, alike: str | None = None) -> Diagnostic:
    """Report a tensor that a file lacks; it may have an unused one of the same shape, ``alike``."""
    called = f" (`{name}`)" if name and name != key else ""
    message = f"the file has no tensor for `{key}`{called}"
    if not name:
        message = f"`{key}` is new: no name of the file corresponds to it"
    label = wanted.node.labels("needs it")
    help = f"--rename takes `{alike}`, which fits and no step needs; {DRAWN}" if alike else DRAWN
    return Diagnostic("weights/missing", message, label, help)


def misshapen(
    name: str, found: Sequence[int], needed: Sequence[int], wanted: Expected, help: str = DRAWN
) -> Diagnostic:
    """Report a tensor of another shape; both shapes are in the layout of the file."""
    message = f"`{name}` is {shown(found)}, and should be {shown(needed)}"
    label = wanted.node.labels("for this step")
    return Diagnostic("weights/shape", message, label, help)


def unsound(name: str, array: Any, wanted: Expected) -> Diagnostic | None:
    """Report a tensor that is not floating-point, or holds infinities or NaN; None if sound."""
    from numpy import isfinite

    label = wanted.node.labels("for this step")
    if array.dtype.kind != "f":
        message = f"`{name}` is of type {array.dtype}, and should hold floating-point numbers"
        return Diagnostic("weights/type", message, label)
    if not isfinite(array).all():
        message = f"`{name}` holds infinite numbers, or none at all (NaN)"
        return Diagnostic("weights/not-finite", message, label)
    return None


def shown(shape: Sequence[int]) -> str:
    """Format a shape: ``64 x 3 x 7 x 7``."""
    return " x ".join(map(str, shape)) or "a single number"


def told(wrong: Sequence[Diagnostic], wanted: int, whose: str = "") -> tuple[Diagnostic, ...]:
    """Summarise the diagnostics for a file of which ``wanted`` tensors are needed.

    If most do not fit, the file is of another network, which is then the only diagnostic.
    """
    kinds: dict[str, list[Diagnostic]] = {}
    for each in wrong:
        kinds.setdefault(each.code, []).append(each)
    misfits = sum(len(kinds.get(code, ())) for code in ("weights/missing", "weights/shape"))
    if misfits > max(MOST, wanted // 2):
        return (_other_network(kinds, wanted, whose),)
    return tuple(each for found in kinds.values() for each in _few(found))


_KINDS = {
    "weights/missing": "are missing",
    "weights/shape": "have another shape",
    "weights/unexpected": "belong to no step",
    "weights/type": "are of another type",
    "weights/not-finite": "hold infinite numbers, or none at all (NaN)",
}


def _few(found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Keep up to ``MOST``; of more, the first with a note on the number of the others."""
    if len(found) <= MOST:
        yield from found
        return
    more = f"{len(found) - 1} more tensors {_KINDS[found[0].code]}"
    yield replace(found[0], notes=(*found[0].notes, more))


def _other_network(kinds: Mapping[str, list[Diagnostic]], wanted: int, whose: str) -> Diagnostic:
    counts = ", ".join(f"{len(found)} {_KINDS[code]}" for code, found in kinds.items())
    named = f", as {whose}" if whose else ""
    return Diagnostic(
        next(iter(kinds)),
        f"the file is of another network: of the {wanted} tensors that are needed{named}, {counts}",
        notes=tuple(found[0].message for found in kinds.values()),
    )
