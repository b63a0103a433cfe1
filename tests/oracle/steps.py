"""Steps as an author writes them, short or as a mapping, read into one form."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

MERGES = (
    "concat",
    "add",
    "average",
    "maximum",
    "minimum",
    "subtract",
    "multiply",
    "resize",
    "resize_nearest",
    "global_attention_pool",
)
STRUCTURES = ("residual", "repeat", *MERGES)
_PARTS = ("steps", "shortcut")
_PADDINGS = ("V", "valid", "same", "symmetric")
_BLANK = re.compile(r"\s+")


@dataclass
class Step:
    """A word, what is said of it, and what stands under it.

    ``main`` is the argument without a name; ``branches`` pairs names with lists of steps;
    ``parts`` are the ``steps`` and the ``shortcut`` of a structure.
    """

    word: str
    main: str | None = None
    kernel: str | None = None
    linear: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    sources: list[str] = field(default_factory=list)
    times: str | None = None
    branches: list[tuple[str, list[Step]]] = field(default_factory=list)
    parts: dict[str, list[Step]] = field(default_factory=dict)


def listed(value: Any, modules: Container[str]) -> list[Step]:
    """Read a list of steps, or one step in its place, of a file that has some modules."""
    return [step(each, modules) for each in (value if isinstance(value, list) else [value])]


def step(value: Any, modules: Container[str]) -> Step:
    """Read one step."""
    return _short(value) if isinstance(value, str) else _mapping(value, modules)


def _mapping(value: Mapping[str, Any], modules: Container[str]) -> Step:
    clauses = ("as", "from", "times", "shape")
    word, *beside = sorted((key for key in value if key not in clauses), key="activation".__eq__)
    under = value[word]
    if word in STRUCTURES and word not in modules:
        read = _structured(word, under, modules)
    elif isinstance(under, str):
        read = _short(f"{word} {under}")
    else:
        read = _attributed(word, under)
    read.attributes |= {key: value[key] for key in beside}
    read.name = value.get("as", read.name)
    sources = value.get("from", [])
    read.sources += sources.split() if isinstance(sources, str) else sources
    read.times = value.get("times", read.times)
    return read


def _structured(word: str, under: Any, modules: Container[str]) -> Step:
    if word in MERGES:
        return Step(word, branches=_branches(under, modules))
    if not isinstance(under, Mapping) or under.keys().isdisjoint(_PARTS):
        return Step(word, parts={"steps": listed(under, modules)})
    read = _attributed(word, {key: each for key, each in under.items() if key not in _PARTS})
    read.parts = {key: listed(under[key], modules) for key in _PARTS if key in under}
    return read


def _attributed(word: str, under: Mapping[str, Any]) -> Step:
    return Step(word, attributes={key: bracketed(each) for key, each in under.items()})


def _branches(under: Any, modules: Container[str]) -> list[tuple[str, list[Step]]]:
    if isinstance(under, Mapping):
        return [(name, listed(each, modules)) for name, each in under.items()]
    return [(f"branch_{number}", listed(each, modules)) for number, each in enumerate(under)]


def bracketed(value: Any) -> str:
    """Write a list of YAML as a short step has it."""
    return value if isinstance(value, str) else f"[{','.join(map(bracketed, value))}]"


def attributes(value: Any) -> Step:
    """Read what ``defaults`` says of a word: the rest of a step, or a mapping."""
    return _short(f"word {value}") if isinstance(value, str) else _attributed("word", value)


def tokens(text: str) -> list[str]:
    """Split at blanks outside of parentheses and brackets."""
    found, depth = [""], 0
    for character in text.strip():
        depth += (character in "([") - (character in ")]")
        if depth == 0 and _BLANK.match(character):
            found.append("")
        else:
            found[-1] += character
    return [each for each in found if each]


def _short(text: str) -> Step:
    words = tokens(text)
    times = None
    if len(words) > 1 and words[1] == "x":
        times, _, *words = words
    read = Step(words[0], times=times)
    rest = words[1:]
    while rest:
        rest = _read(read, rest)
    return read


def _read(read: Step, rest: list[str]) -> list[str]:
    """Read what comes next of a step and return what is left."""
    first, *others = rest
    if first == "as":
        read.name = others[0]
        return others[1:]
    if first == "->":
        return others[1:]
    if first == "from":
        end = next((n for n, each in enumerate(others) if each in ("as", "->")), len(others))
        read.sources = others[:end]
        return others[end:]
    _argument(read, first)
    return others


def _argument(read: Step, text: str) -> None:
    key, equals, value = text.partition("=")
    if equals:
        read.attributes[key] = value
    elif text == "linear":
        read.linear = True
    elif text in _PADDINGS:
        read.attributes["padding"] = "valid" if text == "V" else text
    elif text.startswith("/"):
        read.attributes["stride"] = text[1:]
    elif re.fullmatch(r"\d+x\d+", text):
        read.kernel = text
    else:
        read.main = text
