"""Type checks of the public API's arguments, which refuse mistakes with a readable message."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Gives = TypeVar("Gives")


def taking(
    wanted: type, instead: str
) -> Callable[[Callable[Given, Gives]], Callable[Given, Gives]]:
    """Return a decorator that checks the arguments annotated with a type on each call.

    ``instead`` says how to obtain one. The decorated function raises ``TypeError`` before it runs.
    """

    def decorate(verb: Callable[Given, Gives]) -> Callable[Given, Gives]:
        parameters = signature(verb).parameters
        names = {each.name for each in parameters.values() if each.annotation == wanted.__name__}

        @wraps(verb)
        def checked(*args: Given.args, **kwargs: Given.kwargs) -> Gives:
            given = {**dict(zip(parameters, args, strict=False)), **kwargs}
            for name in names & given.keys():
                require(given[name], wanted, f"`{name}` of `{verb.__name__}`", instead)
            return verb(*args, **kwargs)

        return checked

    return decorate


def require(given: object, wanted: type | tuple[type, ...], what: str, instead: str) -> None:
    """Raise ``TypeError`` unless a value is of a type; ``instead`` says what to do."""
    if not isinstance(given, wanted):
        one_of = wanted if isinstance(wanted, tuple) else (wanted,)
        names = " or ".join(each.__name__ for each in one_of)
        raise TypeError(f"{what} should be a {names}, not a {type(given).__name__}: {instead}")
