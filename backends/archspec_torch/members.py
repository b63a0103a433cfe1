"""Names of steps that are members of PyTorch's modules, beyond those that the language reserves.

The language's list is frozen, since keys of weights are made of names. Names that a later version
of PyTorch takes are changed in emitted sources, and changed back in keys.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

OWNED: Collection[str] = ()
"""None up to PyTorch 2.13; a test compares it with the version that is installed."""


def written(name: str) -> str:
    """Return the name of a step as a module has it; no name of the language ends so."""
    return f"{name}_" if name in OWNED else name


def read(name: str) -> str:
    """Return the name that a step has in the spec."""
    return name[:-1] if name.endswith("_") and name[:-1] in OWNED else name


def key_written(key: str) -> str:
    """Return the key of a tensor, or a path, as modules have it."""
    return ".".join(map(written, key.split(".")))


def key_read(key: str) -> str:
    """Return the key of a tensor as files have it."""
    return ".".join(map(read, key.split(".")))


def met(paths: Iterable[str]) -> dict[str, str]:
    """Map the changed names that occur in paths to their form in sources."""
    names = dict.fromkeys(name for path in paths for name in path.split("."))
    return {name: written(name) for name in names if name in OWNED}
