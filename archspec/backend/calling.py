"""Calling a function of a user that makes a model, ``module:function``, from their folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from archspec.backend.finding import installed
from archspec.backend.rules import told


class Uncallable(Exception):
    """There is no such function, or it does not return; the message says why."""


def find(target: str) -> Callable[..., Any]:
    """Import a module and find a function in it; raise ``Uncallable``."""
    module, colon, function = target.partition(":")
    if not (colon and module and function.replace(".", "_").isidentifier()):
        raise Uncallable("there is no such file, nor is it module:function")
    with _of_the_user():
        found = import_module(module)
        for name in function.split("."):
            found = getattr(found, name)
    if not callable(found):
        raise Uncallable(f"it is a {type(found).__name__} and no function")
    return found


def call(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function; raise ``Uncallable``."""
    with _of_the_user():
        return function(**arguments)


@contextmanager
def _of_the_user() -> Iterator[None]:
    """Run a user's code: its modules are in their folder, its frameworks start without a word."""
    here = str(Path.cwd())
    with ExitStack() as stack:
        for backend in filter(None, (each.backend for each in installed())):
            stack.enter_context(backend.silence())
        sys.path.insert(0, here)
        stack.callback(sys.path.remove, here)
        try:
            yield
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it may raise anything
            raise Uncallable(told(error)) from None
