"""What surrounds the bodies in a source: titles, types of arguments, imports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from textwrap import dedent

from archspec.emission.definition import Argument, Definition
from archspec.emission.lowering import Each, Leaf
from archspec.emission.prelude import names
from archspec.emission.values import is_activation, leaves_of
from archspec.operator import Operator

Imports = Mapping[str, tuple[str, ...]]
"""The names that a source may import, by module; modules as a whole under ``""``."""

Kinds = Callable[[Operator | None], str]
"""Returns the type of an activation that is passed on, or of none."""


def titles(
    definitions: Sequence[Definition],
    candidates: Callable[[Definition], Iterable[str]],
    taken: Collection[str],
) -> dict[str, str]:
    """Name each definition by the first of its candidates that is not taken."""
    taken, found = set(taken), dict[str, str]()
    for definition in definitions:
        title = next(each for each in candidates(definition) if each not in taken)
        found[definition.key] = title
        taken.add(title)
    return found


def marked(given: Iterable[str], statements: Iterable[str]) -> list[str]:
    """Put an underscore before the parameters that statements do not use."""
    used = names(dedent("\n".join(statements)))
    return [each if each in used else f"_{each}" for each in given]


def type_of(count: int, kind: str) -> str:
    """Write the return type of a function: one value of a kind, or a tuple of them."""
    return kind if count < 2 else f"tuple[{', '.join([kind] * count)}]"


def annotation(argument: Argument, kind_of: Kinds) -> str:
    """Write the type of an argument."""
    kinds = {kind for leaf in leaves_of(argument) for kind in _kinds(leaf, kind_of)}
    if "float" in kinds:
        kinds.discard("int")
    return " | ".join(sorted(kinds, key=lambda kind: (kind == "None", kind)))


def _kinds(leaf: Leaf, kind_of: Kinds) -> Iterator[str]:
    if isinstance(leaf, Each):
        inner = sorted({kind for item in leaf.items for kind in _kinds(item, kind_of)})
        if inner:  # an empty list tells nothing of what others hold
            yield f"tuple[{' | '.join(inner)}, ...]"
    elif is_activation(leaf.value):
        yield kind_of(leaf.value)
    else:
        yield _kind(leaf.value)


def _kind(value: object) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(map(_kind, value))}]"
    return type(value).__name__


def offered(*tables: Imports) -> frozenset[str]:
    """List all names that may be imported."""
    return frozenset(name for table in tables for known in table.values() for name in known)


def imports(used: Collection[str], standard: Imports, framework: Imports) -> list[str]:
    """Import the names that a source uses, those of the standard library first."""
    first, second = list(_imported(used, standard)), list(_imported(used, framework))
    return [*first, *([""] if first else []), *second]


def _imported(used: Collection[str], offered: Imports) -> Iterator[str]:
    for module, known in offered.items():
        wanted = [name for name in known if name in used]
        if module and wanted:
            yield f"from {module} import {', '.join(wanted)}"
        elif not module:
            yield from (f"import {name}" for name in wanted)
