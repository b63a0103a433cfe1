"""Comparing training runs: runs that differ only in their seed form one series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from archspec.standalone.curves import Series, read_run
from archspec.training import run_folder

_TELLING = ("network", "params", "recipe", "data", "backend", "digest")
"""The facts by which series are labelled, the most informative first."""
_UNTOLD = ("recipe seed", "recipe params")
_NAMES = ("network", "backend")
"""What is known by its name alone."""

Facts = Mapping[str, Any]


def compared(folders: Sequence[Path]) -> list[Series]:
    """Group runs into series, in their order; raise ``SpecError`` or ``TrainingError``."""
    found: dict[tuple[Any, ...], list[Path]] = {}
    facts = {folder: dict(_facts(folder)) for folder in folders}
    for folder in folders:
        found.setdefault(tuple(facts[folder].items()), []).append(folder)
    labels = named([facts[first] for first, *_ in found.values()])
    return [
        Series(label, tuple(map(read_run, runs)))
        for label, runs in zip(labels, found.values(), strict=True)
    ]


def named(facts: Sequence[Facts]) -> list[str]:
    """Label each of some runs by the facts in which it differs from the others."""
    keys = list(dict.fromkeys(key for each in facts for key in each))
    differing = [key for key in keys if len({each.get(key) for each in facts}) > 1]
    chosen: list[str] = []
    for key in differing or keys[:1]:
        if len({_label(each, chosen) for each in facts}) == len(facts) > 1:
            break
        chosen.append(key)
    return [_label(each, chosen) for each in facts]


def _label(facts: Facts, chosen: Sequence[str]) -> str:
    told = ((key.rpartition(" ")[2], facts[key]) for key in chosen if key in facts)
    return ", ".join(value if name in _NAMES else f"{name}={value}" for name, value in told)


def _facts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the facts of a run, flattened; only its name for the run of a program."""
    facts = run_folder.read(folder)
    if facts is None:
        yield "network", folder.name
        return
    for key in _TELLING:
        for path, value in _flat(key, facts.get(key)):
            if not path.startswith(_UNTOLD):
                yield path, str(value)


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield path, value
        return
    for name, inner in sorted(value.items()):
        yield from _flat(f"{path} {name}", inner)
