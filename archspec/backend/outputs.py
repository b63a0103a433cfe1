"""What a model returns: values by name, however they are nested."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

OUTPUT = "output"


def named_outputs(
    left: Any, is_value: Callable[[Any], bool], name: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield the values in tuples, lists, dicts and dataclasses, by keys, fields and places.

    What else is in them, as ``None`` and numbers, is left out.
    """
    if is_value(left):
        yield name or OUTPUT, left
        return
    for part, each in _parts(left):
        around = name or ("" if isinstance(part, str) else OUTPUT)
        yield from named_outputs(each, is_value, f"{around}_{part}" if around else str(part))


def by_name(left: Any, is_value: Callable[[Any], bool]) -> dict[str, Any]:
    """Return the values of a dict by its keys, and others, which a model may nest, by number."""
    if isinstance(left, dict) and all(map(is_value, left.values())):
        return left
    return {str(at): each for at, (_, each) in enumerate(named_outputs(left, is_value))}


def _parts(left: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(left, Mapping):
        return [(str(key), each) for key, each in left.items()]
    if isinstance(left, tuple) and hasattr(left, "_fields"):
        return zip(left._fields, left, strict=True)
    if isinstance(left, tuple | list):
        return enumerate(left)
    if is_dataclass(left):
        return [(each.name, getattr(left, each.name)) for each in fields(left)]
    return ()
