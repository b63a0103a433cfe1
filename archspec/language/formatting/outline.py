"""The lists of steps of a document, found without parsing the steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec.language.document.sections import PROMISES
from archspec.language.syntax.steps import words_of
from archspec.language.syntax.syntax import Form
from archspec.language.syntax.words import form_of
from archspec.language.yaml.extents import Extents
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value

_LEAVES = (Form.ATTRIBUTES, Form.UNKNOWN)
_RESIDUAL_PARTS = ("steps", "shortcut")


class OutlineLeaf(NamedTuple):
    """A step without nested steps, and whether it is inside brackets."""

    value: Scalar | Mapping
    is_bracketed: bool


class Outline:
    """The lists of steps of a document, without anchored and aliased values."""

    def __init__(self, root: Mapping, extents: Extents) -> None:
        self.root = root
        self.extents = extents
        self.modules = frozenset(_modules(root))

    def form(self, word: str) -> Form:
        """Return the form of a word's value in a mapping."""
        return Form.ATTRIBUTES if word in self.modules else form_of(word)

    def lists(self) -> Iterator[list[OutlineLeaf]]:
        """Yield the steps of each list."""
        is_bracketed = self.extents.is_bracketed(self.root)
        for section in PROMISES:
            for module in _values(self.root.get(section)):
                yield from self._steps(_part(module, "steps") or module, is_bracketed)
        for head in _values(self.root.get("auxiliary")):
            yield from self._steps(_part(head, "steps"), is_bracketed)
        yield from self._steps(self.root.get("network"), is_bracketed)

    def _steps(self, value: Value | None, is_bracketed: bool) -> Iterator[list[OutlineLeaf]]:
        if value is None or self.extents.is_anchored(value):
            return
        items: tuple[Value, ...] = (value,)
        if isinstance(value, Sequence):
            items, is_bracketed = value.items, is_bracketed or value.flow
        leaves = [self._leaf(item, is_bracketed) for item in items]
        yield [leaf for leaf in leaves if leaf is not None]
        for item in items:
            yield from self._inside(item, is_bracketed)

    def _leaf(self, value: Value, is_bracketed: bool) -> OutlineLeaf | None:
        if isinstance(value, Sequence) or self.extents.is_anchored(value):
            return None
        is_leaf = isinstance(value, Scalar) or self._form(value) in _LEAVES
        return OutlineLeaf(value, is_bracketed) if is_leaf else None

    def _inside(self, value: Value, is_bracketed: bool) -> Iterator[list[OutlineLeaf]]:
        is_bracketed = is_bracketed or self.extents.is_bracketed(value)
        if isinstance(value, Sequence):
            yield from self._steps(value, is_bracketed)
        elif isinstance(value, Mapping) and not self.extents.is_anchored(value):
            for _, inner in words_of(value, self.form):
                yield from self._under(inner, self._form(value), is_bracketed)

    def _under(
        self, value: Value, form: Form | None, is_bracketed: bool
    ) -> Iterator[list[OutlineLeaf]]:
        """Yield the lists of steps in the value of a word."""
        if form is None or form in _LEAVES:
            return
        if form is Form.STEPS or not isinstance(value, Mapping):
            yield from self._steps(value, is_bracketed)
            return
        is_bracketed = is_bracketed or self.extents.is_bracketed(value)
        for key, inner in value.entries:
            if form is Form.BRANCHES or key.text in _RESIDUAL_PARTS:
                yield from self._steps(inner, is_bracketed)

    def _form(self, step: Mapping) -> Form | None:
        """Return the form of a step's value; None if it does not have exactly one word."""
        words = words_of(step, self.form)
        return self.form(words[0][0].text) if len(words) == 1 else None


def _modules(root: Mapping) -> Iterator[str]:
    """Yield the names of the modules that a document declares or imports."""
    for section in PROMISES:
        declared = root.get(section)
        yield from (key.text for key, _ in _entries(declared))
    for wanted in _values(root.get("import")):
        items = wanted.items if isinstance(wanted, Sequence) else ()
        yield from (item.text for item in items if isinstance(item, Scalar))


def _entries(value: Value | None) -> tuple[tuple[Scalar, Value], ...]:
    return value.entries if isinstance(value, Mapping) else ()


def _values(value: Value | None) -> Iterator[Value]:
    return (inner for _, inner in _entries(value))


def _part(value: Value, key: str) -> Value | None:
    return value.get(key) if isinstance(value, Mapping) else None
