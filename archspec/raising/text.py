"""The text of a document: short lists on one line, long ones line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_WIDTH = 100
_MOST = 4
"""How many steps are read on one line."""
_MODULE = {"options", "inputs", "outputs", "steps"}
_ALWAYS_LONG = "network"
"""What is read line by line, however short."""
_PLAIN = {
    False: re.compile(r"[a-z0-9][^:#'\"\n\t]*", re.IGNORECASE),
    True: re.compile(r"[a-z0-9][^:#{}\[\],'\"\n\t]*", re.IGNORECASE),
}
"""Texts that need no quotes, in block style and in flow style, unless they mean something else."""
_OTHERWISE = re.compile(
    r"true|false|null|yes|no|on|off|0x[0-9a-f_]+|0[ob][0-7_]+|[0-9][0-9_.]*(e[+-]?[0-9]+)?",
    re.IGNORECASE,
)


def written(document: dict[str, Any]) -> str:
    """Write a document as YAML."""
    return "\n".join(_mapping(document, "", is_top=True)) + "\n"


def _mapping(mapping: dict[str, Any], indent: str, *, is_top: bool = False) -> Iterator[str]:
    for key, value in mapping.items():
        if is_top and isinstance(value, list | dict) and key not in ("input", "params"):
            yield ""
        yield from _entry(f"{indent}{key}:", value, indent, is_long=key == _ALWAYS_LONG)


def _entry(head: str, value: Any, indent: str, *, is_long: bool) -> Iterator[str]:
    flow = flowing(value)
    is_short = len(head) + len(flow) < _WIDTH and not (is_long or _is_long(value))
    if is_short or not isinstance(value, dict | list):
        yield f"{head} {flow}"
        return
    yield head
    if isinstance(value, dict):
        yield from _mapping(value, indent + "  ")
    else:
        yield from _list(value, indent + "  ")


def _is_long(value: Any) -> bool:
    """Whether a value is to be read line by line, though it may fit one."""
    if isinstance(value, dict):
        has_inner = any(isinstance(each, dict | list) for each in value.values())
        return (has_inner and not _is_module(value)) or len(value) > _MOST
    if not isinstance(value, list) or any(isinstance(each, dict) for each in value):
        return isinstance(value, list)
    return len(value) > _MOST and any(" " in str(each) for each in value)


def _is_module(value: dict[str, Any]) -> bool:
    """Whether a mapping is a module of steps without others inside."""
    steps = value.get("steps")
    if not isinstance(steps, list) or not value.keys() <= _MODULE:
        return False
    return len(steps) <= _MOST and not any(isinstance(each, dict) for each in steps)


def _list(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict) and _is_line(value, indent):
            yield f"{indent}- {flowing(value)}"
        elif isinstance(value, dict):
            lines = list(_mapping(value, indent + "  "))
            yield f"{indent}- {lines[0].strip()}"
            yield from lines[1:]
        elif isinstance(value, list):
            flow = flowing(value)
            yield f"{indent}- {flow}"
        else:
            yield f"{indent}- {scalar(value, in_flow=False)}"


def _is_line(step: dict[str, Any], indent: str) -> bool:
    """Whether a step with keys beside its word is read on one line: it has no steps inside those.

    It has two levels of lists or mappings at most.
    """
    flow = flowing(step)
    is_flat = flow.count("{") <= 2 and not any(isinstance(each, dict) for each in _inside(step))
    return len(step) > 1 and is_flat and len(indent) + 2 + len(flow) <= _WIDTH


def _inside(step: dict[str, Any]) -> Iterator[Any]:
    """Yield what the lists and mappings of a step hold."""
    for each in step.values():
        yield from (
            each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        )


def flowing(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flowing(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flowing, value)) + "]"
    return scalar(value, in_flow=True)


def scalar(value: Any, *, in_flow: bool) -> str:
    """Write a scalar, quoted where it would be read as something else."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    if _PLAIN[in_flow].fullmatch(value) and not _OTHERWISE.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
