"""What other tools count of emitted models, kept in ``figures.json``: the tests need no tool."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from archspec.graph import Graph
from archspec_torch import backend

FIGURES = Path(__file__).parent / "figures.json"
SPECS = Path(__file__).parents[3] / "specs"


def zoo() -> Iterator[tuple[str, Path]]:
    """Yield the names and files of all specs that are right; a family by its first variant."""
    for file in sorted(SPECS.rglob("*.yaml")):
        if file.parent.name != "as_printed":
            yield str(file.relative_to(SPECS).with_suffix("")), file


def digest_of(graph: Graph) -> str:
    """Return a short digest of the model of a network: its source without docstrings and comments.

    Figures are kept beside it, since they hold of that model alone.
    """
    tree = ast.parse(backend.emit(graph))
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return sha256(ast.dump(tree).encode()).hexdigest()[:8]


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
