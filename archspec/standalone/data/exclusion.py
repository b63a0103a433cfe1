"""Examples that are left out by name, as the Inception papers leave out blacklisted images."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from archspec.standalone.data.examples import DataError, Example, Examples


@dataclass(frozen=True)
class ChosenExamples:
    """Some of the examples of a split, numbered anew."""

    examples: Examples
    chosen: tuple[int, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        return self.examples.classes

    def __len__(self) -> int:
        return len(self.chosen)

    def __getitem__(self, index: int) -> Example:
        return self.examples[self.chosen[index]]

    def name(self, index: int) -> str:
        return self.examples.name(self.chosen[index])


def excluded_names(file: Path) -> tuple[str, ...]:
    """Read a list of names, one a line; empty lines and those that start with ``#`` say nothing."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read: {error}", "name a text file, UTF-8") from error
    return tuple(line for line in lines if line and not line.startswith("#"))


def excluding(examples: Examples, names: Collection[str]) -> ChosenExamples:
    """Leave examples out; an image is named by its path in the data set, its file, or its stem.

    Raises DataError for a name that no example has.
    """
    wanted, met, chosen = {*names}, set[str](), list[int]()
    for index in range(len(examples)):
        found = wanted & _names(examples.name(index))
        met |= found
        if not found:
            chosen.append(index)
    if strange := sorted(wanted - met):
        raise DataError(
            f"no example is called {strange[0]}, which is to be left out",
            f"they are called like {examples.name(0)}" if len(examples) else "there are none",
        )
    return ChosenExamples(examples, tuple(chosen))


def _names(name: str) -> set[str]:
    path = PurePosixPath(name)
    return {name, path.name, path.stem}
