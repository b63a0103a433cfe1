"""The folder of a training run: its facts, and whether a run may resume in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from archspec.backend import Backend
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.source import VARIANT, File, Source, Tree
from archspec.standalone.recipe import Recipe
from archspec.version import __version__

FACTS, SPEC = "run.json", "spec"
_TOLD_APART = ("network", "digest", "params", "inputs", "recipe", "data", "backend")
"""The facts that must agree for one training to resume another."""


class Recorded:
    """A file tree that records what is read from it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.texts: dict[PurePosixPath, str] = {}

    def shown(self, path: PurePosixPath) -> str:
        """Return the tree's name of a file."""
        return self.tree.shown(path)

    def read(self, path: PurePosixPath) -> Source:
        """Read a file and record it."""
        found = self.tree.read(path)
        self.texts[path] = found.text
        return found

    def specs(self, path: PurePosixPath) -> Any:
        """List the specs of the tree."""
        return self.tree.specs(path)


def facts(
    graph: Graph, file: File, recipe: Recipe, data: str, backend: Backend, version: str
) -> dict[str, Any]:
    """Describe a training: the network, the data, the recipe and the versions."""
    return {
        "archspec": __version__,
        "backend": backend.name,
        "data": data,
        "digest": graph.header.digest,
        "framework": version,
        "inputs": {name: str(each.type) for name, each in graph.inputs.items()},
        "network": graph.name,
        "params": dict(graph.header.params),
        "recipe": json.loads(json.dumps(asdict(recipe))),
        "spec": f"{SPEC}/{file.path.as_posix()}{VARIANT if file.variant else ''}{file.variant}",
    }


def write(folder: Path, given: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write the files of a run before its first step; raise ``SpecError``."""
    told = json.dumps(given, indent=2, sort_keys=True) + "\n"
    write_texts(folder, {**texts, FACTS: told})


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts into a folder; raise ``SpecError``."""
    try:
        for place, text in texts.items():
            _write(folder / place, text)
    except OSError as error:
        raise SpecError((_unwritable(folder, error),)) from None


def read(folder: Path) -> dict[str, Any] | None:
    """Read the facts of a run; None if the folder has none. Raise ``SpecError``."""
    try:
        found = json.loads((folder / FACTS).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise SpecError((_unreadable(folder, error),)) from None
    if not isinstance(found, dict):
        raise SpecError((_unreadable(folder, "it holds no object"),))
    return found


def refusal(folder: Path, given: Mapping[str, Any], *, resume: bool) -> Diagnostic | None:
    """Return why a training cannot use a folder, which holds another run; None if it can."""
    there = read(folder)
    if there is None:
        return None
    if not resume:
        return Diagnostic(
            "train/taken",
            f"{folder} holds a training of {there.get('network')} already",
            help="go on with it by --resume, or name another folder with -o",
        )
    other = [each for key in _TOLD_APART for each in _differing(key, there.get(key), given[key])]
    if not other:
        return None
    return Diagnostic(
        "train/differs",
        f"{folder} holds another training: it differs in {', '.join(each.key for each in other)}",
        help="give what it was started with, or name another folder with -o",
        notes=tuple(f"{each.key}: {each.there} there, {each.here} here" for each in other),
    )


class _Difference(NamedTuple):
    """A fact of two trainings."""

    key: str
    there: Any
    here: Any


def _differing(key: str, there: Any, here: Any) -> Iterator[_Difference]:
    """List what two trainings say differently under a key."""
    if isinstance(there, dict) and isinstance(here, dict):
        for name in sorted(there.keys() | here.keys()):
            yield from _differing(f"{key}.{name}", there.get(name), here.get(name))
    elif there != here:
        yield _Difference(key, there, here)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        "train/unwritable",
        f"{folder} cannot be written: {error.strerror or error}",
        help="name a folder that you may write to, with -o",
    )


def _unreadable(folder: Path, error: Exception | str) -> Diagnostic:
    return Diagnostic(
        "train/unreadable",
        f"{folder / FACTS} cannot be read: {error}",
        help="name another folder with -o",
    )
