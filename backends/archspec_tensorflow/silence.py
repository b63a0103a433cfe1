"""Importing TensorFlow without what its libraries print first, which no setting silences."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

STANDARD_ERROR = 2
_ERRORS = "2"


@contextmanager
def silence() -> Iterator[None]:
    """Let whoever imports TensorFlow meanwhile do so without its greetings.

    Whatever else is printed is printed, and so are errors of TensorFlow once it is there.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", _ERRORS)
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds TensorFlow alone, where Python does."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = PathFinder.find_spec(name, path) if name == "tensorflow" else None
        if found is not None and found.origin is not None:
            found.loader = _Loader(name, found.origin)
        return found


class _Loader(SourceFileLoader):
    """Loads a module without standard error."""

    def exec_module(self, module: ModuleType) -> None:
        with _without_standard_error():
            super().exec_module(module)


@contextmanager
def _without_standard_error() -> Iterator[None]:
    kept = None
    with suppress(OSError):  # a process without standard error
        kept = os.dup(STANDARD_ERROR)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STANDARD_ERROR)
        os.close(nowhere)
    try:
        yield
    finally:
        if kept is not None:
            os.dup2(kept, STANDARD_ERROR)
            os.close(kept)
