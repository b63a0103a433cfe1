"""Locating a network and its weights: the folder of a training, or given files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast, get_args

from archspec.commands.arguments import Constant, Reading
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import FACTS as BUILT
from archspec.emission.building import WEIGHTS
from archspec.language.document import inputs
from archspec.source import VARIANT, File, Folder, Unreadable, content_of
from archspec.standalone.data.pixels import Normalization
from archspec.training.run_folder import FACTS, SPEC


class Trained(NamedTuple):
    """A spec and how to read it, its weights, and what it was trained with."""

    spec: str | File
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
    """Read the facts in the folder of a training; raise ``SpecError``.

    The network is read from the spec that the folder keeps; nothing in it is executed.
    """
    folder = Path(argument)
    if not (folder / FACTS).is_file():
        raise SpecError((_no_run(folder),))
    if not (folder / WEIGHTS).is_file():
        raise SpecError((_unfinished(folder),))
    try:
        return _trained(folder, _Facts(json.loads(content_of(folder / FACTS))))
    except (Unreadable, TypeError, ValueError, RecursionError) as error:
        raise SpecError((_unreadable(folder, error),)) from None


class _Facts(NamedTuple):
    """What somebody's file says; raise ``TypeError`` where a training writes something else."""

    said: Any

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return the value of a key, a mapping."""
        return dict(self._read(key, dict))

    def text(self, key: str) -> str:
        """Return the value of a key, a text."""
        return str(self._read(key, str))

    def _read(self, key: str, kind: type) -> Any:
        found = self.said.get(key) if isinstance(self.said, dict) else None
        if not isinstance(found, kind):
            raise TypeError(f"it says no `{key}` as a training does")
        return found


def _trained(folder: Path, facts: _Facts) -> Trained:
    params = {name: _constant(name, value) for name, value in facts.mapping("params").items()}
    shapes = {name: _shape(name, value) for name, value in facts.mapping("inputs").items()}
    name, _, variant = facts.text("spec").partition(VARIANT)
    spec = PurePosixPath(name)
    if not spec.is_relative_to(SPEC):
        raise ValueError(f"its spec `{spec}` is not kept in {SPEC}/")
    return Trained(
        File(Folder(folder / SPEC), spec.relative_to(SPEC), variant),
        Reading(params, shapes, None),
        folder / WEIGHTS,
        facts.text("backend"),
        _normalization(_Facts(facts.mapping("recipe")).text("normalization")),
    )


def _constant(name: str, value: Any) -> Constant:
    if not isinstance(value, int | float | bool | str):
        raise TypeError(f"the param `{name}` is no number and no word")
    return value


def _shape(name: str, text: Any) -> tuple[int, ...]:
    found = inputs.shape(str(text))
    if found is None:
        raise ValueError(f"the input `{name}` has no shape")
    return found.shape


def _normalization(said: str) -> Normalization:
    found = next((each for each in get_args(Normalization) if each == said), None)
    if found is None:
        raise ValueError(f"there is no normalization `{said}`")
    return cast("Normalization", found)


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
    return Diagnostic(
        "evaluate/run",
        f"{folder / FACTS} cannot be read: {error}",
        help="name the SPEC, and the weights by --weights",
    )
