"""What other tools count of emitted models, kept in ``figures.json``: the tests need no tool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FIGURES = Path(__file__).parent / "figures.json"
SPECS = Path(__file__).parents[3] / "specs"


def zoo() -> Iterator[tuple[str, Path]]:
    """Yield the names and files of all specs that are right; a family by its first variant."""
    for file in sorted(SPECS.rglob("*.yaml")):
        if file.parent.name != "as_printed":
            yield str(file.relative_to(SPECS).with_suffix("")), file
