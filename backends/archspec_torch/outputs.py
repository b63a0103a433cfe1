"""What a model returns: tensors by name, however they are nested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor

OUTPUT = "output"


def named_outputs(left: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors in tuples, lists, dicts and dataclasses, by keys, fields and places.

    What else is in them, as ``None`` and numbers, is left out.
    """
    if isinstance(left, Tensor):
        yield name or OUTPUT, left
        return
    for part, each in _parts(left):
        around = name or ("" if isinstance(part, str) else OUTPUT)
        yield from named_outputs(each, f"{around}_{part}" if around else str(part))


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
