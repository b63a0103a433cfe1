"""Why a model cannot be imported, as diagnostics."""

from __future__ import annotations

from math import isnan

from archspec.diagnostic import Diagnostic, SpecError
from archspec.importing.imported import Untranslatable
from archspec.importing.missing import listed

_SHOWN = 8


def refused(source: str, reason: str, help: str = "") -> SpecError:
    """Make the error for a source that cannot be read."""
    usual = (
        "name module:function, which returns a torch.nn.Module or a keras.Model, or a file that"
        " ends in .onnx, .pt2 or .keras"
    )
    return SpecError((Diagnostic("import/source", f"{source}: {reason}", help=help or usual),))


def unread(source: str) -> SpecError:
    """Make the error for a file or folder of a format that import does not read."""
    help = (
        "name module:function, with a function that loads it and returns the torch.nn.Module or"
        " keras.Model; files that end in .onnx, .pt2 or .keras are read as they are"
    )
    return refused(source, "its format is not read", help)


def unproved(source: str, error: SpecError) -> SpecError:
    """Make the error for a proof that takes what is not installed."""
    first, *_ = error.diagnostics
    help = f"{first.help}; --no-verify leaves the proof out"
    return SpecError((Diagnostic(first.code, f"{source}: {first.message}", help=help),))


def untranslatable(source: str, error: Untranslatable) -> SpecError:
    """Make the error for a network with operators that have no word; of many, the first ones."""
    if not error.missing:
        return SpecError((Diagnostic("import/source", f"{source}: {error}", help=error.help),))
    found = listed(error.missing)
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    said = "; ".join(map(str, found[:_SHOWN]))
    count = len(error.missing)
    counted = "1 operator has" if count == 1 else f"{count} operators have"
    message = f"{source}: {counted} no word: {said}{more}"
    help = "nothing is approximated"
    help += "; `archspec import --list-missing` lists all of them" if more else ""
    return SpecError((Diagnostic("import/missing", message, help=help),))


def unraisable(source: str, reason: str) -> SpecError:
    """Make the error for a graph that no spec means."""
    return SpecError((Diagnostic("import/unraisable", f"{source}: {reason}"),))


def different(source: str, found: float, tolerance: float) -> SpecError:
    """Make the error for a spec that does not compute what its source does."""
    if isnan(found):
        return _incomparable(source)
    message = (
        f"{source}: the spec differs by {found:.1e} of the largest output, more than {tolerance:g}"
    )
    help = "this is a fault of the import, and nothing was written; please report it"
    return SpecError((Diagnostic("import/different", message, help=help),))


def _incomparable(source: str) -> SpecError:
    message = f"{source}: its outputs for noise hold NaN or infinity, which proves nothing"
    help = (
        "look for weights that are NaN or infinite and for negative variances of norms;"
        " --no-verify leaves the proof out"
    )
    return SpecError((Diagnostic("import/different", message, help=help),))
