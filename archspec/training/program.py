"""Writing a training as a program that needs no archspec: what is reviewed is what runs.

The program is the folder of ``model.py``, ``train.py`` and the package ``trainer``, which holds the
very modules that ``archspec train`` runs, the imports of each other renamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from textwrap import indent

from archspec import standalone
from archspec.backend import Backend
from archspec.emission.building import MODEL
from archspec.emission.python import call, lines, literal
from archspec.graph import Graph
from archspec.standalone.job import Task
from archspec.standalone.recipe import Recipe
from archspec.training import classifier
from archspec.training.recipes.written import imports, written

PACKAGE = "trainer"
TRAIN = "train.py"
_LIBRARIES = ("grain", "matplotlib", "numpy", "pillow", "safetensors")
"""What a program needs beside a framework."""


def program(graph: Graph, recipe: Recipe, backend: Backend) -> dict[str, str]:
    """Write a training program as texts by their paths; raise ``SpecError``."""
    return {
        MODEL: backend.emit(graph),
        TRAIN: _entry(graph, recipe, backend),
        **{f"{PACKAGE}/{place}": text for place, text in _modules(backend).items()},
    }


def _modules(backend: Backend) -> Mapping[str, str]:
    """Read the modules that all training loops share, and those of the backend."""
    shared, own = standalone.__name__, backend.trainer
    renamed = re.compile(rf"\b({re.escape(shared)}|{re.escape(own)})\b")
    return {
        place.as_posix(): renamed.sub(PACKAGE, text)
        for package in (own, shared)
        for place, text in _files(package)
    }


def _files(package: str) -> Iterator[tuple[PurePosixPath, str]]:
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent
    for file in sorted(folder.rglob("*.py")):
        yield PurePosixPath(file.relative_to(folder)), file.read_text("utf-8")


def _task(graph: Graph) -> str:
    given = {name: literal(value) for name, value in classifier.task(graph)._asdict().items()}
    return "\n".join(lines(call(Task.__name__, (), given), 0, "TASK = "))


def _entry(graph: Graph, recipe: Recipe, backend: Backend) -> str:
    return f'''"""Trains {graph.name} with {backend.framework} by the recipe {recipe.name}.

    python {TRAIN} --data DIRECTORY -o RUN

It needs {backend.framework}, and `pip install {" ".join(_LIBRARIES)}`.
"""

import sys

try:
    from {PACKAGE}.command_line import main
    from {PACKAGE}.job import Task
    from {PACKAGE}.loop import train
{indent(imports(recipe, f"{PACKAGE}.recipe"), "    ")}

    from model import build, save
except ModuleNotFoundError as missing:
    sys.exit(f"error: {{missing.name}} is not installed\\n\\n{{__doc__}}")

{written(recipe)}
{_task(graph)}

if __name__ == "__main__":
    main(train, build, save, RECIPE, TASK)
'''
