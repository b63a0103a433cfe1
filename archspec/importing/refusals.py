"""Why a model cannot be imported, as diagnostics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from archspec.diagnostic import Diagnostic, SpecError
from archspec.importing.imported import Missing, Untranslatable

_SHOWN = 8


def refused(source: str, reason: str, help: str = "") -> SpecError:
    """Make the error for a source that cannot be read."""
    usual = (
        "name module:function, which returns a torch.nn.Module or a keras.Model, or a file that"
        " ends in .onnx or .keras"
    )
    return SpecError((Diagnostic("import/source", f"{source}: {reason}", help=help or usual),))


def unproved(source: str, error: SpecError) -> SpecError:
    """Make the error for a proof that takes what is not installed."""
    first, *_ = error.diagnostics
    help = f"{first.help}; --no-verify leaves the proof out"
    return SpecError((Diagnostic(first.code, f"{source}: {first.message}", help=help),))


def untranslatable(source: str, error: Untranslatable, *, whole: bool) -> SpecError:
    """Make the error for a network with operators that have no word: all, or the first ones."""
    if not error.missing:
        return SpecError((Diagnostic("import/source", f"{source}: {error}"),))
    found = [*_missing(error.missing)]
    shown = len(found) if whole else _SHOWN
    more = f"; and {len(found) - shown} more" if len(found) > shown else ""
    message = f"{source}: {len(error.missing)} operators have no word: "
    help = "nothing is approximated"
    help += "; `archspec import --list-missing` lists all of them" if more else ""
    told = Diagnostic("import/missing", message + "; ".join(found[:shown]) + more, help=help)
    return SpecError((told,))


def _missing(missing: Iterable[Missing]) -> Iterator[str]:
    counted = Counter((each.operator, each.reason) for each in missing)
    first = {(each.operator, each.reason): each.place for each in reversed(tuple(missing))}
    for (operator, reason), count in counted.items():
        times = f"{count} x " if count > 1 else ""
        place = first[operator, reason]
        yield f"{times}{operator}{f' in {place}' if place else ''}: {reason}"


def unraisable(source: str, reason: str) -> SpecError:
    """Make the error for a graph that no spec means."""
    return SpecError((Diagnostic("import/unraisable", f"{source}: {reason}"),))


def different(source: str, found: float, tolerance: float) -> SpecError:
    """Make the error for a spec that does not compute what its source does."""
    message = (
        f"{source}: the spec differs by {found:.1e} of the largest output, more than {tolerance:g}"
    )
    help = "this is a fault of the import, and nothing was written; please report it"
    return SpecError((Diagnostic("import/different", message, help=help),))
