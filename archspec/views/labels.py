"""Labels of boxes, in the words of the figures of arXiv:1602.07261."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archspec.attributes import Value, show, title
from archspec.graph import Node

_LONGEST_OPTIONS = 32


def of_node(node: Node) -> str:
    """Name an operator: ``3x3 MaxPool (stride 2 V)``, ``Filter concat``, ``+``."""
    return _with(*node.op.label(*node.inputs))


def of_layer(first: Node, *others: Node) -> str:
    """Name a layer by its operator, and by its activation unless that is the usual one."""
    activation = next((each.op.word for each in others if each.op.role == "activation"), "none")
    name, details = first.op.label(*first.inputs)
    if activation == first.op.usual_activation:
        return _with(name, details)
    return _with(name, (*details, "Linear" if activation == "none" else activation))


def of_module(name: str, options: Mapping[str, Value], shown: Iterable[str]) -> str:
    """Name a module by its template, and by the options that tell its uses apart."""
    main = next(iter(options), None)
    said = [
        show(options[each]) if each == main else f"{each}={show(options[each])}"
        for each in options
        if each in shown
    ]
    return _with(title(name), _first(said, _LONGEST_OPTIONS))


def _first(words: list[str], most: int) -> list[str]:
    """Take as many words as fit into ``most`` characters, at least one; dots stand for the rest."""
    count = next((n for n in range(2, len(words) + 1) if len(" ".join(words[:n])) > most), 0)
    return [*words[: count - 1], "..."] if count else words


def times(count: int, label: str) -> str:
    """Put the number of copies before a label, if there are several."""
    return f"{count} x {label}".rstrip() if count > 1 else label


def _with(name: str, details: Iterable[str]) -> str:
    said = " ".join(each for each in details if each)
    return f"{name} ({said})" if said else name
