"""Types of the arguments of verbs: what a program gives by mistake is refused by a sentence."""

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
    """Make a decorator of verbs, whose arguments annotated with a type have to be of it.

    ``instead`` says how to come by one. The verbs raise ``TypeError`` before anything begins.
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
    """Raise ``TypeError`` for what is not of a type; ``instead`` says what to do."""
    if not isinstance(given, wanted):
        one_of = wanted if isinstance(wanted, tuple) else (wanted,)
        names = " or ".join(each.__name__ for each in one_of)
        raise TypeError(f"{what} should be a {names}, not a {type(given).__name__}: {instead}")
