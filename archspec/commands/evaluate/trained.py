"""Where a network and its weights lie: in the folder of a training, or in files that are named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from archspec.commands.arguments import Reading
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import FACTS as BUILT
from archspec.emission.building import WEIGHTS
from archspec.language.document import inputs
from archspec.source import Unreadable, content_of
from archspec.standalone.data.pixels import Normalization
from archspec.training.run_folder import FACTS, SPEC


class Trained(NamedTuple):
    """A spec and how to read it, its weights, and what it was trained with."""

    spec: str
    reading: Reading
    weights: Path
    backend: str = "torch"
    normalization: Normalization = "inception"


def is_run(argument: str) -> bool:
    """Whether an argument names a folder, and so no spec."""
    return Path(argument).is_dir()


def of_spec(spec: str, reading: Reading, weights: Path) -> Trained:
    """Take a spec and a file of weights from anywhere."""
    return Trained(spec, reading, weights)


def read(argument: str) -> Trained:
    """Read what the folder of a training says; raise ``SpecError``.

    The network is read from the spec that the folder keeps; nothing in it is executed.
    """
    folder = Path(argument)
    if not (folder / FACTS).is_file():
        raise SpecError((_no_run(folder),))
    if not (folder / WEIGHTS).is_file():
        raise SpecError((_unfinished(folder),))
    try:
        facts = json.loads(content_of(folder / FACTS))
        return _trained(folder, facts)
    except (Unreadable, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise SpecError((_unreadable(folder, error),)) from None


def _trained(folder: Path, facts: Mapping[str, Any]) -> Trained:
    params = {str(name): value for name, value in facts["params"].items()}
    shapes = {str(name): _shape(text) for name, text in facts["inputs"].items()}
    normalization = facts["recipe"]["normalization"]
    if normalization not in get_args(Normalization):
        raise ValueError(f"there is no normalization {normalization}")
    return Trained(
        str(folder / str(facts["spec"])),
        Reading(params, shapes, folder / SPEC),
        folder / WEIGHTS,
        str(facts["backend"]),
        normalization,
    )


def _shape(text: str) -> tuple[int, ...]:
    found = inputs.shape(text)
    if found is None:
        raise ValueError(f"{text} is no shape")
    return found.shape


def _no_run(folder: Path) -> Diagnostic:
    help = "`archspec train` writes such folders; else name a SPEC, and a file by --weights"
    if (folder / BUILT).is_file():
        help = f"say archspec evaluate SPEC --weights {folder / WEIGHTS}, which needs no model.py"
    return Diagnostic("evaluate/run", f"{folder} holds no training: it has no {FACTS}", help=help)


def _unfinished(folder: Path) -> Diagnostic:
    return Diagnostic(
        "evaluate/run",
        f"{folder} has no {WEIGHTS}: its training has not come to its end",
        help="`archspec train --resume` goes on with it",
    )


def _unreadable(folder: Path, error: Exception) -> Diagnostic:
    reason = f"it does not say {error}" if isinstance(error, KeyError) else str(error)
    return Diagnostic(
        "evaluate/run",
        f"{folder / FACTS} cannot be read: {reason}",
        help="name the SPEC, and the weights by --weights",
    )
